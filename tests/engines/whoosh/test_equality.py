"""Every answer of the Whoosh engine is that of the reference, the engine in memory."""

from __future__ import annotations

import random
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from searchkit.bm25f import Bm25f
from searchkit.engines.base import Request
from searchkit.engines.memory import MemoryEngine
from searchkit.engines.reference import like
from searchkit.engines.whoosh import WhooshEngine
from searchkit.engines.whoosh.ranked_postings import postings_of
from searchkit.model import Range
from searchkit.query import plan
from searchkit.query.plan import Condition, RankTerm
from tests.engines.contract import EVERYTHING, document, piece, searched, titled, word, write

WORDS = [
    "数据",
    "分析",
    "单细胞",
    "人工智能",
    "R语言",
    "GPT-5.2",
    "FindMarkers",
    "iPhone15",
    "的",
    "，",
    "10x",
    "广州",
    "惠州",
]
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.lists(
    st.sampled_from(WORDS), max_size=8
).map("".join)
pieces = st.builds(
    piece,
    (texts | st.text("数据分析单细胞人工智能findmarkersgpt-5.2，", min_size=1, max_size=5)).filter(str.strip),
    st.sampled_from([None, ("title",), ("body",)]),
    start=st.booleans(),
    end=st.booleans(),
)
leaves = (
    pieces.filter(lambda p: p.tokens)
    | st.builds(word, st.sampled_from([*map(str.lower, WORDS), "find", "markers", "iphone", "胞数"]))
    | st.builds(plan.Terms, st.just("tag"), st.sampled_from([("甲",), ("乙",), ("甲", "乙")]))
    | st.builds(
        lambda a, b, slop: plan.Proximity((piece(a).tokens, piece(b).tokens), slop),
        st.sampled_from(WORDS),
        st.sampled_from(WORDS),
        st.integers(0, 4),
    )
    | st.builds(
        plan.MultiTerm, st.just("pattern"), st.sampled_from(["f*", "*数*", "*k?r*", "?", "*", "g*.2", "没*"])
    )
    | st.builds(plan.PathGlob, st.sampled_from(["*", "? 1", "*1", "gone", "", "/*数*", "a/**"]))
    | st.builds(plan.MultiTerm, st.just("fuzzy"), st.sampled_from(["数剧", "fnid", "gt", "没"]), st.integers(1, 2))
)


def combined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, max_size=3).map(tuple)
    return st.builds(plan.And, several) | st.builds(plan.Or, several) | st.builds(plan.Not, parts)


conditions = st.recursive(leaves, combined, max_leaves=6)
documents = st.lists(
    st.tuples(
        texts,
        texts,
        st.sampled_from([(), ("甲",), ("甲", "乙")]),
        st.sampled_from([None, "2024-01-01", "2025-02-03"]),
        st.just("") | texts,
    ),
    min_size=1,
    max_size=7,
)


def ending(body: str, left_out: str) -> tuple[Range, ...]:
    """Where *left_out* stands in a line after *body*."""
    return ((len(body) + 1, len(body) + 1 + len(left_out)),) if left_out else ()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents, st.lists(conditions, min_size=5, max_size=8), st.lists(st.sampled_from(WORDS), max_size=3))
def test_every_answer_equals_the_reference(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[tuple[Any, ...]],
    conditions: list[Condition],
    rank: list[str],
) -> None:
    place = tmp_path_factory.mktemp("equal")
    made = [
        document(f"{title} {n}", f"{body}\n{left}", date, tags=tags, boilerplate=ending(body, left))
        for n, (title, body, tags, date, left) in enumerate(texts)
    ]
    engines = (MemoryEngine(place), WhooshEngine(place))
    for engine in engines:
        half = len(made) // 2
        write(engine, *made[:half], document("gone", "数据 分析 gone"))
        write(engine, *made[half:], remove=("gone",))
    reference, reader = (engine.read() for engine in engines)
    terms = (
        *(RankTerm(text.lower()) for text in rank),
        *(RankTerm(text[:2], 0.5, None, "bigrams") for text in rank),
        *(RankTerm(text[:1].lower(), 0.25, ("title", "body"), "characters") for text in rank),
    )
    for condition, other in pairwise([*conditions, EVERYTHING]):
        request = Request(
            condition, terms, limit=None, facets=("tag", "year"), articles=True,
            bonuses=(titled("数据"), plan.Bonus("other", other, 3.0)),
            complete=other, words=(condition, other),
        )  # fmt: skip
        expected, found = searched(reference, request), searched(reader, request)
        assert (found.complete, found.missing) == (expected.complete, expected.missing)
        assert [i for i, _ in found.hits] == [i for i, _ in expected.hits]
        assert [s for _, s in found.hits] == pytest.approx([s for _, s in expected.hits], abs=1e-9)
        assert (found.total, found.facets, found.articles) == (expected.total, expected.facets, expected.articles)
    reader.close()


