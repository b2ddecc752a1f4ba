"""What was meant by a query with a typing error, and that the list has it."""

from __future__ import annotations

import pytest

from searchkit import Filters, Index
from searchkit.analysis.normalize import fold_case
from searchkit.suggestions.look_alikes import GROUPS, look_alikes
from tests.conftest import Library, titles

TEA = "陆羽写了茶经，炒青绿茶要杀青，普洱茶要渥堆，白茶只萎凋。景德镇的青花瓷配人工智能温控。"
TRAVEL = "去敦煌看莫高窟，坐绿皮火车穿过河西走廊，沙漠里有月牙泉。湖南的米粉限时特价。"


@pytest.fixture
def index(library: Library) -> Index:
    return library(茶=TEA, 旅行=TRAVEL, 未来="未来学家说，量子计算机会改变药物设计。", 地质="火山灰埋了庞贝古城。")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("绿皮活车", "绿皮火车"),
        ("普尔茶", "普洱茶"),
        ("青花词", "青花瓷"),
        ("莫高哭", "莫高窟"),
        ("敦皇", "敦煌"),
        ("月牙权", "月牙泉"),
        ("河西走郎", "河西走廊"),
        ("人工只能", "人工智能"),
        ("景得镇", "景德镇"),
        ("量子计算鸡", "量子计算机"),
        ("庞贝谷城", "庞贝古城"),
        ("福南", "湖南"),
        ("撒青", "杀青"),
        ("沙膜", "沙漠"),
        ("火山挥", "火山灰"),
        ("末来", "未来"),
        ("高莫窟", "莫高窟"),
    ],
)
def test_a_character_of_the_same_sound_or_shape_or_in_another_order(index: Index, typed: str, meant: str) -> None:
    found = index.search(typed)
    assert found.suggestion == meant
    wanted = index.ids(meant)[0]
    assert [hit.suggested for hit in found if hit.id == wanted] == [True]


@pytest.mark.parametrize(
    "query",
    ["普洱茶", "人工智能温控", "魑魅魍魉", "咖啡", "完全不相干呀", "火车上的茶", "谁写了茶经", "去哪里看沙漠"],
)
def test_what_is_right_or_of_something_else_has_no_suggestion(index: Index, query: str) -> None:
    assert index.search(query).suggestion is None


def test_the_rest_of_a_query_stays_as_it_was_typed(index: Index) -> None:
    assert index.suggest("敦皇 旅行") == "敦煌 旅行"
    assert index.suggest("莫高哭和月牙泉 -茶") == "莫高窟和月牙泉 -茶"
    assert index.suggest("去莫高哭看月牙权") == "去莫高窟看月牙泉"
    assert index.suggest("景得鎮 OR 敦煌") == "景德鎮 OR 敦煌"


@pytest.mark.parametrize("query", ['"敦皇"', "-敦皇 茶", "+敦皇", "title:敦皇", "敦皇^2", "敦皇*", "NOT 敦皇"])
def test_what_something_is_said_of_is_meant_as_it_is(index: Index, query: str) -> None:
    assert index.suggest(query) is None


@pytest.mark.parametrize(
    "query",
    [
        "敦皇 -敦皇",
        "敦皇 title:敦皇",
        '敦皇 OR "敦皇"',
        "敦皇 -title:敦皇",
        "+敦皇 敦皇",
        "敦皇 敦皇^2",
        "敦皇 -(茶 敦皇)",
        "敦皇 site:敦皇.com",
    ],
)
def test_what_is_meant_as_it_is_in_one_place_is_so_in_all(index: Index, query: str) -> None:
    assert index.suggest(query) is None


def test_what_something_is_said_of_leaves_others_as_they_are(index: Index) -> None:
    assert index.suggest("敦皇 -绿皮活车") == "敦煌 -绿皮活车"
    assert index.suggest("莫高哭 title:敦皇") == "莫高窟 title:敦皇"


def test_no_word_becomes_an_operator(library: Library) -> None:
    index = library("SQL 的 NOT 和 AND", "ORACLE 与 XNOT", 月亮="天文与月亮", 天文="望远镜")
    for query in ("天文 nto 月亮", "天文 adn 月亮", "not2 月亮"):
        meant = index.search(query).suggestion
        assert meant is None or meant.split()[1] in ("not", "and", "月亮"), meant
    assert index.suggest("天文 nto 月亮") == "天文 not 月亮"
    assert set(titles(index.search("天文 nto 月亮"))) >= {"天文", "月亮"}


@pytest.mark.parametrize("typed", ["SERUAT", "Seruat", "ＳＥＲＵＡＴ", "Séruat", "seruat"])
def test_a_word_of_letters_is_replaced_as_a_whole(library: Library, typed: str) -> None:
    assert library("Seurat 流程").suggest(f"{typed} 流程") == "Seurat 流程"


def test_one_article_with_a_typing_error_is_doubted_in_a_small_archive(library: Library) -> None:
    many = {f"聚类{n}": "用 Seurat 聚类，批次效应要校正" for n in range(90)}
    index = library(**many, 错字="用 Seruat 时批次效映")
    assert index.suggest("Seruat") == "Seurat"
    assert index.suggest("批次效映") == "批次效应"
    few = library(**{f"聚类{n}": "用 Seurat 聚类" for n in range(40)}, 错字="用 Seruat 时")
    assert few.suggest("Seruat") is None, "so few articles more may be another word"


