"""Runs: what a search found for each query, in the text form of TREC or in three columns.

Only scores order a run. Equal scores are put in descending order of the document ids, which is what trec_eval
does (usnistgov/trec_eval, issue 22); ids in UTF-8 and in code points have the same order.
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
    document rank score tag`. The rank is passed over; of a document that is listed twice the better score counts.

    Raises:
        EvaluationError: a line does not have these columns; the message names file and line.
        OSError: it cannot be read.
    """
    run: dict[str, dict[str, float]] = {}
    for line in read_lines(path):
        query, document, score = _columns(line)
        scores = run.setdefault(query, {})
        scores[document] = max(score, scores.get(document, score))
    return run


def write_run(path: str, run: Run, *, tag: str = "searchkit") -> None:
    """Write *run* in TREC's six columns with TABs between them, because ids may have blanks; ranks are from 1.

    Raises:
        EvaluationError: an id has a TAB or a line end in it.
        OSError: it cannot be written.
    """
    lines = []
    for query, scores in run.items():
        for rank, document in enumerate(ranked(scores), 1):
            lines.append((query, "Q0", document, str(rank), f"{scores[document]:.4f}", tag))
    Path(path).write_bytes(tab_separated(path, lines).encode("utf-8"))


def ranked(scores: Mapping[str, float]) -> list[str]:
    """The documents from the best to the worst; see above for equal scores.

    >>> ranked({"a": 1.0, "c": 2.0, "b": 1.0})
    ['c', 'b', 'a']
    """
    return sorted(scores, key=lambda document: (scores[document], document), reverse=True)


def in_order(found: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Scores that keep the order of *found*, which is best first: rounded to 4 places, and where that is not less
    than the score before, a step of 0.0001 less. So a run that is written and read again is the same run.

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
        raise line.wrong(f"3 columns (query, document, score) or TREC's 6 are wanted, {len(columns)} found")
    try:
        value = float(score)
    except ValueError as error:
        raise line.wrong(f"the score {score!r} is not a number") from error
    if not isfinite(value):
        raise line.wrong(f"the score {score!r} is not finite")
    return query, document, value
