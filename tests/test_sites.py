"""`site:` asks where an article is from, and is otherwise left out of what is looked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import searchkit
from tests.conftest import make_article, titles

ARTICLES = (
    make_article("公众号", "月全食的红光，血月。", "2024-03-25", url="https://mp.weixin.qq.com/s/moon"),
    make_article("门户", "流星雨的夜晚。", url="https://www.qq.com/news/2.html"),
    make_article("问答", "月全食什么时候看？", url="https://www.zhihu.com/question/1"),
    make_article("中文域名", "月全食。", url="https://xn--fiqs8s/a"),
    make_article("笔记", "月全食和流星雨，site 一词。"),
)


@pytest.fixture(scope="module")
def index(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchkit.Index]:
    place = tmp_path_factory.mktemp("sites")
    searchkit.reindex(ARTICLES, place, jobs=1, config=searchkit.Config(engine=engine))
    with searchkit.open_index(place, engine=engine) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("site:qq.com", {"公众号", "门户"}),
        ("site:weixin.qq.com", {"公众号"}),
        ("site:mp.weixin.qq.com 月全食", {"公众号"}),
        ("site:qq.com 月全食", {"公众号"}),
        ("月全食 site:qq.com", {"公众号"}),
        ("网站：QQ.com", {"公众号", "门户"}),
        ("site:https://www.zhihu.com/question/9", {"问答"}),
        ('site:"zhihu.com"', {"问答"}),
        ("site:(qq.com OR zhihu.com) 月全食", {"公众号", "问答"}),
        ("site:qq.com OR site:zhihu.com 月全食", {"公众号", "问答"}),
        ("site:(qq.com zhihu.com)", set()),
        ("月全食 -site:qq.com", {"问答", "中文域名", "笔记"}),
        ("-site:com", {"中文域名", "笔记"}),
        ("site:中国", {"中文域名"}),
        ("site:qq", set()),
        ("site:q.com", set()),
    ],
)
def test_a_site_is_a_host_or_a_domain_it_is_in(index: searchkit.Index, query: str, found: set[str]) -> None:
    assert set(titles(index.search(query))) == found


@pytest.mark.parametrize(
    "selection",
    [
        "site:qq.com",
        "+site:qq.com",
        "+(site:qq.com OR site:zhihu.com)",
        "site:qq.com AND -site:zhihu.com",
        "(site:qq.com)^2",
        "(site:qq.com date:2024)",
        "+(site:qq.com date:2024)",
        "date:2024",
        "date:2024 OR date:2023",
        "+(date:2024 OR site:qq.com)",
        "(-site:zhihu.com OR date:2024..)",
        "-流星雨",
        "+(-流星雨)",
    ],
)
def test_what_only_selects_does_not_stand_for_the_words(index: searchkit.Index, selection: str) -> None:
    assert index.search(selection).total
    assert index.search(f"海豚 {selection}").total == 0
    assert index.search(f"{selection} 海豚").total == 0
    assert index.search(f"月全食 {selection}").total


@pytest.mark.parametrize(
    "text", ["+月全食", "+(月全食 site:qq.com)", "(月全食 AND site:qq.com)", '("月全食" date:2024)']
)
def test_beside_a_text_that_must_be_there_words_need_not_be(index: searchkit.Index, text: str) -> None:
    assert "公众号" in titles(index.search(f"海豚 {text}"))


def test_words_beside_a_site_are_looked_for_as_they_are_alone(index: searchkit.Index) -> None:
    results = index.search("site:qq.com 月全食 流星雨")
    assert (results.total, results.complete) == (2, 0)
    assert index.search("site:qq.com 月全食 流星雨", all_words=True).total == 0


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ("site:weixin", ("no article has the site weixin; nearest: mp.weixin.qq.com (1)",)),
        ("site:zhihu.co 月", ("no article has the site zhihu.co; nearest: zhihu.com (1)",)),
        ("site:q*", ("no article has the site q*",)),
        ("site:*", ("no article has the site *",)),
        ("site:。 月", ("no article has the site 。",)),
        ("site:qq~", ("no article has the site qq; nearest: qq.com (1)",)),
        ('site:"月 亮"~3', ("no article has the site 月 亮",)),
        ('site:("zhihu.com"~2 OR qq.com)', ()),
        ("-site:*", ()),
        ("site:qq.com", ()),
    ],
)
def test_a_site_that_no_article_is_from_is_named(
    index: searchkit.Index, query: str, notes: tuple[str, ...]
) -> None:
    assert index.search(query).notes == notes


def test_sites_are_counted(index: searchkit.Index) -> None:
    counts = index.search("月全食", facets=("site",)).facets["site"]
    assert counts == (("mp.weixin.qq.com", 1), ("zhihu.com", 1), ("中国", 1))
    assert index.stats().facets["site"][0][1] == 1


def test_an_explanation_names_the_site(index: searchkit.Index) -> None:
    assert index.explain("site:zhihu.com 流星雨", "门户").wants[-1] == ("site zhihu.com", False)


def test_a_site_alone_is_ranked_by_nothing_and_marks_nothing(index: searchkit.Index) -> None:
    hit = index.search("site:mp.weixin.qq.com").hits[0]
    assert (hit.score, hit.title_highlights) == (0.0, ())
