"""Pickles as data. Whoosh keeps a table of contents and vectors as pickles, and a pickle may say "call this".

A pickle is first looked through without doing what it says: for operations that reach outside of it, for numbers
that ask for more memory than it has bytes, and for keys that take for ever to look up. Then it is read with a
stand-in for each class, which takes whatever the pickle gives it and does nothing; a class that is not on the list
has none. What was made that way is compared, or turned into the objects it describes, by code that knows what
belongs into them.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from collections.abc import Callable, Mapping
from typing import Any

from searchkit.engines.whoosh.columnar.plain import STRANGE, DamagedFile

Allowed = Mapping[tuple[str, str], Callable[..., Any]]
"""(module, name) as a pickle says it -> what it means."""

_REACHING = ("EXT1", "EXT2", "EXT4", "PERSID", "BINPERSID", "NEXT_BUFFER", "READONLY_BUFFER")
_MEMO = ("PUT", "BINPUT", "LONG_BINPUT")
_RECALL = ("GET", "BINGET", "LONG_BINGET")
_TUPLES = ("TUPLE", "TUPLE1", "TUPLE2", "TUPLE3")
_KEYS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "SETITEM": lambda values: values[1:2],
    "SETITEMS": lambda values: values[::2],
    "DICT": lambda values: values[::2],
    "ADDITEMS": lambda values: values,
    "FROZENSET": lambda values: values,
}
"""Which of the values that an operation takes become keys."""
_IN_PLACE = ("APPEND", "APPENDS", "SETITEM", "SETITEMS", "ADDITEMS", "BUILD")
"""These leave the value that they change, or only seem to change, where it was."""
_LARGE = 1 << 60
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
    found = read_pickle(data, allowed, name)
    try:
        return _made(found)
    except STRANGE as error:
        raise DamagedFile(f"{name}: {error}") from error


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
    stack = _Stack()
    for operation, argument, place in pickletools.genops(data):
        end = (place or 0) + 1
        if operation.name in _REACHING:
            raise pickle.UnpicklingError(f"has the operation {operation.name}, which is not allowed")
        if operation.name in _MEMO and not 0 <= int(argument or 0) <= len(data):
            raise pickle.UnpicklingError("numbers more values than it can have")
        stack.follow(operation, argument)
    if end != len(data):
        raise pickle.UnpicklingError("goes on where it should end")


class _Stack:
    """What a pickle has at hand while it is read: of each value whether it may be a key, and None for a mark.

    A tuple may not: its hash goes through all that is in it, as often as it is met, and however deep it goes. Nor
    may a very large number, since any number of those can have the same hash.
    """

    def __init__(self) -> None:
        self._values: list[bool | None] = []
        self._memo: dict[int, bool] = {}

    def follow(self, operation: pickletools.OpcodeInfo, argument: Any) -> None:
        """Go on by one operation."""
        name, before = operation.name, operation.stack_before
        if pickletools.markobject in before:
            values = self._since_mark()
            taken = self._take(before.index(pickletools.markobject))
        else:
            values = taken = self._take(len(before))
        if name in _KEYS and not all(_KEYS[name](values)):
            raise pickle.UnpicklingError("has a tuple, or a very large number, for a key")
        if name in _MEMO:
            (self._memo[argument],) = taken = self._take(1)
        elif name == "MEMOIZE":
            (self._memo[len(self._memo)],) = taken
        if name in _MEMO or name == "MEMOIZE" or name in _IN_PLACE:
            self._values.append(taken[0])
        elif name == "DUP":
            self._values += [*taken, *taken]
        elif name in _RECALL:
            self._values.append(self._memo[argument])
        else:
            is_large = isinstance(argument, int) and abs(argument) >= _LARGE
            made = name not in _TUPLES and not is_large
            self._values += [None if one is pickletools.markobject else made for one in operation.stack_after]

    def _take(self, count: int) -> list[bool]:
        at = len(self._values) - count
        taken = [value for value in self._values[max(at, 0) :] if value is not None]
        if len(taken) != count:
            raise pickle.UnpicklingError("takes more values than there are")
        del self._values[at:]
        return taken

    def _since_mark(self) -> list[bool]:
        taken: list[bool] = []
        while self._values:
            value = self._values.pop()
            if value is None:
                return taken[::-1]
            taken.append(value)
        raise pickle.UnpicklingError("takes more values than there are")


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
