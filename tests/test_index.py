"""Queries as users type them, from text to results."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit.config import Config
from searchkit.errors import ArticleNotFound, IndexNotFound, QuerySyntaxError
from tests.conftest import Library, make_article, marked, titles


def test_a_real_search_finds_ranks_and_shows(sample_index: searchkit.Index) -> None:
    results = sample_index.search("OpenAI 融资", limit=5)
    assert (results.total, results.complete, results.suggestion) == (2, 2, None)
    hit = results.hits[0]
    assert hit.title[slice(*hit.title_highlights[0])] == "OpenAI 融资"
    assert {"OpenAI", "融资"} <= set(marked(hit))
    assert Path(hit.path).is_file()
    assert results.took_ms > 0


class TestAsYouType:
    """Searches with `prefix=True`, on two engines."""

    @pytest.fixture(params=["memory", "whoosh"])
    def index(self, request: pytest.FixtureRequest, library: Library) -> searchkit.Index:
        return library(
            engine=request.param,
            **{
                "渔港": "灯塔与渡轮。Lighthouse 的光。",
                "光学": "Light and lighthouses，光的反射。",
                "船票": "渡轮的船票要提前买，用 TicketMaster 也行。",
                "季风": "Light 是光，轻也是 light。",
            },
        )

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("lighth", {"渔港", "光学"}),
            ("LIGHTHOUSE", {"渔港", "光学"}),
            ("灯", {"渔港"}),
            ("渡轮 tick", {"船票", "渔港"}),
            ("ticketm", {"船票"}),
            ("mast", {"船票"}),
            ("title:渔", {"渔港"}),
            ("body:lighth", {"渔港", "光学"}),
            ("title:lighth", set()),
            ("-渡轮 lighth", {"光学"}),
            ('"渡轮" tick', {"船票", "渔港"}),
            ("光 -lighth", {"渔港", "光学", "季风"}),
            ("lighth ", set()),
            ("(lighth)", set()),
            ("deng'ta", set()),
        ],
    )
    def test_an_unfinished_word_is_any_that_begins_with_it(
        self, index: searchkit.Index, query: str, found: set[str]
    ) -> None:
        assert set(titles(index.search(query, prefix=True))) == found
        assert {article_id for article_id, _ in index.scored(query, prefix=True)} == found

    def test_a_word_that_is_whole_comes_before_longer_ones(self, index: searchkit.Index) -> None:
        assert titles(index.search("light", prefix=True))[-1] == "渔港"
        assert {"季风", "光学"} < set(titles(index.search("light", prefix=True)))

    def test_who_has_all_words_comes_before_who_lacks_one(self, index: searchkit.Index) -> None:
        results = index.search("渡轮 tick", prefix=True)
        assert titles(results) == ["船票", "渔港"]
        assert [hit.without for hit in results.hits] == [(), ("tick*",)]
        assert titles(index.search("渡轮 tick", prefix=True, all_words=True)) == ["船票"]

    def test_nothing_is_suggested(self, index: searchkit.Index) -> None:
        assert index.search("lighthause").suggestion == "Lighthouse"
        assert index.search("lighthause", prefix=True).suggestion is None

    def test_what_was_typed_is_marked_where_a_word_begins_with_it(self, index: searchkit.Index) -> None:
        (hit,) = index.search("ticketm", prefix=True).hits
        assert marked(hit) == ["TicketM"]
        assert sorted(marked(hit) for hit in index.search("lighth", prefix=True).hits) == [["Lighth"], ["lighth"]]
        assert marked(index.hits("渡轮 tick", ["船票"], prefix=True)[0]) == ["渡轮", "Tick"]
        assert index.highlights("lighth", "Lighthouse", prefix=True) == ((0, 6),)
        assert index.highlights("lighth", "Lighthouse") == ()

    def test_a_letter_alone_is_marked_only_as_a_word(self, index: searchkit.Index) -> None:
        assert index.search("t", prefix=True).total == 1
        assert index.highlights("t", "A T is no Ticket", prefix=True) == ((2, 3),)


def test_signs_are_never_relaxed(library: Library) -> None:
    index = library(**{"甲": "配置 简单", "乙": "配置 复杂", "丙": "复杂"})
    assert titles(index.search("配置 -复杂")) == ["甲"]
    assert titles(index.search("配置 +简单 没有这个词")) == ["甲"]
    assert titles(index.search("-配置")) == ["丙"]
    assert index.search('"简单 配置" 配置').total == 0


def test_operators_phrases_fields_and_groups(library: Library) -> None:
    index = library(**{"猫": "狗和鸟在一起", "狗": "猫", "鸟": "一只鸟"})
    assert set(titles(index.search("猫 AND 狗"))) == {"猫", "狗"}
    assert set(titles(index.search("title:猫 OR title:鸟"))) == {"猫", "鸟"}
    assert titles(index.search("鸟 NOT 狗")) == titles(index.search("鸟 非 狗")) == ["鸟"]
    assert titles(index.search("(body:猫 或 只) -title:鸟")) == ["狗"]
    assert titles(index.search("标题：鸟")) == ["鸟"]
    assert titles(index.search("「狗和鸟」")) == titles(index.search("“狗和鸟”")) == ["猫"]
    assert titles(index.search('"狗 鸟"~1')) == ["猫"]
    assert index.search('"狗 鸟"~0').total == 0


def test_dates_narrow_by_the_articles_own_clock(engine: str, tmp_path: Path) -> None:
    articles = [
        make_article("元旦", "新年 一", "2024-01-01T00:10:00+08:00"),
        make_article("年末", "新年 二", "2024-12-31T23:50:00-05:00"),
        make_article("无日期", "新年"),
    ]
    searchkit.reindex(articles, tmp_path / "i", jobs=1, config=Config(engine=engine))
    with searchkit.open_index(tmp_path / "i", engine=engine) as index:
        assert set(titles(index.search("新年 date:2024"))) == {"元旦", "年末"}
        assert titles(index.search("新年 date:2024-01..2024-06")) == ["元旦"]
        assert titles(index.search("新年 since:2024-06 until:2024-12-31")) == ["年末"]
        assert titles(index.search("新年", until=date(2024, 1, 1))) == ["元旦"]
        assert titles(index.search("新年", since=datetime(2024, 2, 1, tzinfo=UTC))) == ["年末"]
        assert titles(index.search("新年", sort="newest")) == ["年末", "元旦", "无日期"]
        assert titles(index.search("新年", sort="oldest")) == ["元旦", "年末", "无日期"]


def test_filters_compare_in_normal_form(engine: str, tmp_path: Path) -> None:
    articles = [
        make_article("甲", "文 一", tags=("R語言", "ABC"), categories=("Duty",), author="張三"),
        make_article("乙", "文", tags=("abc",)),
    ]
    searchkit.reindex(articles, tmp_path / "i", jobs=1, config=Config(engine=engine))
    with searchkit.open_index(tmp_path / "i", engine=engine) as index:
        assert titles(index.search("文", tags=["r语言"])) == ["甲"]
        assert set(titles(index.search("文", tags=["ABC"]))) == {"甲", "乙"}
        assert titles(index.search("文", tags=["abc", "R语言"])) == ["甲"]
        assert titles(index.search("文", categories=["duty"], author="张三")) == ["甲"]
        assert index.search("文", tags=["没有"]).total == 0
        facets = index.search("文", facets=("tag", "author")).facets
        assert facets == {"tag": (("ABC", 1), ("R語言", 1), ("abc", 1)), "author": (("張三", 1),)}


def test_paging_has_no_limit_on_depth(library: Library) -> None:
    index = library(*(f"第{n}篇 数据" for n in range(45)))
    whole = titles(index.search("数据", limit=None))
    assert len(whole) == 45
    assert titles(index.search("数据", limit=10, offset=40)) == whole[40:]
    assert index.search("数据", limit=0).total == 45
    assert index.search("数据", offset=1000).hits == ()


def test_a_title_as_typed_comes_first(library: Library) -> None:
    index = library(**{"R语言入门": "正文", "入门": "R语言入门 R语言入门 R语言入门", "-x OR (y": "z"})
    assert titles(index.search("r語言 入門"))[0] == "R语言入门"
    assert titles(index.search("-x OR (y"))[0] == "-x OR (y"


def test_a_word_that_is_rare_among_titles_counts_more_in_one(library: Library) -> None:
    wanted = {"四川游记": "火锅很辣", "火锅食谱": "四川很辣"}
    index = library(**wanted, **{"四川天气": "晴天", "四川地图": "公路", "早饭": "火锅豆浆", "午饭": "火锅米饭"})
    assert titles(index.search("四川 火锅"))[:2] == ["火锅食谱", "四川游记"]


def test_synonyms_find_each_other(library: Library) -> None:
    config = Config(synonyms=(("机器学习", "ML", "machine learning"),))
    index = library(**{"甲": "机器学习入门", "乙": "an ML course", "丙": "Machine Learning 课"}, config=config)
    for query in ("机器学习", "ml", "machine learning"):
        assert set(titles(index.search(query))) == {"甲", "乙", "丙"}
    assert titles(index.search("机器学习"))[0] == "甲"


def test_a_snippet_says_more_than_the_title(library: Library) -> None:
    index = library(**{"猫的一天": "猫的一天\n早上猫醒了。中午猫睡了。", "猫": "猫"})
    assert [hit.snippets[0].text for hit in index.search("猫").hits] == ["猫", "早上猫醒了。中午猫睡了。"]


def test_similar_articles_leave_the_article_itself_out(library: Library) -> None:
    index = library(
        **{
            "甲": "单细胞测序用 Seurat 聚类和注释",
            "乙": "Seurat 聚类之后怎样注释单细胞",
            "丙": "番茄炒蛋要先炒蛋",
        }
    )
    results = index.similar("甲")
    assert titles(results)[0] == "乙"
    assert "甲" not in titles(results)
    with pytest.raises(ArticleNotFound, match="没有"):
        index.similar("没有")


def test_similar_articles_can_be_filtered_and_paged(library: Library) -> None:
    index = library(**{f"篇{n}": f"月亮和潮汐，第{n}篇" for n in range(6)})
    everything = index.similar("篇0", limit=None)
    assert len(everything) == everything.total == 5
    assert index.similar("篇0", limit=2, offset=3).hits == everything[3:5]
    assert index.similar("篇0", filters=searchkit.Filters(tags=("没有",))).total == 0
    assert all(not hit.snippets for hit in index.similar("篇0", snippets=False))
    with pytest.raises(ValueError, match="negative"):
        index.similar("篇0", offset=-1)


def test_explanations_are_given_on_demand(library: Library) -> None:
    index = library(**{"猫": "猫和狗"})
    (hit,) = index.search("猫 狗", explain=True).hits
    assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score)
    assert index.search("猫").hits[0].explanation == ()


def test_no_text_is_an_error_and_the_strict_form_points_at_the_character(library: Library) -> None:
    index = library("数据")
    lenient = index.search('数据 AND ("未完')
    assert lenient.notes
    with pytest.raises(QuerySyntaxError) as caught:
        index.search('数据 "未完', strict=True)
    assert caught.value.position == 3
    assert str(caught.value).splitlines()[-1] == "       ^"


@pytest.mark.parametrize(
    "query", ["", " ", "\u3000", "\u200b", "\x00", "()", '""', "-", "+", "AND", ":", "~", "^2", "*", "\ud800"]
)
def test_odd_queries_are_answered(library: Library, query: str) -> None:
    assert library("数据").search(query).total >= 0


def test_an_empty_query_finds_nothing(library: Library) -> None:
    assert library("数据").search("").total == 0


@pytest.mark.parametrize(
    "wrong", [{"limit": -1}, {"offset": -1}, {"sort": "best"}, {"facets": ["colour"]}, {"since": "last week"}]
)
def test_wrong_options_are_errors_that_name_them(library: Library, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"negative|best|colour|last week"):
        library("数据").search("数据", **wrong)


def test_results_stay_valid_after_close(library: Library) -> None:
    index = library("数据分析")
    results = index.search("数据")
    index.close()
    assert results.hits[0].snippets[0].text == "数据分析"


def test_an_index_is_shared_between_threads(sample_index: searchkit.Index) -> None:
    queries = ["OpenAI 融资", "单细胞", "广州", '"的"', "c++", "番茄", "r语言", "马拉松"]
    expected = {query: titles(sample_index.search(query)) for query in queries}
    wrong: list[str] = []

    def search(start: int) -> None:
        for step in range(16):
            query = queries[(start + step) % len(queries)]
            if titles(sample_index.search(query)) != expected[query]:
                wrong.append(query)

    threads = [threading.Thread(target=search, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_no_index_is_an_error_that_says_what_to_do(engine: str, tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="searchkit reindex"):
        searchkit.open_index(tmp_path / "nowhere", engine=engine)


def test_both_engines_give_the_same_results(library: Library) -> None:
    bodies = {
        "甲": "单细胞 数据 分析",
        "乙": "数据 GPT-5.2 分析 FindMarkers",
        "丙": "人工智能",
        "丁": "R语言 数据",
    }
    one, two = library(**bodies, engine="whoosh"), library(**bodies, engine="memory")
    for query in ("数据 分析", '"据 分"', "gpt", "find*", "数据 -r", "没有 数据", "人工 OR 单细胞", "分析^3 数据"):
        a, b = one.search(query), two.search(query)
        assert [h.id for h in a.hits] == [h.id for h in b.hits]
        assert [h.score for h in a.hits] == pytest.approx([h.score for h in b.hits])
        assert (a.total, a.complete) == (b.total, b.complete)
        assert [h.without for h in a.hits] == [h.without for h in b.hits]


def test_the_answer_says_what_of_the_query_was_left_out(library: Library) -> None:
    index = library(甲="红色 苹果")
    assert index.search("红色 苹果").notes == ()
    notes = index.search("红色 苹果 " * 5_000).notes
    assert notes == (
        "only the first 80 words were looked up",
        "only the first 500 characters and words of a phrase were looked for",
        "only the first 8,000 characters were read",
        "only the first 500 words and signs were read",
    )


def test_of_very_many_notes_only_the_number_is_told(library: Library) -> None:
    notes = library(甲="红色 苹果").search("date:0 " * 50).notes
    assert (len(notes), notes[-1]) == (11, "and 40 more notes")


def test_filters_of_hundreds_of_values_are_answered_and_of_thousands_refused(library: Library) -> None:
    index = library(甲="红色 苹果")
    began = time.process_time()
    assert index.search("苹果 红色", tags=[f"标签{n}" for n in range(500)]).total == 0
    with pytest.raises(ValueError, match="20,000 tags and categories; an article can be asked for 500 of them"):
        index.search("苹果", tags=[f"标签{n}" for n in range(20_000)])
    assert time.process_time() - began < 2


def test_a_common_character_is_not_marked_next_to_a_word(library: Library) -> None:
    index = library(
        *[f"这里的第{number}只猫" for number in "一二三四五六七八九"], 甲="铊中毒了，我的手", 乙="猫的"
    )
    assert marked(index.search("的 铊").hits[0]) == ["铊"]
    assert set(marked(index.search("的").hits[0])) == {"的"}


def test_a_part_of_a_word_is_marked_only_in_an_article_that_lacks_the_word(library: Library) -> None:
    index = library(
        细胞图谱="单细胞的图谱，不是细胞的图谱。", 单细胞图谱="许多细胞的图谱。", 图谱="每个细胞都在图谱里。"
    )
    found = {hit.title: hit for hit in index.search("单细胞 OR 图谱")}
    assert found["细胞图谱"].title_highlights == ((2, 4),)
    assert set(marked(found["细胞图谱"])) == {"单细胞", "图谱"}
    assert set(marked(found["单细胞图谱"])) == {"图谱"}
    assert set(marked(found["图谱"])) == {"细胞", "图谱"}
    titles_only = {hit.title: hit.title_highlights for hit in index.search("单细胞 OR 图谱", snippets=False)}
    assert titles_only == {title: hit.title_highlights for title, hit in found.items()}


def test_an_open_index_sees_what_was_published_later_once_it_is_loaded(engine: str, tmp_path: Path) -> None:
    place, config = tmp_path / "index", Config(engine=engine)
    searchkit.reindex([make_article("甲", "惠州有西湖。")], place, jobs=1, config=config)
    with searchkit.open_index(place, config=config) as index:
        assert index.is_current
        searchkit.reindex([make_article("甲", "广州有早茶。")], place, jobs=1, config=config)
        assert not index.is_current
        assert index.search("西湖").total == 1
        assert index.reload()
        assert index.is_current
        assert not index.reload()
        assert (index.search("西湖").total, index.search("早茶").total) == (0, 1)


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("", "the query is empty; give a word to look for"),
        (" \u3000\n", "the query is empty; give a word to look for"),
        ("，", "the query has no words; its symbols were looked for as they stand"),
        ("…！？", "the query has no words; its symbols were looked for as they stand"),
    ],
)
def test_a_query_without_words_says_so(library: Library, query: str, note: str) -> None:
    index = library("你好，世界")
    results = index.search(query)
    assert results.total == (query == "，")
    assert results.notes == (note,)


@pytest.mark.parametrize("query", ["你", "-没有", "title:你", "since:2024", "site:qq.com -你", "R", "h*", "[你]"])
def test_nothing_is_said_of_a_query_with_words(library: Library, query: str) -> None:
    assert not any("the query" in note for note in library("你好，世界").search(query).notes)
