"""The list of a search: what is in it, where it ends, what comes first, what a hit lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from tests.conftest import Library, make_article, titles

FRUIT = {"甲": "红色 苹果 香甜", "乙": "红色 苹果", "丙": "红色 " + "天气 很好 " * 20, "丁": "绿色 香蕉 又甜又软"}


def test_the_list_has_what_comes_close_after_what_has_all_words(library: Library) -> None:
    found = library(**FRUIT).search("红色 苹果 香甜")
    assert (titles(found), found.complete) == (["甲", "乙"], 1)
    assert [hit.without for hit in found] == [(), ("香甜",)]
    assert found.total == 2


def test_a_list_without_all_words_says_of_each_hit_what_is_missing(library: Library) -> None:
    found = library(**FRUIT).search("红色 苹果 橙子")
    assert (titles(found), found.complete) == (["乙", "甲"], 0)
    assert [hit.without for hit in found] == [("橙子",), ("橙子",)]


def test_a_missing_word_is_called_as_it_was_typed(library: Library) -> None:
    found = library(甲="热图 教程", 乙="天气").search("画油画 热图 教程 著名")
    assert found[0].without == ("画", "油画", "著名")
    found = library(甲="热图 教程", 乙="天气").search("熱圖 教程 軟體 ＬＬＭ ㍿ 软体")
    assert found[0].without == ("軟體", "ＬＬＭ", "㍿")


def test_all_words_are_required_if_that_is_asked(library: Library) -> None:
    index = library(**FRUIT)
    assert titles(index.search("红色 苹果 香甜", all_words=True)) == ["甲"]
    assert index.search("红色 苹果 橙子", all_words=True).total == 0
    assert [article_id for article_id, _ in index.scored("红色 苹果", all_words=True)] == ["乙", "甲"]


def test_an_article_with_all_words_is_listed_however_low_its_score(library: Library) -> None:
    rest = {f"其他{n}": "天气 公园" for n in range(30)}
    index = library(**rest, 好="苹果 香蕉 " * 50, 长文="苹果香蕉。" + "今天天气很好，我们去公园散步。" * 4000)
    found = index.search("苹果 香蕉")
    assert titles(found) == ["好", "长文"]
    assert found[1].score < found[0].score / 4
    assert found.complete == found.total == 2


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_every_order_has_the_same_list(library: Library, sort: searchkit.Sort) -> None:
    index = library(**FRUIT)
    found = index.search("红色 苹果 香甜", sort=sort, facets=("tag",), limit=1)
    assert (found.total, found.complete) == (2, 1)
    pages = [index.search("红色 苹果 香甜", sort=sort, limit=1, offset=n) for n in range(3)]
    assert sorted(hit.id for page in pages for hit in page) == ["乙", "甲"]


def test_the_best_score_is_the_best_of_what_filters_leave(library: Library) -> None:
    index = library()
    searchkit.reindex(
        [
            make_article("红色苹果香甜", "红色 苹果 香甜 " * 9, tags=("水果",)),
            make_article("别的", "红色 " + "的确良 " * 90, tags=("布",)),
            *(make_article(f"天气{n}", f"晴天{n}") for n in range(3)),
        ],
        Path(index._config.index),
        jobs=1,
    )
    with searchkit.open_index(index._config.index) as both:
        assert titles(both.search("红色 苹果 香甜")) == ["红色苹果香甜"]
        assert titles(both.search("红色 苹果 香甜", tags=["布"])) == ["别的"]


@pytest.mark.parametrize("query", ["的", "怎么", "什么 怎么", "+怎么"])
def test_words_of_asking_are_required_when_alone(library: Library, query: str) -> None:
    index = library(**{"甲": "我的猫不知道怎么办，什么都怕", "乙": "单细胞数据"})
    assert titles(index.search(query)) == ["甲"]


@pytest.mark.parametrize(
    "query",
    [
        "热图 (聚类 -单细胞)",
        "(聚类 -单细胞) 热图",
        "热图 聚类 -单细胞",
        "热图 ((聚类) -单细胞)",
        "热图 (聚类 -单细胞)^2",
    ],
)
def test_what_is_excluded_in_parentheses_is_excluded(library: Library, query: str) -> None:
    index = library(甲="热图 聚类", 乙="热图 聚类 单细胞", 丙="聚类 单细胞", 丁="热图")
    assert {hit.id for hit in index.search(query)} <= {"甲", "丁"}
    assert index.search(query)[0].id == "甲"


@pytest.mark.parametrize(
    "query", ["(+苹果) 热图", '("苹果") 热图', "(title:苹果) 热图", "热图 (苹果 AND 手机)", "(+苹果)^2 热图"]
)
def test_what_is_required_in_parentheses_is_required(library: Library, query: str) -> None:
    index = library(苹果="苹果 手机", 乙="热图", 丙="苹果 热图 手机", 丁="手机")
    assert titles(index.search(query))
    assert all("苹果" in hit.article.title + hit.article.body for hit in index.search(query))


def test_of_alternatives_one_is_enough(library: Library) -> None:
    index = library(甲="苹果", 乙="香蕉", 丙="热图", 丁="苹果 热图")
    either = index.search("苹果 OR 香蕉")
    assert ({hit.id for hit in either}, either.complete) == ({"甲", "乙", "丁"}, 3)
    assert {hit.without for hit in either} == {()}
    beside = index.search("(苹果 OR 香蕉) 热图")
    assert {hit.id: hit.without for hit in beside}["丁"] == ()
    assert "丙" not in {hit.id for hit in beside}


@pytest.mark.parametrize(
    "query", ["苹果 香蕉", "苹果 OR 香蕉", "(苹果 香蕉) 热图", '"苹果" 热图', "+苹果 香蕉 -热图", "怎么吃苹果"]
)
def test_a_complete_hit_lacks_nothing(library: Library, query: str) -> None:
    words = ("苹果", "香蕉", "热图")
    bodies = {f"{n}": " ".join(w for at, w in enumerate(words) if n >> at & 1) for n in range(1, 8)}
    found = library(**bodies).search(query, limit=None)
    assert found.complete == sum(not hit.without for hit in found)


def test_words_of_asking_beside_a_quoted_part_ask_for_nothing(library: Library) -> None:
    index = library(**{"甲": "下栏在北京路以南", "乙": "什么是指南针"})
    assert titles(index.search("「下栏」是指什么？")) == ["甲"]
    assert titles(index.search('什么 "指南针"')) == ["乙"]


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("维生素D", "骨头里缺维生素D的人很多"),
        ("CD8阳性", "取CD8阳性细胞"),
        ("R 4.3", "先装 R 4.3 再说"),
        ("2×2", "一个2×2的表"),
        ("n^2", "要 n^2 步"),
        ("2024年5月", "写于2024年5月"),
        ("10,000", "有10,000人"),
        ("iPhone15", "新的iPhone15"),
    ],
)
def test_what_was_typed_in_a_row_comes_first(library: Library, query: str, body: str) -> None:
    loud = "维生素 C D 8 CD 阳性 R 4 3 2 2 n n 年 2024 月 5 10 000 15 iphone " * 20
    index = library(**{query[:2]: loud, "丙": loud, "正": body + "。今天天气很好，我们去公园散步。" * 100})
    assert titles(index.search(query))[0] == "正"


@pytest.mark.parametrize("typed", ["AND", "OR", "NOT", "-", "+", "(", '"', "title:", "~", "与"])
def test_a_half_typed_operator_changes_nothing(library: Library, typed: str) -> None:
    index = library(甲="单细胞 分析", 乙="细胞 and or not title", 丙="单细胞 and 与或非")
    asked, half = index.search("单细胞"), index.search(f"单细胞 {typed}")
    assert [(hit.id, hit.score) for hit in half] == [(hit.id, hit.score) for hit in asked]
    assert (half.total, half.complete) == (asked.total, asked.complete)


def test_a_number_with_a_minus_is_looked_for(library: Library) -> None:
    index = library(甲="降幅为-26.95%，气温 -5℃", 乙="晴天")
    assert titles(index.search("-26.95%")) == titles(index.search("-5℃")) == ["甲"]
    assert titles(index.search("NOT 5")) == ["乙"]


def test_what_shares_only_a_character_is_not_in_a_list(library: Library) -> None:
    index = library(**{"甲": "火车上的龙井茶和果汁"})
    assert index.search("火龙果").total == 0
    assert titles(index.search("龙井虾仁")) == ["甲"]


def test_a_wrong_cut_finds_by_characters_in_a_row(library: Library) -> None:
    index = library(**{"甲": "王沈，太原晋阳人，魏晋时期大臣。王沈 的字是处道。", "乙": "沈从文是湘西人。"})
    found = index.search("王沈是哪里人？")
    assert titles(found)[:1] == ["甲"]
    assert found.suggestion is None
