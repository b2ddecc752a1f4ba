"""How many words of a query are still looked up, and the notes on those that are not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from searchkit.query.limits import MAX_SIGNED, MAX_WORDS
from searchkit.translation import gettext as _

Word = TypeVar("Word")


class Budget:
    """Words that are `left` to be looked up; `notes` say what was left out."""

    def __init__(self) -> None:
        self.notes: dict[str, None] = {}
        self.left, self._left_for_signed = MAX_WORDS, MAX_SIGNED
        self._is_signed = False

    @contextmanager
    def signed(self) -> Iterator[None]:
        """What has a sign has words of its own to look up: many words before it do not make it be left out."""
        if self._is_signed:
            yield
            return
        self._is_signed = True
        self.left, self._left_for_signed = self._left_for_signed, self.left
        yield
        self.left, self._left_for_signed = self._left_for_signed, self.left
        self._is_signed = False

    def has_room(self) -> bool:
        """Whether another word may be looked up."""
        if self.left <= 0:
            which = (
                _("{count} words with a sign").format(count=MAX_SIGNED)
                if self._is_signed
                else _("{count} words").format(count=MAX_WORDS)
            )
            self.notes[_("only the first {which} were looked up").format(which=which)] = None
        return self.left > 0

    def take(self, words: Sequence[Word]) -> list[Word]:
        """As many of *words* as may still be looked up; without any there is a sign to look up."""
        taken = list(words[: self.left])
        self.left -= max(1, len(taken))
        if len(taken) < len(words):
            self.has_room()
        return taken
