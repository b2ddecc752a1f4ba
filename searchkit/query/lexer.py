"""Text of a query -> its tokens: words, phrases, parentheses, signs. Positions are offsets in the text."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from searchkit.patterns import lazy_pattern
from searchkit.query.limits import MAX_DEPTH, MAX_TOKENS
from searchkit.translation import gettext as _

QUOTES = {'"': '"', "＂": "＂", "“": "”", "「": "」", "『": "』", "”": "”"}
_HALF_WIDTH = str.maketrans("（）：＋－＊？＾～．", "():+-*?^~.")
_WIDE_LETTERS = {code: code - 0xFEE0 for code in range(0xFF21, 0xFF3B)}

_END = lazy_pattern(rf"[\s(){''.join(QUOTES)}]")
"""Where a word may end, in half width."""

Kind = Literal["word", "phrase", "open", "close", "and", "or", "not", "plus", "minus"]
OPERATORS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not", "与": "and", "或": "or", "非": "not"}


class Token(Struct, frozen=True):
    """One token: its text without quotes, its offsets; `slop` and `boost` belong to phrases and groups."""

    kind: Kind
    text: str
    start: int
    end: int
    prefix: str = ""  # `field:` before a phrase or a parenthesis
    slop: int = 0
    boost: float = 1.0


def half_width(text: str) -> str:
    """*text* with full-width syntax characters as half-width ones, of the same length."""
    return text.translate(_HALF_WIDTH)


def tokenize(text: str) -> tuple[list[Token], list[tuple[str, int]]]:
    """The tokens of *text*, and (message, position) for every sign that has no partner."""
    return _Lexer(text).run()


class _Lexer:
    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = half_width(text)
        self.at = 0
        self.tokens: list[Token] = []
        self.notes: list[tuple[str, int]] = []
        self.partners = _partners(self.plain)
        self.closers = set(self.partners.values())
        self.closing: list[int] = []
        self.quotes_without_end: set[str] = set()

    def run(self) -> tuple[list[Token], list[tuple[str, int]]]:
        while self.at < len(self.text):
            if self.text[self.at].isspace():
                self.at += 1
            elif len(self.tokens) == MAX_TOKENS:
                self.notes.insert(
                    0, (_("only the first {count:,} words and signs were read").format(count=MAX_TOKENS), self.at)
                )
                break
            elif not (self._sign() or self._group() or self._phrase()):
                self._word()
        return self.tokens, self.notes

    def _add(
        self, kind: Kind, end: int, text: str = "", *, prefix: str = "", slop: int = 0, boost: float = 1.0
    ) -> bool:
        self.tokens.append(Token(kind, text, self.at, end, prefix, slop, boost))
        self.at = end
        return True

    def _remark(self, message: str, position: int) -> None:
        """Note *message*, but not twice in a row."""
        if not self.notes or self.notes[-1][0] != message:
            self.notes.append((message, position))

    def _sign(self) -> bool:
        """`+` and `-` directly before something, at the start of a word; before digits they belong to a number."""
        sign, following = self.plain[self.at], self.plain[self.at + 1 : self.at + 2]
        if sign not in "+-" or not following or following.isspace() or following in "+-":
            return False
        if self.at and not (self.plain[self.at - 1].isspace() or self.plain[self.at - 1] == "("):
            return False
        if following.isdigit():
            number = self.plain[self.at + 1 :].split(maxsplit=1)[0]
            if sign == "-" and number.isdigit():
                self._remark(
                    _("-{number} was read as a number; NOT {number} excludes it").format(number=number), self.at
                )
            return False
        return self._add("plus" if sign == "+" else "minus", self.at + 1)

    def _group(self, prefix: str = "") -> bool:
        char = self.plain[self.at]
        if char == ")" and self.closing and self.closing[-1] == self.at:
            self.closing.pop()
            found = re.compile(r"\^(\d+(?:\.\d+)?)").match(self.plain, self.at + 1)
            boost = float(found[1]) if found else 1.0
            return self._add("close", found.end() if found else self.at + 1, boost=boost)
        if char != "(":
            return False
        partner = self.partners.get(self.at)
        if partner is None or len(self.closing) >= MAX_DEPTH:
            message = (
                _("no ')' belongs to this '('") if partner is None else _("parentheses are nested too deeply")
            )
            self._remark(message, self.at)
            return False
        self.closing.append(partner)
        return self._add("open", self.at + 1, prefix=prefix)

    def _phrase(self, prefix: str = "") -> bool:
        end = self._phrase_end(self.at)
        if end < 0:
            return False
        found = re.compile(r"(?:~(\d{1,3})\d*)?(?:\^(\d+(?:\.\d+)?))?").match(self.plain, end + 1)
        slop, boost = (found[1], found[2]) if found else (None, None)
        text = re.sub(r"\\([\"\\])", r"\1", self.text[self.at + 1 : end])
        return self._add(
            "phrase",
            found.end() if found else end + 1,
            text,
            prefix=prefix,
            slop=int(slop or 0),
            boost=float(boost or 1),
        )

    def _phrase_end(self, at: int) -> int:
        """Where the quote that opens at *at* closes; -1 where none opens or it is never closed."""
        closer = QUOTES.get(self.text[at])
        if closer is None or closer in self.quotes_without_end:
            return -1
        end = self.text.find(closer, at + 1)
        while end > 0 and self._escaped(end):
            end = self.text.find(closer, end + 1)
        if end < 0:
            self.quotes_without_end.add(closer)
            self.notes.append((_("the quote {sign} is not closed").format(sign=self.text[at]), at))
        return end

    def _escaped(self, at: int) -> bool:
        """Whether an odd number of backslashes stands before *at*."""
        before = at
        while before and self.text[before - 1] == "\\":
            before -= 1
        return (at - before) % 2 == 1

    def _word(self) -> None:
        start = end = self.at
        stop = self.closing[-1] if self.closing else len(self.text)
        while (found := _END.search(self.plain, end)) and not (char := found[0]).isspace():
            end = found.start()
            if char == ")" and end == stop:
                break
            if char == ")" and end not in self.closers:
                self._remark(_("no '(' belongs to this ')'"), end)
            if end > start and self.text[end] in QUOTES and self._phrase_end(end) >= 0:
                break
            if char == "(" and self.plain[end - 1 : end] == ":" and end > start:
                break
            end += 1
        else:
            end = found.start() if found else len(self.text)
        word = self.text[start:end]
        if (
            end < len(self.text)
            and self.plain[end - 1] == ":"
            and (self.text[end] in QUOTES or self.plain[end] == "(")
        ):
            self.at = end
            if self._phrase(word[:-1]) or self._group(word[:-1]):
                return
            self.at = start
        operator = OPERATORS.get(word.translate(_WIDE_LETTERS))
        if operator:
            self._add(operator, end, word)
        else:
            self._add("word", max(end, start + 1), self.text[start : max(end, start + 1)])


def _partners(plain: str) -> dict[int, int]:
    """Offset of each `(` that has a `)` -> the offset of that one."""
    partners: dict[int, int] = {}
    waiting: list[int] = []
    for position, char in enumerate(plain):
        if char == "(":
            waiting.append(position)
        elif char == ")" and waiting:
            partners[waiting.pop()] = position
    return partners
