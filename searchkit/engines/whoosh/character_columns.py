"""The character channel of many texts at once, as arrays: what `scripts.characters` says, without a Python loop
over characters.

A text is an array of code points. A Han character or a sign is a token of its own and is known by its code point;
only runs of two and more letters or digits become strings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from searchkit.analysis.scripts import TOKEN, is_han

Array = npt.NDArray[Any]

_UNKNOWN, _SPACE, _SIGN, _HAN, _LETTER, _DIGIT = 255, 0, 1, 2, 3, 4
_kinds = np.full(0x110000, _UNKNOWN, np.uint8)
"""What each code point is; filled as code points are met."""


@dataclass(frozen=True, slots=True)
class CharacterColumns:
    """The tokens of some texts in a row: for each token its code point or, from `FIRST_RUN` on, the number of a
    run; which text it is in; whether it is a Han character. `runs` are the distinct runs by number."""

    tokens: Array
    rows: Array
    is_han: Array
    runs: list[str]


FIRST_RUN = 0x110000


def character_columns(texts: Sequence[str]) -> CharacterColumns:
    """The character channel of *texts*, which are folded and case-folded."""
    joined = "\n".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = _kinds_of(points)
    goes_on = np.zeros(points.size, bool)
    goes_on[1:] = (kinds[1:] == kinds[:-1]) & (kinds[1:] >= _LETTER)
    starts = np.flatnonzero((kinds != _SPACE) & ~goes_on)
    tokens = points[starts].astype(np.int64)
    tokens, runs = _with_runs(tokens, starts, joined, goes_on)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    first_of_text = np.cumsum(lengths + 1) - (lengths + 1)
    counts = np.diff(np.append(np.searchsorted(starts, first_of_text), starts.size))
    return CharacterColumns(tokens, np.repeat(np.arange(len(texts)), counts), kinds[starts] == _HAN, runs)


def _with_runs(tokens: Array, starts: Array, text: str, goes_on: Array) -> tuple[Array, list[str]]:
    """*tokens* with every run of several letters or digits replaced by its number; and the distinct runs."""
    following = np.append(goes_on, False)[starts + 1] if starts.size else np.zeros(0, bool)
    at = np.flatnonzero(following)
    stops = np.flatnonzero(~goes_on)
    begins = starts[at]
    ends = np.append(stops, goes_on.size)[np.searchsorted(stops, begins, "right")]
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    found = [numbers[text[begin:end]] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    tokens[at] = np.array(found, np.int64) + FIRST_RUN
    return tokens, list(numbers)


def _kinds_of(points: Array) -> Array:
    kinds = _kinds[points]
    if (kinds == _UNKNOWN).any():
        for point in np.unique(points[kinds == _UNKNOWN]).tolist():
            _kinds[point] = _kind(chr(point))
        kinds = _kinds[points]
    return kinds


def _kind(char: str) -> int:
    if is_han(char):
        return _HAN
    if not TOKEN.match(char):
        return _SPACE
    if char.isalnum():
        return _DIGIT if char.isdecimal() else _LETTER
    return _SIGN
