from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("tantivy")
pytest.importorskip("bm25s")

from benchmarks.checks import CheckFailed, check_counts
from benchmarks.peers.words import PEERS, StockWhoosh
from benchmarks.terms import Terms, make_terms

ARTICLES = [
    {"title": ["融资", "新闻"], "tags": ["智能"], "body": ["融资", "融资", "算力"]},
    {"title": ["算力"], "tags": [], "body": ["芯片", "算力", "c++"]},
    {"title": ["月全食"], "tags": [], "body": ["月亮", "融资"]},
    *({"title": [f"题{n}"], "tags": [], "body": ["闲话", f"词{n}"]} for n in range(9)),
]


@pytest.fixture(scope="module")
def terms() -> Terms:
    return make_terms(ARTICLES)


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.filterwarnings("ignore")
def test_a_peer_finds_as_many_articles_with_a_word_as_there_are(name: str, terms: Terms, tmp_path: Path) -> None:
    engine = PEERS[name]()
    engine.build(tmp_path, engine.lay_out(terms))
    engine.open(tmp_path, terms)
    for word, wanted in {"融资": 2, "算力": 2, "c++": 1, "智能": 1, "闲话": 9}.items():
        check_counts(word, wanted, {name: engine.count(word)})
    with pytest.raises(CheckFailed):
        check_counts("融资", 3, {name: engine.count("融资")})
    assert engine.answering([("融资", "芯片")])(0) is not None


def test_a_phrase_stands_in_a_row(terms: Terms, tmp_path: Path) -> None:
    engine = PEERS["tantivy"]()
    engine.build(tmp_path, engine.lay_out(terms))
    engine.open(tmp_path, terms)
    assert engine.count_phrase(("融资", "算力")) == 1
    assert engine.count_phrase(("算力", "融资")) == 0


def test_the_exhaustive_search_of_stock_whoosh_ranks_by_frequency(terms: Terms, tmp_path: Path) -> None:
    engine = StockWhoosh()
    engine.build(tmp_path, engine.lay_out(terms))
    engine.open(tmp_path, terms)
    assert [number for number, _ in engine.exhaustive(engine._any(("融资",)))] == [0, 2]