alike = st.text("abcé数分1?", min_size=1, max_size=6)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.text("abcé数分1", min_size=1, max_size=7), min_size=1, max_size=30),
    st.lists(st.text("abcé数分1?*", min_size=1, max_size=7), min_size=10, max_size=30),
    st.lists(st.tuples(alike, st.integers(1, 3)), min_size=10, max_size=30),
)
def test_terms_like_a_word_are_those_of_the_reference(
    tmp_path_factory: pytest.TempPathFactory, terms: list[str], patterns: list[str], words: list[tuple[str, int]]
) -> None:
    engine = WhooshEngine(tmp_path_factory.mktemp("alike"))
    gone = replace(document("gone"), words={"body": ["aba", "ab", "数"]})
    write(engine, *(replace(document(f"{n}"), words={"body": terms[n::3], "title": terms[:n]}) for n in range(3)))
    write(engine, gone)
    write(engine, remove=("gone",))
    reader = engine.read()
    wanted = [plan.MultiTerm("pattern", text) for text in patterns]
    wanted += [plan.MultiTerm("fuzzy", text, distance) for text, distance in words]
    for one in wanted:
        assert reader.expand(one) == list(like(one, reader.terms())), one
    for prefix, most in (("a", 3), ("ab", 1), ("数", 2)):
        having = dict(zip(found := list(reader.terms(prefix)), reader.article_frequencies(found), strict=True))
        completions = reader.completions(prefix, most)
        assert len(set(completions)) == len(completions)
        assert [having[term] for term in completions] == sorted(having.values(), reverse=True)[:most]
    reader.close()


def test_two_stretches_of_boilerplate_are_left_out_and_nothing_else(tmp_path: Path) -> None:
    made = []
    for number, between in enumerate(["\u3164", "", "数据", "…"]):
        body = f"关注我们\n{between}\n点个赞吧"
        made.append(document(f"{number}", body, boilerplate=((0, 4), (len(body) - 4, len(body)))))
    engines = (MemoryEngine(tmp_path), WhooshEngine(tmp_path))
    terms = (RankTerm("数据", 1.0, None, "bigrams"), RankTerm("赞", 1.0, None, "characters"), RankTerm("数据"))
    found = []
    for engine in engines:
        write(engine, *made)
        found.append(searched(engine.read(), Request(EVERYTHING, terms, limit=None)).hits)
    assert [i for i, _ in found[0]] == [i for i, _ in found[1]] == ["2", "0", "1", "3"]
    assert [s for _, s in found[0]] == pytest.approx([s for _, s in found[1]])
    fields = engines[1].read()._segments[0].fields
    assert fields["body_characters"].lengths.tolist() == [0, 0, 2, 3]
    assert fields["body_bigrams"].lengths.tolist() == [1, 1, 3, 0]  # pairs across lines are no boilerplate


def test_a_search_that_is_interrupted_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = WhooshEngine(tmp_path)
    write(engine, *(document(f"数据 {n}", "数据 分析 " * n, tags=("数据",)) for n in range(6)))
    request = Request(EVERYTHING, (RankTerm("数据"), RankTerm("分析")), limit=None)
    expected, reader = engine.read().search(request).hits, engine.read()
    add = np.add.at

    class Interrupting:
        calls = 0

        @classmethod
        def at(cls, total: Any, *more: Any) -> None:
            add(total, *more)
            cls.calls += 1
            if cls.calls == 2:
                raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("searchkit.engines.whoosh.scorer.np.add", Interrupting)
        with pytest.raises(KeyboardInterrupt):
            reader.search(request)
    assert reader.search(request).hits == expected


def test_a_character_that_nothing_follows_is_no_bigram(tmp_path: Path) -> None:
    for engine in (MemoryEngine(tmp_path), WhooshEngine(tmp_path)):
        write(engine, document("好的", "是的"), document("的", "的 数据"))
        reader = engine.read()
        assert reader.article_frequencies(["的", "好的", "的数"], "bigrams") == [0, 1, 1]
        request = Request(EVERYTHING, (RankTerm("的", 1.0, None, "bigrams"),), limit=None)
        assert {score for _, score in reader.search(request).hits} == {0.0}


