"""An article -> its reading view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from searchkit.web.marking import marked


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ArticleView:
    html: str
    outline: tuple[Heading, ...] = ()
    marks: int = 0
    images: int = 0
    from_file: bool = False


def view_of_text(text: str, mark: Callable[[str], tuple[tuple[int, int], ...]]) -> ArticleView:
    r = mark(text)
    body = str(marked(text, r))
    return ArticleView("".join(f"<p>{p}</p>" for p in body.split("\n") if p.strip()), (), len(r))
