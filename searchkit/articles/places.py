"""A hit -> where its title and its passages stand in the file: a line and a column.

An index holds plain text, a file has Markdown or HTML around it. So only the words are compared: the letters,
digits and Han characters of the file, each with its offset, without tags, link targets and escapes. A passage that
is broken by what the file has in between is found by the words next to its mark.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from searchkit.articles.decode import decode
from searchkit.articles.formats import suffix_of
from searchkit.errors import ArticleError
from searchkit.model import Hit, Range, Snippet

LARGEST = 64_000_000
"""Bytes of a file that are read: as many as of the largest that is indexed by default."""
CONTEXT = (1_000, 40, 20, 10, 5, 2, 0)
"""Characters next to a mark that are looked for with it, on both sides or on one; those that are not found are
tried with less, and the mark alone. Not tuned: of 1,000 hits of 81 queries all 1,517 places begin with the marked
word."""
NEAR = 10
"""Characters on both sides of a mark that make it one of its kind in most files: with a look for these first, 300
hits took 1.7 ms each, without it 7.8."""
_WITHOUT_LINES = frozenset({".pdf", ".epub", ".docx", ".mhtml", ".mht"})
"""Formats whose files hold the text packed or encoded."""
_TARGET = r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+(?:\"[^\"\n]*\"|'[^'\n]*'))?\)"
_TAG_OR_TARGET = rf"</?[A-Za-z][\w-]*(?::[\w-]+)?(?=[\s/>])[^<>]*>|{_TARGET}"
_WORD = r"(?P<word>[^\W_]+)"
_ENTITY = r"(?P<entity>&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,31});)"
_TOKEN = re.compile(rf"(?:{_TAG_OR_TARGET})|{_ENTITY}|{_WORD}")
_JSON_TOKEN = re.compile(rf'(?:{_TAG_OR_TARGET}|\\["\\/bfnrt])|(?P<entity>\\u[0-9a-fA-F]{{4}})|{_WORD}')
_ANY_TOKEN = re.compile(_WORD)
_MARKUP = re.compile(_TAG_OR_TARGET)
_OPENING = re.compile(r"(?<!`)<(?:!--|(script|style)\b)", re.IGNORECASE)
_CLOSING = {name: re.compile(f"</{name}" if name else "-->", re.IGNORECASE) for name in ("", "script", "style")}
"""What ends a comment, or an element whose text is not shown."""
_HEAD = re.compile(
    r"\s*(?:(?P<mark>---|\+\+\+)[ \t\r]*\n.*?\n(?P=mark)[ \t\r]*\n|(?:<!doctype|<html).*?<body\b)",
    re.IGNORECASE | re.DOTALL,
)
_TITLE = re.compile(r"^[^\w\n]*(?:title|标题|题目)\W|<title\b|<h1\b|^# ", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text of an article stands in its file. Lines and columns count from 1, columns in bytes of UTF-8, as
    editors and `grep` count them; without a mark it is where the text begins.

    `is_found` is False where the file is gone or does not have the words any more: then it is the first line."""

    path: str
    line: int
    column: int
    text: str
    highlights: tuple[Range, ...] = ()
    is_found: bool = True


def locate(hit: Hit) -> tuple[Place, ...]:
    """Where the marks of *hit* stand in its file: the first one in each passage of the text and, where the title
    has some or no passage has, that of the title. An article without a file has the id for a path, and a format
    without lines, such as PDF, the first line.

    >>> from searchkit.model import Article
    >>> locate(Hit(Article("1", "月全食"), 1.0, title_highlights=((0, 3),)))
    (Place(path='1', line=1, column=1, text='月全食', highlights=((0, 3),), is_found=True),)
    """
    passages = tuple(snippet for snippet in hit.snippets if snippet.highlights)
    title = Snippet(hit.title, hit.title_highlights)
    first = (title,) if title.highlights or not passages else ()
    path = hit.path or hit.id
    if not hit.path or suffix_of(path) in _WITHOUT_LINES:
        is_found = not hit.path or Path(path).is_file()
        return tuple(_first_line(path, text, is_found=is_found) for text in (*first, *passages))
    source = _source(path)
    titles = [source.place(text, _title_offset(source, text)) for text in first]
    body, start = hit.article.body, _below_head(source.text)
    offsets = (source.offset(text, body, start) for text in passages)
    return (*titles, *(source.place(text, offset) for text, offset in zip(passages, offsets, strict=True)))


