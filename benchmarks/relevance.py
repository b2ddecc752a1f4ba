"""Do the right articles come first? `make relevance`, or `python -m benchmarks.relevance [--write]`.

Indexes judged collections, measures the ordinary search and what is left of it without each of its parts; with
`--write` a table goes to `docs/relevance.md`. `SEARCHKIT_EVAL` names the folder of the collections, by
default `../shared/eval` beside the checkout; each is a folder with `queries.jsonl.gz`, `qrels.tsv` and, unless its
articles are the archive, `corpus.jsonl.gz`.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

import searchkit
from benchmarks.archive import find_archive, unpack
from benchmarks.marks import begin_mark, write_between
from searchkit.analysis.scripts import is_han
from searchkit.bm25f import ASKING_WEIGHT, BM25F, Bm25f
from searchkit.evaluation.measures import Evaluation, Selection, compare, evaluate, select
from searchkit.evaluation.queries import Query, read_judgements, read_queries
from searchkit.evaluation.runs import article_ids, search_run
from searchkit.index import reader_of, request_of
from searchkit.query.asking import is_asking
from searchkit.query.plan import RankTerm

JUDGED = Path(os.environ.get("SEARCHKIT_EVAL") or Path(__file__).parent.parent.parent / "shared" / "eval")
DOCUMENT = Path(__file__).parent.parent / "docs" / "relevance.md"
BEGIN = begin_mark("python -m benchmarks.relevance --write")
BARS = {
    "asks-dev": (0.77, 0.90),
    "duty-dev": (0.785, 0.93),
    "cmrc2018-sent": (0.885, 0.99),
    "dureader-demo": (0.912, 0.99),
    "cmrc2018": (0.990, 0.999),
}
"""Collection -> the least nDCG@10 and Recall@100."""
SEED, MOST = 20_240_514, 600
"""So many queries of a collection, drawn once, tell what a variant changes."""
Rank = tuple[RankTerm, ...]


@dataclasses.dataclass(frozen=True)
class Variant:
    """A ranking: terms changed, or numbers."""

    name: str
    change: Callable[[Rank], Rank] = lambda rank: rank
    bm25f: Bm25f = BM25F


def _without(*channels: str) -> Callable[[Rank], Rank]:
    return lambda rank: tuple(term for term in rank if term.channel not in channels)


def _singles_whole(rank: Rank) -> Rank:
    """Words of one Han character with the weight of longer ones."""
    most = max((term.weight for term in rank if term.channel == "words"), default=1.0)
    return tuple(
        replace(t, weight=most) if t.channel == "words" and len(t.term) == 1 and is_han(t.term) else t
        for t in rank
    )


def _asking_whole(rank: Rank) -> Rank:
    """Words of asking with the weight of others."""
    asking = {term for term in rank if term.channel == "words" and is_asking(term.term)}
    return tuple(replace(term, weight=term.weight / ASKING_WEIGHT) if term in asking else term for term in rank)


VARIANTS = (
    Variant("without bigrams", _without("bigrams")),
    Variant("without characters", _without("characters")),
    Variant("without words", _without("words")),
    Variant("single characters as other words", _singles_whole),
    Variant("words of asking as other words", _asking_whole),
    Variant("no rarity among titles", lambda rank: tuple(term for term in rank if term.fields != ("title",))),
    Variant("title as much as body", bm25f=dataclasses.replace(BM25F, title=1.0)),
    Variant("without tags and author", bm25f=dataclasses.replace(BM25F, tags=0.0, author=0.0)),
    Variant("K1 1.2", bm25f=dataclasses.replace(BM25F, k1=1.2)),
)


class _Varied:
    """An index that ranks by a variant."""

    def __init__(self, index: searchkit.Index, variant: Variant) -> None:
        self._index = index
        self._variant = variant

    def scored(self, text: str, *, limit: int, semantic: None) -> tuple[tuple[str, float], ...]:
        """As `Index.scored`, by words."""
        request = request_of(self._index, text)
        rank = self._variant.change(request.rank)
        varied = replace(request, rank=rank, words=(), limit=limit, bm25f=self._variant.bm25f)
        return reader_of(self._index).search(varied).hits


def measure(place: Path, selection: Selection, variant: Variant, *, engine: str = "whoosh") -> Evaluation:
    """The scores of *variant* on the index at *place*."""
    judged = {document for of in selection.judgements.values() for document in of}
    with searchkit.open_index(place, engine=engine) as index:
        varied: Any = _Varied(index, variant)
        run = search_run(varied, selection.queries, selection.judgements, article_ids(index, judged))
    return evaluate(selection, run, None)


def selection_of(folder: Path) -> Selection:
    """The judged queries of a collection."""
    return select(read_queries(str(folder / "queries.jsonl.gz")), read_judgements(str(folder / "qrels.tsv")))


def collections() -> dict[str, Path]:
    """Name -> folder of the collections that are here. Ends the program if none is."""
    folders = {name: JUDGED / name for name in BARS if (JUDGED / name / "qrels.tsv").exists()}
    if not folders:
        sys.exit("the judged collections are not here; name their folder in SEARCHKIT_EVAL")
    return folders


def column(name: str, folder: Path, place: Path) -> list[str]:
    """A collection: its queries, its bars, the ranking, and the change by each variant."""
    selection = selection_of(folder)
    scores = measure(place, selection, Variant("full")).overall.scores
    found = [str(len(selection.queries)), "{:.3f} / {:.3f}".format(*BARS[name])]
    found.append(f"**{scores.ndcg_at_10:.4f} / {scores.recall_at_100:.4f}**")
    some = dataclasses.replace(selection, queries=_some(selection.queries))
    full = measure(place, some, Variant("full"))
    return [*found, *(_interval(measure(place, some, variant), full) for variant in VARIANTS)]


def _some(queries: Sequence[Query]) -> tuple[Query, ...]:
    return tuple(queries if len(queries) <= MOST else random.Random(SEED).sample(queries, MOST))


def table(columns: dict[str, list[str]]) -> Iterator[str]:
    """The lines of a table with a column for each collection."""
    yield " | ".join(["| nDCG@10 / Recall@100", *columns]) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    names = ["queries", "bar", "**as it is**", *(variant.name for variant in VARIANTS)]
    for row, name in enumerate(names):
        yield " | ".join([f"| {name}", *(cells[row] for cells in columns.values())]) + " |"


def _interval(other: Evaluation, full: Evaluation) -> str:
    """The change of nDCG@10, and its 95 % interval."""
    by = compare([q.scores for q in other.per_query], [q.scores for q in full.per_query])[0]
    return f"{by.mean:+.3f} ({by.low:+.3f} {by.high:+.3f})"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the tables to docs/relevance.md")
    options = arguments.parse_args()
    columns = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name, folder in collections().items():
            place = Path(scratch, name)
            searchkit.reindex(articles_of(folder, Path(scratch)), place)
            columns[name] = column(name, folder, place)
            print(name, *columns[name], sep="\n  ", flush=True)
    if options.write:
        write_between(DOCUMENT, BEGIN, "\n".join(table(columns)) + "\n")


def articles_of(folder: Path, scratch: Path) -> Path:
    """The articles of a collection: its own, or the archive."""
    own = folder / "corpus.jsonl.gz"
    archive = None if own.exists() else find_archive()
    if archive:
        return unpack(archive, scratch / "archive")
    return own


if __name__ == "__main__":
    main()
