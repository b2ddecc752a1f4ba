from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import quote

import pytest
from lxml import html
from starlette.testclient import TestClient

import searchkit
from searchkit.web import pages
from searchkit.web.app import create_app
from searchkit.web.article_view import ArticleView
from tests.conftest import make_article
from tests.web.conftest import ORIGIN


def texts(page: str, selector: str) -> list[str]:
    """The texts of the elements that an XPath finds."""
    return ["".join(element.itertext()).strip() for element in html.fromstring(page).xpath(selector)]


def test_a_query_finds_articles_with_their_words_marked(client: TestClient) -> None:
    page = client.get("/", params={"q": "月亮 红色"}).text
    assert texts(page, "//li[@class='hit']/h2")[0] == "月全食为什么是红色的"
    assert "红色" in texts(page, "//mark")


def test_what_an_article_lacks_is_said(client: TestClient) -> None:
    page = client.get("/", params={"q": "太阳 滤光镜"}).text
    assert "2 篇文章" in texts(page, "//p[@class='count']")[0]
    assert any("滤光镜" in text for text in texts(page, "//span[@class='without']"))


def test_filters_are_links_with_counts_and_can_be_taken_off(client: TestClient) -> None:
    page = client.get("/", params={"tag": "天文", "author": "观星簿"}).text
    assert texts(page, "//li[@class='hit']/h2") == ["月全食为什么是红色的", "日食怎么看"]
    chips = html.fromstring(page).xpath("//ul[@class='chips']//a/@href")
    assert chips == ["/?author=%E8%A7%82%E6%98%9F%E7%B0%BF", "/?tag=%E5%A4%A9%E6%96%87"]
    years = html.fromstring(page).xpath("//aside//a[contains(@href, 'since')]/@href")
    assert len(years) == 2
    assert texts(client.get(max(years)).text, "//li[@class='hit']/h2") == ["月全食为什么是红色的"]


def test_pages_of_a_list_follow_each_other(client: TestClient) -> None:
    first = client.get("/", params={"q": "周报"}).text
    (following,) = html.fromstring(first).xpath("//a[@rel='next']/@href")
    second = client.get(following).text
    assert html.fromstring(second).xpath("//ol[@class='hits']/@start") == ["11"]
    shown = [*texts(first, "//li[@class='hit']/h2"), *texts(second, "//li[@class='hit']/h2")]
    assert len(set(shown)) == 12


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/article/nothing", 404),
        ("/nothing", 404),
        ("/?sort=best", 400),
        ("/?q=月&fold=2", 400),
        ("/?q=月&all=true", 400),
        ("/?q=" + "a" * 2001, 400),
        ("/?page=0", 400),
        ("/?page=²", 400),
        ("/?q=月&since=never", 400),
        ("/article/%00", 404),
    ],
)
def test_what_cannot_be_answered_is_explained_on_a_page(client: TestClient, address: str, status: int) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert texts(answer.text, "//p[@role='alert']")[0]
    assert texts(answer.text, "//form[@role='search']")


def test_an_empty_parameter_is_none(client: TestClient) -> None:
    empty = client.get("/", params={"q": "周报", "fold": "", "all": "", "sort": "", "page": "", "as_of": ""}).text
    assert html.fromstring(empty).xpath("//div[@id='results']//text()") == html.fromstring(
        client.get("/", params={"q": "周报"}).text
    ).xpath("//div[@id='results']//text()")


def test_an_article_is_read_with_the_words_of_the_query_marked(client: TestClient) -> None:
    page = client.get("/article/月全食为什么是红色的", params={"q": "暗红色"}).text
    assert texts(page, "//article/h1") == ["月全食为什么是红色的"]
    assert "暗红色" in texts(page, "//div[@class='body']//mark")


def test_a_passage_finds_its_article_and_shows_what_differs(client: TestClient) -> None:
    page = client.get("/source", params={"text": "月全食的时候,月亮变成了暗红色,大气把红光折射到月面"}).text
    assert texts(page, "//section[@class='origin']/h2") == ["月全食为什么是红色的"]
    assert "了" in texts(page, "//blockquote/del")
    assert client.get("/source", params={"text": "别处的一段话,没有文章这样写过"}).text.count("origin") == 0


@pytest.mark.parametrize(("path", "wanted"), [("/new", "月全食"), ("/browse", "天文"), ("/about", "16")])
def test_there_is_a_way_in_without_a_query(client: TestClient, path: str, wanted: str) -> None:
    assert wanted in client.get(path).text
    assert wanted in client.get("/").text


