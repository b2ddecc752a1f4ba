"""A file -> the body of its article as HTML, for whoever shows the article as it was written.

Each format goes the way to its text (`read.py`) as far as there is HTML, and no further: what the text leaves out
is left out here too. A format that has no structure is paragraphs of its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from searchkit.articles.clippings import unwrap
from searchkit.articles.decode import decode
from searchkit.articles.formats import limit_of, suffix_of
from searchkit.articles.formats.docx import docx_to_html
from searchkit.articles.formats.epub import epub_to_html
from searchkit.articles.formats.notebook import notebook_to_html
from searchkit.articles.formats.plain import plain_to_html
from searchkit.articles.formats.saved_page import unpack_mhtml
from searchkit.articles.front_matter import parse_front_matter
from searchkit.articles.html_markup import html_to_markup, paragraphs_of
from searchkit.articles.load import one_article
from searchkit.articles.markdown import markup_of_body, without_template
from searchkit.articles.metadata import as_text
from searchkit.articles.read import FORMATS
from searchkit.articles.walk import DEFAULT_SIZE_LIMIT, open_regular
from searchkit.errors import ArticleError

_Markup = Callable[[bytes], Iterable[str]]
"""The bytes of a file -> its HTML, in one part or in several."""


def read_html(path: str | Path, *, size_limit: int = DEFAULT_SIZE_LIMIT) -> str:
    """The body of the article in the file at *path* as HTML: headings, lists, tables, code, links and pictures of
    what its text is made of, without scripts and styles. As in a reindex, the name of the file says its format.

    **Not safe to show as it is:** where links and pictures lead is what the file says. Let a sanitiser with an
    allow-list of schemes have it.

    Raises:
        ArticleError: the file is gone, cannot be read, is larger than *size_limit* bytes (a packed format may have
            eight times as many), or is not of its format.
    """
    name = str(path)
    try:
        with one_article(name, "read"):
            data = _bytes_of(Path(path), limit_of(name, size_limit))
            return "\n".join(map(html_to_markup, _markup(suffix_of(name), data)))
    except ArticleError as error:
        raise ArticleError(f"{name}: {error}") from error


def _bytes_of(path: Path, limit: int) -> bytes:
    with open_regular(path) as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise ArticleError(f"larger than the limit of {limit:,} bytes")
    return data


def _markup(suffix: str, data: bytes) -> Iterable[str]:
    if suffix in _MARKUP:
        return _MARKUP[suffix](data)
    if suffix in _WITHOUT_STRUCTURE:
        return (paragraphs_of(FORMATS[suffix](data).body),)
    return _of_markdown(data)


def _of_markdown(data: bytes) -> Iterable[str]:
    text = _text_of(data)
    markup = markup_of_body(text)
    return (paragraphs_of(text) if markup is None else markup,)


def _of_page(data: bytes) -> Iterable[str]:
    return (without_template(_text_of(data)),)


def _text_of(data: bytes) -> str:
    """A text without its front matter and without the lines of a clipping bot."""
    matter = parse_front_matter(decode(data)[0])
    return unwrap(matter.body, as_text(matter.values.get("title"))).text


_MARKUP: dict[str, _Markup] = {
    ".html": _of_page,
    ".htm": _of_page,
    ".mhtml": lambda data: _of_page(unpack_mhtml(data).html),
    ".mht": lambda data: _of_page(unpack_mhtml(data).html),
    ".txt": lambda data: (plain_to_html(data),),
    ".ipynb": notebook_to_html,
    ".epub": epub_to_html,
    ".docx": lambda data: (docx_to_html(data),),
}
_WITHOUT_STRUCTURE = (".org", ".pdf")
