"""Arrays that were computed and may be wanted again, as long as they do not take too much memory."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")

OVERHEAD = 500
"""About what a kept value takes beside its arrays."""


class Kept(Generic[Value]):
    """Values by number; those that came first go first. Threads may share it."""

    def __init__(self, most: int, size_of: Callable[[Value], int]) -> None:
        self._most = most
        self._size_of = size_of
        self._values: dict[int, Value] = {}
        self._size = 0
        self._lock = threading.Lock()
        self.get = self._values.get

    def put(self, number: int, value: Value) -> None:
        """Keep *value*, in place of the one that may be there."""
        with self._lock:
            self._drop(number)
            self._values[number] = value
            self._size += OVERHEAD + self._size_of(value)
            while self._size > self._most and len(self._values) > 1:
                self._drop(next(iter(self._values)))

    def _drop(self, number: int) -> None:
        dropped = self._values.pop(number, None)
        if dropped is not None:
            self._size -= OVERHEAD + self._size_of(dropped)
