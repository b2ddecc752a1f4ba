"""What is remembered of a file: enough to find what it repeats and what it shares, without reading it again."""

from __future__ import annotations

from msgspec import Struct


class Page(Struct, frozen=True, gc=False):
    """What of a web page may be its site's: the `site` is a host, or else a folder; `other_titles` are what else
    may be the title, `keywords` are tags that only the page itself says. `written` is its title as it says it,
    where a shorter one is shown."""

    site: str
    other_titles: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    written: str = ""


class Facts(Struct, frozen=True, gc=False):
    """The facts of a file. `length` and `edges` are what `boilerplate.length_of` and `edges_of` say of its text,
    `stub` why there is no article in it, if there is none. `web_page` is there for one. `shingles` are what
    `shingles.shingles_of` remembers of its text."""

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
    web_page: Page | None = None
    shingles: bytes = b""
