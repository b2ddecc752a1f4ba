"""What a format finds in the bytes of a file, before it is an article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PageWords:
    """Words of a web page that may be those of its site: the title that it gives itself, what else may be its
    title, and tags that nothing but its head says."""

    title: str
    other_titles: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """The plain text of a file, and what says something about it.

    Each of `metadata` has values by name, as written: `title`, `tags`, `date` and so on. The first one is believed
    most: front matter, say, and then what stands in the text itself. `reasons` say what had to be recovered, the
    first of them in which `line` if that is known; None is none. `page` is there for a web page.
    """

    body: str
    metadata: tuple[Mapping[str, Any], ...] = ()
    reasons: tuple[str | None, ...] = ()
    line: int | None = None
    page: PageWords | None = None
