"""Pickles as data. Whoosh keeps a table of contents and vectors as pickles, and a pickle may say "call this".

A pickle is first looked through without doing what it says: for operations that reach outside of it, and for
numbers that ask for more memory than it has bytes. Then it is read with a stand-in for each class, which takes
whatever the pickle gives it and does nothing; a class that is not on the list has none. What was made that way is
compared, or turned into the objects it describes, by code that knows what belongs into them.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Callable, Mapping
from typing import Any

from searchkit.engines.whoosh.columnar.plain import DamagedFile

Allowed = Mapping[tuple[str, str], Callable[..., Any]]
"""(module, name) as a pickle says it -> what it means."""

_REACHING = ("EXT1", "EXT2", "EXT4", "PERSID", "BINPERSID", "NEXT_BUFFER", "READONLY_BUFFER")
_MEMO = ("PUT", "BINPUT", "LONG_BINPUT")
BUILTINS = ("builtins", "__builtin__")
"""What pickles of Python 3 and of Python 2 call the same module."""
_COLLECTIONS = {(module, kind.__name__): kind for module in BUILTINS for kind in (set, frozenset)}


class StandIn:
    """An object of the class `meaning`, as a pickle describes it."""

    meaning: Callable[..., Any]
    arguments: tuple[Any, ...]
    state: Any = None

    def __new__(cls, *arguments: Any) -> StandIn:
        made = object.__new__(cls)
        made.arguments = arguments
        return made

    def __setstate__(self, state: Any) -> None:
        self.state = state


def read_pickle(data: bytes, allowed: Allowed, name: str) -> Any:
    """What *data* describes, out of plain values, `StandIn` objects and classes derived from `StandIn`.

    It has a few parts for each byte at most, counted as often as they are met. *name* is what an error calls it.

    Raises:
        DamagedFile: it is no pickle, or one with something in it that is not *allowed*.
    """
    try:
        _look_through(data)
        found = _Unpickler(data, allowed).load()
        _count(found, 8 * len(data))
    except Exception as error:  # a pickle that is damaged leads to errors of every kind
        raise DamagedFile(f"{name}: {error or type(error).__name__}") from error
    return found


def plain_value(data: bytes, allowed: Allowed, name: str) -> Any:
    """The plain values in *data*, with functions of *allowed* that make one of others.

    Raises:
        DamagedFile: it is no pickle, or one with something in it that is not *allowed*.
    """
    return _made(read_pickle(data, allowed, name))


def end_of_pickle(data: bytes | memoryview, name: str) -> int:
    """Where the pickle ends that *data* begins with; *name* is what an error calls it.

    Raises:
        DamagedFile: it begins with none.
    """
    try:
        return max(place or 0 for _, _, place in pickletools.genops(io.BytesIO(data))) + 1
    except ValueError as error:
        raise DamagedFile(f"{name}: {error}") from error


def described(value: Any) -> Any:
    """What `read_pickle` gave, so that equal descriptions are equal."""
    if isinstance(value, StandIn):
        return type(value).meaning, described(value.arguments), described(value.state)
    if isinstance(value, dict):
        return {key: described(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(described, value))
    return value.meaning if isinstance(value, type) and issubclass(value, StandIn) else value


def _made(value: Any) -> Any:
    if isinstance(value, StandIn):
        return value.meaning(*map(_made, value.arguments))
    if type(value) in (list, tuple):
        return type(value)(map(_made, value))
    if isinstance(value, type):
        return value.meaning if issubclass(value, StandIn) else value
    return value


class _Unpickler(pickle.Unpickler):
    def __init__(self, data: bytes, allowed: Allowed) -> None:
        super().__init__(io.BytesIO(data))
        self._allowed = {**_COLLECTIONS, **allowed}

    def find_class(self, module: str, name: str) -> type[StandIn]:
        meaning = self._allowed.get((module, name))
        if meaning is None:
            raise pickle.UnpicklingError(f"asks for {module}.{name}, which is not allowed")
        return type("StandIn", (StandIn,), {"meaning": staticmethod(meaning)})  # its own, whatever is done to it


def _look_through(data: bytes) -> None:
    end = 0
    for operation, argument, place in pickletools.genops(data):
        end = (place or 0) + 1
        if operation.name in _REACHING:
            raise pickle.UnpicklingError(f"has the operation {operation.name}, which is not allowed")
        if operation.name in _MEMO and not 0 <= int(argument or 0) <= len(data):
            raise pickle.UnpicklingError("numbers more values than it can have")
    if end != len(data):
        raise pickle.UnpicklingError("goes on where it should end")


def _count(value: Any, most: int) -> None:
    waiting = [value]
    while waiting:
        most -= 1
        if most < 0:
            raise pickle.UnpicklingError("has more parts than it can have")
        one = waiting.pop()
        if isinstance(one, StandIn):
            waiting += [one.arguments, one.state]
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset)):
            waiting += one