def test_a_page_is_the_head_of_the_exhaustive_list(tmp_path: Path) -> None:
    """Whoosh's own `limit` gives a wrong top ten for And([Or, Or]); every page here is cut from all scores."""
    engine = WhooshEngine(tmp_path)
    write(
        engine,
        *(
            document(f"第{n}篇 {'数据' if n % 3 else ''}", "分析 " * (n % 11) + "数据 " * (n % 5))
            for n in range(150)
        ),
    )
    reader = engine.read()
    either = plan.And((plan.Or((word("数据"), word("分析"))), plan.Or((word("分析"), word("篇")))))
    request = Request(either, (RankTerm("数据"), RankTerm("分析"), RankTerm("篇")), limit=None)
    whole = reader.search(request).hits
    for limit in (1, 3, 10, 40):
        assert reader.search(Request(either, request.rank, limit=limit)).hits == whole[:limit]


def test_fields_are_added_up_in_one_order_in_all_segments(tmp_path: Path) -> None:
    """Sums in another order are rounded otherwise, and articles with one score would be in another order."""
    engine = WhooshEngine(tmp_path)
    for some, rare in (("title", "body"), ("body", "title")):
        made = [replace(document(f"{rare}{n}"), words={some: ["数据"], "tags": ["数据"]}) for n in range(3)]
        write(engine, *made, replace(document(some), words={rare: ["数据"]}))
    reader = engine.read()
    orders = [[name for name, *_ in postings_of(segment, RankTerm("数据"))] for segment in reader._segments]
    assert orders == [["title", "tags", "body"]] * 2
    reader.close()


def test_an_interrupt_does_not_make_the_cache_smaller(tmp_path: Path) -> None:
    class Interrupted(dict[Any, Any]):
        times = 3

        def __setitem__(self, key: Any, value: Any) -> None:
            self.times -= 1
            if self.times >= 0:
                raise KeyboardInterrupt
            super().__setitem__(key, value)

    engine = WhooshEngine(tmp_path)
    write(engine, *(document(f"{n}", "数据 分析") for n in range(9)))
    reader = engine.read()
    scorer = reader._scorer
    scorer._impacts = Interrupted()
    request = Request(word("数据"), (RankTerm("数据"), RankTerm("分析")))
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            reader.search(request)
    reader.search(request)
    assert scorer._impact_bytes == sum(impacts.nbytes for impacts in scorer._impacts.values()) > 0
    reader.close()


@pytest.mark.parametrize(("recency", "cheap"), [(0.0, 12_000), (2.0, 0)])
def test_documents_that_are_dropped_on_the_way_change_neither_page_nor_total(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recency: float, cheap: int
) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.scorer.CHEAP", cheap)  # with 0, terms are looked up
    monkeypatch.setattr("searchkit.engines.whoosh.scorer.SPARSE_RATIO", 1)
    chance = random.Random(1)
    words = ["数据", "分析", "罕见", "图表", "细胞", "基因", "论文", "统计"]
    made = []
    for number in range(400):
        some = [word for at, word in enumerate(words) for _ in range(3) if chance.random() < 0.4 / (at + 1)]
        made.append(document(f"{number}", " ".join(chance.sample(some, len(some))), tags=tuple(some[:1])))
    engines = (MemoryEngine(tmp_path), WhooshEngine(tmp_path))
    for engine in engines:
        write(engine, *made[:150])
        write(engine, *made[150:], remove=("7", "8"))
    reference, reader = (engine.read() for engine in engines)
    rank = (
        *(RankTerm(text) for text in words),
        *(RankTerm(text[0], 0.25, None, "characters") for text in words),
        *(RankTerm(text, 0.5, None, "bigrams") for text in words),
    )
    both = plan.And((word("数据"), word("罕见")))
    for complete, best in product((None, both, plan.Or(())), (0.0, 30.0, 1_000.0)):
        request = Request(
            plan.Or(tuple(map(word, words))), rank, limit=None, recency=recency, complete=complete,
            bonuses=(plan.Bonus("论文", word("论文"), 30.0),), facets=("tag",), bm25f=Bm25f(floor=0.5), best=best,
        )  # fmt: skip
        expected, whole = searched(reference, request), searched(reader, request)
        assert [i for i, _ in whole.hits] == [i for i, _ in expected.hits]
        for limit in (0, 1, 10, 60):
            page = searched(reader, replace(request, limit=limit))
            assert page.hits == whole.hits[:limit]
            assert (page.total, page.complete, page.facets) == (whole.total, whole.complete, whole.facets)
            assert searched(reader, replace(request, limit=limit, only_page=True)).hits == page.hits
        by_date = searched(reader, replace(request, sort="newest", limit=5))
        assert by_date.total == expected.total
        assert searched(reader, replace(request, sort="newest", limit=5, only_page=True)).hits == by_date.hits
    reader.close()
