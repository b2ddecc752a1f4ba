"""Conditions -> the cluster's queries. Everything here is a filter: nothing in it adds to a score."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from searchkit.analysis.scripts import is_han
from searchkit.engines.opensearch import terms
from searchkit.engines.opensearch.fields import ARTICLE, CLOCK, PART, field_of
from searchkit.query import plan
from searchkit.query.plan import Condition, Fields, MultiTerm
from searchkit.schema import FIELD_NAMES

Query = dict[str, Any]
LookUp = Callable[[MultiTerm], Sequence[str]]
"""A pattern or a fuzzy word -> the words of the index that it stands for."""

EVERYTHING: Query = {"term": {PART: ARTICLE}}
NOTHING: Query = {"match_none": {}}
_MOST_TERMS = 60_000  # of one query; the cluster's limit is 65,536


def compile_condition(condition: Condition, look_up: LookUp) -> Query:
    """The articles that meet *condition*."""
    compiled = partial(compile_condition, look_up=look_up)
    match condition:
        case plan.And(nodes) | plan.Relaxable(nodes):
            return _all([compiled(node) for node in nodes])
        case plan.Or(nodes):
            return _any([compiled(node) for node in nodes])
        case plan.MinimumMatch(count, nodes):
            queries = [compiled(node) for node in nodes]
            return _at_least(count, queries) if count <= len(queries) else NOTHING
        case plan.Not(node):
            return {"bool": {"filter": [EVERYTHING], "must_not": [compiled(node)]}}
        case plan.Terms(field, values):
            return _one_of(field, values)
        case plan.DateRange(since, until):
            limits = {"gte": since, "lt": until}
            return {"range": {CLOCK: {name: limit for name, limit in limits.items() if limit is not None}}}
        case plan.Word(term, tokens, fields):
            return _any([_terms((term,), fields), _piece(plan.Phrase(tokens, fields))])
        case plan.Phrase():
            return _piece(condition)
        case plan.Proximity(pieces, slop, fields):
            return _any([_near(name, pieces, slop) for name in _places(fields)])
        case plan.MultiTerm(fields=fields):
            return _terms(look_up(condition), fields)


def count_clauses(query: Query) -> int:
    """How many clauses the cluster counts in *query*, one of ours: one for each that has no others in it, however
    many terms that has, but for words near each other, of which each counts."""
    if "bool" in query:
        parts = (part for kind in ("filter", "should", "must_not") for part in query["bool"].get(kind, ()))
        return sum(map(count_clauses, parts))
    if "intervals" in query:
        return sum(map(_count_near, query["intervals"].values()))
    return 1


def _count_near(whole: Query) -> int:
    rows = whole["all_of"]["intervals"] if "all_of" in whole else [whole]
    return sum(len(row["match"]["query"].split()) for row in rows)


def _all(queries: list[Query]) -> Query:
    if not queries:
        return EVERYTHING
    return queries[0] if len(queries) == 1 else {"bool": {"filter": queries}}


def _any(queries: list[Query]) -> Query:
    wanted = [query for query in queries if query != NOTHING]
    if not wanted:
        return NOTHING
    return wanted[0] if len(wanted) == 1 else _at_least(1, wanted)


def _at_least(count: int, queries: list[Query]) -> Query:
    return {"bool": {"should": queries, "minimum_should_match": count}}


def _one_of(field: str, values: Sequence[str]) -> Query:
    encoded = list(dict.fromkeys(map(terms.encode, values)))
    if not encoded:
        return NOTHING
    if len(encoded) == 1:
        return {"term": {field: encoded[0]}}
    parts = [encoded[start : start + _MOST_TERMS] for start in range(0, len(encoded), _MOST_TERMS)]
    return _any([{"terms": {field: part}} for part in parts])


def _terms(words: Sequence[str], fields: Fields) -> Query:
    names = ("any",) if fields is None else fields
    searched = [name for name in names if name == "any" or name in FIELD_NAMES]
    return _any([_one_of(field_of(name, "words"), words) for name in searched])


def _piece(piece: plan.Phrase) -> Query:
    tokens = piece.tokens
    if not tokens:
        return NOTHING
    open_start = piece.open_start and terms.can_be_longer(tokens[0])
    open_end = piece.open_end and terms.can_be_longer(tokens[-1])
    if open_start or open_end:
        row = terms.letters(tokens, open_start=open_start, open_end=open_end)
        return _any([_row(field_of(name, "letters"), row) for name in _places(piece.fields)])
    if piece.fields is None and (whole := _single_term(tokens)):
        return whole
    return _any([_row(field_of(name, "characters"), list(tokens)) for name in _places(piece.fields)])


def _single_term(tokens: tuple[str, ...]) -> Query | None:
    """What is one term of all fields together: a token, or two Han characters in a row."""
    if len(tokens) == 1:
        return {"term": {field_of("any", "characters"): terms.encode(tokens[0])}}
    if len(tokens) == 2 and all(map(is_han, tokens)):
        return {"term": {field_of("any", "bigrams"): "".join(tokens)}}
    return None


def _row(field: str, row: list[str]) -> Query:
    """The articles with these terms one directly after the other in *field*."""
    if len(row) == 1:
        return {"term": {field: terms.encode(row[0])}}
    return {"match_phrase": {field: {"query": terms.joined(row)}}}


def _near(name: str, pieces: tuple[tuple[str, ...], ...], slop: int) -> Query:
    distinct = tuple(dict.fromkeys(pieces))
    rows = [{"match": {"query": terms.joined(piece), "mode": "ordered", "max_gaps": 0}} for piece in distinct]
    room = slop + sum(map(len, pieces)) - sum(map(len, distinct))
    whole = {"all_of": {"intervals": rows, "mode": "unordered", "max_gaps": room}} if len(rows) > 1 else rows[0]
    return {"intervals": {field_of(name, "characters"): whole}}


def _places(fields: Fields) -> tuple[str, ...]:
    """The fields of the cluster to look into: title, tags and author are one where none is named."""
    return ("head", "body") if fields is None else fields
