"""The queries of an evaluation and their judgements (qrels): how well a document answers, in a person's opinion.

Queries are JSON Lines (`_id`, `text`, `metadata.category`) or `id TAB text TAB category`. A judgement is
`query TAB document TAB grade`, or `query 0 document grade` as in TREC. A grade is a whole number: 2 is relevant,
1 is partly relevant, 0 or less is not relevant.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from searchkit.evaluation.tsv import Line, append_line, read_lines
from searchkit.translation import gettext as _

Judgements = Mapping[str, Mapping[str, int]]
"""Query id -> document id -> grade."""

_HEADER = ("query-id", "corpus-id", "score")
_JSON_SUFFIXES = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")
_HEADER_IDS = frozenset({"id", "_id", "qid", "query-id", "query_id"})
_HEADER_TEXTS = frozenset({"text", "query"})


@dataclass(frozen=True, slots=True)
class Query:
    """A query, with its id in judgements and runs. `category` may be empty; so may `text`, which finds nothing."""

    id: str
    text: str
    category: str = ""


def read_queries(path: str, *, plain: bool = False) -> tuple[Query, ...]:
    """The queries of a file, in its order; `-` is standard input. A first line of column names is ignored.
    With *plain*, a line without a TAB is a query, whose id is the number of the line.

    Raises:
        EvaluationError: a line is not a query, or repeats an id; the message names file and line.
        OSError: it cannot be read.
    """
    found: dict[str, Query] = {}
    as_json = path.endswith(_JSON_SUFFIXES)
    for number, line in enumerate(read_lines(path)):
        as_json = as_json or (number == 0 and line.text.lstrip().startswith("{"))
        query = _from_json(line) if as_json else _from_columns(line, first=number == 0, plain=plain)
        if query is None:
            continue
        if query.id in found:
            raise line.wrong(_("duplicate query id {id!r}").format(id=query.id))
        found[query.id] = query
    return tuple(found.values())


def append_query(path: str, query: Query) -> None:
    """Append *query* to a file: as JSON Lines or as columns, by the file name.

    Raises:
        EvaluationError: the file is compressed, or the query does not fit on a line.
        OSError: it cannot be written.
    """
    if path.endswith(_JSON_SUFFIXES):
        metadata = {"metadata": {"category": query.category}} if query.category else {}
        append_line(path, [json.dumps({"_id": query.id, "text": query.text, **metadata}, ensure_ascii=False)])
    else:
        append_line(path, [query.id, query.text, *([query.category] if query.category else [])])


def query_for(text: str, queries: Iterable[Query], taken: Collection[str], category: str = "") -> Query:
    """The query of *queries* with this text or, if there is none, a new one with an id that is not in *taken*.

    >>> query_for("月全食", [Query("q7", "月全食")], ["q7"]).id, query_for("流星雨", [], ["q1"]).id
    ('q7', 'q2')
    """
    text = " ".join(text.split())
    used = set(taken)
    for query in queries:
        if " ".join(query.text.split()) == text:
            return query
        used.add(query.id)
    free = next(name for number in count(1) if (name := f"q{number}") not in used)
    return Query(free, text, category)


def _from_json(line: Line) -> Query:
    try:
        value: Any = json.loads(line.text)
    except ValueError as error:
        raise line.wrong(_("not JSON: {error}").format(error=error)) from error
    if not isinstance(value, dict) or not isinstance(value.get("_id"), (str, int)):
        raise line.wrong(_('expected an object with "_id" and "text"'))
    metadata = value.get("metadata")
    category = metadata.get("category") if isinstance(metadata, dict) else None
    return _checked(line, str(value["_id"]), value.get("text"), str(category or ""))


def _from_columns(line: Line, *, first: bool, plain: bool) -> Query | None:
    columns = [column.strip() for column in line.text.split("\t")]
    if plain and len(columns) == 1:
        return _checked(line, str(line.number), *columns)
    if len(columns) not in (2, 3):
        raise line.wrong(_("expected 2 or 3 columns separated by TABs, found {count}").format(count=len(columns)))
    if first and columns[0].lower() in _HEADER_IDS and columns[1].lower() in _HEADER_TEXTS:
        return None
    return _checked(line, *columns)


def _checked(line: Line, query_id: str, text: Any, category: str = "") -> Query:
    if not query_id:
        raise line.wrong(_("the query has no id"))
    if not isinstance(text, str):
        raise line.wrong(_("the query {query_id!r} has no text").format(query_id=query_id))
    return Query(query_id, text, category)


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
            raise line.wrong(_("the grade {grade!r} is not a whole number").format(grade=grade)) from error
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
        raise line.wrong(
            _("expected 3 columns (query, document, grade) or TREC's 4, found {count}").format(count=len(columns))
        )
    query, document, grade = columns
    if not query or not document:
        raise line.wrong(_("the id of the query or of the document is empty"))
    return query, document, grade