def test_the_page_speaks_the_readers_language(client: TestClient) -> None:
    def said(**headers: str) -> list[str]:
        return texts(client.get("/", headers=headers).text, "//form[@role='search']//button")

    assert said() == ["搜索"]
    assert said(**{"accept-language": "en"}) == ["Search"]
    client.get("/?lang=en")
    assert said() == ["Search"]


def test_the_page_comes_as_the_reader_chose_it_to_look(client: TestClient) -> None:
    client.cookies.update({"searchkit_theme": "dark", "searchkit_size": "large"})
    (chosen,) = html.fromstring(client.get("/").text).xpath("/html")
    assert (chosen.get("data-theme"), chosen.get("data-size")) == ("dark", "large")
    client.cookies.update({"searchkit_theme": "pink", "searchkit_size": "1"})
    (chosen,) = html.fromstring(client.get("/nothing").text).xpath("/html")
    assert not {"data-theme", "data-size"} & set(chosen.keys())


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "javascript:alert(1)",
    "\x00<b>",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "address", ["/?q={}", "/?tag={}", "/?author={}&site={}", "/source?text={}", "/article/{}", "/?path={}"]
)
def test_what_is_asked_never_becomes_markup(client: TestClient, address: str, text: str) -> None:

    page = client.get(address.replace("{}", quote(text))).text
    assert "49" not in texts(page, "//main")[0].replace(text, "")
    tree = html.fromstring(page)
    assert tree.xpath("//script[not(@src)] | //main//img | //b | //*[@onerror]") == []
    assert not [href for href in tree.xpath("//@href") if href.startswith("javascript:")]


def test_bars_show_when_the_articles_are_from_and_lead_there(client: TestClient) -> None:
    page = client.get("/", params={"q": "周报"}).text
    bars = html.fromstring(page).xpath("//*[local-name()='svg']//*[local-name()='a']")
    assert len(bars) == 12
    assert bars[2][0].text == "2022-03：1 / 1 篇文章，100.0%"
    assert texts(client.get(bars[2].get("href")).text, "//li[@class='hit']/h2") == ["第3期周报"]
    assert texts(page, "//section[@class='times']//tbody/tr[3]/*") == ["2022-03", "1", "1", "100.0%"]
    assert texts(page, "//ul[@class='mentions']/li/a") == ["第1期周报", "第12期周报"]


@pytest.fixture
def of_ferries(tmp_path: Path) -> Iterator[TestClient]:
    """A browser of articles that write of a ferry once a month, and then of nothing else."""
    months = [f"{2021 + n // 12}-{n % 12 + 1:02}" for n in range(24)]
    written = [make_article(f"{word} {month}", word[:2], f"{month}-09") for month in months
               for word in ("渡轮", "灯塔", "灯塔之二")]  # fmt: skip
    written += [make_article(f"停航 {n}", "渡轮 <停航>", f"2022-08-{n + 10}") for n in range(12)]
    searchkit.reindex(written, tmp_path / "index", jobs=1)
    with TestClient(create_app(searchkit.Config(index=str(tmp_path / "index"))), base_url=ORIGIN) as browser:
        browser.headers["accept-language"] = "zh-CN"
        yield browser


def test_a_rise_is_a_bar_of_its_own_and_has_its_article(of_ferries: TestClient) -> None:
    page = of_ferries.get("/", params={"q": "渡轮"}).text
    (rise,) = html.fromstring(page).xpath("//*[local-name()='a'][@class='rise']")
    assert rise[0].text == "2022-08：13 / 15 篇文章，86.7% · 上升"
    assert texts(page, "//p[@class='key']/span") == ["▲ 占比上升"]
    told = texts(page, "//ul[@class='mentions']/li")
    assert [line.split()[0] for line in told] == ["最早", "上升", "最近"]
    assert "2022-08：15 篇中有 13 篇，86.7% · 2021-08..2022-07 为 33.3%" in told[1]
    assert told[1].endswith("2022-08-09 渡轮 2022-08")


