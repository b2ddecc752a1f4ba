"""Checks of what a program asks an index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

from searchkit.schema import FACETS, SORTS, Facet, TimeUnit
from searchkit.translation import gettext as _


def check_text(**given: object) -> None:
    """
    Raises:
        ValueError: one of the arguments *given*, by name, is no text.
    """
    for name, value in given.items():
        if not isinstance(value, str):
            raise ValueError(_("{name}={value!r:.80} must be text").format(name=name, value=value))


def check_page(limit: int | None, offset: int = 0, sort: str = "relevance") -> None:
    """
    Raises:
        ValueError: a number is negative, or there is no such order.
    """
    if (limit is not None and limit < 0) or offset < 0:
        raise ValueError(_("limit and offset must not be negative"))
    if sort not in SORTS:
        message = _("no order is called {name!r}; there are {names}")
        raise ValueError(message.format(name=sort, names=", ".join(SORTS)))


def check_timeline(by: str | None, rises: int) -> None:
    """
    Raises:
        ValueError: there is no such unit of time, or a number is negative.
    """
    if rises < 0:
        raise ValueError(_("rises must not be negative"))
    if by is not None and by not in get_args(TimeUnit):
        message = _("no unit of time is called {name!r}; there are {names}")
        raise ValueError(message.format(name=by, names=", ".join(get_args(TimeUnit))))


def distinct_facets(facets: Iterable[Facet]) -> tuple[Facet, ...]:
    """*facets*, each once.

    Raises:
        ValueError: one of them is no facet.
    """
    if isinstance(facets, str):
        raise ValueError(_("facets={facet!r} is a single text; write facets=({facet!r},)").format(facet=facets))
    distinct = tuple(dict.fromkeys(facets))
    for name in distinct:
        if name not in FACETS:
            message = _("no facet is called {name!r}; there are {names}")
            raise ValueError(message.format(name=name, names=", ".join(FACETS)))
    return distinct
