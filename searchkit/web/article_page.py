"""Blocks, lines and texts, one after the other -> the pieces of a page.

A paragraph is there once something is shown in it, so that none is left of the many empty ones that editors write;
what stands in a line is closed at its end and goes on in the next one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from searchkit.web.article_elements import (
    FRAMES,
    HEADINGS,
    KEPT_EMPTY,
    PARAGRAPHS,
    PARENTS,
    TIGHT,
    attached,
    frame_of,
    image_of,
    link_of,
    one_line,
    parts_words,
    source_of,
)
from searchkit.web.article_pieces import Piece, Range

_MOST_FRAMES = 40
"""Blocks in each other. Not measured: people nest ten."""
_LONGEST_HEADING, _MOST_LINES = 200, 3
"""Characters and lines of a heading; what has more is text in large letters, or follows one that is not closed."""
_MOST_BREAKS = 2


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the outline: its level on the page, 2 to 6, its text and its id."""

    level: int
    text: str
    anchor: str


@dataclass(slots=True)
class _Frame:
    """A block that is open: the place of its tag, those of the tags of its paragraphs, and whether anything is
    shown in it."""

    tag: str
    start: int = 0
    paragraphs: list[Range] = field(default_factory=list)
    is_shown: bool = False

    @property
    def holds_lines_only(self) -> bool:
        """Whether no block can be in it."""
        return self.tag == "pre" or self.tag in HEADINGS.values()


@dataclass(frozen=True, slots=True, eq=False)
class _Inline:
    """An element in a line. It is written where a text begins that is in it."""

    tag: str
    opening: str


