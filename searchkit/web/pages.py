"""The pages: search, an article, the source of a passage, what there is, and what the index says of itself."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from searchkit import (
    Article,
    ArticleError,
    ArticleNotFound,
    Facet,
    Index,
    Results,
    Timeline,
    read_html,
)
from searchkit.gap_log import asked_again, cannot_read, note_gap, read_gaps
from searchkit.web.access import POLICY, WITH_IMAGES
from searchkit.web.article_view import ArticleView, view_of_html, view_of_text
from searchkit.web.asking import LAST_PAGE, NO_FILTERS, PAGE, Ask, ask_of, query_of
from searchkit.web.problems import Problem
from searchkit.web.served import Served
from searchkit.web.templating import page

FACETS: tuple[Facet, ...] = ("year", "tag", "author", "category", "site")
"""In the order of the page, which begins with the shortest list."""
PASTED = 5_000
"""Characters of a passage in an address, which may have 64 kB. No more than 1,000 are compared."""
NEWEST = 30
MOST_MARKS = 2_000
"""In an article; nobody goes through more of them."""
_LARGEST = 1_000_000
"""Bytes of a file that is shown with its structure, and characters of a text that is shown: a book. What is longer
is cut, and the page says so. A page of 22,000 paragraphs takes seconds and hundreds of megabytes."""
SIMILAR = 5
COMPARED, MOST_DIFFERENCES = 10, 20
"""Reposts of an article that are compared on its page, and differences of one that are shown there. To compare two
articles of 10,000 characters takes some 40 ms."""


def index_of(request: Request) -> Index:
    """The index as it is now: whatever a request looks up is of one state."""
    served: Served = request.app.state.served
    return served.index.pinned()


def search(request: Request) -> Response:
    """`GET /`: the articles that a query finds, or that filters leave; without either, a way in."""
    ask = ask_of(request.query_params)
    index = index_of(request)
    if ask.is_empty:
        return _home(request, index, ask)
    typing = "typing" in request.query_params
    results = found(index, ask, facets=FACETS, prefix=typing)
    timeline = _timeline(index, ask, prefix=typing)
    if not typing and _is_sent_off(request):
        note_gap(results, index.config, filters=ask.filters, offset=ask.offset)
    name = "results.html" if "part" in request.query_params else "search.html"
    return _list(request, name, ask, results, timeline)


def _is_sent_off(request: Request) -> bool:
    """Whether somebody asks for the page, not a browser for what they may want next."""
    return request.method == "GET" and "prefetch" not in request.headers.get("sec-purpose", "")


def _list(request: Request, name: str, ask: Ask, results: Results, timeline: Timeline) -> Response:
    return page(
        request,
        name,
        ask=ask,
        results=results,
        timeline=timeline,
        facets=FACETS,
        page_size=PAGE,
        last_page=LAST_PAGE,
        no_filters=NO_FILTERS,
    )


def _timeline(index: Index, ask: Ask, *, prefix: bool = False) -> Timeline:
    """When the articles of a list are from, and those of the query it is held against."""
    return index.timeline(
        ask.query,
        filters=ask.filters,
        against=ask.against or None,
        snippets=False,
        prefix=prefix,
        all_words=ask.all_words,
    )


def found(
    index: Index,
    ask: Ask,
    *,
    facets: tuple[Facet, ...] = (),
    prefix: bool = False,
    limit: int = PAGE,
    offset: int | None = None,
) -> Results:
    """What the search *ask* finds: its page, or *limit* articles after the first *offset*.

    Raises:
        Problem: a filter is not a possible one.
    """
    first = ask.offset if offset is None else offset
    more: dict[str, Any] = {"filters": ask.filters, "limit": limit, "offset": first, "facets": facets}
    try:
        if not ask.query:
            return index.browse(sort=ask.order, **more)
        words: dict[str, Any] = {"prefix": prefix, "all_words": ask.all_words, "fold": ask.fold}
        return index.search(ask.query, sort=ask.order, **words, **more)
    except ValueError as error:
        raise Problem(400, str(error)) from error


def _home(request: Request, index: Index, ask: Ask) -> Response:
    everything = index.browse(limit=PAGE, facets=FACETS)
    name = "results.html" if "part" in request.query_params else "home.html"
    return _list(request, name, ask, everything, _timeline(index, ask))


async def article(request: Request) -> Response:
    """`GET /article/ID`: an article to be read, with the words of a query marked. A few at a time, as a large one
    takes seconds and much memory; those that wait hold up nobody else."""
    return await to_thread.run_sync(_article, request, limiter=request.app.state.reading)


def _article(request: Request) -> Response:
    index = index_of(request)
    shown = article_of(index, request.path_params["id"])
    ask = ask_of(request.query_params)
    with_images = "images" in request.query_params
    view = _view(index, shown, ask, images=with_images)
    similar = index.similar(shown.id, limit=SIMILAR, snippets=False)
    asks_why = bool(ask.query) and "why" in request.query_params
    reasons = index.explain(ask.query, shown.id) if asks_why else None
    title_marks = index.highlights(ask.query, shown.title, shown.body) if ask.query else ()
    return page(
        request,
        "article.html",
        policy=WITH_IMAGES if with_images else POLICY,
        ask=ask,
        with_images=with_images,
        article=shown,
        file=index.path_of(shown.id),
        opens=request.app.state.opens,
        view=view,
        is_cut=not view.from_file and len(shown.body) > _LARGEST,
        title_marks=title_marks,
        similar=similar.hits,
        clusters=index.reposts(shown.id, compared=COMPARED),
        most_differences=MOST_DIFFERENCES,
        reasons=reasons,
    )


def _view(index: Index, shown: Article, ask: Ask, *, images: bool) -> ArticleView:
    """The body as its file has it, or else as the index has it: the file may be gone, may never have been, or may
    be larger than a page should be."""

    def mark(text: str) -> tuple[tuple[int, int], ...]:
        return index.highlights(ask.query, text, shown.title)[:MOST_MARKS] if ask.query else ()

    try:
        html = read_html(index.path_of(shown.id), size_limit=_LARGEST)
        return view_of_html(html, mark, images=images, title=shown.title)
    except ArticleError:
        return view_of_text(shown.body[:_LARGEST], mark)


def article_of(index: Index, article_id: str) -> Article:
    """The article with this id.

    Raises:
        Problem: there is none.
    """
    try:
        return index.get(article_id)
    except ArticleNotFound as error:
        raise Problem(404, str(error)) from error


def source(request: Request) -> Response:
    """`GET /source`: the article that a passage is from."""
    text = query_of(request.query_params, "text", PASTED)
    quote = index_of(request).find_quote(text) if text else None
    return page(request, "source.html", ask=Ask(), text=text, quote=quote, most=PASTED)


def browse(request: Request) -> Response:
    """`GET /browse`: the years, tags, authors, categories and sites that there are."""
    results = index_of(request).browse(limit=0, facets=FACETS)
    return page(request, "browse.html", ask=Ask(), results=results, facets=FACETS)


def new(request: Request) -> Response:
    """`GET /new`: the latest articles."""
    results = index_of(request).browse(limit=NEWEST, sort="newest")
    return page(request, "new.html", ask=Ask(), results=results)


def about(request: Request) -> Response:
    """`GET /about`: what is in the index, and what was wrong at the last reindex."""
    return page(request, "about.html", ask=Ask(), stats=index_of(request).stats())


def gaps(request: Request) -> Response:
    """`GET /gaps`: what was asked for and found little, and what it finds now.

    Raises:
        Problem: what was noted cannot be read.
    """
    index = index_of(request)
    try:
        noted = read_gaps(index.config)
    except OSError as error:
        raise Problem(503, cannot_read(error)) from error
    shown = asked_again(noted, index)
    return page(request, "gaps.html", ask=Ask(), gaps=shown, more=len(noted) - len(shown))
