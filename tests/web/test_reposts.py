"""Of several articles with nearly the same text the page lists one, and names the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from starlette.testclient import TestClient

import searchkit
from searchkit.snippets.comparison import Comparison, compare
from searchkit.web.app import create_app
from tests.articles.copies import edited, prose
from tests.conftest import make_article
from tests.web.conftest import ORIGIN

FIRST = make_article("渡口的一年", prose("渡口"), "2024-02-01", author="甲")
COPY = make_article("渡口的又一年", edited(FIRST.body, 0.03), "2024-03-01", author="乙")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[TestClient]:
    searchkit.reindex([FIRST, COPY], tmp_path, jobs=1)
    app = create_app(searchkit.Config(index=str(tmp_path)))
    with TestClient(app, base_url=ORIGIN, headers={"accept-language": "zh-CN"}) as client:
        yield client


def test_a_hit_leads_to_its_reposts_and_to_the_newest(browser: TestClient) -> None:
    page = html.fromstring(browser.get("/", params={"q": "渡口"}).text)
    (hit,) = page.xpath("//li[@class='hit']")
    links = {link.text: link.get("href") for link in hit.xpath(".//p[@class='aside']//a")}
    assert list(links) == ["+1 篇转载", "最新"]
    (section,) = html.fromstring(browser.get(links["+1 篇转载"]).text).xpath("//section[@id='reposts']")
    assert "2024-02-01" in section.text_content()
    (title,) = html.fromstring(browser.get(links["最新"]).text).xpath("//article//h1")
    assert title.text_content() == COPY.title


def test_each_repost_is_listed_where_the_address_asks_for_it(browser: TestClient) -> None:
    folded = html.fromstring(browser.get("/", params={"q": "渡口"}).text)
    (each,) = folded.xpath("//p[@class='count']/a/@href")
    page = html.fromstring(browser.get(each).text)
    assert len(page.xpath("//li[@class='hit']")) == 2
    assert not page.xpath("//p[@class='count']/a")
    (chip,) = page.xpath("//ul[@class='chips']//a/@href")
    assert "fold" not in chip
    totals = [
        browser.get("/api/v1/search", params={"q": "渡口", "fold": fold}).json()["total"] for fold in ("0", "1")
    ]
    assert totals == [2, 1]
    assert browser.get("/api/v1/search", params={"q": "渡口"}).json()["total"] == 1


@pytest.mark.parametrize("asked", [{"q": "渡口"}, {"q": "渡口", "against": "渡口"}, {"against": "渡口"}])
def test_a_bar_leads_to_as_many_articles_as_it_says(tmp_path: Path, asked: dict[str, str]) -> None:
    days = ("2024-02-01", "2024-02-09", "2024-06-01")
    copies = [make_article(f"渡口 {day}", f"{FIRST.body}\n{day}", day) for day in days]
    searchkit.reindex(copies, tmp_path, jobs=1)
    with TestClient(create_app(searchkit.Config(index=str(tmp_path))), base_url=ORIGIN) as client:
        bars = html.fromstring(client.get("/", params=asked).text).xpath("//*[local-name()='svg']/*")
        lists = [html.fromstring(client.get(bar.get("href")).text) for bar in bars]
    sides = 2 if "against" in asked else 1
    assert [len(found.xpath("//li[@class='hit']")) for found in lists] == [2] * sides + [1] * sides


@pytest.mark.parametrize("address", ["/new", "/?since=2024", "/?q=渡口&fold=0"])
def test_a_list_with_each_repost_does_not_say_that_one_stands_for_others(
    browser: TestClient, address: str
) -> None:
    page = html.fromstring(browser.get(address).text)
    assert len(page.xpath("//li[@class='hit']")) == 2
    assert not page.xpath("//span[@class='repeats']")


def test_an_article_of_the_api_names_its_reposts(browser: TestClient) -> None:
    assert browser.get(f"/api/v1/articles/{COPY.id}").json()["reposts"] == [FIRST.id]


def test_an_article_says_what_its_reposts_have_otherwise(browser: TestClient, tmp_path: Path) -> None:
    page = html.fromstring(browser.get(f"/article/{COPY.id}").text)
    (section,) = page.xpath("//section[@id='reposts']")
    first, this = section.xpath("./ol/li")
    assert first.findtext("a/span") == FIRST.title
    assert this.findtext("strong") == "本文"
    with searchkit.open_index(tmp_path) as index:
        (cluster,) = index.reposts(COPY.id)
    assert cluster.newest
    changes = cluster.newest.differences
    assert f"与最早的一篇有 {len(changes)} 处不同" in this.text_content()
    assert len(this.xpath(".//details//li")) == min(len(changes), 20)
    assert changes[0].given in this.text_content()
    assert COPY.body[changes[0].start : changes[0].end] in this.text_content()


MANY = 12
PARTS = [prose(f"仓库{number}", 3) for number in range(40)]


def version(number: int) -> searchkit.Article:
    """A text in which in each version others of its sentences are changed."""
    parts = [
        f"第{number}版，{part}" if number and not (place + number) % 2 else part
        for place, part in enumerate(PARTS)
    ]
    return make_article(f"仓库纪事{number}", "\n".join(parts), f"2024-01-{number + 1:02}")


@pytest.fixture
def crowd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A page on which four articles of a cluster of twelve are compared, and five differences of each shown."""
    monkeypatch.setattr("searchkit.web.pages.COMPARED", 4)
    monkeypatch.setattr("searchkit.web.pages.MOST_DIFFERENCES", 5)
    searchkit.reindex(map(version, range(MANY)), tmp_path / "crowd", jobs=1)
    app = create_app(searchkit.Config(index=str(tmp_path / "crowd")))
    with TestClient(app, base_url=ORIGIN, headers={"accept-language": "zh-CN"}) as client:
        yield client


def test_of_many_reposts_the_first_and_this_one_are_compared(
    crowd: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []

    def noting(given: str, text: str) -> Comparison:
        compared.append(text)
        return compare(given, text)

    monkeypatch.setattr("searchkit.reposts.compare", noting)
    page = html.fromstring(crowd.get(f"/article/{version(8).id}").text)
    (section,) = page.xpath("//section[@id='reposts']")
    assert compared == [version(number).body for number in (0, 1, 2, 8)]
    assert section.xpath("./ol/li/@value") == ["1", "2", "3", "9"]
    assert section.xpath("./ol/li")[3].findtext("strong") == "本文"
    (others,) = section.xpath("./details")
    assert others.findtext("summary") == "……还有 8 篇文章"
    links = others.xpath("./ul/li/a")
    assert [link.text_content().strip() for link in links] == [f"仓库纪事{n}" for n in range(3, MANY) if n != 8]
    assert crowd.get(links[0].get("href")).status_code == 200
    assert "最新" in others.xpath("./ul/li")[-1].text_content()


def test_what_is_left_out_of_the_differences_is_said(crowd: TestClient, tmp_path: Path) -> None:
    page = html.fromstring(crowd.get(f"/article/{version(1).id}").text)
    this = page.xpath("//section[@id='reposts']/ol/li")[1]
    with searchkit.open_index(tmp_path / "crowd") as index:
        (cluster,) = index.reposts(version(1).id)
    count = len(cluster.reposts[1].differences)
    assert count > 5
    assert len(this.xpath(".//details//li")) == 5
    assert this.xpath(".//details/p")[0].text_content() == f"……还有 {count - 5} 处差异"
