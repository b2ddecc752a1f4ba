"""Runs: the results of each query, made by a search of an index, or read from TREC's text format or three columns.

A run is ordered by score only. Equal scores are in descending order of the document ids, as in trec_eval
(usnistgov/trec_eval, issue 22); UTF-8 and code points give the same order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path

from searchkit.article_names import id_of_path
from searchkit.evaluation.queries import Judgements, Query
from searchkit.evaluation.tsv import Line, read_lines, tab_separated
from searchkit.index import Index, reader_of
from searchkit.translation import gettext as _

Run = Mapping[str, Mapping[str, float]]
"""Query id -> document id -> score, higher is better."""

DEPTH = 100
"""How many documents of each query a search lists, and how many are measured."""

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


def write_run(path: str, run: Run) -> None:
    """Write *run* in TREC's six columns, separated by TABs because ids may contain spaces; ranks are from 1.

    Raises:
        EvaluationError: an id contains a TAB or a line end.
        OSError: it cannot be written.
    """
    lines = [
        (query, "Q0", document, str(rank), f"{scores[document]:.4f}", "searchkit")
        for query, scores in run.items()
        for rank, document in enumerate(ranked(scores), 1)
    ]
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
        query, document, score = columns[0], columns[2], columns[4]
    else:
        raise line.wrong(
            _("expected 3 columns (query, document, score) or TREC's 6, found {count}").format(count=len(columns))
        )
    try:
        value = float(score)
    except ValueError as error:
        raise line.wrong(_("the score {score!r} is not a number").format(score=score)) from error
    if not isfinite(value):
        raise line.wrong(_("the score {score!r} is not finite").format(score=score))
    return query, document, value


def search_run(
    index: Index,
    queries: Sequence[Query],
    judgements: Judgements,
    articles: Mapping[str, str],
    *,
    semantic: bool | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Run:
    """The first 100 documents that a search of *index* finds for each query; *semantic* is as in `Index.search`.
    Articles are not read.

    *articles* maps judged documents to articles, as `article_ids` does. An article is listed under each name that
    is judged for the query, so all judged duplicates are listed; without a judgement it is listed under its id.
    *progress* is called after each query with the number of queries done and of all queries.
    """
    run: dict[str, dict[str, float]] = {}
    for done, query in enumerate(queries, 1):
        names = _names_of(articles, judgements.get(query.id, {}))
        found = index.scored(query.text, limit=DEPTH, semantic=semantic)
        listed = [(name, score) for id_, score in found for name in names.get(id_, [id_])]
        run[query.id] = in_order(listed[:DEPTH])
        if progress:
            progress(done, len(queries))
    return run


def _names_of(articles: Mapping[str, str], judged: Iterable[str]) -> dict[str, list[str]]:
    """Article id -> the names of this article in the judgements."""
    names: dict[str, list[str]] = {}
    for name in judged:
        if name in articles:
            names.setdefault(articles[name], []).append(name)
    return names


def article_ids(index: Index, names: Iterable[str]) -> dict[str, str]:
    """Each of *names* that names an article -> the id of the article in the index.

    A name is an id (the path inside the corpus), also the id of a duplicate, or the path of a file of the corpus,
    absolute or relative to the current folder.
    """
    reader = reader_of(index)
    articles, duplicates = set(reader.keywords("id")), set(reader.keywords("duplicate"))
    known, folders = articles | duplicates, reader.state.folders
    found: dict[str, str] = {}
    for name in names:
        article_id = name if name in known else id_of_path(name, folders, known)
        if article_id in articles:
            found[name] = article_id
        elif article_id in duplicates:
            found[name] = index.get(article_id).id
    return found
