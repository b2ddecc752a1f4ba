"""What is in the address of a page: the query, the filters, the order and the page. An address is the state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from searchkit import Filters, Sort
from searchkit.translation import gettext as _
from searchkit.web.problems import Problem

MOST_CHARACTERS = 2_000
"""Of a query. What is longer is a passage, and has a page of its own."""
MOST_HITS = 100
MOST_SKIPPED = 10_000
PAGE = 10
LAST_PAGE = MOST_SKIPPED // PAGE
SORTS: tuple[Sort, ...] = get_args(Sort)
NO_FILTERS = Filters()
LISTS = {"tag": "tags", "category": "categories"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
SINGLE = ("author", "site", "since", "until", "path", "as_of")
"""Parameters that name a filter of the same name; those of `LISTS` may come several times."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A search as its address says it. Without a *sort*, articles are ordered by relevance, or without a query the
    newest first. Its timeline is held *against* that of another query."""

    query: str = ""
    filters: Filters = NO_FILTERS
    sort: Sort | None = None
    page: int = 1
    all_words: bool = False
    fold: bool = True
    against: str = ""

    @property
    def order(self) -> Sort:
        """What the articles are ordered by."""
        return self.sort or ("relevance" if self.query else "newest")

    @property
    def offset(self) -> int:
        """How many hits the pages before have."""
        return (self.page - 1) * PAGE

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.query and not self.against and self.filters == NO_FILTERS

    def parameters(self) -> Iterator[tuple[str, str]]:
        """The parameters of the address, in a fixed order; none that says what is so anyway."""
        if self.query:
            yield "q", self.query
        for name, field in LISTS.items():
            yield from ((name, value) for value in getattr(self.filters, field))
        for name in SINGLE:
            if value := getattr(self.filters, name):
                yield name, str(value)
        if self.sort:
            yield "sort", self.sort
        if self.all_words:
            yield "all", "1"
        if not self.fold:
            yield "fold", "0"
        if self.against:
            yield "against", self.against
        if self.page > 1:
            yield "page", str(self.page)

    def url(self, path: str = "/", **more: str) -> str:
        """The address of this search at *path*."""
        query = urlencode([*self.parameters(), *more.items()])
        return f"{path}?{query}" if query else path

    def but(self, **changes: Any) -> Ask:
        """This search, on its first page, with other values."""
        return replace(self, **{"page": 1, **changes})

    def turned(self, pages: int) -> Ask:
        """This search so many pages further on."""
        return replace(self, page=self.page + pages)

    def day(self, name: str) -> str:
        """The first or the last day that is asked for, as a field of a day shows it; "" if it is none."""
        value = str(getattr(self.filters, name) or "")
        return value if _DAY.fullmatch(value) else ""

    def with_filter(self, facet: str, value: str) -> Ask:
        """This search among the articles that have a value of a facet, or of a period."""
        if facet in LISTS:
            values = getattr(self.filters, LISTS[facet])
            return self._filtered(**{LISTS[facet]: tuple(dict.fromkeys((*values, value)))})
        if facet in ("year", "month"):
            return self._filtered(since=value, until=value)
        return self._filtered(**{facet: value})

    def between(self, since: str, until: str) -> Ask:
        """This search among the articles from one day to another, both included."""
        return self._filtered(since=since, until=until)

    def has_filter(self, facet: str, value: str) -> bool:
        """Whether a value of a facet is asked for already."""
        return self.with_filter(facet, value).filters == self.filters

    def chips(self) -> Iterator[tuple[str, str, Ask]]:
        """The filters: what each is called, its value, and the search without it."""
        names = filter_names()
        for name, field in LISTS.items():
            values = getattr(self.filters, field)
            for value in values:
                yield names[name], value, self._filtered(**{field: tuple(one for one in values if one != value)})
        for name in ("author", "site", "path", "as_of"):
            if value := getattr(self.filters, name):
                yield names[name], value, self._filtered(**{name: None})
        if self.all_words:
            yield names["words"], _("all of them"), self.but(all_words=False)
        if not self.fold:
            yield names["reposts"], _("each of them"), self.but(fold=True)
        if self.against:
            yield names["against"], self.against, self.but(against="")
        since, until = self.filters.since, self.filters.until
        if since or until:
            span = str(since) if since == until else f"{since or ''}–{until or ''}"
            yield names["date"], span, self._filtered(since=None, until=None)

    def _filtered(self, **changes: Any) -> Ask:
        return self.but(filters=replace(self.filters, **changes))


def filter_names() -> dict[str, str]:
    """What people call a filter."""
    return {
        "tag": _("tag"),
        "category": _("category"),
        "author": _("author"),
        "site": _("site"),
        "path": _("path"),
        "date": _("date"),
        "as_of": _("as of"),
        "words": _("words"),
        "reposts": _("reposts"),
        "against": _("against"),
    }


def ask_of(parameters: QueryParams) -> Ask:
    """The search that the *parameters* of an address say; those that are unknown are left to others.

    Raises:
        Problem: a value is not a possible one.
    """
    sort = parameters.get("sort") or None
    if sort is not None and sort not in SORTS:
        raise Problem(400, _("sort must be one of {names}").format(names=", ".join(SORTS)))
    values: dict[str, Any] = {name: cleaned(parameters.get(name, "")) or None for name in SINGLE}
    for name, field in LISTS.items():
        values[field] = tuple(filter(None, map(cleaned, parameters.getlist(name))))
    page = number_of(parameters, "page", 1, least=1, most=LAST_PAGE)
    return Ask(
        query_of(parameters),
        Filters(**values),
        sort,
        page,
        all_words=flag_of(parameters, "all"),
        fold=flag_of(parameters, "fold", default=True),
        against=query_of(parameters, "against"),
    )


def query_of(parameters: QueryParams, name: str = "q", most: int = MOST_CHARACTERS) -> str:
    """The text that is looked for.

    Raises:
        Problem: it is too long.
    """
    text = cleaned(parameters.get(name, ""))
    if len(text) > most:
        raise Problem(400, _("{name} has {count:,} characters; the most is {most:,}").format(
            name=name, count=len(text), most=most))  # fmt: skip
    return text


def flag_of(parameters: QueryParams, name: str, *, default: bool = False) -> bool:
    """Whether something is asked for: by 1, or by *default*.

    Raises:
        Problem: it is neither 0 nor 1.
    """
    text = parameters.get(name) or str(int(default))
    if text not in ("0", "1"):
        raise Problem(400, _("{name} must be 0 or 1").format(name=name))
    return text == "1"


def number_of(parameters: QueryParams, name: str, default: int, *, least: int, most: int) -> int:
    """A whole number.

    Raises:
        Problem: it is none, or is out of range.
    """
    text = parameters.get(name, "")
    if not text:
        return default
    value = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not least <= value <= most:
        message = _("{name} must be a number from {least} to {most:,}")
        raise Problem(400, message.format(name=name, least=least, most=most))
    return value


def cleaned(text: str) -> str:
    """*text* without what no text has: surrogates, and spaces at its ends."""
    return text.encode("utf-8", "replace").decode("utf-8").strip()
