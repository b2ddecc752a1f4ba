"""Do new words change the order of results? `python -m benchmarks.new_words [--write] [--words N]`.

Takes the first new words of each judged collection into a user dictionary, measures the ordinary search with and
without it, and prints the queries that move; with `--write` two tables go to `docs/relevance.md`. The other table
is of the words that jieba's dictionary has: how many of its nouns, and how many others, stand where a new word
must stand. The collections are those of `python -m benchmarks.relevance`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

import searchkit
from benchmarks.marks import begin_mark, write_between
from benchmarks.relevance import DOCUMENT, Variant, articles_of, collections, measure, selection_of
from searchkit.analysis.packed_jieba import dictionary_entries
from searchkit.evaluation.measures import Evaluation, compare
from searchkit.new_words import LEAST_ODDS
from searchkit.new_words.nouns import noun_odds
from searchkit.new_words.pieces import read_pieces
from searchkit.new_words.sequences import LEAST_COUNT, Sequences

BEGIN = begin_mark("python -m benchmarks.new_words --write")
WORDS = 100


def _ranking(name: str, folder: Path, plain: Path, scratch: Path, most: int) -> str:
    """A row: what the first *most* new words of a collection, whose index is *plain*, do to its ranking."""
    with searchkit.open_index(plain) as index:
        words = [word.word for word in index.new_words(most)]
    place, dictionary = scratch / f"{name}-words", scratch / f"{name}.txt"
    dictionary.touch()
    config = searchkit.Config(user_dictionary=str(dictionary))
    searchkit.accept_words(words, config=config)
    searchkit.reindex(articles_of(folder, scratch), place, config=config)
    selection = selection_of(folder)
    before, after = (measure(index, selection, Variant("as it is")) for index in (plain, place))
    _print_moved(before, after)
    change = compare([q.scores for q in after.per_query], [q.scores for q in before.per_query])[0]
    old, new = (evaluation.overall.scores.ndcg_at_10 for evaluation in (before, after))
    return (
        f"| {name} | {len(words):,} | {len(selection.queries):,} | {change.better:,} | {change.worse:,} "
        f"| {old:.4f} | {new:.4f} | {change.mean:+.4f} ({change.low:+.4f} {change.high:+.4f}) |"
    )


def _print_moved(before: Evaluation, after: Evaluation) -> None:
    """A line for each query that is answered better or worse."""
    for one, other in zip(before.per_query, after.per_query, strict=True):
        old, new = one.scores.ndcg_at_10, other.scores.ndcg_at_10
        if old != new:
            print(f"  {new - old:+.4f}  {one.query.id}  {one.query.text}")


def _standing(name: str, plain: Path) -> str:
    """A row: how many words of the dictionary stand where a new word must stand."""
    with searchkit.open_index(plain) as index:
        pieces = read_pieces(index, ())
    classes = {word: kind for word, _frequency, kind in dictionary_entries()}
    counts = np.bincount(pieces.ids, minlength=len(pieces.vocabulary))
    positions = np.arange(1, pieces.ids.size - 1)
    words = Sequences(1, positions, pieces.ids[1:-1], np.maximum(counts, 1), np.ones(counts.size))
    standing = noun_odds(pieces, classes).of(words, pieces) >= LEAST_ODDS
    kinds = [classes.get(piece, "") if len(piece) > 1 else "" for piece in pieces.vocabulary]
    is_noun = np.array([kind.startswith("n") for kind in kinds]) & (counts >= LEAST_COUNT)
    is_other = np.array([kind[:1] not in ("", "n") for kind in kinds]) & (counts >= LEAST_COUNT)
    shares = (f"{standing[which].mean():.0%} of {which.sum():,}" for which in (is_noun, is_other))
    return f"| {name} | {' | '.join(shares)} |"


def tables(most: int) -> Iterator[list[str]]:
    """The lines of both tables."""
    ranking = [
        "| collection | new words | queries | better | worse | nDCG@10 | with the words | change |",
        "|---|---|---|---|---|---|---|---|",
    ]
    standing = ["| collection | nouns kept | other words kept |", "|---|---|---|"]
    with tempfile.TemporaryDirectory() as scratch:
        for name, folder in collections().items():
            plain = Path(scratch, name)
            searchkit.reindex(articles_of(folder, Path(scratch)), plain)
            ranking.append(_ranking(name, folder, plain, Path(scratch), most))
            standing.append(_standing(name, plain))
            print(ranking[-1], standing[-1], sep="\n", flush=True)
    yield ranking
    yield standing


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.new_words", description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the tables to docs/relevance.md")
    arguments.add_argument("--words", type=int, default=WORDS, help=f"take so many words; {WORDS} by default")
    options = arguments.parse_args()
    text = "\n\n".join("\n".join(table) for table in tables(options.words))
    if options.write:
        write_between(DOCUMENT, BEGIN, text + "\n")


if __name__ == "__main__":
    main()
