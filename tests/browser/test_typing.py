"""Results while a reader types, with the input methods of Chinese too, and the keys of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.browser.conftest import Open
from tests.browser.pages import ADDRESSES, MOON, expect
from tests.browser.watching import Watch, queries

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page, Route

ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/126.0 Mobile Safari/537.36"
)
REST = 400
"""Milliseconds without a key, inside a composition on Android, after which results are asked for."""
_SHORT, _LONG = REST // 4, REST * 2


@pytest.fixture
def home(page: Page) -> Page:
    """The page where one types, loaded."""
    page.goto("/")
    expect(page.locator("#q")).to_be_focused()
    return page


def _shown(page: Page, query: str) -> None:
    expect(page.locator("#results")).to_have_attribute("data-title", query)


# results while typing


def test_every_key_shows_its_list_and_the_address_is_that_of_a_search(home: Page, watch: Watch) -> None:
    for typed in ("月", "月全", "月全食"):
        home.keyboard.insert_text(typed[-1])
        _shown(home, typed)
    expect(home.locator(".hit h2").first).to_have_text("月全食为什么是红色的")
    expect(home).to_have_url(re.compile(re.escape("/?q=" + quote("月全食")) + "$"))
    assert watch.typing() == ["月", "月全", "月全食"]
    assert home.title().startswith("月全食")


def test_an_unfinished_word_finds_what_it_begins(home: Page) -> None:
    home.keyboard.type("findmar")
    _shown(home, "findmar")
    expect(home.locator(".hit h2").first).to_contain_text("FindMarkers")


def test_the_newest_question_wins_however_late_an_older_answer_comes(home: Page) -> None:
    held: list[Route] = []
    home.route(lambda url: queries(url) == ["月"] and "typing" in url, lambda route: held.append(route))
    home.keyboard.insert_text("月")
    home.keyboard.insert_text("全食")
    _shown(home, "月全食")
    for route in held:
        route.continue_()
    home.wait_for_timeout(200)
    _shown(home, "月全食")
    assert len(held) == 1


def test_an_answer_that_fails_leaves_the_list_that_is_there(open_page: Open, watch: Watch) -> None:
    page = open_page()
    page.goto("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.insert_text("月全食")
    _shown(page, "月全食")
    page.route("**/*typing*", lambda route: route.fulfill(status=500, content_type="text/html", body="no"))
    page.keyboard.insert_text("红")
    page.wait_for_timeout(200)
    _shown(page, "月全食")
    page.keyboard.press("Enter")  # the way that always works
    expect(page.locator("#results")).to_have_attribute("data-title", "月全食红")
    watch.faults = [fault for fault in watch.faults if "500" not in fault]  # the browser's own line on the console


def test_back_leads_to_the_page_before_and_forward_to_the_list(page: Page) -> None:
    page.goto("/about")
    page.goto("/")
    expect(page.locator("#q")).to_be_focused()
    for typed in ("月", "月全", "月全食"):
        page.keyboard.insert_text(typed[-1])
        _shown(page, typed)
    page.locator(".hit h2 a").first.click()
    expect(page.locator("article h1")).to_have_text("月全食为什么是红色的")
    page.go_back()
    expect(page.locator("#q")).to_have_value("月全食")
    _shown(page, "月全食")
    page.go_back()  # not a step for every key
    expect(page.locator("#q")).to_have_value("")
    page.go_back()
    expect(page).to_have_url(re.compile("/about$"))
    page.go_forward()
    page.go_forward()
    expect(page.locator("#q")).to_have_value("月全食")
    _shown(page, "月全食")


def test_filters_stay_while_one_types(page: Page, watch: Watch) -> None:
    page.goto("/?tag=" + quote("观星簿"))
    page.focus("#q")
    page.keyboard.insert_text("月")
    _shown(page, "月")
    expect(page.locator(".chips a")).to_have_count(1)
    assert quote("观星簿") in page.url


def test_enter_opens_the_page_of_the_search(home: Page) -> None:
    home.keyboard.insert_text("月全食")
    with home.expect_navigation():
        home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile(re.escape("/?q=" + quote("月全食")) + "$"))


def test_hostile_text_that_is_typed_stays_text(home: Page) -> None:
    for text in (
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "&lt;b&gt;",
        "#<svg onload=alert(1)>",
    ):
        home.fill("#q", text)
        _shown(home, text)
    assert home.evaluate("() => window.__ran") == []


# input methods


@dataclass(frozen=True, slots=True)
class Composition:
    """What an input method shows, step by step, and what is in the field at its end; "" if it was given up."""

    steps: tuple[str, ...]
    committed: str


COMPOSITIONS = [
    Composition(("y", "yu", "yue", "yue l", "yue liang"), "月亮"),
    Composition(("ㄩ", "ㄩㄝ", "月", "月ㄌ", "月ㄌㄧ", "月亮"), "月亮"),
    Composition(("月", "月山", "明"), "明"),
    Composition(("o", "op", "openai"), "openai"),
    Composition(("n", "ni"), ""),
    Composition(("か", "かん", "漢", "漢字"), "漢字"),
    Composition(("shu'ju", "数'ju"), "数据"),
]


class InputMethod:
    """An input method, as the browser is told of it by the system."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)

    def compose(self, text: str) -> None:
        """Show *text*, underlined, as what is being composed."""
        at = len(text.encode("utf-16-le")) // 2
        self._key("keyDown", 229, "Process")
        self._session.send("Input.imeSetComposition", {"text": text, "selectionStart": at, "selectionEnd": at})
        self._key("keyUp", 229, "Process")

    def commit(self, text: str, *, key: str = "Enter", late: bool = False) -> None:
        """End it with *text*, as a key does: before it is let go, or, in Safari, before it is pressed (*late*)."""
        if late:
            self._session.send("Input.insertText", {"text": text})
        self._key("rawKeyDown", 229, key)
        if not late:
            self._session.send("Input.insertText", {"text": text})
        self._key("keyUp", 13 if key == "Enter" else 32, key)

    def press_enter(self) -> None:
        """An Enter that the input method passes on, as some of Linux do."""
        self._key("keyDown", 13, "Enter", "\r")
        self._key("keyUp", 13, "Enter")

    def _key(self, kind: str, code: int, key: str, text: str = "") -> None:
        values = {"type": kind, "windowsVirtualKeyCode": code, "key": key, "code": key}
        self._session.send("Input.dispatchKeyEvent", {**values, **({"text": text} if text else {})})


