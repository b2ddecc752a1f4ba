from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("tantivy")
pytest.importorskip("bm25s")
pytest.importorskip("rjieba")

import searchkit
from benchmarks.articles import Words
from benchmarks.peers.trigrams import Trigrams, build
from benchmarks.peers.words import PEERS, Tantivy

ARTICLES: list[Words] = [
    {"title": ["融资", "新闻"], "tags": ["智能"], "body": ["融资", "融资", "算力"]},
    {"title": ["算力"], "tags": [], "body": ["芯片", "算力", "c++"]},
    {"title": ["月全食"], "tags": [], "body": ["月亮", "融资"]},
    *({"title": [f"题{n}"], "tags": [], "body": ["闲话", f"词{n}"]} for n in range(9)),
]


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.filterwarnings("ignore")
def test_a_peer_finds_as_many_articles_with_a_word_as_there_are(name: str, tmp_path: Path) -> None:
    engine = PEERS[name]()
    engine.build(tmp_path, iter(ARTICLES))
    engine.open(tmp_path)
    counts = {word: engine.count(word) for word in ("融资", "算力", "c++", "智能", "闲话")}
    assert counts == {"融资": 2, "算力": 2, "c++": 1, "智能": 1, "闲话": 9}
    assert engine.answering([("融资", "芯片")])(0) is not None


def test_a_phrase_stands_in_a_row(tmp_path: Path) -> None:
    engine = Tantivy()
    engine.build(tmp_path, ARTICLES)
    engine.open(tmp_path)
    assert engine.count_phrase(("融资", "算力")) == 1
    assert engine.count_phrase(("算力", "融资")) == 0


def test_trigrams_find_pieces_of_three_characters_wherever_they_stand(tmp_path: Path) -> None:
    article = searchkit.Article("1", '月全食的"颜色"', "今晚看 GPT-4o", tags=("天文",))
    build(tmp_path, [article, searchkit.Article("2", "月全蚀", "")])
    engine = Trigrams(tmp_path)
    pieces = ("月全食", '的"颜', "晚看 g", "GPT", "月全", "天文")
    assert [engine.count(piece) for piece in pieces] == [1, 1, 1, 1, 0, 0]
    assert engine.answering(["月全食"])(0)
