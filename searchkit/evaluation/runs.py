"""Runs: the results of each query, in the text format of TREC or in three columns.

A run is ordered by score only. Equal scores are in descending order of the document ids, as in trec_eval
(usnistgov/trec_eval, issue 22); UTF-8 and code points give the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from pathlib import Path

from searchkit.evaluation.tsv import Line, read_lines, tab_separated

Run = Mapping[str, Mapping[str, float]]
"""Query id -> document id -> score, higher is better."""

_STEPS = 10_000


def read_run(path: str) -> Run:
    """The run of a file; `-` is standard input. A line is `query TAB document TAB score` or TREC's `query Q0
    document rank score tag`. The rank is ignored; the best score of a repeated document counts.

    Raises:
        EvaluationError: a line has other columns; the message names file and line.
        OSError: it cannot be read.
    """
    run: dict[str, dict[str, float]] = {}
    for line in read_lines(path):
        query, document, score = _columns(line)
        scores = run.setdefault(query, {})
        scores[document] = max(score, scores.get(document, score))
    return run


def write_run(path: str, run: Run, *, tag: str = "searchkit") -> None:
    """Write *run* in TREC's six columns, separated by TABs because ids may contain spaces; ranks are from 1.

    Raises:
        EvaluationError: an id contains a TAB or a line end.
        OSError: it cannot be written.
    """
    lines = []
    for query, scores in run.items():
        for rank, document in enumerate(ranked(scores), 1):
            lines.append((query, "Q0", document, str(rank), f"{scores[document]:.4f}", tag))
    Path(path).write_bytes(tab_separated(path, lines).encode("utf-8"))


def ranked(scores: Mapping[str, float]) -> list[str]:
    """The documents, best first; equal scores as described above.

    >>> ranked({"a": 1.0, "c": 2.0, "b": 1.0})
    ['c', 'b', 'a']
    """
    return sorted(scores, key=lambda document: (scores[document], document), reverse=True)


def in_order(found: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Scores that keep the order of *found*, best first: rounded to 4 decimals, and at least 0.0001 less than the
    score before. So a run that is written and read again is the same run.

    >>> in_order([("a", 1.5), ("b", 1.5), ("c", 0.2)])
    {'a': 1.5, 'b': 1.4999, 'c': 0.2}
    """
    scores: dict[str, float] = {}
    last: int | None = None
    for document, score in found:
        steps = round(score * _STEPS)
        last = steps if last is None else min(steps, last - 1)
        scores[document] = last / _STEPS
    return scores


def _columns(line: Line) -> tuple[str, str, float]:
    columns = line.columns()
    if len(columns) == 3:
        query, document, score = columns
    elif len(columns) == 6:
        query, _, document, _, score, _ = columns
    else:
        raise line.wrong(f"expected 3 columns (query, document, score) or TREC's 6, found {len(columns)}")
    try:
        value = float(score)
    except ValueError as error:
        raise line.wrong(f"the score {score!r} is not a number") from error
    if not isfinite(value):
        raise line.wrong(f"the score {score!r} is not finite")
    return query, document, value
