"""Stock Whoosh answers the same by our codec as by its own. `stock.fuzz` compares for as long as one likes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields, index, query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.codec.whoosh3 import W3Codec
from whoosh.query import spans

from tests.engines.whoosh.stock.converting import OPENED, ConvertedCodec
from tests.engines.whoosh.stock.fuzz import fuzz
from tests.engines.whoosh.stock.known import KNOWN


def test_both_codecs_give_the_same_answers() -> None:
    OPENED.clear()
    report = fuzz(range(3))
    assert report.differences == []
    assert set(report.compared) >= {"reader", "exhaustive", "limited", "sortedby", "groupedby", "filter", "terms"}
    assert set(OPENED) == {"ours"}
    assert set(report.stock_failures) <= set(KNOWN)


@pytest.mark.parametrize("failure", KNOWN)
def test_what_is_listed_as_a_failure_of_whoosh_still_is_one(failure: str) -> None:
    assert KNOWN[failure]()


def test_a_difference_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "searchkit.engines.whoosh.whoosh_codec.terms_reader.ColumnarMatcher.weight", lambda self: 7.0
    )
    assert fuzz([3]).differences


@pytest.fixture(params=[W3Codec, ConvertedCodec])
def searcher(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    """A searcher of some letters, by Whoosh's codec and by ours."""
    schema = fields.Schema(t=fields.TEXT(stored=True, analyzer=SpaceSeparatedTokenizer()))
    made = index.create_in(str(tmp_path), schema)
    with made.writer(codec=request.param()) as writer:
        for text in ("a b", "a b c", "a c", "a", "c", "a c d", *("a " * (n % 9) + "e" for n in range(300))):
            writer.add_document(t=text)
    with made.searcher() as found:
        yield found


def test_a_boost_changes_no_order(searcher: Any) -> None:
    whole = searcher.search(query.Term("t", "a", boost=2.0), limit=None)
    assert [hit.score for hit in searcher.search(query.Term("t", "a", boost=2.0), limit=10)] == [
        hit.score for hit in whole
    ][:10]


def test_what_is_not_there_is_left_out_to_the_end_of_a_list(searcher: Any) -> None:
    a, b, c, d = (query.Term("t", letter) for letter in "abcd")
    for asked, texts in (
        (spans.SpanNot(c, d), ["a b c", "a c", "a c d", "c"]),
        (query.And([d, query.AndNot(a, b)]), ["a c d"]),
        (query.AndNot(b, d), ["a b", "a b c"]),
    ):
        assert sorted(hit["t"] for hit in searcher.search(asked, limit=None)) == texts, asked
