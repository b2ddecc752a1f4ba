"""Judgements (qrels): how well a document answers a query, in the opinion of a person.

A line is `query TAB document TAB grade`, or `query 0 document grade` as in TREC. A grade is a whole number:
2 is relevant, 1 is partly relevant, 0 or less is not relevant.
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
    judgements of a pair counts. A first line of column names is ignored.

    Raises:
        EvaluationError: a line is not a judgement; the message names file and line.
        OSError: it cannot be read.
    """
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(read_lines(path)):
        query, document, grade = _columns(line)
        if number == 0 and not any(character.isdigit() for character in grade):
            continue
        try:
            found.setdefault(query, {})[document] = int(grade)
        except ValueError as error:
            raise line.wrong(f"the grade {grade!r} is not a whole number") from error
    return found


def append_judgement(path: str, query: str, document: str, grade: int) -> None:
    """Append a judgement to a file and close it. A new file has three columns and begins with their names; a file
    with the four columns of TREC keeps them.

    Raises:
        EvaluationError: the file is compressed, or an id contains a TAB or a line end.
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
        raise line.wrong(f"expected 3 columns (query, document, grade) or TREC's 4, found {len(columns)}")
    query, document, grade = columns
    if not query or not document:
        raise line.wrong("the id of the query or of the document is empty")
    return query, document, grade
