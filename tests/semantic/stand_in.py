"""A model that knows a few concepts, for tests: a text is how often it has the words of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from searchkit.semantic.encoder import Rows

CONCEPTS = (("教师", "老师"), ("失业", "过剩", "饭碗"), ("天文", "月亮"), ("咖啡",))


class Concepts:
    """`read` are the passages and `asked` the queries that it was given."""

    read: ClassVar[list[str]] = []
    asked: ClassVar[list[str]] = []

    def encode(self, texts: Sequence[str], *, query: bool) -> Rows:
        (self.asked if query else self.read).extend(texts)
        rows = [[sum(map(text.count, words)) for words in CONCEPTS] for text in texts]
        return np.array(rows, np.float32).reshape(len(texts), len(CONCEPTS))


class Backwards:
    """One that is as far from every text as can be."""

    def encode(self, texts: Sequence[str], *, query: bool) -> Rows:
        return np.full((len(texts), 3), 1.0 if query else -1.0, np.float32)


class Busy:
    """A server that does not answer."""

    def encode(self, texts: Sequence[str], *, query: bool) -> Rows:
        raise RuntimeError("503 busy")
