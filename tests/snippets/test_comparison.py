"""What differs between two versions of a text, however long they are."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis.normalize import fold_with_offsets
from searchkit.snippets.alignment import letters_of
from searchkit.snippets.comparison import Comparison, compare
from tests.articles.copies import edited, prose

LAKE = "清晨的盐湖像一面镜子。守湖人每天走四十里路，看水位和风向，把数字写进蓝皮本子。"


def differences(text: str, other: str) -> list[tuple[str, str]]:
    """What the first text has and the second one has in its place."""
    return [(each.given, other[each.start : each.end]) for each in compare(text, other).differences]


def test_what_was_changed_is_a_difference() -> None:
    other = "点击关注。清晨的盐湖像一面镜子！守湖老人每天走四十里路，看水位和风力，写进蓝皮本子。"
    assert differences(LAKE, other) == [("", "点击关注"), ("", "老"), ("向，把数字", "力")]
    assert compare(LAKE, other).identity == pytest.approx(2 * 31 / (35 + 37))


@pytest.mark.parametrize("other", [LAKE, LAKE.replace("，", ", "), f"\n{LAKE}\n", LAKE.replace("盐", "鹽")])
def test_signs_spaces_and_variants_are_no_difference(other: str) -> None:
    assert compare(LAKE, other) == (1, ())


@pytest.mark.parametrize(
    ("text", "other", "identity"), [("", "", 1), ("。", "！", 1), ("", "湖", 0), ("盐湖", "茶", 0)]
)
def test_texts_without_anything_in_common_have_no_identity(text: str, other: str, identity: float) -> None:
    assert compare(text, other).identity == identity


@pytest.mark.parametrize(("share", "identity"), [(0.05, 0.95), (0.15, 0.85), (0.3, 0.76)])
def test_identity_is_what_was_left_as_it_was(share: float, identity: float) -> None:
    text = prose("long", 300)
    assert compare(text, edited(text, share)).identity == pytest.approx(identity, abs=0.03)


def letters(text: str) -> str:
    """What of *text* is compared."""
    return letters_of(*fold_with_offsets(text)).text


def before(other: str, found: Comparison) -> str:
    """*other* with what was given in place of what differs."""
    parts, at = [], 0
    for each in found.differences:
        parts += [other[at : each.start], each.given]
        at = each.end
    return "".join([*parts, other[at:]])


TEXTS = st.lists(st.sampled_from(["盐湖", "茶馆在南岸", "abc", "12 ", "，", "㍿", LAKE, LAKE * 9])).map("".join)
EDITS = st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 20), st.sampled_from(["", "补记", "ab", LAKE])))


@given(TEXTS, TEXTS)
def test_the_differences_make_one_text_of_the_other(text: str, other: str) -> None:
    found = compare(text, other)
    assert 0 <= found.identity <= 1
    assert (found.identity == 1) == (letters(text) == letters(other))
    starts = [(each.start, each.end) for each in found.differences]
    assert starts == sorted(starts)
    assert letters(before(other, found)) == letters(text)


@given(TEXTS)
def test_a_text_is_the_same_as_itself(text: str) -> None:
    assert compare(text, text) == (1, ())


@given(st.sampled_from(["盐", "盐湖", LAKE, "abc ", "守湖人"]), EDITS)
def test_small_edits_of_a_text_that_repeats_itself_leave_most_of_it(
    unit: str, edits: list[tuple[int, int, str]]
) -> None:
    text = unit * (4_000 // len(unit))
    other, changed = text, 0
    for at, gone, more in edits[:5]:
        other = other[:at] + more + other[at + gone :]
        changed += gone + len(more)
    found = compare(text, other)
    assert found.identity > 0.9
    assert found.identity >= 1 - 3 * changed / len(text)
    assert compare(other, text).identity == pytest.approx(found.identity, abs=0.1)
    assert letters(before(other, found)) == letters(text)


DRY = "盐湖的水位今天又降了三寸，守湖人把数字写进本子。"


@pytest.mark.parametrize(
    ("other", "least"),
    [
        (f"{DRY * 250}补记一句{DRY * 250}", 0.999),
        (f"{DRY * 250}{DRY[3:]}{DRY * 249}", 0.999),
        (f"甲{DRY * 200}乙{DRY * 100}丙{DRY * 200}丁", 0.999),
        (DRY * 400, 0.88),
        (f"天{DRY * 200}地{DRY * 200}", 0.88),
        (f"玄{DRY[5:] * 500}黄", 0.75),
        (DRY.replace("三", "两") * 500, 0.95),
        ("".join(f"{DRY}{n}" for n in range(500)), 0.93),
        (f"宇{prose('中', 20)}{DRY * 500}宙", 0.9),
        (f"洪{DRY * 250}{prose('中', 20)}{DRY * 250}荒", 0.9),
        (edited(DRY * 500, 0.1), 0.9),
    ],
)
def test_one_sentence_five_hundred_times_is_compared_like_any_text(other: str, least: float) -> None:
    found = compare(DRY * 500, other)
    assert least < found.identity < 1
    assert letters(before(other, found)) == letters(DRY * 500)


def test_what_is_the_same_by_chance_does_not_part_a_difference() -> None:
    head, one, other, tail = map(prose, ("始", "旧", "新", "终"), (20, 9, 9, 20))
    assert len(compare(f"{head}{one}{tail}", f"{head}{other}{tail}").differences) < 9  # of 25 otherwise
    assert compare(one, other).identity < 0.15


_CHANCE = random.Random("hostile")


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("盐" * 100_000, "湖" * 100_000),
        ("盐" * 100_000, "盐湖" * 50_000),
        ("盐湖" * 50_000, "湖盐" * 50_000),
        ("盐湖" * 50_000, "盐盐湖" * 33_333),
        ("".join(_CHANCE.choices("盐湖", k=100_000)), "".join(_CHANCE.choices("盐湖", k=100_000))),
        (
            "".join(f"{n:012}{'盐' * 300}" for n in range(300)),
            "".join(f"{n:012}{'盐湖' * 150}" for n in range(300)),
        ),
        (prose("倒", 3_000), prose("倒", 3_000)[::-1]),
    ],
    ids=["others", "every second", "turned", "every third", "by chance", "held together", "backwards"],
)
def test_no_texts_take_long(text: str, other: str) -> None:
    began = time.process_time()
    found = compare(text, other)
    assert time.process_time() - began < 5  # a tenth of it, where nothing else runs
    assert letters(before(other, found)) == letters(text)
