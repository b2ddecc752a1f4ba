"""Conditions -> the cluster's queries. Everything here is a filter: nothing in it adds to a score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from searchkit.analysis.scripts import is_han
from searchkit.engines.opensearch.fields import (
    ARTICLE,
    CLOCK,
    PART,
    can_be_longer,
    encode,
    field_of,
    joined,
    letters,
)
from searchkit.engines.opensearch.pagination import batches, naming
from searchkit.engines.reference import FILES, path_regexp
from searchkit.query import plan
from searchkit.query.plan import Condition, Fields
from searchkit.schema import FIELD_NAMES

Query = dict[str, Any]

EVERYTHING: Query = {"term": {PART: ARTICLE}}
NOTHING: Query = {"match_none": {}}
MAX_TERMS = 60_000  # of one query; the cluster's limit is 65,536 (index.max_terms_count)


def compile_condition(condition: Condition) -> Query:
    """The articles that meet *condition*."""
    match condition:
        case plan.And(nodes) | plan.Relaxable(nodes):
            return _all(list(map(compile_condition, nodes)))
        case plan.Or(nodes):
            return _any(list(map(compile_condition, nodes)))
        case plan.Not(node):
            return {"bool": {"filter": [EVERYTHING], "must_not": [compile_condition(node)]}}
        case plan.Terms(field, values):
            return _one_of(field, values)
        case plan.PathGlob(pattern):
            regexp = {"value": path_regexp(pattern, naming), "flags": "NONE"}
            return _any([{"regexp": {name: regexp}} for name in FILES])
        case plan.DateRange(since, until):
            limits = {"gte": since, "lt": until}
            return {"range": {CLOCK: {name: limit for name, limit in limits.items() if limit is not None}}}
        case plan.Word(term, tokens, fields):
            return _any([_terms((term,), fields), _phrase(plan.Phrase(tokens, fields))])
        case plan.Phrase():
            return _phrase(condition)
        case plan.Proximity(phrases, slop, fields):
            return _any([_proximity(name, phrases, slop) for name in _positioned(fields)])
        case plan.MultiTerm(terms=multi_terms, fields=fields):
            return _terms(multi_terms, fields)


def count_clauses(query: Query) -> int:
    """How many clauses the cluster counts in *query*, one of ours: one for each that has no others in it, however
    many terms that has, but for a proximity, of which each word counts."""
    if "bool" in query:
        parts = (part for kind in ("filter", "should", "must_not") for part in query["bool"].get(kind, ()))
        return sum(map(count_clauses, parts))
    if "intervals" in query:
        (whole,) = query["intervals"].values()
        rows = whole["all_of"]["intervals"] if "all_of" in whole else [whole]
        return sum(len(row["match"]["query"].split()) for row in rows)
    return 1


def _all(queries: list[Query]) -> Query:
    if not queries:
        return EVERYTHING
    return queries[0] if len(queries) == 1 else {"bool": {"filter": queries}}


def _any(queries: list[Query]) -> Query:
    possible = [query for query in queries if query != NOTHING]
    if not possible:
        return NOTHING
    return possible[0] if len(possible) == 1 else {"bool": {"should": possible, "minimum_should_match": 1}}


def _one_of(field: str, values: Sequence[str]) -> Query:
    encoded = list(dict.fromkeys(map(encode, values)))
    if len(encoded) == 1:
        return {"term": {field: encoded[0]}}
    return _any([{"terms": {field: batch}} for batch in batches(encoded, MAX_TERMS)])


def _terms(words: Sequence[str], fields: Fields) -> Query:
    searched = ["any"] if fields is None else [name for name in fields if name in FIELD_NAMES]
    return _any([_one_of(field_of(name, "words"), words) for name in searched])


def _phrase(phrase: plan.Phrase) -> Query:
    tokens = phrase.tokens
    if not tokens:
        return NOTHING
    open_start = phrase.open_start and can_be_longer(tokens[0])
    open_end = phrase.open_end and can_be_longer(tokens[-1])
    if open_start or open_end:
        row = letters(tokens, open_start=open_start, open_end=open_end)
        return _any([_row(field_of(name, "letters"), row) for name in _positioned(phrase.fields)])
    if phrase.fields is None and (whole := _single_term(tokens)):
        return whole
    return _any([_row(field_of(name, "characters"), list(tokens)) for name in _positioned(phrase.fields)])


def _single_term(tokens: tuple[str, ...]) -> Query | None:
    """What is one term of all fields together: a token, or two Han characters in a row."""
    if len(tokens) == 1:
        return {"term": {field_of("any", "characters"): encode(tokens[0])}}
    if len(tokens) == 2 and all(map(is_han, tokens)):
        return {"term": {field_of("any", "bigrams"): "".join(tokens)}}
    return None


def _row(field: str, row: list[str]) -> Query:
    """The articles with these terms one directly after the other in *field*."""
    if len(row) == 1:
        return {"term": {field: encode(row[0])}}
    return {"match_phrase": {field: {"query": joined(row)}}}


def _proximity(name: str, phrases: tuple[tuple[str, ...], ...], slop: int) -> Query:
    distinct = tuple(dict.fromkeys(phrases))
    rows = [{"match": {"query": joined(phrase), "mode": "ordered", "max_gaps": 0}} for phrase in distinct]
    room = slop + sum(map(len, phrases)) - sum(map(len, distinct))
    whole = {"all_of": {"intervals": rows, "mode": "unordered", "max_gaps": room}} if len(rows) > 1 else rows[0]
    return {"intervals": {field_of(name, "characters"): whole}}


def _positioned(fields: Fields) -> tuple[str, ...]:
    """The fields of the cluster to look into: title, tags and author are one where none is named."""
    return ("head", "body") if fields is None else fields