class Page:
    """The pieces of a page so far, its headings, and how many pictures it has that could be shown."""

    def __init__(self, *, shows_images: bool, title: str = "") -> None:
        """*title* stands above the page already: a first heading that only says it again is left out."""
        self.pieces: list[Piece] = []
        self.outline: list[Heading] = []
        self.images = 0
        self._shows_images = shows_images
        self._title = _compared(title)
        self._under: list[int] = []
        self._frames = [_Frame("")]
        self._inline: list[_Inline] = []
        self._written: list[_Inline] = []
        self._paragraph: int | None = None
        self._is_spaced = False
        self._breaks = 0
        self._line_ends = ""
        self._before, self._raised = "", ""

    @property
    def is_in_code(self) -> bool:
        """Whether a text that comes now is code."""
        return self._frames[-1].tag == "pre"

    def begin_inline(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Begin an element in a line, and whether there is one: not for a link to nowhere, nor in one like it."""
        opening = link_of(attributes) if tag == "a" else f"<{tag}>"
        is_new = bool(opening) and all(each.tag != tag for each in self._inline)
        if is_new:
            self._inline.append(_Inline(tag, opening))
        return is_new

    def end_inline(self) -> None:
        """End the last element that was begun in a line."""
        self._inline.pop()

    def begin_frame(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Begin a block, and whether it has a tag: one out of its place is only the edge of a paragraph."""
        self.edge()
        around = self._frames[-1]
        is_out_of_place = around.tag not in PARENTS.get(tag, (around.tag,))
        if tag not in FRAMES or is_out_of_place or around.holds_lines_only or len(self._frames) > _MOST_FRAMES:
            return False
        self._frames.append(_Frame(tag, len(self.pieces)))
        self.pieces.append(Piece(frame_of(tag, attributes)) if tag != "pre" else Piece())
        return True

    def edge(self) -> None:
        """The edge of a block that has no tag: the end of a paragraph, or of a line of code."""
        if not self.is_in_code:
            self.end_paragraph()
        elif not self._line_ends:
            self._line_ends = "\n"

    def break_line(self) -> None:
        """End a line, but no paragraph."""
        if self.is_in_code:
            self._line_ends += "\n"
        elif self._paragraph is not None:
            self._breaks += 1

    def add_rule(self) -> None:
        """Add a line between paragraphs, where that can be."""
        self.edge()
        frame = self._frames[-1]
        if frame.tag not in PARAGRAPHS and not frame.holds_lines_only:
            self.pieces.append(Piece("<hr>"))

    def add_text(self, text: str) -> None:
        """Add a text as it stands in the markup."""
        if self.is_in_code:
            self._add_code(text)
        elif words := " ".join(text.split()):
            self._is_spaced |= text[0].isspace()
            self._add_words(words)
            self._is_spaced = text[-1].isspace()
        else:
            self._is_spaced = True

    def _add_code(self, text: str) -> None:
        """Add a piece of code. Line ends wait: those at the ends of the block are not shown."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
        lines = text.rstrip("\n")
        if lines.strip() or (lines and self._paragraph is not None):
            shown = self._line_ends + lines if self._paragraph is not None else lines.lstrip("\n")
            self._line_ends = ""
            self._write(shown, shown)
        self._line_ends += text[len(lines) :]

    def _add_words(self, words: str) -> None:
        """Add a text, which has single spaces and none at its ends."""
        raised = next((each.tag for each in self._inline if each.tag in ("sup", "sub")), "")
        is_reading = any(each.tag == "rt" for each in self._inline)
        is_spaced = self._is_spaced
        self._begin_paragraph()
        if raised != self._raised and not is_spaced and parts_words(self._before, words):
            self.pieces.append(Piece("", "", " "))
        self._raised, self._before = raised, words
        self._write(words, attached(words, raised) if raised else words, aside=is_reading)

    def add_image(self, attributes: Mapping[str, str]) -> None:
        """Add a picture, or its description in its place."""
        source = source_of(attributes)
        self.images += bool(source)
        self._begin_paragraph()
        self._open_inline()
        self._frames[-1].is_shown = True
        if source and self._shows_images:
            self.pieces.append(Piece(image_of(source, attributes)))
            return
        alt = one_line(attributes.get("alt", ""))
        self.pieces += (Piece('<span class="image-off">'), Piece("", alt, alt, aside=True), Piece("</span>"))

    def add_address(self, attributes: Mapping[str, str]) -> None:
        """Add the address of a film or a frame, as a link."""
        source = source_of(attributes)
        link = link_of({"href": source})
        if link and not self._frames[-1].holds_lines_only:
            self.edge()
            outer, self._inline = self._inline, [_Inline("a", link.replace("<a ", '<a class="media" ', 1))]
            self._begin_paragraph()
            self._write(source, source, aside=True)
            self.end_paragraph()
            self._inline = outer

    def _write(self, shown: str, searched: str, *, aside: bool = False) -> None:
        self._begin_paragraph()
        self._open_inline()
        self._frames[-1].is_shown = True
        self.pieces.append(Piece("", shown, searched, aside))

    def _begin_paragraph(self) -> None:
        """Begin a paragraph, or add what stands before the next text of this one."""
        frame = self._frames[-1]
        if self._paragraph is None:
            self._paragraph = len(self.pieces)
            self.pieces.append(Piece(PARAGRAPHS.get(frame.tag, ("<p>", "</p>"))[0]))
            self._raised, self._before = "", ""
        else:
            self._close_inline(self._shared())
            if self._breaks:
                self.pieces += [Piece("<br>", "", "\n")] * min(self._breaks, _MOST_BREAKS)
            elif self._is_spaced and frame.tag != "pre":
                self.pieces.append(Piece("", " ", " "))
        self._is_spaced, self._breaks = False, 0

    def _open_inline(self) -> None:
        """Write which elements the next text is in."""
        shared = self._shared()
        self._close_inline(shared)
        self.pieces += [Piece(each.opening) for each in self._inline[shared:]]
        self._written = list(self._inline)

    def _shared(self) -> int:
        """How many of the elements that are written the next text is in too."""
        pairs = zip(self._inline, self._written, strict=False)
        shared = takewhile(lambda pair: pair[0] is pair[1], pairs)
        return sum(1 for _ in shared)

    def _close_inline(self, left: int = 0) -> None:
        self.pieces += [Piece(f"</{each.tag}>") for each in reversed(self._written[left:])]
        del self._written[left:]

    def end_paragraph(self) -> None:
        """End the paragraph, if there is one."""
        if self._paragraph is not None:
            self._close_inline()
            frame = self._frames[-1]
            frame.paragraphs.append((self._paragraph, len(self.pieces)))
            self.pieces.append(Piece(PARAGRAPHS.get(frame.tag, ("<p>", "</p>"))[1], "", "\n"))
        self._paragraph, self._is_spaced, self._breaks, self._line_ends = None, False, 0, ""

    def end_frame(self) -> None:
        """End the last block that was begun with a tag; one in which nothing is shown is gone."""
        self.end_paragraph()
        frame = self._frames.pop()
        if not frame.is_shown and frame.tag not in KEPT_EMPTY:
            del self.pieces[frame.start :]
            return
        self._frames[-1].is_shown |= frame.is_shown
        if frame.tag in HEADINGS.values():
            self._close_heading(frame)
        elif frame.tag != "pre":
            self._without_paragraph(frame)
            self.pieces.append(Piece(f"</{frame.tag}>", "", " " if frame.tag in KEPT_EMPTY else "\n"))

    def _without_paragraph(self, frame: _Frame) -> None:
        """Take the tags of the only paragraph of a block that needs none."""
        if frame.tag in TIGHT and len(frame.paragraphs) == 1:
            begin, end = frame.paragraphs[0]
            self.pieces[begin] = Piece()
            self.pieces[end] = Piece("", "", " " if frame.tag in KEPT_EMPTY else "\n")

    def _close_heading(self, frame: _Frame) -> None:
        """Let a block be a heading, its paragraphs lines of that; or no heading if it is none."""
        text = one_line("".join(piece.shown or piece.searched for piece in self.pieces[frame.start :]))
        own = "".join(piece.searched for piece in self.pieces[frame.start :] if not piece.aside)
        if not own.strip() or len(text) > _LONGEST_HEADING or len(frame.paragraphs) > _MOST_LINES:
            self.pieces[frame.start] = Piece()
            return
        if _compared(text) == self._title and not any(piece.shown for piece in self.pieces[: frame.start]):
            del self.pieces[frame.start :]
            return
        heading = Heading(self._level(int(frame.tag[1])), text, f"h{len(self.outline) + 1}")
        self.outline.append(heading)
        self.pieces[frame.start] = Piece(f'<h{heading.level} id="{heading.anchor}">')
        for begin, end in frame.paragraphs:
            self.pieces[begin], self.pieces[end] = Piece(), Piece("<br>", "", "\n")
        self.pieces[frame.paragraphs[-1][1]] = Piece(f"</h{heading.level}>", "", "\n")

    def _level(self, written: int) -> int:
        """The level of a heading that was *written* as this one: one below the heading it stands under, for which
        the articles of some sites skip levels."""
        while self._under and self._under[-1] >= written:
            self._under.pop()
        self._under.append(written)
        return min(1 + len(self._under), 6)


def _compared(title: str) -> str:
    return "".join(title.split()).casefold()
