"""What a tool says: text to be read, the same as plain values, and the articles that it names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from searchkit.assistants.budget import json_of, tokens
from searchkit.assistants.fencing import fenced
from searchkit.assistants.names import uri_of
from searchkit.schema import JSON_VERSION


@dataclass(frozen=True, slots=True)
class Answer:
    """The *text* has a line of the server, what is from articles between marks, and how to get the rest; *values*
    are the structured content; *articles* are ids."""

    text: str
    values: dict[str, Any]
    articles: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = field(init=False)
    """A name and the address of each article. The name says nothing of it: a title there would stand outside of
    the marks."""

    def __post_init__(self) -> None:
        links = tuple((f"article {number}", uri_of(one)) for number, one in enumerate(self.articles, 1))
        object.__setattr__(self, "links", links)

    @property
    def cost(self) -> int:
        """About how many tokens it is, where an assistant reads all of it."""
        links = [{"type": "resource_link", "name": name, "uri": uri} for name, uri in self.links]
        return tokens(self.text) + tokens(json_of(self.values)) + tokens(json_of(links))


def make_answer(
    says: str, quoted: Iterable[str], rest: str, values: dict[str, Any], articles: Iterable[str] = ()
) -> Answer:
    """An answer: what the server *says*, the lines that are *quoted* from articles, and how to get the *rest*."""
    inside = "\n".join(quoted)
    parts = [says, fenced(inside) if inside else "", rest]
    return Answer("\n".join(filter(None, parts)), {"version": JSON_VERSION, **values}, tuple(articles))


def without_empty(values: dict[str, Any]) -> dict[str, Any]:
    """*values* but for those that say nothing: None, and empty texts and lists.

    >>> without_empty({"id": "a", "author": "", "tags": [], "total": 0})
    {'id': 'a', 'total': 0}
    """
    return {name: value for name, value in values.items() if value not in (None, "", [])}
