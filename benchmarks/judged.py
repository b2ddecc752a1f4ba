"""Does a cluster rank the judged collections as the embedded engine does? `python -m benchmarks.judged [--write]`.

Indexes each collection of `make relevance` with both engines and prints a table; with `--write` it goes to
`docs/scale.md`. Needs a cluster that SEARCHKIT_OPENSEARCH_URL names; `python -m tests.opensearch.cluster` starts
one.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import searchkit
from benchmarks.marks import begin_mark, write_between
from benchmarks.relevance import Variant, articles_of, collections, measure, selection_of
from benchmarks.scale import DOCUMENT

BEGIN = begin_mark("python -m benchmarks.judged --write")
ENGINES = ("whoosh", "opensearch")


def rows() -> Iterator[str]:
    """The lines of the table, each as soon as it is measured."""
    yield "| collection | queries | nDCG@10, embedded / cluster | Recall@100 | queries ranked otherwise |"
    yield "|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as scratch:
        for name, folder in collections().items():
            yield _row(name, folder, Path(scratch))


def _row(name: str, folder: Path, scratch: Path) -> str:
    articles, selection = articles_of(folder, scratch), selection_of(folder)
    found = []
    for engine in ENGINES:
        place = scratch / f"{name}-{engine}"
        searchkit.reindex(articles, place, config=searchkit.Config(engine=engine))
        found.append(measure(place, selection, Variant("as it is"), engine=engine))
    one, other = (evaluation.overall.scores for evaluation in found)
    differing = sum(a.scores != b.scores for a, b in zip(*(e.per_query for e in found), strict=True))
    return (
        f"| {name} | {len(selection.queries):,} | {one.ndcg_at_10:.4f} / {other.ndcg_at_10:.4f} "
        f"| {one.recall_at_100:.4f} / {other.recall_at_100:.4f} | {differing} |"
    )


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.judged", description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the table to docs/scale.md")
    options = arguments.parse_args()
    lines = []
    for line in rows():
        print(line, flush=True)
        lines.append(line)
    if options.write:
        write_between(DOCUMENT, BEGIN, "\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
