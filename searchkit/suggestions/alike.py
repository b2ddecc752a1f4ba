"""A Han character -> those that may be meant by it: of the same sound, of nearly the same, or alike to the eye."""

from __future__ import annotations

from math import log

from searchkit.analysis.sounds import Sounds
from searchkit.suggestions.look_alikes import look_alikes

NEAR = log(0.1)
"""The logarithm of how likely one of nearly the same sound, or shape, is next to one of the same sound."""


class Alike:
    """The characters that may be meant by one."""

    def __init__(self, sounds: Sounds) -> None:
        self._sounds = sounds
        self._same: dict[str, dict[str, float]] = {}
        self._near: dict[str, dict[str, float]] = {}

    def same(self, char: str) -> dict[str, float]:
        """Characters of the same sound as *char*, and how likely it is that they were meant."""
        if char not in self._same:
            self._same[char] = dict.fromkeys(filter(_is_common, self._sounds.same(char)), 0.0)
        return self._same[char]

    def near(self, char: str) -> dict[str, float]:
        """Those, and those of nearly the same sound or shape."""
        if char not in self._near:
            near = (*look_alikes().get(char, ()), *filter(_is_common, self._sounds.near(char)))
            self._near[char] = dict.fromkeys(near, NEAR) | self.same(char)
        return self._near[char]


def _is_common(char: str) -> bool:
    """Whether GB 2312 has *char*: the others of its sound are so rare that nobody means them."""
    return len(char.encode("gb2312", "ignore")) == 2
