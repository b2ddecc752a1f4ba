"""A PDF -> text: PDFium finds the characters of each page, and lines become paragraphs again.

Of pypdf, pdftotext and PDFium, PDFium reads the most Han of 1,032 public files (9,606 characters, 8,256, 2,063):
it knows the fonts of Chinese programs that say nothing of Unicode, for which pdftotext needs data that is seldom
installed. It also keeps the spaces of LaTeX, opens what AES protects without a password, and takes 5 s for what
pypdf takes 124 s.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from searchkit.articles.formats.bounds import MOST_TEXT, optional
from searchkit.articles.formats.paragraphs import join_wrapped
from searchkit.articles.plain_text import tidy
from searchkit.articles.reading import Reading
from searchkit.errors import ArticleError

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_MOST_PAGES = 20_000
_LONGER = 0.25
"""The share of lines that may be longer than most: notes in small print, and captions across two columns."""
_MARGIN = 2
"""Lines at the top and at the bottom of a page that may be its header and its footer."""
_REPEATED = 3
"""Pages on which a line must be in the margin to be the header or the footer. Not measured."""
_REPEATED_WITH_WORDS, _SHARE_WITH_WORDS = 10, 3
"""Pages on which it must be, and one of how many pages, if a number that may be the page's is next to words:
Step 1, Step 2 and Step 3 at the top of three pages are headings. Not measured."""
_NUMBER = re.compile(r"(?<![\d.])\d{1,5}(?![\d.]*\d)")
_YEARS = range(1900, 2100)
_PAGE_WORDS = re.compile(r"第#[页頁]|[共总總]\d+[页頁]|page|of|\bp(?=\W)", re.I)
_LETTER, _SPACES = re.compile(r"[^\W\d_]"), re.compile(r"\s+")
_LONGEST_HEADER = 100  # characters, with a number. Not measured: A4 has 45 Han in a line
_LACKING, _FEWEST_PIECES = 1.25, 10
"""Pieces of text to a character, and pieces, that are too many. Spaces are pieces too: pages that lack nothing
have up to 1.1 (two of 1,032 files), one that lacks nearly all has a hundred."""
_HYPHEN = "\ufffe"
"""PDFium's sign for the hyphen of a word that goes on in the next line."""
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_PROGRAM = re.compile(
    r"^Microsoft (?:Word|PowerPoint|Excel) - |\.(?:docx?|pptx?|xlsx?|wps|tex|dvi|indd|pdf)$", re.I
)
_PLACEHOLDERS = re.compile(
    r"(?:untitled|无标题|文档|演示文稿|幻灯片|document|presentation|powerpoint 演示文稿)\s*\d*", re.I
)


def read_pdf(data: bytes) -> Reading:
    """A PDF.

    Raises:
        ArticleError: it is none, it asks for a password, or PDFium is not installed.
    """
    with closing(_opened(data)) as document:
        if len(document) > _MOST_PAGES:
            raise ArticleError(f"has more than {_MOST_PAGES:,} pages")
        pages = list(_pages(document))
        values = _metadata(document.get_metadata_dict())
    body = tidy(join_wrapped("\n".join(_without_margins([page.text for page in pages])), longer=_LONGER))
    reason = _lacking(pages) if body else "has no text; if its pages are scanned, have them recognised (OCR)"
    return Reading(body, (values,), reasons=(reason,))


@dataclass(frozen=True, slots=True)
class _Page:
    """The text of a page, and whether it shows more than that."""

    text: str
    is_lacking: bool = False


def _lacking(pages: list[_Page]) -> str | None:
    count = sum(page.is_lacking for page in pages)
    where = f"{count} of {len(pages)} pages"
    return f"the text of {where} is incomplete: a font is neither in the file nor installed" if count else None


def _opened(data: bytes) -> PdfDocument:
    with optional("pypdfium2"):
        from pypdfium2 import PdfDocument, PdfiumError
    try:
        return PdfDocument(data)
    except PdfiumError as error:
        if "password" in str(error).lower():
            raise ArticleError("asks for a password; save a copy without one") from None
        raise ArticleError(f"not a PDF that can be read: {error}") from None


