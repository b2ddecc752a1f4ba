"""Judgements, which others call qrels: how well a document answers a query, said by a person.

A line is `query TAB document TAB grade`, or `query 0 document grade` as TREC has it. A grade is a whole number:
2 is what was wanted, 1 is partly so, 0 and less is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from searchkit.evaluation.tsv import Line, append_line, read_lines

Judgements = Mapping[str, Mapping[str, int]]
"""Query id -> document id -> grade."""

_HEADER = ("query-id", "corpus-id", "score")


def read_judgements(path: str) -> Judgements:
    """The judgements of a file, queries and documents in its order; `-` is standard input. The last of several
    judgements of the same pair counts. A first line of column names is passed over.

    Raises:
        EvaluationError: a line is no judgement; the message names file and line.
        OSError: it cannot be read.
    """
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(read_lines(path)):
        query, document, grade = _columns(line)
        if number == 0 and not any(sign.isdigit() for sign in grade):
            continue
        try:
            found.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise line.wrong(f"the grade {grade!r} is not a whole number") from error
    return found


def append_judgement(path: str, query: str, document: str, grade: int) -> None:
    """Add a judgement to a file and close it. A new file has the three columns and begins with their names; one
    with the four of TREC keeps to them.

    Raises:
        EvaluationError: the file is packed, or an id has a TAB or a line end in it.
        OSError: it cannot be written.
    """
    trec = ("0",) if _is_trec(path) else ()
    append_line(path, [query, *trec, document, str(grade)], header=_HEADER)


def _is_trec(path: str) -> bool:
    if not Path(path).exists():
        return False
    first = next(read_lines(path), None)
    return first is not None and len(first.columns()) == 4


def _columns(line: Line) -> tuple[str, str, str]:
    columns = line.columns()
    if len(columns) == 4:
        del columns[1]
    if len(columns) != 3:
        raise line.wrong(f"3 columns (query, document, grade) or TREC's 4 are wanted, {len(columns)} found")
    query, document, grade = columns
    if not query or not document:
        raise line.wrong("the id of the query or of the document is empty")
    return query, document, grade
