"""Columns find what Whoosh's matchers find when they score every match, with the same scores."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from whoosh import query
from whoosh.matching.mcore import NoQualityAvailable

from searchkit.engines.whoosh.columnar.collector import search
from searchkit.engines.whoosh.columnar.evaluating import evaluate
from searchkit.engines.whoosh.columnar.leaf import leaf_of
from tests.engines.columnar.makers import Queries, Twins, fill, make_schema, mend_whoosh

LIMITS = (1, 3, 10, 10**6)


def assert_same(found: Any, expected: Any, limit: int) -> None:
    """See that *found* are the best of *expected*."""
    scores = {number: score for score, number in expected.top_n}
    assert len(found.top_n) == min(limit, len(scores))
    assert [score for score, _ in found.top_n] == pytest.approx([s for s, _ in expected.top_n[:limit]], rel=1e-9)
    assert [score for score, _ in found.top_n] == pytest.approx([scores[n] for _, n in found.top_n], rel=1e-9)
    assert found.top_n == sorted(found.top_n, key=lambda one: (-one[0], one[1]))
    assert len(found) == len(scores)
    assert found.docs() == set(scores)


def exhaustive(searcher: Any, one: Any) -> Any:
    """All matches by Whoosh, None where its matchers break down."""
    try:
        return searcher.search(one, limit=None)
    except (NoQualityAvailable, AttributeError, IndexError, TypeError, ValueError):
        return None


@pytest.mark.parametrize("seed", range(12))
def test_any_query_finds_the_same_with_the_same_scores(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mend_whoosh(monkeypatch)
    dice = random.Random(seed)
    twins = Twins(tmp_path, make_schema(dice.choice([1.0, 2.0])))
    fill(twins, dice, dice.choice([1, 2, 3]))
    queries = Queries(dice)
    with twins.stock.searcher() as stock, twins.columnar.searcher() as columnar:
        for _ in range(60):
            one = queries.tree(dice.randint(0, 3))
            expected = exhaustive(stock, one)
            if expected is not None:
                for limit in LIMITS:
                    assert_same(search(columnar, one, limit), expected, limit)


@pytest.mark.parametrize("seed", range(3))
def test_whooshs_own_matchers_find_the_same_on_columns(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    twins = Twins(tmp_path, make_schema(2.0))
    fill(twins, dice, 2)
    queries = Queries(dice)
    with twins.stock.searcher() as stock, twins.columnar.searcher() as columnar:
        for _ in range(60):
            one = queries.tree(2)
            expected = exhaustive(stock, one)
            if expected is not None:
                found = exhaustive(columnar, one)
                assert [n for _, n in found.top_n] == [n for _, n in expected.top_n]


def test_many_documents_are_scored_as_whoosh_does_beyond_5000(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mend_whoosh(monkeypatch)
    twins = Twins(tmp_path, make_schema())
    for writer in twins.write():
        for number in range(5100):
            words = ["ab" * (number % 7 + 1), "a", "b"][: number % 4]
            writer.add_document(key=str(number), title=" ".join(words), body=" ".join(words * (number % 5)))
        writer.commit()
    queries = [
        query.Prefix("title", "a"),
        query.Or([query.Term("title", "a"), query.Term("body", "b"), query.Term("body", "ab")]),
        query.And([query.Prefix("body", "ab", constantscore=False), query.Term("title", "a")]),
    ]
    with twins.stock.searcher() as stock, twins.columnar.searcher() as columnar:
        for one in queries:
            for limit in LIMITS:
                assert_same(search(columnar, one, limit), exhaustive(stock, one), limit)


def test_a_frequency_above_what_a_posting_holds_counts_in_full(tmp_path: Path) -> None:
    twins = Twins(tmp_path, make_schema())
    for writer in twins.write():
        for times in (1, 14, 15, 16, 254, 255, 256, 1000):
            writer.add_document(key=str(times), body="a " * times + "b", title="a")
        writer.commit()
    one = query.Or([query.Term("body", "a"), query.Term("body", "b")])
    with twins.stock.searcher() as stock, twins.columnar.searcher() as columnar:
        assert_same(search(columnar, one), exhaustive(stock, one), 10)
        assert_same(search(columnar, one.subqueries[0]), exhaustive(stock, one.subqueries[0]), 10)


def test_a_segment_whose_matches_are_all_deleted_gives_none(tmp_path: Path) -> None:
    twins = Twins(tmp_path, make_schema())
    for writer in twins.write():
        for key in range(5):
            writer.add_document(key=str(key), body="a b" if key < 3 else "c")
        writer.commit()
    for writer in twins.write():
        writer.delete_by_term("body", "a")
        writer.add_document(key="9", body="b")
        writer.commit(merge=False)
    one = query.Or([query.Term("body", "a"), query.Term("body", "b")])
    with twins.stock.searcher() as stock, twins.columnar.searcher() as columnar:
        assert_same(search(columnar, one), exhaustive(stock, one), 10)


def test_threads_may_share_a_searcher(tmp_path: Path) -> None:
    twins = Twins(tmp_path, make_schema())
    fill(twins, random.Random(8), 1)  # none of Whoosh's own: those read one file from all threads without a lock
    pairs = [(a, b) for a in "abc" for b in "abc"]
    queries = [query.Or([query.Term("body", a), query.Term("title", b), query.Term("body", b)]) for a, b in pairs]
    with twins.columnar.searcher() as columnar, ThreadPoolExecutor(4) as pool:
        expected = [search(columnar, one).top_n for one in queries]
        assert list(pool.map(lambda one: search(columnar, one).top_n, queries * 30)) == expected * 30


def test_filter_mask_and_matched_terms_are_those_of_whoosh(tmp_path: Path) -> None:
    twins = Twins(tmp_path, make_schema())
    fill(twins, random.Random(4), 2)
    one = query.Or([query.Term("body", "a"), query.Term("title", "b")])
    allowed, banned = query.Term("body", "c"), query.Term("title", "a")
    with twins.stock.searcher() as stock, twins.columnar.searcher() as columnar:
        expected = stock.search(one, limit=None, filter=allowed, mask=banned, terms=True)
        found = search(columnar, one, None, filter=allowed, mask=banned, terms=True)
        assert dict(found.items()) == pytest.approx(dict(expected.items()))
        assert found.matched_terms() == expected.matched_terms()


def test_an_unknown_weighting_is_left_to_whoosh(tmp_path: Path) -> None:
    from whoosh.scoring import TF_IDF

    twins = Twins(tmp_path, make_schema())
    fill(twins, random.Random(5), 2)
    one = query.Or([query.Term("body", "a"), query.Term("title", "b")])
    with (
        twins.stock.searcher(weighting=TF_IDF()) as stock,
        twins.columnar.searcher(weighting=TF_IDF()) as columnar,
    ):
        assert_same(search(columnar, one), exhaustive(stock, one), 10)
        assert leaf_of(columnar.leaf_searchers()[0][0], columnar) is None


def test_all_the_usual_queries_are_answered_by_arrays(tmp_path: Path) -> None:
    dice = random.Random(6)
    twins = Twins(tmp_path, make_schema())
    fill(twins, dice, 1)
    queries = Queries(dice)
    with twins.columnar.searcher() as columnar:
        leaf = leaf_of(columnar, columnar)
        assert leaf is not None
        for _ in range(300):
            evaluate(queries.tree(2), leaf)


def test_whoosh_says_what_is_wrong_with_a_query(tmp_path: Path) -> None:
    twins = Twins(tmp_path, make_schema())
    fill(twins, random.Random(7), 1)
    with twins.columnar.searcher() as columnar:
        with pytest.raises(query.qcore.QueryError, match="positions"):
            search(columnar, query.Phrase("plain", ["a", "b"]))
        with pytest.raises(Exception, match="unknown"):
            search(columnar, query.Prefix("unknown", "a"))
