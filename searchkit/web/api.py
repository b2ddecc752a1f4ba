"""The API for programs: `/api/v1/`, whose answers are the JSON of docs/json.md, in English.

`OPERATIONS` is all there is: routes, what is refused, and `/api/v1/openapi.json` come from it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from searchkit import ArticleNotFound, Facet, Index, TimeUnit
from searchkit.json_form import (
    article_to_dict,
    dated_list_to_dict,
    json_text,
    reasons_to_dict,
    results_to_dict,
    source_to_dict,
    stats_to_dict,
    values_to_dict,
)
from searchkit.web.article_ids import ARTICLE_ID
from searchkit.web.asking import MOST_HITS, Ask, cleaned
from searchkit.web.completions import MOST, completions
from searchkit.web.openapi import described
from searchkit.web.pages import article_of, found, index_of
from searchkit.web.parameters import (
    ALL_WORDS,
    FACETS,
    FILTERS,
    FOLD,
    LIMIT,
    OFFSET,
    PREFIX,
    QUERY,
    SORT,
    Number,
    Parameter,
    Text,
    filters_of,
    read,
)
from searchkit.web.problems import API, Problem

BASE = f"{API}v1"
LONGEST_PASSAGE = 20_000
"""Characters that may be sent; the first 1,000 are compared."""
_LARGEST_BODY = 12 * LONGEST_PASSAGE + 1_000
"""Bytes: a character is at most two escapes of six."""

Given = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be asked at *path*, and the schema of its answer. With a *body*, the text may be sent too."""

    path: str
    about: str
    answer: Callable[[Index, Given], dict[str, Any]]
    schema: str
    parameters: tuple[Parameter, ...] = ()
    body: Text | None = None
    refusals: tuple[int, ...] = ()


def _search(index: Index, given: Given) -> dict[str, Any]:
    ask = Ask(given["q"] or "", filters_of(given), given["sort"], all_words=given["all"], fold=given["fold"])
    more = {
        "facets": given["facets"],
        "prefix": given["prefix"],
        "limit": given["limit"],
        "offset": given["offset"],
    }
    return results_to_dict(found(index, ask, **more))


def _suggest(index: Index, given: Given) -> dict[str, Any]:
    text = given["q"] or ""
    ways = [asdict(way) for way in completions(index, text, given["limit"])]
    return {"query": text, "suggestion": index.suggest(text), "completions": ways}


def _article(index: Index, given: Given) -> dict[str, Any]:
    article = article_of(index, given["id"])
    clusters = index.reposts(article.id, compared=0)
    return article_to_dict(article, path=index.path_of(article.id), clusters=clusters)


def _similar(index: Index, given: Given) -> dict[str, Any]:
    article_of(index, given["id"])
    page = {"limit": given["limit"], "offset": given["offset"]}
    return results_to_dict(index.similar(given["id"], filters=filters_of(given), **page))


def _explain(index: Index, given: Given) -> dict[str, Any]:
    try:
        return reasons_to_dict(index.explain(given["q"] or "", given["id"] or "", filters=filters_of(given)))
    except ArticleNotFound as error:
        raise Problem(404, str(error)) from error
    except ValueError as error:  # the filters are possible ones: the name fits several articles
        raise Problem(409, str(error)) from error


def _source(index: Index, given: Given) -> dict[str, Any]:
    return source_to_dict(index.find_quote(given["text"] or ""))


def _facets(index: Index, given: Given) -> dict[str, Any]:
    prefix, first = given["prefix"] or "", given["offset"]
    values = index.values(given["facet"], prefix, filters=filters_of(given))
    return values_to_dict(given["facet"], prefix, values[first : first + given["limit"]], len(values))


def _timeline(index: Index, given: Given) -> dict[str, Any]:
    more = {"by": given["by"], "against": given["against"], "prefix": given["prefix"], "all_words": given["all"]}
    timeline = index.timeline(given["q"] or "", filters=filters_of(given), **more)
    return dated_list_to_dict(timeline)


def _stats(index: Index, _given: Given) -> dict[str, Any]:
    return stats_to_dict(index.stats())