@pytest.mark.parametrize("composition", COMPOSITIONS, ids=lambda one: one.steps[-1])
@pytest.mark.parametrize("late", [False, True], ids=["as elsewhere", "as in Safari"])
def test_nothing_is_asked_before_a_composition_ends(
    home: Page, watch: Watch, composition: Composition, late: bool
) -> None:
    method = InputMethod(home)
    for step in composition.steps:
        method.compose(step)
        home.wait_for_timeout(20)
    home.wait_for_timeout(_LONG)  # a reader who looks at what is offered
    assert watch.typing() == []
    before = len(watch.asked)
    method.commit(composition.committed, late=late)
    if composition.committed:
        _shown(home, composition.committed)
    home.wait_for_timeout(_SHORT)
    expect(home.locator("#q")).to_have_value(composition.committed)
    assert watch.typing() == [composition.committed] * bool(composition.committed)
    assert not [request.url for request in watch.asked[before:] if request.is_navigation_request()]


def test_an_enter_inside_a_composition_opens_nothing(home: Page, watch: Watch) -> None:
    method = InputMethod(home)
    method.compose("yue")
    method.press_enter()
    home.wait_for_timeout(_SHORT)
    assert watch.typing() == []
    assert len([request for request in watch.asked if request.is_navigation_request()]) == 1
    method.commit("月", key="Space")
    _shown(home, "月")
    with home.expect_navigation():
        home.keyboard.press("Enter")


def test_keys_that_choose_a_candidate_move_nothing_else(page: Page) -> None:
    page.goto(ADDRESSES["results"])
    page.focus("#q")
    method = InputMethod(page)
    method.compose("yue")
    for key in ("ArrowDown", "ArrowUp", "Escape", "/"):
        method._key("rawKeyDown", 229, key)
        expect(page.locator("#q")).to_be_focused()


def test_words_that_follow_each_other_are_asked_for_one_by_one(home: Page, watch: Watch) -> None:
    method = InputMethod(home)
    for word, query in (("月全食", "月全食"), ("红色", "月全食红色")):
        method.compose("x")
        method.commit(word, key="Space")
        _shown(home, query)
    home.keyboard.type(" a")
    _shown(home, "月全食红色 a")
    assert watch.typing() == ["月全食", "月全食红色", "月全食红色 a"]


def test_a_composition_in_the_middle_of_a_query_is_waited_for(home: Page, watch: Watch) -> None:
    home.keyboard.insert_text("月食")
    _shown(home, "月食")
    home.keyboard.press("ArrowLeft")
    method = InputMethod(home)
    method.compose("quan")
    home.wait_for_timeout(_LONG)
    assert watch.typing() == ["月食"]
    method.commit("全")
    _shown(home, "月全食")


def test_on_android_a_rest_is_enough(open_page: Open, watch: Watch) -> None:
    """Its keyboards compose every word, also of Latin letters, until a space."""
    page = open_page(user_agent=ANDROID, has_touch=True, viewport={"width": 360, "height": 740})
    page.goto("/")
    method = InputMethod(page)
    for step in ("o", "op", "ope", "open", "openai"):
        method.compose(step)
    assert watch.typing() == []
    _shown(page, "openai")
    assert watch.typing() == ["openai"]
    method.commit("openai", key="Space")
    page.wait_for_timeout(_LONG)
    assert watch.typing() == ["openai"]


# keys


def test_a_slash_leads_to_the_field_and_escape_out_of_it(page: Page) -> None:
    page.goto(ADDRESSES["an article"])
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("")
    page.keyboard.insert_text("/")
    expect(page.locator("#q")).to_have_value("/")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).not_to_be_focused()


def test_arrows_lead_through_the_hits(page: Page) -> None:
    page.goto(ADDRESSES["many results"])
    page.focus("#q")
    hits = page.locator(".hit h2 a")
    for number in (0, 1, 2):
        page.keyboard.press("ArrowDown")
        expect(hits.nth(number)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(hits.nth(1)).to_be_focused()
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    expect(hits.last).to_be_focused()
    for _ in range(9):
        page.keyboard.press("ArrowUp")
    expect(hits.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()


def test_n_and_p_lead_from_mark_to_mark(page: Page) -> None:
    page.goto(f"/article/{quote(MOON)}?q=" + quote("月全食 红光"))
    ids = page.locator(".body mark[id]").evaluate_all("all => all.map(one => one.id)")
    assert ids[:2] == ["m1", "m2"]
    seen = []
    for key in ("n", "n", "p", "p"):
        page.keyboard.press(key)
        current = page.locator("mark.current[id]")
        expect(current).to_have_count(1)
        expect(current).to_be_in_viewport()
        seen.append(current.get_attribute("id"))
    assert seen == ["m1", "m2", "m1", ids[-1]]
    page.focus("#q")
    page.keyboard.press("n")  # a letter like any other
    expect(page.locator("#q")).to_have_value(re.compile("n"))
    expect(page.locator("mark.current[id]")).to_have_attribute("id", ids[-1])