def test_a_word_of_letters_is_suggested_as_articles_write_it(library: Library) -> None:
    index = library("用 FindMarkers 找标记", "an open door")
    assert index.suggest("findmarkrs") == "FindMarkers"
    assert index.suggest("FindMakrers") == "FindMarkers"
    assert index.suggest("FindMarkers") is None
    assert index.suggest("opex 没有 opexx door") == "open 没有 opexx door"
    assert index.suggest("FindMarkrs OR zzzz") == "FindMarkers OR zzzz"
    assert index.suggest("(FindMarkrs 没有)") == "(FindMarkers 没有)"


def test_a_rare_word_with_a_far_more_frequent_neighbour_is_doubted(library: Library) -> None:
    many = {f"聚类{n}": "用 Seurat 聚类，批次效应要校正" for n in range(60)}
    others = {f"菜谱{n}": "番茄炒蛋要先炒蛋" for n in range(1000)}
    index = library(**many, **others, 错字="用 Seruat 聚类")
    assert index.suggest("Seruat") == "Seurat"
    assert index.suggest("用 Seruat 聚类") is None, "an article has it among the same words"
    found = index.search("Seruat", limit=100)
    assert (titles(found)[0], found.total, found.complete) == ("错字", 61, 1)
    assert [hit.suggested for hit in found] == [False] + [True] * 60
    assert index.suggest("批次效映") == "批次效应"


def test_what_an_article_has_whole_is_right(library: Library) -> None:
    index = library(**{f"敦煌{n}": "去敦煌莫高窟看看" for n in range(90)}, 错字="去敦皇莫高窟看看，带 Seruat")
    assert index.suggest("敦皇") == "敦煌"
    assert index.suggest("敦皇莫高窟") is None
    assert index.suggest("敦皇莫高窟壁画") == "敦煌莫高窟壁画"
    assert index.suggest("看看，带 Seruat") is None


def test_a_number_is_no_typing_error(library: Library) -> None:
    index = library("DESeq2 比 edgeR 常用", "chr12 和 p53")
    assert [index.suggest(query) for query in ("DESeq3", "chr13", "p54", "markers")] == [None] * 4


def test_a_text_for_a_query_has_no_suggestion(library: Library) -> None:
    index = library(甲="Seurat 流程")
    assert index.suggest("Seruat") == "Seurat"
    assert index.suggest("Seruat " + "别的话。" * 200) is None


def test_what_is_suggested_is_in_the_list_with_its_pages_counts_and_facets(library: Library) -> None:
    index = library(**{f"敦煌{n}": f"莫高窟第{n}窟" for n in range(7)}, 别的="绿皮火车")
    whole = index.search("敦皇", limit=None, facets=("author",))
    pages = [hit.id for offset in range(0, 9, 3) for hit in index.search("敦皇", limit=3, offset=offset)]
    assert (whole.total, whole.complete) == (7, 0)
    assert pages == [hit.id for hit in whole] == [article_id for article_id, _ in index.scored("敦皇")]
    assert tuple(pages) == index.ids("敦皇")
    assert {hit.id for hit in index.search("敦皇", sort="newest")} == set(pages)
    assert all(hit.suggested and not hit.without for hit in whole)
    assert index.search("敦皇", filters=Filters(author="无人")).total == 0


def test_all_words_are_those_that_were_typed(index: Index) -> None:
    found = index.search("敦皇", all_words=True)
    assert (found.total, found.complete, found.suggestion) == (0, 0, "敦煌")
    assert index.scored("敦皇", all_words=True) == ()


def test_a_suggested_hit_lacks_words_of_the_suggestion(index: Index) -> None:
    (hit,) = [hit for hit in index.search("敦皇 骆驼 火车") if hit.id == "旅行"]
    assert (hit.suggested, hit.without) == (True, ("骆驼",))
    assert [text.text[slice(*at)] for text in hit.snippets for at in text.highlights] == ["敦煌", "火车"]


def test_an_explanation_knows_the_suggestion(index: Index) -> None:
    explained = index.explain("敦皇", "旅行")
    assert explained.rank == 1
    assert ("the query as suggested: 敦煌", True) in explained.wants


def test_without_sounds_shapes_and_letters_are_compared(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.ingest.job.known_syllables", dict)
    index = library(未来="未来学家", R="Seurat")
    assert [index.suggest(query) for query in ("末来", "为来", "Seruat")] == ["未来", None, "Seurat"]


def test_nothing_is_put_together_that_no_article_has(library: Library) -> None:
    index = library("他们读博", "阅读一半")
    assert index.suggest("为什么读博读到一半不读了") is None


def test_look_alikes_are_groups_of_different_characters() -> None:
    assert all(len(set(group)) == len(group) > 1 for group in GROUPS.split())
    assert fold_case("".join(GROUPS)) == "".join(GROUPS), "a query is folded before"
    assert look_alikes()["己"] == "已巳"