def _pages(document: PdfDocument) -> Iterator[_Page]:
    """Each page; one that is damaged is empty.

    Raises:
        ArticleError: the text is too much.
    """
    from pypdfium2 import PdfiumError

    left = MOST_TEXT
    for number in range(len(document)):
        try:
            with closing(document[number]) as page, closing(page.get_textpage()) as found:
                text: str = found.get_text_range()
                is_lacking = _is_lacking(page, found.count_chars())
        except PdfiumError:
            text, is_lacking = "", False
        left -= len(text)
        if left < 0:
            raise ArticleError(f"holds more than {MOST_TEXT:,} characters of text; split it")
        yield _Page(re.sub(_HYPHEN + r"\s*", "", text.replace("\r\n", "\n").translate(_LIGATURES)), is_lacking)


def _is_lacking(page: PdfPage, characters: int) -> bool:
    """Whether a page shows more pieces of text than there are characters: PDFium leaves out a piece of a single
    character when no font says how wide it is."""
    from pypdfium2.raw import FPDF_PAGEOBJ_TEXT, FPDFPage_CountObjects

    most = max(int(_LACKING * characters), _FEWEST_PIECES)
    if FPDFPage_CountObjects(page) <= most:
        return False
    pieces = page.get_objects(filter=[FPDF_PAGEOBJ_TEXT], max_depth=1)
    return next(islice(pieces, most, None), None) is not None


def _without_margins(pages: list[str]) -> Iterator[str]:
    """*pages* without headers and footers, but for the first time that each is there."""
    lines = [page.strip().split("\n") for page in pages]
    often = _repeated(lines)
    seen: set[_Margin] = set()
    for number, page in enumerate(lines):
        kept = []
        for place, line in enumerate(page):
            is_outer = min(place, len(page) - 1 - place) < _MARGIN
            margin = next(filter(often.__contains__, _margins(line, number)), None) if is_outer else None
            if margin is None or margin not in seen:
                kept.append(line)
            if margin:
                seen.add(margin)
        yield "\n".join(kept)


@dataclass(frozen=True, slots=True)
class _Margin:
    """What a header or a footer has in common on all pages: its text without spaces, with a sign for the number of
    the page. `first` is what that is on the first page of the file. `is_certain` if nothing else is likely."""

    text: str
    first: int | None = None
    is_certain: bool = True


def _repeated(pages: list[list[str]]) -> set[_Margin]:
    """The headers and footers of *pages*."""
    counts = Counter(
        margin
        for number, page in enumerate(pages)
        for margin in {margin for line in (*page[:_MARGIN], *page[-_MARGIN:]) for margin in _margins(line, number)}
    )
    with_words = max(_REPEATED_WITH_WORDS, len(pages) / _SHARE_WITH_WORDS)
    return {
        margin for margin, count in counts.items() if count >= (_REPEATED if margin.is_certain else with_words)
    }


def _margins(line: str, page: int) -> Iterator[_Margin]:
    """What *line* on the page with this number, from 0, would be as a header or a footer. A number in it may be
    that of the page if it is named so, stands alone, or is at an end of the line."""
    line = line.strip()
    yield _Margin(_SPACES.sub("", line))
    if len(line) > _LONGEST_HEADER:
        return
    for found in _NUMBER.finditer(line):
        text = _SPACES.sub("", f"{line[: found.start()]}#{line[found.end() :]}")
        is_certain = "第#页" in text or "第#頁" in text or not _LETTER.search(_PAGE_WORDS.sub("", text))
        is_apart = line.startswith(f"{found[0]} ") or line.endswith(f" {found[0]}")
        if int(found[0]) not in _YEARS and (is_certain or is_apart):
            yield _Margin(text, int(found[0]) - page, is_certain)


def _metadata(values: dict[str, str]) -> dict[str, str]:
    title = _PROGRAM.sub("", values.get("Title", "").strip())
    return {
        "title": "" if _PLACEHOLDERS.fullmatch(title) else title,
        "author": values.get("Author", ""),
        "tags": values.get("Keywords", ""),
        "date": values.get("CreationDate", ""),
        "lastmod": values.get("ModDate", ""),
    }
