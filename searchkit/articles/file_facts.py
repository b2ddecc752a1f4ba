"""What is remembered of a file: enough to find what it repeats and what it shares, without reading it again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a file. `length` and `edges` are what `boilerplate.length_of` and `edges_of` say of its text,
    `stub` why there is no article in it, if there is none. `page` is empty but for a web page: the site that it is
    from, and what else may be its title; `keywords` are those of its tags that only the page itself says, and
    `written` is its title as it says it, where a shorter one is shown."""

    id: str
    digest: str
    body_digest: str
    title: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    clock: int | None
    author: str = ""
    length: int = 0
    edges: bytes = b""
    stub: str = ""
    page: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    written: str = ""