_PASSAGE = Text("text", "The passage.", LONGEST_PASSAGE, is_required=True)
_ASKED = Text("q", "The query.", QUERY.most, 0, is_required=True)
_NAME = Text("id", "The id, the path or the title of the article.", 2_000, is_required=True)
_FACET = Text("facet", "The facet.", choices=get_args(Facet), is_required=True)
_BY = Text("by", "What a period is; the finest of which there are not too many.", choices=get_args(TimeUnit))
_AGAINST = Text("against", "A second query, to be counted in the same periods.", QUERY.most, 0)
_PREFIX = Text("prefix", "What the values begin with.", least=0)
OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "/search",
        "The articles that a query finds, or that filters leave.",
        _search,
        "Results",
        (QUERY, *FILTERS, SORT, ALL_WORDS, FOLD, PREFIX, FACETS, LIMIT, OFFSET),
    ),
    Operation(
        "/suggest",
        "What was probably meant, and how what is being typed may go on.",
        _suggest,
        "Suggestions",
        (_ASKED, Number("limit", LIMIT.about, MOST_HITS, MOST)),
    ),
    Operation("/articles/{id}", "An article with its text.", _article, "Article", refusals=(404,)),
    Operation(
        "/similar/{id}",
        "Articles with the same significant words.",
        _similar,
        "Results",
        (*FILTERS, LIMIT, OFFSET),
        refusals=(404,),
    ),
    Operation(
        "/explain",
        "Why a query finds an article, or does not.",
        _explain,
        "Explanation",
        (_ASKED, _NAME, *FILTERS),
        refusals=(404, 409),
    ),
    Operation(
        "/source",
        "The article that a passage is from.",
        _source,
        "Source",
        (_PASSAGE,),
        body=_PASSAGE,
    ),
    Operation(
        "/facets",
        "The values of a facet with the numbers of their articles, the most frequent first.",
        _facets,
        "Values",
        (_FACET, _PREFIX, *FILTERS, Number("limit", LIMIT.about, MOST_HITS, MOST_HITS), OFFSET),
    ),
    Operation(
        "/timeline",
        "When the articles are from that a query finds, or that filters leave.",
        _timeline,
        "Timeline",
        (QUERY, *FILTERS, ALL_WORDS, PREFIX, _BY, _AGAINST),
    ),
    Operation("/stats", "What is in the index.", _stats, "Stats"),
)
"""A new one is a line here, a function above, and its schema in `answer_schemas.py`."""


def routes() -> Iterator[Route]:
    """The routes of all operations, and of their description."""
    yield from map(_route, OPERATIONS)
    yield Route(f"{BASE}/openapi.json", _description)


def _route(operation: Operation) -> Route:
    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_answer, operation, request, await _given(operation, request))

    methods = ["GET", "POST"] if operation.body else ["GET"]
    return Route(BASE + operation.path.replace("{id}", ARTICLE_ID), answer, methods=methods)


async def _given(operation: Operation, request: Request) -> Given:
    """The values of the parameters, of the address and of the body.

    Raises:
        Problem: one is not a possible one.
    """
    if operation.body and request.method == "POST":
        read((), request.query_params)
        return {operation.body.name: await _posted(request, operation.body)}
    return {**read(operation.parameters, request.query_params), **request.path_params}


def _answer(operation: Operation, request: Request, given: Given) -> Response:
    try:
        values = operation.answer(index_of(request), given)
    except ValueError as error:
        raise Problem(400, str(error)) from error
    return Response(json_text(values, indent=None), media_type="application/json")


async def _posted(request: Request, wanted: Text) -> str:
    """The text that is sent, as it is or as JSON.

    Raises:
        Problem: it is too long, of another type, or not valid.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("text/plain", "application/json"):
        raise Problem(415, "the body must be text/plain or application/json")
    try:
        text = (await _body(request)).decode("utf-8")
        value = json.loads(text) if kind == "application/json" else text
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"the body is not {kind} in UTF-8: {error}") from error
    if kind == "application/json":
        if not isinstance(value, dict) or list(value) != [wanted.name] or not isinstance(value[wanted.name], str):
            raise Problem(400, f'the body must be {{"{wanted.name}": "…"}}')
        value = value[wanted.name]
    if len(value) > wanted.most:
        raise Problem(413, f"the text has {len(value):,} characters; the most is {wanted.most:,}")
    if len(value) < wanted.least:
        raise Problem(400, "the body is empty")
    return cleaned(value)


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _LARGEST_BODY:
            raise Problem(413, f"the body has more than {_LARGEST_BODY:,} bytes")
        parts.append(part)
    return b"".join(parts)


def _description(request: Request) -> Response:
    read((), request.query_params)
    return JSONResponse(described(OPERATIONS, BASE))
