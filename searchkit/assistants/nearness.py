"""A passage for an article that has no word of the query: it was found by pairs of characters that words share, as
释永信 is for 释永新, and what shows it is the longest piece of the query that stands in it."""

from __future__ import annotations

from collections.abc import Sequence

from searchkit import Snippet

_PIECE, _QUERY, _TEXT = 8, 60, 20_000
"""Characters of a piece at most, of the query and of the text that are compared."""
_BEFORE, _AFTER = 20, 80
"""Characters around the piece."""


def nearest_passage(query: str, text: str, without: Sequence[str] = ()) -> Snippet | None:
    """The passage of *text* around the longest piece of *query* that it has; None if it has not even a character.
    Of pieces of one length, those of words that it is *without* say least.

    >>> nearest_passage("释永新", "少林寺方丈释永信")
    Snippet(text='少林寺方丈释永信', highlights=((5, 7),))
    >>> nearest_passage("永新被抓", "新的猫抓了", ("永新",))
    Snippet(text='新的猫抓了', highlights=((3, 4),))
    """
    text = text[:_TEXT]
    lower = text.lower()
    for piece in _pieces(query[:_QUERY].lower(), [word.lower() for word in without]):
        place = lower.find(piece)
        if place >= 0:
            begin = max(0, place - _BEFORE)
            return Snippet(text[begin : place + _AFTER], ((place - begin, place - begin + len(piece)),))
    return None


def _pieces(query: str, without: Sequence[str]) -> list[str]:
    """The pieces of a query, the longest first, without those that are a single letter or digit of ASCII."""
    lengths = range(min(_PIECE, len(query)), 0, -1)
    found = [query[at : at + length] for length in lengths for at in range(len(query) - length + 1)]
    pieces = [piece for piece in found if piece.isalnum() and (len(piece) > 1 or not piece.isascii())]
    return sorted(pieces, key=lambda piece: (-len(piece), any(piece in word for word in without)))
