"""Where a text may be cut: not inside of a Latin word, nor of what is shown as one character."""

from __future__ import annotations

import unicodedata

from searchkit.patterns import lazy_pattern
from searchkit.snippets.highlights import LONGEST_EMOJI

_EXTENDING = lazy_pattern("[\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
"""A joiner, skin tones, tags of flags."""
_HALVES_OF_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
MAX_FLAGS = 400  # characters that are looked at to tell the first half of a flag from the second


def word_end(text: str, at: int, limit: int) -> int:
    """The end of the Latin word that *at* is inside of, or the *limit*."""
    while 0 < at < limit and _is_latin(text[at - 1]) and _is_latin(text[at]):
        at += 1
    return at


def before_character(text: str, at: int) -> int:
    """*at* or, if that is inside of what is shown as one character, where this begins."""
    for _ in range(LONGEST_EMOJI):
        if not (0 < at < len(text) and _is_inside_character(text, at)):
            break
        at -= 1
    return at


def _is_inside_character(text: str, at: int) -> bool:
    """Whether *at* is inside of joined emoji, or before an accent, a skin tone or the second half of a flag."""
    if text[at - 1] == "\u200d" or _EXTENDING.match(text, at) or unicodedata.category(text[at])[0] == "M":
        return True
    if text[at] not in _HALVES_OF_FLAGS:
        return False
    before = text[max(0, at - MAX_FLAGS) : at]
    return (len(before) - len(before.rstrip(_HALVES_OF_FLAGS))) % 2 == 1


def _is_latin(char: str) -> bool:
    return char.isalnum() and char < "\u2e80"