def _first_line(path: str, text: Snippet, *, is_found: bool) -> Place:
    return Place(path, 1, 1, text.text, text.highlights, is_found)


def _source(path: str) -> _Source:
    text = ""
    with suppress(OSError, ArticleError):
        if Path(path).is_file():
            with Path(path).open("rb") as file:
                text = decode(file.read(LARGEST))[0]
    return _Source(path, text)


def _below_head(text: str) -> int:
    """Where front matter, or the head of a page, ends: a description in it may say what the text says."""
    head = _HEAD.match(text)
    return head.end() if head else 0


def _title_offset(source: _Source, title: Snippet) -> int | None:
    """Where the mark of a title stands: in a line that says that it is the title, or else first in the file."""
    found = _TITLE.search(source.text)
    offset = source.offset(title, "", start=found.start() if found else 0)
    return source.offset(title, "") if offset is None else offset


class _Source:
    """The text of a file, and the words of it with their offsets."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    @cached_property
    def _words(self) -> _Words:
        """The words without those of markup."""
        pattern = _JSON_TOKEN if self.path.lower().endswith(".ipynb") else _TOKEN
        return _Words(self.text, pattern, self._hidden)

    @cached_property
    def _with_markup(self) -> _Words:
        """The words with those of markup: an article about Markdown may show some."""
        return _Words(self.text, _ANY_TOKEN)

    @cached_property
    def _hidden(self) -> tuple[Range, ...]:
        return tuple(_hidden(self.text))

    def place(self, text: Snippet, offset: int | None) -> Place:
        """The place at *offset* of the file, where *text* has its first mark."""
        if offset is None:
            return _first_line(self.path, text, is_found=False)
        begin = self.text.rfind("\n", 0, offset) + 1
        column = len(self.text[begin:offset].encode("utf-8", "replace")) + 1
        return Place(self.path, self.text.count("\n", 0, offset) + 1, column, text.text, text.highlights)

    def offset(self, text: Snippet, body: str, start: int = 0) -> int | None:
        """Where the first mark of *text* stands in the file, after *start*; None if it is not there.

        Where the words are there several times, it is the time that it is in the *body*."""
        begin, end = text.highlights[0] if text.highlights else (0, len(text.text))
        written = self._offset_as_written(text.text, begin, end, start, is_first=not body)
        if written is not None and not self._is_in_markup(written):
            return written
        before, marked, after = map(_plain_words, (text.text[:begin], text.text[begin:end], text.text[end:]))
        if not marked:
            at = self._offset_of_sign(before, text.text[begin:end], start)
            return written if at is None else at
        earlier = _plain_words(body[: max(0, body.find(text.text))])
        least = 0 if written is None else NEAR
        for is_shown in (True, False):
            words = self._words if is_shown else self._with_markup
            if (at := words.find(before, marked, after, earlier, start, least)) is not None:
                return self._with_signs(words.offset(at), text.text[begin:end])
        return written

    def _is_in_markup(self, offset: int) -> bool:
        """Whether *offset* is in a comment, a script, a style, a tag or the target of a link."""
        number = bisect_right(self._hidden, (offset, len(self.text))) - 1
        if number >= 0 and offset < self._hidden[number][1]:
            return True
        near = (_MARKUP.match(self.text, self.text.rfind(opening, 0, offset)) for opening in ("<", "]("))
        return any(found and found.end() > offset for found in near)

    def _offset_as_written(self, text: str, begin: int, end: int, start: int, *, is_first: bool) -> int | None:
        """Where the mark stands if the file has it with the characters next to it, without markup in between: the
        first time with *is_first*, or else if it is there once."""
        first = max(0, begin - NEAR)
        near = text[first : end + NEAR]
        at = self.text.find(near, start)
        is_right = at >= 0 and (is_first or self.text.find(near, at + 1) < 0)
        return at + begin - first if is_right else None

    def _with_signs(self, offset: int, marked: str) -> int:
        """*offset* moved to the signs that the mark begins with, such as the dot of .NET."""
        signs = re.match(r"[\W_]*", marked)
        length = len(signs[0]) if signs else 0
        return offset - length if length and self.text[:offset].endswith(marked[:length]) else offset

    def _offset_of_sign(self, before: str, sign: str, start: int) -> int | None:
        """Where a mark without words, such as an emoji, stands after the words *before* it."""
        at = self._words.find(before, "", "", "", start) if before else None
        found = self.text.find(sign, self._words.offset(at - 1) + 1 if at else start)
        return found if found >= 0 else None


def _plain_words(text: str) -> str:
    """The letters, digits and Han characters of *text*, folded as those of a file are."""
    return "".join(_folded(found[0]) for found in re.finditer(r"[^\W_]+", text))


def _folded(word: str) -> str:
    """*word* without what programs choose between for one character: composed or not, wide or not."""
    if word.isascii() and word.isalnum():
        return word
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", word)))


class _Words:
    """The words of a file in a row, folded, and where each of their characters came from."""

    def __init__(self, text: str, pattern: re.Pattern[str], hidden: tuple[Range, ...] = ()) -> None:
        begins, ends = (0, *(end for _, end in hidden)), (*(begin for begin, _ in hidden), len(text))
        runs = [run for begin, end in zip(begins, ends, strict=True) for run in _runs(text, pattern, begin, end)]
        self._text = "".join(folded for folded, _ in runs)
        self._origins = [origin for _, origin in runs]
        self._starts: list[int] = []
        length = 0
        for folded, _ in runs:
            self._starts.append(length)
            length += len(folded)

    def offset(self, at: int) -> int:
        """The offset in the file of the word character number *at*."""
        run = bisect_right(self._starts, at) - 1
        return self._origins[run] + at - self._starts[run]

    def find(self, before: str, marked: str, after: str, earlier: str, start: int, least: int = 0) -> int | None:
        """Where *marked* stands between *before* and *after*, or next to as much of them as the file has together,
        at *least* so many characters; as often before as *earlier* has it."""
        first = self._starts[at] if (at := self._run_from(start)) < len(self._starts) else len(self._text)
        for length in CONTEXT:
            left, right = before[max(0, len(before) - length) :], after[:length]
            for head, tail in dict.fromkeys(((left, right), (left, ""), ("", right))):
                needle = head + marked + tail
                is_enough = length >= least and (head or tail or (marked and not length))
                if is_enough and (found := self._nth(needle, earlier, first)) >= 0:
                    return found + len(head)
        return None

    def _nth(self, needle: str, earlier: str, first: int) -> int:
        """Where *needle* stands after as many others as in *earlier*; the last one if there are fewer."""
        at = self._text.find(needle, first)
        for _ in range(earlier.count(needle)):
            further = self._text.find(needle, at + 1) if at >= 0 else -1
            if further < 0:
                break
            at = further
        return at

    def _run_from(self, start: int) -> int:
        return bisect_right(self._origins, start - 1)


def _hidden(text: str) -> Iterator[Range]:
    """Where comments, scripts and styles are that have an end. Nothing is looked for again that was not there."""
    at, endless = 0, set[str]()
    for opening in _OPENING.finditer(text):
        name = (opening[1] or "").lower()
        if opening.start() < at or name in endless:
            continue
        if closing := _CLOSING[name].search(text, opening.end()):
            at = closing.end()
            yield opening.start(), at
        else:
            endless.add(name)


def _runs(text: str, pattern: re.Pattern[str], begin: int, end: int) -> Iterator[tuple[str, int]]:
    """The words of *text* from *begin* to *end*, folded, with the offset of the first character. A run that
    folding makes longer or shorter is one of each character."""
    for found in pattern.finditer(text, begin, end):
        if found.lastgroup == "word":
            folded = _folded(found[0])
            if len(folded) == len(found[0]):
                yield folded, found.start()
            else:
                yield from ((piece, found.start() + n) for n, c in enumerate(found[0]) if (piece := _folded(c)))
        elif found.lastgroup == "entity":
            meant = html.unescape(found[0]) if found[0][0] == "&" else chr(int(found[0][2:], 16))
            yield from ((piece, found.start()) for char in meant if (piece := _folded(char)))
