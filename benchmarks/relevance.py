"""Do the right articles come first? `make relevance`, or `python -m benchmarks.relevance [--write]`.

Indexes judged collections, measures the ranking and what is left of it without each of its parts, and prints a
table; with `--write` it goes to `docs/relevance.md`. `SEARCHKIT_EVAL` names the folder of the collections, by
default `../shared/eval` beside the checkout; each is a folder with `queries.jsonl.gz`, `qrels.tsv` and, unless its
articles are the archive, `corpus.jsonl.gz`.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import searchkit
from benchmarks.archive import find_archive, unpack
from benchmarks.marks import begin_mark, write_between
from searchkit.analysis.scripts import is_han
from searchkit.bm25f import ASKING_WEIGHT, BM25F, Bm25f
from searchkit.evaluation.measures import Evaluation, Selection, compare, evaluate, select
from searchkit.evaluation.queries import read_judgements, read_queries
from searchkit.evaluation.runs import article_ids, read_run, search_run
from searchkit.index import reader_of, request_of
from searchkit.query.asking import is_asking
from searchkit.query.plan import RankTerm

DEFAULT = Path(__file__).parent.parent.parent / "shared" / "eval"
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
BASELINE = "run-words-fieldsum.tsv"
"""A run beside a collection, if it is there, that no category may be more than .10 below."""
Rank = tuple[RankTerm, ...]


@dataclass(frozen=True)
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
    return tuple(replace(t, weight=t.weight / ASKING_WEIGHT) if is_asking(t.term) else t for t in rank)


VARIANTS = (
    Variant("without bigrams", _without("bigrams")),
    Variant("without characters", _without("characters")),
    Variant("words alone", _without("bigrams", "characters")),
    Variant("without words", _without("words")),
    Variant("single characters as other words", _singles_whole),
    Variant("words of asking as other words", _asking_whole),
    Variant("no rarity among titles", lambda rank: tuple(term for term in rank if term.fields != ("title",))),
    Variant("title as much as body", bm25f=replace(BM25F, title=1.0)),
    Variant("without tags and author", bm25f=replace(BM25F, tags=0.0, author=0.0)),
    Variant("K1 1.2", bm25f=replace(BM25F, k1=1.2)),
)


class _Varied:
    """An index that ranks by a variant."""

    def __init__(self, index: searchkit.Index, variant: Variant) -> None:
        self._index = index
        self._variant = variant

    def scored(self, text: str, *, limit: int) -> tuple[tuple[str, float], ...]:
        """As `Index.scored`."""
        request = request_of(self._index, text)
        rank = self._variant.change(request.rank)
        varied = replace(request, rank=rank, words=(), limit=limit, bm25f=self._variant.bm25f)
        return reader_of(self._index).search(varied).hits


def measure(
    place: Path, selection: Selection, variant: Variant, baseline: Path | None = None, *, engine: str = "whoosh"
) -> Evaluation:
    """The scores of *variant* on the index at *place*."""
    judged = {document for of in selection.judgements.values() for document in of}
    with searchkit.open_index(place, engine=engine) as index:
        varied: Any = _Varied(index, variant)
        run = search_run(varied, selection.queries, selection.judgements, article_ids(index, judged))
    return evaluate(selection, run, read_run(str(baseline)) if baseline else None)


def selection_of(folder: Path) -> Selection:
    """The judged queries of a collection."""
    return select(read_queries(str(folder / "queries.jsonl.gz")), read_judgements(str(folder / "qrels.tsv")))


def collections() -> dict[str, Path]:
    """Name -> folder of the collections that are here. Ends the program if none is."""
    root = Path(os.environ.get("SEARCHKIT_EVAL") or DEFAULT)
    folders = {name: root / name for name in BARS if (root / name / "qrels.tsv").exists()}
    if not folders:
        sys.exit("the judged collections are not here; name their folder in SEARCHKIT_EVAL")
    return folders


def table(name: str, folder: Path, place: Path) -> Iterator[str]:
    """The lines of one collection: the ranking with its bars, then each variant with its difference."""
    selection = selection_of(folder)
    baseline = folder / BASELINE
    full = measure(place, selection, Variant("full"), baseline if baseline.exists() else None)
    bars, scores = BARS[name], full.overall.scores
    yield f"### {name}: {len(selection.queries):,} queries"
    yield ""
    yield "| ranking | nDCG@10 | Recall@100 | change of nDCG@10, 95 % |"
    yield "|---|---|---|---|"
    yield f"| bar | {bars[0]:.3f} | {bars[1]:.3f} | |"
    yield f"| **as it is** | **{scores.ndcg_at_10:.4f}** | **{scores.recall_at_100:.4f}** | |"
    for variant in VARIANTS:
        other = measure(place, selection, variant)
        by = compare([q.scores for q in other.per_query], [q.scores for q in full.per_query])[0]
        of = other.overall.scores
        yield f"| {variant.name} | {of.ndcg_at_10:.4f} | {of.recall_at_100:.4f} | {_interval(by)} |"
    if baseline.exists():
        yield ""
        yield from _categories(full)


def _interval(by: Any) -> str:
    return f"{by.mean:+.3f} ({by.low:+.3f} to {by.high:+.3f})"


def _categories(full: Evaluation) -> Iterator[str]:
    """The categories next to the baseline: each field scored apart and added."""
    yield "| category | queries | nDCG@10 | words, each field apart | difference |"
    yield "|---|---|---|---|---|"
    for group in full.categories:
        if group.baseline:
            own, other = group.scores.ndcg_at_10, group.baseline.ndcg_at_10
            yield f"| {group.name} | {group.queries} | {own:.3f} | {other:.3f} | {own - other:+.3f} |"


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the tables to docs/relevance.md")
    options = arguments.parse_args()
    folders = collections()
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        for name, folder in folders.items():
            place = Path(scratch, name)
            searchkit.reindex(articles_of(folder, Path(scratch)), place)
            for line in (*table(name, folder, place), ""):
                print(line, flush=True)
                lines.append(line)
    if options.write:
        write_between(DOCUMENT, BEGIN, "\n".join(lines))


def articles_of(folder: Path, scratch: Path) -> Path:
    """The articles of a collection: its own, or the archive."""
    own = folder / "corpus.jsonl.gz"
    archive = None if own.exists() else find_archive()
    if archive:
        return unpack(archive, scratch / "archive")
    return own


if __name__ == "__main__":
    main()