def test_two_queries_are_in_one_picture(of_ferries: TestClient) -> None:
    page = of_ferries.get("/", params={"q": "渡轮", "against": "灯塔"}).text
    assert texts(page, "//p[@class='key']/span") == ["■ 渡轮 36", "■ 灯塔 48", "0 篇文章两者都有", "▲ 占比上升"]
    bars = html.fromstring(page).xpath("//*[local-name()='svg']//*[local-name()='a']")
    assert [bar[0].text.split("：")[0] for bar in bars[:2]] == ["渡轮 · 2021-01", "灯塔 · 2021-01"]
    assert sum(bar.get("class") == "other" for bar in bars) == 24
    other = of_ferries.get(bars[1].get("href")).text
    assert html.fromstring(other).xpath("string(//input[@id='q']/@value)") == "灯塔"
    assert texts(page, "//section[@class='times']//tbody/tr[1]/*") == ["2021-01", "3", "1", "33.3%", "2", "66.7%"]
    heads = texts(page, "//section[@class='times']//thead//th")
    assert heads == ["时期", "全部", "渡轮", "占比", "灯塔", "占比"]
    assert texts(page, "//ul[@class='chips']//a") == ["对照 灯塔 ×"]
    assert "<svg" in of_ferries.get("/", params={"q": "渡轮", "against": "<script>"}).text


def test_the_second_query_has_rises_too(of_ferries: TestClient) -> None:
    page = of_ferries.get("/", params={"q": "灯塔", "against": "渡轮"}).text
    (rise,) = html.fromstring(page).xpath("//*[local-name()='a'][contains(@class, 'rise')]")
    assert rise.get("class") == "other rise"
    assert rise[0].text == "渡轮 · 2022-08：13 / 15 篇文章，86.7% · 上升"


def test_a_rise_has_a_shape_of_its_own(of_ferries: TestClient) -> None:
    bars = html.fromstring(of_ferries.get("/", params={"q": "渡轮"}).text).xpath("//*[local-name()='a'][*[2]]")
    heads = [bar[2].get("d").endswith("z") for bar in bars]
    assert heads == [bar.get("class") == "rise" for bar in bars]
    assert sum(heads) == 1


def test_an_empty_query_is_called_all_articles(of_ferries: TestClient) -> None:
    page = of_ferries.get("/", params={"against": "渡轮"}).text
    assert texts(page, "//p[@class='key']/span")[:2] == ["■ 全部文章 84", "■ 渡轮 36"]
    assert texts(page, "//ul[@class='mentions']//strong") == ["全部文章", "渡轮"]
    assert texts(page, "//section[@class='times']//thead/tr/th[3]") == ["全部文章"]
    first, other = html.fromstring(page).xpath("//*[local-name()='svg']/*")[:2]
    assert first[0].text.startswith("全部文章 · 2021-01：")
    assert other[0].text.startswith("渡轮 · 2021-01：")
    assert texts(page, "//ul[@class='chips']//a") == ["对照 渡轮 ×"]


def time_form(page: str) -> dict[str, str]:
    """What the form for the archive as it was and for a second query sends."""
    return dict(html.fromstring(page).xpath("//section[@class='times']//form")[1].form_values())


def test_the_second_query_is_shown_where_the_first_finds_nothing(of_ferries: TestClient) -> None:
    page = of_ferries.get("/", params={"q": "魑魅魍魉", "against": "灯塔"}).text
    assert texts(page, "//p[@class='key']/span")[:2] == ["■ 魑魅魍魉 0", "■ 灯塔 48"]
    assert len(html.fromstring(page).xpath("//*[local-name()='svg']/*")) == 24
    assert time_form(page) == {"q": "魑魅魍魉", "as_of": "", "against": "灯塔"}
    assert texts(page, "//div[@class='nothing']")
    neither = of_ferries.get("/", params={"q": "魑魅魍魉", "against": "饕餮"}).text
    assert texts(neither, "//p[@class='key']/span")[:2] == ["■ 魑魅魍魉 0", "■ 饕餮 0"]
    assert "<svg" not in neither


@pytest.mark.parametrize(
    ("query", "as_of"), [("渡轮", "2019-01-01"), ("渡轮", "2021-01-31"), ("魑魅魍魉", "2022")]
)
def test_what_is_asked_of_time_can_be_changed_where_there_is_no_picture(
    of_ferries: TestClient, query: str, as_of: str
) -> None:
    page = of_ferries.get("/", params={"q": query, "as_of": as_of}).text
    assert "<svg" not in page
    assert time_form(page) == {"q": query, "as_of": as_of, "against": ""}
    assert texts(page, "//ul[@class='chips']//a") == [f"截至 {as_of} ×"]


def test_two_queries_are_compared_in_a_single_period(of_ferries: TestClient) -> None:
    month = {"since": "2021-03-09", "until": "2021-03-09"}
    page = of_ferries.get("/", params={"q": "渡轮", "against": "灯塔", **month}).text
    assert len(html.fromstring(page).xpath("//*[local-name()='svg']/*")) == 2


