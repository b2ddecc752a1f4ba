"""The body of an article -> the HTML of its page: safe to show, with marks and an outline.

Nothing of the article becomes markup. HTML is read by lxml's parser, whose events `article_blocks.py` makes a page
of that has only tags of ours and text; ranges of that text are marked, and nh3 has the last word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import nh3

from searchkit.web.article_blocks import blocks_of_html, blocks_of_text
from searchkit.web.article_page import Heading
from searchkit.web.article_pieces import Range, searched, written

__all__ = ["ArticleView", "Heading", "Mark", "view_of_html", "view_of_text"]

Mark = Callable[[str], tuple[Range, ...]]
"""What of a text is marked: half-open ranges in characters, in their order."""

_PLAIN = """
    b blockquote br caption code dd del dl dt em figcaption figure hr i ins kbd li p pre rb rt ruby s samp strong
    sub sup table tbody tfoot thead tr u ul var
"""
_ATTRIBUTES = {
    "a": {"class", "href"},
    "img": {"alt", "height", "loading", "referrerpolicy", "src", "width"},
    "mark": {"data-mark", "id"},
    "ol": {"start"},
    "span": {"class"},
    **{name: {"colspan", "rowspan"} for name in ("td", "th")},
    **{name: {"id"} for name in ("h2", "h3", "h4", "h5", "h6")},
}
_TAGS = {*_PLAIN.split(), *_ATTRIBUTES}


@dataclass(frozen=True, slots=True)
class ArticleView:
    """A body that is safe to show. `marks` are numbered: the first piece of the third has the id `m3`, and all its
    pieces the attribute `data-mark="3"`. Of `images` each has an address, whether it is shown or not."""

    html: str
    outline: tuple[Heading, ...]
    marks: int
    images: int
    from_file: bool


def view_of_html(html: str, mark: Mark, *, images: bool, title: str = "") -> ArticleView:
    """The page of *html*, which nobody has looked at before, with what *mark* says of its text.

    The text has a line for each block. Without *images* the description of each is shown in its place, if there is
    any; with them the browser asks other servers for them, without saying for which page. A heading at its
    beginning that says *title* again is left out.
    """
    blocks = blocks_of_html(html, images=images, title=title)
    text, places = searched(blocks.pieces)
    body, marks = written(blocks.pieces, places, mark(text))
    return ArticleView(_cleaned(body), blocks.outline, marks, blocks.images, from_file=True)


def view_of_text(text: str, mark: Mark) -> ArticleView:
    """The page of plain *text*, a paragraph for each of its lines, with what *mark* says of it."""
    pieces = blocks_of_text(text)
    body, marks = written(pieces, searched(pieces)[1], mark(searched(pieces)[0]))
    return ArticleView(_cleaned(body), (), marks, images=0, from_file=False)


def _cleaned(body: str) -> str:
    """*body*, of which nothing is left out here: a second look at what is all ours by now."""
    return nh3.clean(
        body,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
