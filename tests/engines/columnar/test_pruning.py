"""The best documents for any of some terms are those of an exhaustive search, whatever is left out on the way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from whoosh import query

from searchkit.engines.whoosh.columnar import pruning
from searchkit.engines.whoosh.columnar.collector import search
from searchkit.engines.whoosh.columnar.leaf import leaf_of
from tests.engines.columnar.makers import WORDS, Twins, make_document, make_schema

ALWAYS, NEVER = 1 << 40, 0


def write(twins: Twins, dice: random.Random, segments: int) -> None:
    for segment in range(segments):
        documents = [make_document(segment * 1000 + at, dice) for at in range(500)]
        for writer in twins.write():
            if segment:
                writer.delete_by_term("title", "ab")
            for document in documents:
                writer.add_document(**document)
            writer.commit(merge=False)


@pytest.mark.parametrize("segments", [1, 2])
@pytest.mark.parametrize("looking", [NEVER, pruning._CHEAP, ALWAYS])
@pytest.mark.parametrize("adding", [NEVER, ALWAYS])
def test_every_way_finds_the_best_of_all(
    looking: int, adding: int, segments: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """*looking* is whether it looks, after each term, if the others matter; *adding*, how it scores the others."""
    monkeypatch.setattr(pruning, "_CHEAP", looking)
    monkeypatch.setattr(pruning, "_SEARCH", adding)
    dice = random.Random(looking + adding + segments)
    twins = Twins(tmp_path, make_schema())
    write(twins, dice, segments)
    with twins.stock.searcher() as stock, twins.columnar.searcher() as columnar:
        for _ in range(10):
            names = dice.choices(["title", "body", "body"], k=dice.randint(2, 12))
            one = query.Or([query.Term(n, dice.choice(WORDS), boost=dice.choice([1.0, 2.5])) for n in names])
            scores = {number: score for score, number in stock.search(one, limit=None).top_n}
            for limit in (1, 10, 40):
                found = search(columnar, one, limit).top_n
                best = sorted(scores.values(), reverse=True)[:limit]
                assert [score for score, _ in found] == pytest.approx(best, rel=1e-9)
                assert [score for score, _ in found] == pytest.approx([scores[n] for _, n in found], rel=1e-9)


def test_of_equal_documents_the_first_are_the_best(tmp_path: Path) -> None:
    twins = Twins(tmp_path, make_schema())
    _, writer = twins.write()
    for number in range(900):
        writer.add_document(key=str(number), title="a", body="a b" if number % 3 == 2 else "b")
    writer.commit()
    one = query.Or([query.Term("title", "a"), query.Term("body", "a"), query.Term("body", "b")])
    with twins.columnar.searcher() as searcher:
        assert [number for _, number in search(searcher, one, 5).top_n] == [2, 5, 8, 11, 14]


def test_a_list_gives_the_same_scores_however_it_is_kept(tmp_path: Path) -> None:
    twins = Twins(tmp_path, make_schema())
    write(twins, random.Random(4), 1)
    with twins.columnar.searcher() as searcher:
        leaf = leaf_of(searcher, searcher)
        assert leaf is not None
        kinds = set()
        for word in WORDS:
            term = leaf.term("body", word)
            assert term is not None
            scored = term.scored()
            kinds.add(scored.is_dense)
            total = leaf.alive * 1.0
            scored.add_to(total, 2.0)
            assert total[scored.documents] == pytest.approx(1.0 + 2.0 * scored.scores, rel=1e-12)
            assert scored.at(leaf.alive.nonzero()[0]) * 2.0 + 1.0 == pytest.approx(total, rel=1e-12)
        assert kinds == {True, False}