def test_the_archive_as_it_was_and_a_second_query_are_asked_for_by_a_form(of_ferries: TestClient) -> None:
    page = of_ferries.get("/", params={"q": "渡轮", "as_of": "2022-03-31", "since": "2021-05"}).text
    assert texts(page, "//p[@class='count']")[0].startswith("11 ")
    form = html.fromstring(page).xpath("//section[@class='times']//form")[1]
    assert dict(form.form_values()) == {"q": "渡轮", "since": "2021-05", "as_of": "2022-03-31", "against": ""}
    page = of_ferries.get("/", params={"q": "渡轮", "as_of": "2022-03"}).text
    assert '<input type="text" name="as_of" value="2022-03">' in page  # what the form sends is what is shown
    assert of_ferries.get("/", params={"q": "渡轮", "as_of": "gestern"}).status_code == 400


def test_a_span_of_time_is_chosen_by_two_fields(client: TestClient) -> None:
    page = client.get("/", params={"q": "周报", "since": "2022-02-01", "until": "2022-04-30"}).text
    assert sorted(texts(page, "//li[@class='hit']/h2")) == ["第2期周报", "第3期周报", "第4期周报"]
    (form,) = html.fromstring(page).xpath("//form[@class='span']")
    assert dict(form.form_values()) == {"q": "周报", "since": "2022-02-01", "until": "2022-04-30"}
    assert "2022-02-01" in texts(page, "//ul[@class='chips']//a")[0]


def test_there_are_no_bars_where_there_is_nothing_to_compare(client: TestClient) -> None:
    assert "<svg" not in client.get("/", params={"q": "番茄"}).text
    assert "<svg" not in client.get("/", params={"q": "reflog"}).text


@pytest.fixture
def of_files(tmp_path: Path) -> Iterator[TestClient]:
    """A browser of articles that have files."""
    (tmp_path / "corpus").mkdir()
    text = "# 番茄怎么种\n\n## 育苗\n\n要晒太阳。\n\n![小苗](https://pics.example.com/1.png)\n\n"
    text += "## 移栽\n\n| 月 | 事 |\n|---|---|\n| 四月 | 移栽 |\n"
    (tmp_path / "corpus" / "番茄.md").write_text(text, encoding="utf-8")
    searchkit.reindex(tmp_path / "corpus", tmp_path / "index", jobs=1)
    with TestClient(create_app(searchkit.Config(index=str(tmp_path / "index"))), base_url=ORIGIN) as browser:
        yield browser


def test_an_article_has_the_structure_of_its_file(of_files: TestClient) -> None:
    page = of_files.get("/article/番茄.md", params={"q": "太阳"}).text
    assert texts(page, "//div[@class='body']/h2 | //div[@class='body']/h3") == ["育苗", "移栽"]
    assert texts(page, "//div[@class='body']//td") == ["四月", "移栽"]
    assert texts(page, "//div[@class='body']//mark[@id='m1']") == ["太阳"]


def test_pictures_come_from_elsewhere_only_if_they_are_asked_for(of_files: TestClient) -> None:
    answer = of_files.get("/article/番茄.md")
    assert "pics.example.com" not in answer.text
    assert "img-src 'self';" in answer.headers["content-security-policy"]
    (shown,) = html.fromstring(answer.text).xpath("//a[contains(@href, 'images=1')]/@href")
    answer = of_files.get(shown)
    (picture,) = html.fromstring(answer.text).xpath("//img")
    assert (picture.get("src"), picture.get("referrerpolicy")) == ("https://pics.example.com/1.png", "no-referrer")
    assert "img-src 'self' https: http:;" in answer.headers["content-security-policy"]


def test_an_article_whose_file_is_gone_is_read_from_the_index(of_files: TestClient, tmp_path: Path) -> None:
    (tmp_path / "corpus" / "番茄.md").unlink()
    page = of_files.get("/article/番茄.md", params={"q": "太阳"}).text
    assert texts(page, "//div[@class='body']//mark") == ["太阳"]
    assert texts(page, "//div[@class='body']//td") == []


def test_why_an_article_is_found_is_said_if_it_is_asked_for(client: TestClient) -> None:
    address = "/article/月全食为什么是红色的"
    page = client.get(address, params={"q": "月亮 太阳"}).text
    (why,) = html.fromstring(page).xpath("//a[contains(@href, 'why=1')]/@href")
    assert texts(client.get(why).text, "//section[@id='why']//li/@class/..")[0].endswith("月亮")
    assert html.fromstring(client.get(why).text).xpath("//section[@id='why']//li/@class") == ["has", "lacks"]


