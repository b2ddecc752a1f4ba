"""What every engine must do. A new engine subclasses `EngineContract` and says how to make one.

The expectations of `TestMemoryEngine` are written by hand; other engines are also held against it on random
documents and conditions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from searchkit.analysis.analyzer import Analyzer
from searchkit.bm25f import PRESENCE, Bm25f, inverse_frequency
from searchkit.engines.base import Document, Engine, Found, Reader, Remains, Request
from searchkit.errors import IndexLocked, IndexNotFound
from searchkit.ingest.document import make_document
from searchkit.model import Article
from searchkit.query import plan
from searchkit.query.plan import Condition, RankTerm
from searchkit.schema import SCHEMA_VERSION, SORTS, Sort
from searchkit.state import IndexState, ReadingState, load_state
from tests.conftest import make_article

ANALYZER = Analyzer()
STATE = IndexState(
    schema=SCHEMA_VERSION,
    analyzer={"分词": "1"},
    reading=ReadingState(1, ("标签",)),
    user_words=("数据分析",),
    drafts=True,
    corpus="",
)


def document(title: str, body: str = "", date: str | None = None, **more: object) -> Document:
    return make_document(make_article(title, body, date, **more), ANALYZER)


def with_footer(body: str, footer: str) -> Document:
    """A document called 甲 whose last line is boilerplate."""
    text = f"{body}\n{footer}"
    return document("甲", text, boilerplate=((len(body) + 1, len(text)),))


def analyze(article: Article) -> Document:
    return make_document(article, ANALYZER)


def write(engine: Engine, *documents: Document, remove: tuple[str, ...] = (), full: bool = False) -> None:
    with engine.locked(), engine.write(full=full) as writer:
        writer.remove([*remove, *(d.article.id for d in documents)])
        writer.add(engine.pack(documents))
        writer.commit(STATE, b"manifest")


def expanded(reader: Reader, condition: Condition) -> Condition:
    """*condition* as the planner makes it: each pattern and fuzzy word with the terms that *reader* finds."""
    match condition:
        case plan.MultiTerm():
            return replace(condition, terms=tuple(reader.expand(condition)))
        case plan.Not(node):
            return plan.Not(expanded(reader, node))
        case plan.And(nodes) | plan.Or(nodes) | plan.Relaxable(nodes):
            return replace(condition, nodes=tuple(expanded(reader, node) for node in nodes))
    return condition


def searched(reader: Reader, request: Request) -> Found:
    """What *reader* finds, patterns and fuzzy words expanded."""
    complete = None if request.complete is None else expanded(reader, request.complete)
    words = tuple(expanded(reader, word) for word in request.words)
    return reader.search(replace(request, match=expanded(reader, request.match), complete=complete, words=words))


def ids(reader: Reader, condition: Condition, *rank: str) -> list[str]:
    found = searched(reader, Request(condition, tuple(map(RankTerm, rank)), limit=None))
    return [article_id for article_id, _ in found.hits]


def word(text: str, fields: plan.Fields = None) -> plan.Word:
    return plan.Word(text, tuple(ANALYZER.characters(text)), fields)


def piece(text: str, fields: plan.Fields = None, *, start: bool = False, end: bool = False) -> plan.Phrase:
    return plan.Phrase(tuple(ANALYZER.characters(text)), fields, start, end)


def titled(key: str) -> plan.Bonus:
    return plan.Bonus("exact title", plan.Terms("title_key", (key,)), 100.0)


EVERYTHING = plan.And(())


class EngineContract:
    """Subclass this with `make_engine`."""

    def make_engine(self, place: Path) -> Engine:
        raise NotImplementedError("say how to make the engine under test")

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Engine:
        return self.make_engine(tmp_path / "index")

    @pytest.fixture
    def reader(self, engine: Engine) -> Reader:
        write(
            engine,
            document(
                "单细胞测序入门", "单细胞数据分析用 Seurat 的 FindMarkers 函数。", "2024-03-01", tags=("生信",)
            ),
            document(
                "人工智能",
                "大模型 GPT-5.2 与人工智能公司的融资。",
                "2025-01-02",
                tags=("科技", "生信"),
                author="张三",
            ),
            document("惠州西湖", "惠州不是广州。", "2023-05-06", categories=("旅行",)),
            document("空白", "", tags=("科技",)),
        )
        return engine.read()

    # what is committed is what is read

    def test_an_index_may_be_empty(self, engine: Engine) -> None:
        write(engine)
        reader = engine.read()
        assert (len(reader), list(reader.ids()), list(reader.terms()), reader.get("甲")) == (0, [], [], None)
        assert reader.search(Request(EVERYTHING, (RankTerm("猫"),), facets=("tag",))) == Found(0, (), {"tag": ()})
        write(engine, document("甲", "正文"))
        assert ids(engine.read(), word("正文")) == ["甲"]

    def test_there_is_no_index_before_the_first_commit(self, engine: Engine) -> None:
        with pytest.raises(IndexNotFound):
            engine.read()

    def test_state_and_manifest_come_back(self, reader: Reader) -> None:
        assert (reader.state, reader.manifest()) == (STATE, b"manifest")

    def test_articles_come_back_whole(self, engine: Engine) -> None:
        stored = document(
            "题", "正文\n第二行", "2024-01-02T03:04:05+08:00", tags=("甲", "乙"), categories=("丙",), author="丁",
            url="https://example.com/a?b=c", duplicates=("x/y.md",), other_titles=("别名",), digest="d",
        )  # fmt: skip
        write(engine, stored)
        reader = engine.read()
        assert reader.get("题") == stored.article
        assert reader.get("x/y.md") == stored.article
        assert reader.get("没有") is None

    def test_a_reader_keeps_the_state_it_opened(self, engine: Engine, reader: Reader) -> None:
        write(engine, document("新的", "新文章"), remove=("人工智能",))
        assert len(reader) == 4
        assert ids(reader, word("融资")) == ["人工智能"]
        assert len(engine.read()) == 4
        assert ids(engine.read(), word("融资")) == []

    def test_a_reader_knows_whether_its_state_is_the_one_that_is_published(
        self, engine: Engine, reader: Reader
    ) -> None:
        assert reader.is_current()
        with engine.locked(), engine.write(full=False) as writer:
            writer.add(engine.pack([document("新的", "新文章")]))
        assert reader.is_current()  # nothing was published
        write(engine, document("新的", "新文章"))
        assert not reader.is_current()
        assert engine.read().is_current()

    def test_without_commit_nothing_changes(self, engine: Engine, reader: Reader) -> None:
        with engine.locked(), engine.write(full=False) as writer:
            writer.remove(["人工智能"])
            writer.add(engine.pack([document("新的", "新文章")]))
        assert sorted(engine.read().ids()) == sorted(reader.ids())

    def test_an_error_in_the_writer_changes_nothing(self, engine: Engine, reader: Reader) -> None:
        with pytest.raises(ZeroDivisionError), engine.locked(), engine.write(full=True) as writer:
            writer.add(engine.pack([document("新的")]))
            raise ZeroDivisionError
        assert sorted(engine.read().ids()) == sorted(reader.ids())

    def test_an_article_is_replaced_under_its_id(self, engine: Engine, reader: Reader) -> None:
        write(engine, document("人工智能", "换了正文"))
        new = engine.read()
        assert len(new) == 4
        assert (ids(new, word("融资")), ids(new, word("正文"))) == ([], ["人工智能"])

    def test_a_full_writer_starts_from_nothing(self, engine: Engine, reader: Reader) -> None:
        write(engine, document("只有这篇"), full=True)
        assert list(engine.read().ids()) == ["只有这篇"]

    def test_two_writers_do_not_work_at_once(self, engine: Engine) -> None:
        with engine.locked(), pytest.raises(IndexLocked), engine.locked():
            raise AssertionError("two writers hold the lock")

    def test_the_lock_is_free_after_an_error(self, engine: Engine) -> None:
        with pytest.raises(ZeroDivisionError), engine.locked():
            raise ZeroDivisionError
        with engine.locked():
            pass

    def test_a_whole_index_has_no_problems(self, engine: Engine, reader: Reader) -> None:
        assert list(reader.verify()) == []
        write(engine, document("人工智能", "换了正文 ABC 數據", tags=("甲", "乙 丙")), remove=("空白",))
        assert list(engine.read().verify()) == []

    # conditions

    def test_a_word_is_found_whole_and_in_parts(self, reader: Reader) -> None:
        assert ids(reader, word("findmarkers")) == ids(reader, word("markers")) == ["单细胞测序入门"]
        assert ids(reader, word("arker")) == []

    def test_a_word_that_was_cut_otherwise_is_found_by_its_characters(self, reader: Reader) -> None:
        assert ids(reader, word("胞数据分")) == ["单细胞测序入门"]

    def test_characters_match_only_in_a_row(self, reader: Reader) -> None:
        assert ids(reader, word("广州")) == ["惠州西湖"]
        assert ids(reader, word("惠广")) == []

    def test_a_field_narrows(self, reader: Reader) -> None:
        assert ids(reader, word("人工智能", ("title",))) == ["人工智能"]
        assert ids(reader, word("融资", ("title",))) == []
        assert ids(reader, piece("旅行", ("categories",))) == ["惠州西湖"]
        assert ids(reader, piece("行旅", ("categories",))) == []
        assert ids(reader, piece("张", ("author",))) == ["人工智能"]

    def test_a_piece_has_whole_tokens_unless_its_ends_are_open(self, reader: Reader) -> None:
        assert ids(reader, piece("gpt-5.2 与人")) == ["人工智能"]
        assert ids(reader, piece("pt-5")) == []
        assert ids(reader, piece("pt-5", start=True)) == ["人工智能"]
        assert ids(reader, piece("seurat 的 findm", end=True)) == ["单细胞测序入门"]
        assert ids(reader, piece("ndmark", start=True, end=True)) == ["单细胞测序入门"]
        assert ids(reader, piece("。", start=True, end=True)) == ["人工智能", "单细胞测序入门", "惠州西湖"]

    def test_near_pieces_in_any_order(self, reader: Reader) -> None:
        def near(slop: int, *texts: str) -> list[str]:
            return ids(reader, plan.Proximity(tuple(tuple(ANALYZER.characters(text)) for text in texts), slop))

        assert near(3, "惠州", "广州") == near(2, "广州", "惠州") == ["惠州西湖"]
        assert near(1, "惠州", "广州") == []

    def test_terms_like_a_word(self, reader: Reader) -> None:
        assert ids(reader, plan.MultiTerm("pattern", "find*k?rs")) == ["单细胞测序入门"]
        assert ids(reader, plan.MultiTerm("pattern", "find*", 0, ("title",))) == []
        assert ids(reader, plan.MultiTerm("fuzzy", "findmakres", 2)) == ["单细胞测序入门"]
        assert ids(reader, plan.MultiTerm("fuzzy", "findmakres", 1)) == []
        assert reader.expand(plan.MultiTerm("pattern", "find*", 0, ("title",))) == ["find", "findmarkers"]

    def test_terms_that_were_expanded_once_are_all_that_match(self, reader: Reader) -> None:
        found = reader.search(Request(plan.MultiTerm("pattern", "find*", terms=("融资", "没有"))))
        assert [article_id for article_id, _ in found.hits] == ["人工智能"]
        assert reader.search(Request(plan.MultiTerm("pattern", "find*"))).total == 0

    def test_very_many_terms_match_as_one_by_one(self, engine: Engine) -> None:
        write(engine, *(document(f"{n:02}", f"w{n} w{n}x 数据") for n in range(40)), document("无", "数据"))
        reader = engine.read()
        assert ids(reader, plan.MultiTerm("pattern", "w*")) == [f"{n:02}" for n in range(40)]
        assert ids(reader, plan.MultiTerm("pattern", "w1*")) == ["01", *(str(n) for n in range(10, 20))]

    def test_keywords_match_whole(self, reader: Reader) -> None:
        assert ids(reader, plan.Terms("tag", ("生信",))) == ["人工智能", "单细胞测序入门"]
        assert ids(reader, plan.Terms("tag", ("生",))) == []
        assert ids(reader, plan.Terms("year", ("2023", "2024"))) == ["单细胞测序入门", "惠州西湖"]

    def test_keys_match_folded_and_facets_count_as_written(self, engine: Engine) -> None:
        facts: dict[str, Any] = {"tags": ("Ｒ語言", "LLM"), "categories": ("旅行 Blog",), "author": "張三, Li"}
        write(engine, document("甲", "正文", **facts), document("乙", "正文", tags=("r语言",)))
        reader = engine.read()
        assert ids(reader, plan.Terms("tag_key", ("r语言",))) == ["乙", "甲"]
        assert ids(reader, plan.Terms("category_key", ("旅行 blog",))) == ["甲"]
        assert ids(reader, plan.Terms("author_key", ("张三",))) == ids(reader, plan.Terms("author_key", ("li",)))
        assert ids(reader, plan.Terms("tag", ("r语言",))) == ["乙"]
        found = reader.search(Request(EVERYTHING, facets=("tag", "category", "author")))
        assert found.facets == {
            "tag": (("LLM", 1), ("r语言", 1), ("Ｒ語言", 1)),
            "category": (("旅行 Blog", 1),),
            "author": (("Li", 1), ("張三", 1)),
        }

    def test_a_site_is_found_by_each_domain_it_is_in(self, engine: Engine) -> None:
        urls = {
            "甲": "https://mp.weixin.qq.com/s/1",
            "乙": "http://www.qq.com/",
            "丙": "https://aqq.com/",
            "丁": "",
        }
        write(engine, *(document(name, "正文", url=url) for name, url in urls.items()))
        reader = engine.read()
        assert ids(reader, plan.Terms("site_key", ("qq.com",))) == ["乙", "甲"]
        assert ids(reader, plan.Terms("site_key", ("weixin.qq.com",))) == ["甲"]
        assert ids(reader, plan.Terms("site", ("qq.com",))) == ["乙"]
        counts = (("aqq.com", 1), ("mp.weixin.qq.com", 1), ("qq.com", 1))
        assert reader.search(Request(EVERYTHING, facets=("site",))).facets == {"site": counts}

    def test_a_path_is_that_of_any_file_of_an_article(self, engine: Engine) -> None:
        files = ("mp/月 全食.md", "mp/2024/[转载] 流星雨.md", "hugo/mp/早茶.md", "hugo/C#.md")
        write(engine, *(document(file, "正文") for file in files), document("a.md", "文", duplicates=("mp/a.md",)))
        reader = engine.read()
        found = {
            "mp": ["a.md", "hugo/mp/早茶.md", "mp/2024/[转载] 流星雨.md", "mp/月 全食.md"],
            "mp/": ["a.md", "hugo/mp/早茶.md", "mp/2024/[转载] 流星雨.md", "mp/月 全食.md"],
            "/mp": ["a.md", "mp/2024/[转载] 流星雨.md", "mp/月 全食.md"],
            "mp/*": ["a.md", "mp/2024/[转载] 流星雨.md", "mp/月 全食.md"],
            "mp/*.md": ["a.md", "mp/月 全食.md"],
            "mp/**": ["a.md", "mp/2024/[转载] 流星雨.md", "mp/月 全食.md"],
            "**/*雨.md": ["mp/2024/[转载] 流星雨.md"],
            "[转载]*": ["mp/2024/[转载] 流星雨.md"],
            "月?全食.md": ["mp/月 全食.md"],
            "C#.md": ["hugo/C#.md"],
            "hugo/**/早茶.md": ["hugo/mp/早茶.md"],
            "hugo/mp/": ["hugo/mp/早茶.md"],
            "早茶.md/": [],
            "p": [],
            "m?/a.md": ["a.md"],
            "": sorted(("a.md", *files)),
        }
        assert {pattern: ids(reader, plan.PathGlob(pattern)) for pattern in found} == found

    def test_dates_include_the_first_and_exclude_the_last_moment(self, reader: Reader) -> None:
        day = 86_400
        first = 1_709_251_200  # 2024-03-01
        assert ids(reader, plan.DateRange(first, first + day)) == ["单细胞测序入门"]
        assert ids(reader, plan.DateRange(first + 1, None)) == ["人工智能"]
        assert ids(reader, plan.DateRange(None, first)) == ["惠州西湖"]

    def test_conditions_combine(self, reader: Reader) -> None:
        a, b = plan.Terms("tag", ("生信",)), plan.Terms("tag", ("科技",))
        assert ids(reader, plan.And((a, b))) == ["人工智能"]
        assert ids(reader, plan.Or((a, b))) == ["人工智能", "单细胞测序入门", "空白"]
        assert ids(reader, plan.And((a, plan.Not(b)))) == ["单细胞测序入门"]
        assert ids(reader, plan.Not(a)) == ["惠州西湖", "空白"]
        assert ids(reader, EVERYTHING) == sorted(reader.ids())
        assert ids(reader, plan.Or(())) == []

    # lists

    def test_a_list_ends_at_a_share_of_the_best_score(self, engine: Engine) -> None:
        write(
            engine,
            document("好", "苹果 香蕉 橙子 " * 9),
            document("半", "苹果 香蕉"),
            document("差", "苹果 " + "天气 很好 " * 99),
            document("无", "天气"),
        )
        rank = tuple(map(RankTerm, ("苹果", "香蕉", "橙子")))
        words = tuple(map(word, ("苹果", "香蕉", "橙子")))
        request = Request(plan.Or(words), rank, complete=plan.And(words), words=words, facets=("year",))
        found = engine.read().search(request)
        assert [article_id for article_id, _ in found.hits] == ["好", "半"]
        assert (found.total, found.complete, found.missing) == (2, 1, ((), (2,)))

    def test_what_is_complete_is_in_the_list_whatever_its_score(self, engine: Engine) -> None:
        write(engine, document("好", "苹果 香蕉 橙子 " * 9), document("差", "苹果 " + "天气 很好 " * 99))
        rank = tuple(map(RankTerm, ("苹果", "香蕉", "橙子")))
        request = Request(word("苹果"), rank, complete=plan.And((word("苹果"), word("天气"))))
        found = engine.read().search(request)
        assert [article_id for article_id, _ in found.hits] == ["好", "差"]
        assert (found.total, found.complete) == (2, 1)
        without = engine.read().search(replace(request, complete=plan.Or(()), limit=1))
        assert (without.total, without.complete) == (1, 0)

    @pytest.mark.parametrize("sort", SORTS)
    def test_a_bonus_does_not_end_a_list_early(self, engine: Engine, sort: Sort) -> None:
        write(engine, document("苹果", "天气"), document("甲", "一个苹果"), document("乙", "两个苹果"))
        bonus = titled("苹果")
        request = Request(word("苹果"), (RankTerm("苹果"),), (bonus,), sort, complete=bonus.condition)
        found = engine.read().search(request)
        by_title = engine.read().search(replace(request, bonuses=()))
        assert (found.total, found.complete) == (by_title.total, 1)
        assert {i for i, _ in found.hits} == {i for i, _ in by_title.hits}

    def test_pages_of_a_list_are_one_list(self, engine: Engine) -> None:
        bodies = ("苹果 " * (n % 7) + "香蕉 " * (n % 3) + "天气 " * n for n in range(40))
        write(engine, *(document(f"{n:02}", body) for n, body in enumerate(bodies)))
        rank = (RankTerm("苹果"), RankTerm("香蕉"))
        request = Request(EVERYTHING, rank, complete=plan.And((word("苹果"), word("香蕉"))), limit=None)
        reader = engine.read()
        whole = reader.search(request)
        pages = [reader.search(replace(request, limit=4, offset=at)) for at in range(0, 40, 4)]
        assert tuple(hit for page in pages for hit in page.hits) == whole.hits
        assert {page.total for page in pages} == {whole.total} == {len(whole.hits)}
        assert reader.search(replace(request, limit=0)).total == whole.total

    @pytest.mark.parametrize(("floor", "listed"), [(0.01, 8), (0.2, 3), (0.6, 1)])
    def test_a_list_ends_below_the_best_score_that_is_given(
        self, engine: Engine, floor: float, listed: int
    ) -> None:
        """As it would with the article that has this score, and was left out."""
        bodies = ["苹果 香蕉 天气", "苹果 香蕉", "苹果 香蕉", *(f"苹果 {n}" for n in range(5))]
        write(engine, *(document(f"{n}", body) for n, body in enumerate(bodies)))
        rank = tuple(map(RankTerm, ("苹果", "香蕉", "天气")))
        request = Request(word("苹果"), rank, complete=plan.Or(()), limit=None, bm25f=Bm25f(floor=floor))
        reader = engine.read()
        (best, score), *others = reader.search(request).hits
        assert (best, len(others)) == ("0", listed - 1)
        left_out = replace(request, match=plan.And((request.match, plan.Not(plan.Terms("id", (best,))))))
        assert reader.search(replace(left_out, best=score)).hits == tuple(others)
        assert reader.search(left_out).total == max(2, listed - 1)
        assert reader.search(replace(left_out, best=1_000_000.0)).total == 0

    # ranking, order, pages

    def test_a_title_counts_more_than_a_body(self, engine: Engine) -> None:
        write(engine, document("甲", "猫在院子里晒太阳"), document("猫", "院子里有太阳"))
        assert ids(engine.read(), word("猫"), "猫") == ["猫", "甲"]

    def test_an_equal_title_comes_first(self, engine: Engine) -> None:
        write(engine, document("猫 猫 猫", "猫猫猫"), document("猫"), document("狗"))
        found = engine.read().search(Request(word("猫"), (RankTerm("猫"),), (titled("猫"),)))
        assert found.hits[0][0] == "猫"
        assert found.hits[0][1] > 100

    def test_the_score_is_bm25f(self, engine: Engine) -> None:
        write(engine, document("春天", "春天 花 草 树"), document("夏天", "雨 水"))
        (hit,) = engine.read().search(Request(word("春天"), (RankTerm("春天"),))).hits
        # title: weight 12, b 0.3, length 1 of 1; body: weight 1, b 0.6, length 4 of (4 + 2) / 2
        frequency = 12 * 1 + 1 / (1 - 0.6 + 0.6 * 4 / 3)
        expected = 0.6931471805599453 * frequency * 3.0 / (frequency + 2.0)
        assert hit[1] == pytest.approx(expected, rel=1e-12)

    def test_the_numbers_of_the_ranking_may_differ_by_request(self, engine: Engine) -> None:
        write(engine, document("春天", "春天 花 草 树"), document("夏天", "雨 水"))
        reader, request = engine.read(), Request(word("春天"), (RankTerm("春天"),))
        frequency = 4 * 1 + 0.5 / (1 - 0.6 + 0.6 * 4 / 3)
        expected = 0.6931471805599453 * frequency * 2.2 / (frequency + 1.2)
        (usual,) = reader.search(request).hits
        (hit,) = reader.search(replace(request, bm25f=Bm25f(title=4.0, body=0.5, k1=1.2))).hits
        assert hit[1] == pytest.approx(expected, rel=1e-12)
        assert reader.search(request).hits == (usual,)

    def test_a_term_may_count_by_its_rarity_alone(self, engine: Engine) -> None:
        write(engine, document("一", "猫 猫 猫 " + "狗 " * 40), document("二", "猫 鱼"), document("三", "鱼"))
        rank = tuple(RankTerm(term, fields=("body",)) for term in ("猫", "鱼", "狗"))
        found = engine.read().search(Request(EVERYTHING, rank, bm25f=PRESENCE)).hits
        two, one = inverse_frequency(3, 2), inverse_frequency(3, 1)
        assert [name for name, _ in found] == ["一", "二", "三"]
        assert [score for _, score in found] == pytest.approx([two + one, two + two, two], rel=1e-4)

    def test_weights_and_fields_of_terms(self, engine: Engine) -> None:
        write(engine, document("猫", "狗"), document("狗", "猫"))
        reader = engine.read()

        def first(*rank: RankTerm) -> str:
            return reader.search(Request(EVERYTHING, rank)).hits[0][0]

        assert first(RankTerm("猫", 1.0, ("body",))) == "狗"
        assert first(RankTerm("猫", 2.0), RankTerm("狗", 1.0)) == "猫"

    @pytest.mark.parametrize(
        ("channel", "term"), [("bigrams", "单细"), ("characters", "细"), ("characters", "gpt")]
    )
    def test_every_channel_ranks(self, reader: Reader, channel: plan.Channel, term: str) -> None:
        found = reader.search(Request(EVERYTHING, (RankTerm(term, channel=channel),), limit=None)).hits
        assert found[0][0] == ("人工智能" if term == "gpt" else "单细胞测序入门")
        assert [score > 0 for _, score in found] == [True, False, False, False]

    def test_boilerplate_matches_whatever_piece_of_it_is_asked_for(self, engine: Engine) -> None:
        write(engine, with_footer("渡轮在雾里鸣笛。", "灯塔摄影大赛开始报名"), document("乙", "港口的灯塔。"))
        reader = engine.read()
        for text in ("大", "摄影", "灯塔摄影大赛", "笛。灯塔", "开始报名"):
            assert "甲" in ids(reader, piece(text)), text
            assert "甲" in ids(reader, piece(text, ("body",))), text
        assert ids(reader, word("灯塔")) == ["乙", "甲"]
        assert ids(reader, plan.Proximity((piece("鸣笛").tokens, piece("大赛").tokens), 5)) == ["甲"]

    @pytest.mark.parametrize(
        ("channel", "term"),
        [("words", "灯塔"), ("bigrams", "灯塔"), ("characters", "塔"), ("words", "渡轮"), ("bigrams", "渡轮")],
    )
    def test_boilerplate_does_not_rank(self, engine: Engine, channel: plan.Channel, term: str) -> None:
        """The frequency of a term, and the length of the text, are what they are without it."""
        others = document("乙", "港口的灯塔。"), document("丙", "渡轮与灯塔，灯塔与渡轮。")
        own = "渡轮在雾里鸣笛，灯塔亮了。"
        rank = (RankTerm(term, channel=channel), RankTerm(term, 0.5, ("body",), channel))
        scores = []
        for first in (document("甲", own), with_footer(own, "灯塔摄影大赛，渡轮票价")):
            write(engine, first, *others, full=True)
            scores.append(engine.read().search(Request(EVERYTHING, rank, limit=None)).hits)
        assert [article_id for article_id, _ in scores[0]] == [article_id for article_id, _ in scores[1]]
        assert [score for _, score in scores[1]] == pytest.approx([score for _, score in scores[0]])

    def test_what_only_boilerplate_has_adds_nothing(self, engine: Engine) -> None:
        write(engine, with_footer("渡轮在雾里鸣笛。", "灯塔摄影大赛"), document("乙", "港口的灯塔。"))
        rank = (RankTerm("灯塔"), RankTerm("灯塔", channel="bigrams"), RankTerm("塔", channel="characters"))
        request = Request(EVERYTHING, rank, limit=None, explain=True)
        found = engine.read().search(request)
        assert found.hits[1] == ("甲", 0.0)
        assert not any(part.score for part in found.explanations[1])

    def test_equal_scores_are_ordered_by_id(self, engine: Engine) -> None:
        write(engine, *(document(name, "同一段话") for name in "dbca"))
        reader = engine.read()
        assert ids(reader, EVERYTHING, "一段") == list("abcd")
        assert [i for i, _ in reader.search(Request(EVERYTHING, limit=2)).hits] == ["a", "b"]

    def test_sorting_by_date_puts_undated_last(self, reader: Reader) -> None:
        def order(sort: Sort) -> list[str]:
            return [i for i, _ in reader.search(Request(EVERYTHING, sort=sort, limit=None)).hits]

        assert order("newest") == ["人工智能", "单细胞测序入门", "惠州西湖", "空白"]
        assert order("oldest") == ["惠州西湖", "单细胞测序入门", "人工智能", "空白"]

    def test_pages_put_together_are_the_whole_list(self, engine: Engine) -> None:
        write(engine, *(document(f"{n:03}", "数据 " * (n % 7 + 1)) for n in range(60)))
        reader = engine.read()
        request = Request(word("数据"), (RankTerm("数据"),), limit=None)
        whole = reader.search(request).hits
        pages = [
            reader.search(Request(request.match, request.rank, limit=7, offset=start)) for start in range(0, 70, 7)
        ]
        assert tuple(hit for page in pages for hit in page.hits) == whole
        assert {page.total for page in pages} == {60}

    @pytest.mark.parametrize("sort", SORTS)
    def test_a_page_brings_its_articles_where_they_are_asked_for(self, engine: Engine, sort: Sort) -> None:
        write(engine, *(document(f"{n:02}", "数据 " * (n % 7 + 1), f"20{n + 10}-01-01") for n in range(30)))
        write(engine, document("03", "数据 新"), remove=("04",))
        reader = engine.read()
        for limit, offset in [(7, 0), (7, 21), (7, 28), (None, 3), (0, 0), (7, 100)]:
            request = Request(word("数据"), (RankTerm("数据"),), sort=sort, limit=limit, offset=offset)
            found = reader.search(replace(request, articles=True))
            assert found.articles == tuple(reader.get(article_id) for article_id, _ in found.hits)
            assert reader.search(request) == replace(found, articles=())

    def test_facets_count_what_matches(self, reader: Reader) -> None:
        found = reader.search(
            Request(plan.Terms("tag", ("生信",)), facets=("tag", "year", "author", "month", "day"))
        )
        assert found.facets == {
            "tag": (("生信", 2), ("科技", 1)),
            "year": (("2024", 1), ("2025", 1)),
            "author": (("张三", 1),),
            "month": (("2024-03", 1), ("2025-01", 1)),
            "day": (("2024-03-01", 1), ("2025-01-02", 1)),
        }

    def test_years_months_and_days_are_those_on_the_clock_of_the_article(self, engine: Engine) -> None:
        write(
            engine,
            document("年末", "", "2024-12-31T23:30:00-08:00"),
            document("年初", "", "2025-01-01T00:30:00+08:00"),
        )
        found = engine.read().search(Request(EVERYTHING, facets=("year", "month", "day")))
        assert found.facets == {
            "year": (("2024", 1), ("2025", 1)),
            "month": (("2024-12", 1), ("2025-01", 1)),
            "day": (("2024-12-31", 1), ("2025-01-01", 1)),
        }

    def test_explanations_add_up_to_the_score(self, reader: Reader) -> None:
        rank = (RankTerm("人工智能"), RankTerm("融资", 0.5))
        found: Found = reader.search(Request(EVERYTHING, rank, (titled("人工智能"),), explain=True))
        assert found.hits[0][0] == "人工智能"
        for (_, score), parts in zip(found.hits, found.explanations, strict=True):
            assert sum(part.score for part in parts) == pytest.approx(score, abs=1e-9)
        named = [(part.name, part.field, part.signal) for part in found.explanations[0]]
        assert named[0] == ("exact title", "", "")
        assert ("人工智能", "title", "words") in named
        assert ("融资", "body", "words") in named

    # vectors

    def test_vectors_come_back_in_the_order_asked_for(self, engine: Engine) -> None:
        given = {"甲": b"\x00\x01\xff", "乙": b"\x80\x00\x00", "丙": b""}
        write(engine, *(replace(document(name), vector=vector) for name, vector in given.items()))
        reader = engine.read()
        assert reader.vectors(["丙", "乙", "无", "甲", "乙"]) == [b"", given["乙"], b"", given["甲"], given["乙"]]
        assert reader.vectors([]) == []
        assert reader.search(Request(EVERYTHING)).total == 3

    def test_vectors_change_with_their_articles(self, engine: Engine) -> None:
        write(engine, *(replace(document(f"{n}"), vector=bytes([n, 9])) for n in range(1, 5)))
        for n in range(5, 9):  # each another segment, where there are segments
            write(engine, replace(document(f"{n}"), vector=bytes([n, 9])), remove=(f"{n - 4}",))
        write(engine, replace(document("8"), vector=b"\x07\x07"), document("9"))
        found = engine.read().vectors(["4", "5", "8", "9"])
        assert found == [b"", b"\x05\x09", b"\x07\x07", b""]

    def test_an_index_may_have_no_vectors(self, reader: Reader) -> None:
        assert reader.vectors(["人工智能"]) == [b""]

    # vocabulary

    def test_terms_keywords_and_frequencies(self, reader: Reader) -> None:
        assert list(reader.terms("find")) == ["find", "findmarkers"]
        assert set(reader.keywords("tag")) == {"生信", "科技"}
        assert reader.article_frequencies(["人工智能", "没有", "人工智能"]) == [1, 0, 1]
        assert reader.article_frequencies([]) == []

    def test_completions_are_the_terms_that_most_articles_have(self, engine: Engine) -> None:
        write(
            engine,
            *(document(f"港{n}", "seurat seurat" + " seu" * (n < 3) + " seven" * (n < 1)) for n in range(4)),
            document("岛", "sea seven", tags=("seurat",)),
            document("去", "seam seam seam"),
        )
        write(engine, remove=("去",))
        reader = engine.read()
        assert reader.completions("se", 9) == ["seurat", "seu", "seven", "sea"]
        assert reader.completions("se", 1) == ["seurat"]
        assert reader.completions("seu", 9) == ["seurat", "seu"]
        assert reader.completions("seurat", 9) == ["seurat"]
        assert reader.completions("x", 9) == reader.completions("sf", 9) == []

    def test_frequencies_of_pairs_of_han_in_any_field(self, engine: Engine) -> None:
        write(engine, document("一", "茶壶里煮饺子"), document("二", "壶里有茶"), document("茶壶", "杯子"))
        frequencies = engine.read().article_frequencies(["茶壶", "壶里", "里壶"], "bigrams")
        assert frequencies == [2, 2, 0]

    def test_frequencies_of_many_terms_are_those_of_each(self, engine: Engine) -> None:
        text = "𠮷野家的牛肉饭 人工智能 算力 茶壶里煮饺子 gpt 数据 abcdefgh abcdefghi"
        write(engine, document("一", text), document("二", "牛肉饭 abcdefgh 人工"))
        reader = engine.read()
        pairs = [one + other for one in "𠮷野家的牛肉饭人工智能" for other in "野家的牛肉饭工智能力"]
        terms = ["人工智能", "人工", "abcdefgh", "abcdefghi", "abcdefg", "a", "茶壶", *pairs]
        assert reader.article_frequencies(pairs, "bigrams").count(2) == 3  # 牛肉, 肉饭, 人工
        for channel in ("words", "bigrams"):
            alone = [engine.read().article_frequencies([term], channel)[0] for term in terms]
            assert engine.read().article_frequencies(terms, channel) == alone

    def test_the_vocabulary_leaves_removed_articles_out(self, engine: Engine) -> None:
        write(engine, document("苹果", "红"), document("香蕉", "黄"))
        write(engine, remove=("香蕉",))
        reader = engine.read()
        assert {"苹果", "红"} <= set(reader.terms())
        assert {"香蕉", "黄"}.isdisjoint(reader.terms())
        assert list(reader.keywords("id")) == ["苹果"]

    def test_statistics_leave_removed_articles_out(self, engine: Engine) -> None:
        write(engine, *(document(str(n), "数据 分析") for n in range(5)))
        write(engine, remove=("0", "1", "2"))
        once = engine.read()
        assert once.article_frequencies(["数据"]) == [2]
        write(engine, document("3", "数据 分析"), document("4", "数据 分析"), full=True)
        rank = (RankTerm("数据"),)
        again = engine.read().search(Request(EVERYTHING, rank)).hits
        assert dict(once.search(Request(EVERYTHING, rank)).hits) == pytest.approx(dict(again))

    def test_what_is_published_can_be_read_without_being_opened(self, engine: Engine) -> None:
        assert engine.remains() == Remains()
        write(engine, document("甲"))
        remains = engine.remains()
        assert (load_state(remains.state, "here"), remains.manifest) == (STATE, b"manifest")

    def test_recency_prefers_the_newest_and_is_part_of_the_explanation(self, engine: Engine) -> None:
        dated = {"甲": "1979-12-30", "乙": "1981-12-29", "丙": "1980-12-29", "丁": None}  # 365 days apart
        write(engine, *(document(name, "数据", date) for name, date in dated.items()))
        reader, rank = engine.read(), (RankTerm("数据"),)
        for limit in (None, 1):
            found = reader.search(Request(word("数据"), rank, recency=4.0, explain=True, limit=limit))
            assert found.hits[0][0] == "乙"
        found = reader.search(Request(word("数据"), rank, recency=4.0, explain=True))
        assert [name for name, _ in found.hits] == ["乙", "丙", "甲", "丁"]
        assert [sum(p.score for p in parts if p.name == "recency") for parts in found.explanations] == [4, 2, 1, 0]
        for (_, score), parts in zip(found.hits, found.explanations, strict=True):
            assert sum(part.score for part in parts) == pytest.approx(score, abs=1e-9)
