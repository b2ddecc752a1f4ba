"""The parameters of addresses that programs ask: what each may be.

The same table reads them, refuses what is none of them, and describes them in OpenAPI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from starlette.datastructures import QueryParams

from searchkit import Facet, Filters
from searchkit.web.asking import LISTS, MOST_CHARACTERS, MOST_HITS, MOST_SKIPPED, SINGLE, SORTS, cleaned
from searchkit.web.problems import Problem

Schema = Mapping[str, Any]

_LEAP_YEAR = "(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:12|16|20|24|28)00)"
_DAY_OF_MONTH = (
    "(?:(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1[0-9]|2[0-8]))?|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
DAY = f"^(?:[12][0-9]{{3}}(?:-{_DAY_OF_MONTH})?|{_LEAP_YEAR}-02-29|[0-9]{{1,3}}[dwmy]|today|yesterday)$"
"""A day, a month, a year, or how long ago; a program may be held to more exact ones than a person."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text of *least* to *most* characters: one of *choices*, if there are any, or one with a *pattern*. Of one
    with *several*, there may be so many; it is a tuple then."""

    name: str
    about: str
    most: int = 200
    least: int = 1
    choices: tuple[str, ...] = ()
    pattern: str = ""
    several: int = 0
    is_required: bool = False

    @property
    def schema(self) -> Schema:
        """What it may be, as JSON Schema."""
        one: dict[str, Any] = {"type": "string"}
        if self.choices:
            one["enum"] = list(self.choices)
        else:
            one |= {"maxLength": self.most} | ({"minLength": self.least} if self.least else {})
        if self.pattern:
            one["pattern"] = self.pattern
        return {"type": "array", "items": one, "maxItems": self.several} if self.several else one

    def read(self, texts: Sequence[str]) -> tuple[str, ...] | str | None:
        """Its value; None if it is not there, or nothing but spaces.

        Raises:
            Problem: it is not a possible one.
        """
        most = self.several or 1
        if len(texts) > most:
            raise Problem(400, f"{self.name} may be given {most} times")
        if self.is_required and not texts:
            raise Problem(400, f"{self.name} is missing")
        values = tuple(filter(None, map(self._checked, texts)))
        return values if self.several else next(iter(values), None)

    def _checked(self, text: str) -> str:
        if self.choices and text not in self.choices:
            raise Problem(400, f"{self.name} must be one of {', '.join(self.choices)}")
        if not self.choices and not self.least <= len(text) <= self.most:
            raise Problem(
                400, f"{self.name} must have {self.least:,} to {self.most:,} characters, not {len(text):,}"
            )
        if self.pattern and not re.fullmatch(self.pattern, text):
            raise Problem(400, f"{self.name} must be a day such as 2024, 2024-05, 2024-05-14, 30d or today")
        return cleaned(text)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number from 0 to *most*."""

    name: str
    about: str
    most: int
    default: int = 0
    is_required: bool = False

    @property
    def schema(self) -> Schema:
        """What it may be, as JSON Schema."""
        return {"type": "integer", "minimum": 0, "maximum": self.most, "default": self.default}

    def read(self, texts: Sequence[str]) -> int:
        """Its value.

        Raises:
            Problem: it is not a possible one.
        """
        if not texts:
            return self.default
        is_one = len(texts) == 1 and re.fullmatch("[0-9]{1,9}", texts[0])
        value = int(texts[0]) if is_one else -1
        if not 0 <= value <= self.most:
            raise Problem(400, f"{self.name} must be a number from 0 to {self.most:,}")
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """1 for yes, 0 for no."""

    name: str
    about: str
    default: bool = False
    is_required: bool = False

    @property
    def schema(self) -> Schema:
        """What it may be, as JSON Schema."""
        return {"type": "string", "enum": ["0", "1"], "default": str(int(self.default))}

    def read(self, texts: Sequence[str]) -> bool:
        """Its value.

        Raises:
            Problem: it is neither 0 nor 1.
        """
        if len(texts) > 1 or (texts and texts[0] not in ("0", "1")):
            raise Problem(400, f"{self.name} must be 0 or 1")
        return texts[0] == "1" if texts else self.default


Parameter = Text | Number | Flag

QUERY = Text("q", "The query; without it, all articles that the filters leave.", MOST_CHARACTERS, 0)
FILTERS: tuple[Parameter, ...] = (
    Text("tag", "Only articles with this tag; with several, with all of them.", several=100),
    Text("category", "Only articles in this category; with several, in all of them.", several=100),
    Text("author", "Only articles of this author."),
    Text("site", "Only articles of this site: the host of their URLs."),
    Text("since", "Only articles of this day, month or year, or later ones.", 10, pattern=DAY),
    Text("until", "Only articles of this day, month or year, or earlier ones.", 10, pattern=DAY),
    Text("as_of", "The archive as it was at the end of this day, month or year.", 10, pattern=DAY),
    Text("path", "Only articles in this folder, or with a path like this pattern of .gitignore."),
)
SORT = Text("sort", "The order; without it, by relevance, or without a query the newest first.", choices=SORTS)
ALL_WORDS = Flag("all", "Only articles with all words.")
FOLD = Flag("fold", "Of articles with nearly the same text, one stands for the others.", default=True)
PREFIX = Flag("prefix", "The last word is not finished yet: it stands for all that begin with it.")
LIMIT = Number("limit", "How many there are at most.", MOST_HITS, 10)
OFFSET = Number("offset", "How many are left out before the first.", MOST_SKIPPED)
_SHOWN = 50
"""Characters of a name that is none."""
FACETS = Text(
    "facets", "Count the values of this facet; several are possible.", choices=get_args(Facet), several=5
)


def read(parameters: Sequence[Parameter], given: QueryParams) -> dict[str, Any]:
    """The value of each of *parameters* by its name.

    Raises:
        Problem: what is *given* is none of them, or not a possible value.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in given:
        if name not in known:
            raise Problem(400, f"there is no parameter {name[:_SHOWN]!r}; {_nearest(name[:_SHOWN], known)}")
    return {name: parameter.read(given.getlist(name)) for name, parameter in known.items()}


def _nearest(name: str, known: Iterable[str]) -> str:
    """What to write for *name*: the nearest of what is *known*, or all of that."""
    if near := get_close_matches(name, known, 1):
        return f"do you mean {near[0]}?"
    return f"there are {', '.join(known) or 'none'}"


def filters_of(given: Mapping[str, Any]) -> Filters:
    """The filters among the values of parameters."""
    return Filters(**{LISTS.get(name, name): given[name] for name in (*LISTS, *SINGLE)})