def test_the_other_language_is_a_link_to_the_same_page(client: TestClient) -> None:
    def other(address: str) -> str:
        (link,) = html.fromstring(client.get(address).text).xpath("//footer/a[@hreflang]/@href")
        return str(link)

    assert other("/?q=月&tag=天文") == "/?q=%E6%9C%88&tag=%E5%A4%A9%E6%96%87&lang=en"
    assert other("/source?text=月") == "/source?text=%E6%9C%88&lang=en"
    assert other("/?q=月&page=0") == "/?q=%E6%9C%88&page=0&lang=en"
    assert other("http://localhost//evil.example/x").startswith("/evil.example/x?")
    address = "/article/" + quote("日食怎么看") + "?q=%E6%9C%88&why=1"
    assert other(address) == f"{address}&lang=en"


def test_all_words_are_asked_for_by_1_and_can_be_taken_off(client: TestClient) -> None:
    assert "没有找到" not in client.get("/", params={"q": "太阳 滤光镜", "all": "0"}).text
    page = html.fromstring(client.get("/", params={"q": "太阳 滤光镜"}).text)
    (every,) = page.xpath("//p[@class='count']/a/@href")
    found = html.fromstring(client.get(every).text)
    assert len(found.xpath("//li[@class='hit']")) == 1
    (chip,) = found.xpath("//ul[@class='chips']//a/@href")
    assert "all" not in chip


def test_the_last_page_leads_no_further(client: TestClient) -> None:
    page = client.get("/", params={"q": "周报", "page": "1000"}).text
    assert html.fromstring(page).xpath("//a[@rel='next']") == []


def test_a_large_article_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.web.pages._LARGEST", 1_000)
    monkeypatch.setattr("searchkit.web.pages.MOST_MARKS", 50)
    searchkit.reindex([make_article("长", "月亮\n" * 1_000)], tmp_path / "index", jobs=1)
    with TestClient(create_app(searchkit.Config(index=str(tmp_path / "index"))), base_url=ORIGIN) as client:
        page = client.get("/article/长", params={"q": "月亮"}).text
    assert len(texts(page, "//div[@class='body']/p")) == 334
    assert len(texts(page, "//mark[@id]")) == 50
    assert len(texts(page, "//p[@class='cut']")) == 1


@pytest.mark.parametrize("name", ["n\nl.md", 'b #? "q" <x>.md', "/x/", "a//b", "tail/", "back\\slash"])
def test_an_id_of_any_kind_has_an_address(tmp_path: Path, name: str) -> None:
    searchkit.reindex([make_article("月", "月亮", id=name)], tmp_path / "index", jobs=1)
    with TestClient(create_app(searchkit.Config(index=str(tmp_path / "index"))), base_url=ORIGIN) as client:
        (address,) = html.fromstring(client.get("/?q=月亮").text).xpath("//li[@class='hit']/h2/a/@href")
        assert texts(client.get(address).text, "//article/h1") == ["月"]
        assert client.get("/api/v1/articles/" + quote(name)).json()["id"] == name


def test_a_page_is_of_one_state_whatever_is_published_meanwhile(tmp_path: Path) -> None:
    place = tmp_path / "index"
    searchkit.reindex([make_article("月", "月亮"), make_article("日", "太阳")], place, jobs=1)
    with searchkit.open_index(place) as index:
        pinned = index.pinned()
        searchkit.remove(["月"], place)
        assert index.reload()
        assert (len(pinned), len(index)) == (2, 1)
        assert pinned.similar("月").total == 0
        assert pinned.get("月").title == "月"


def test_a_bad_filter_of_an_article_is_no_failure(client: TestClient) -> None:
    assert client.get("/article/日食怎么看?q=太阳&why=1&since=garbage").status_code == 200
    assert "Method Not Allowed" not in client.post("/").text


def test_articles_that_take_long_hold_up_no_search(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    at_work, going_on, makes = [], Event(), pages._view

    def slowly(*given: Any, **more: Any) -> ArticleView:
        at_work.append(1)
        going_on.wait(30)
        return makes(*given, **more)

    monkeypatch.setattr(pages, "_view", slowly)
    with ThreadPoolExecutor(20) as readers:
        reading = [readers.submit(client.get, "/article/日食怎么看") for _ in range(20)]
        try:
            assert client.get("/", params={"q": "月亮"}).status_code == 200
            assert len(at_work) <= 2
        finally:
            going_on.set()
        assert [each.result().status_code for each in reading] == [200] * 20
