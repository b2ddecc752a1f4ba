"""Texts that are looked at together, such as those of a page of results. What looks at every character is done
once for all of them, with arrays: a step for each text would take longer than those for its characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from searchkit.analysis.normalize import foldable_codes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

USUAL = "\xa0·–—‘’“”…\u3000、。《》「」『』【】！（），：；？"
"""Signs that fold, and that nearly every text has."""
_SEPARATOR = "\0"
"""What is between two texts, and may be in one: as it is no space, no word goes on behind it."""
TOGETHER = 10
"""So many texts are looked at together, those of a page of results: one after the other takes longer, and a long
list at once takes memory."""
LONG = 250_000
"""Characters that are looked at together, as each takes some bytes. Not measured otherwise."""
_UNUSUAL, _STOP, _CLOSER, _LINE_END = 1, 2, 3, 4
_SIGNS = {_STOP: "。！？；…!?;", _CLOSER: "”’」』）)\"'", _LINE_END: "\n"}


class Page:
    """Some texts, and `joined`, in which each begins at its one of `starts`."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.joined = _SEPARATOR.join(texts)
        self.starts = list(accumulate((len(text) + 1 for text in texts[:-1]), initial=0))

    @cached_property
    def unusual(self) -> frozenset[str]:
        """The characters that may fold, but the usual signs."""
        places, kinds = self._signs
        return frozenset(map(self.joined.__getitem__, places[kinds == _UNUSUAL].tolist()))

    @cached_property
    def sentence_ends(self) -> list[list[int]]:
        """For each text 0, the offsets just after its sentences and its lines, and where it ends. Quotes and
        brackets that close after a stop are of its sentence."""
        import numpy as np

        places, kinds = (found[self._signs[1] != _UNUSUAL] for found in self._signs)
        is_next = np.diff(places, prepend=-1) == 1
        is_closer, is_stop = kinds == _CLOSER, kinds == _STOP
        # of closers in a row it is the sign before them that tells whether they are of a sentence
        before = np.maximum.accumulate(np.where(is_closer & is_next, 0, np.arange(kinds.size)))
        goes_on = is_next[1:] & (is_closer[1:] | (is_stop[1:] & is_stop[:-1]))
        is_end = is_stop[before]
        is_end[:-1] &= ~goes_on
        ends = places[is_end | (kinds == _LINE_END)] + 1
        bounds = np.searchsorted(ends, [*self.starts, len(self.joined) + 1]).tolist()
        return [
            [0, *(ends[first:last] - start).tolist(), len(text)]
            for (first, last), start, text in zip(pairwise(bounds), self.starts, self.texts, strict=True)
        ]

    @cached_property
    def _signs(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.uint8]]:
        """Where the characters stand that are of any kind, and of what kind each is."""
        import numpy as np

        found = []
        for start in range(0, max(1, len(self.joined)), LONG):
            codes = np.frombuffer(self.joined[start : start + LONG].encode("utf-32-le", "surrogatepass"), "<u4")
            kinds = _kinds().take(codes, mode="clip")
            places = np.flatnonzero(kinds > 0)  # of truth values it is faster
            found.append((places + start, kinds[places]))
        every, of_each = zip(*found, strict=True)
        return np.concatenate(every), np.concatenate(of_each)


def pages_of(texts: Iterable[str]) -> Iterator[Page]:
    """All *texts*, some at a time, as they come."""
    some: list[str] = []
    size = 0
    for text in texts:
        if len(some) == TOGETHER or (some and size + len(text) > LONG):
            yield Page(some)
            some, size = [], 0
        some.append(text)
        size += len(text)
    if some:
        yield Page(some)


@lru_cache(maxsize=1)
def _kinds() -> npt.NDArray[np.uint8]:
    """Of each character of what kind it is, 0 if of none; the last one stands for all that come after it."""
    import numpy as np

    kinds = np.full((1 << 16) + 1, _UNUSUAL, np.uint8)
    kinds[:-1] = foldable_codes()
    kinds[[ord(char) for char in USUAL]] = 0
    for kind, signs in _SIGNS.items():
        kinds[[ord(char) for char in signs]] = kind
    return kinds
