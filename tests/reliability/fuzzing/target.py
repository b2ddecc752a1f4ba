"""What is fuzzed: a function from any bytes to nothing, with examples to begin from."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module

from searchkit.articles.plain_text import INVISIBLE, tidy
from tests.conftest import SAMPLES

NAMES = ("front_matter", "html", "query", "segment", "snippets")
_BLOWN_UP = 64 * 1024


@dataclass(frozen=True)
class Target:
    """*check* raises for bytes with which the *promise* is not kept. *tokens* are worth a place anywhere in them.

    `longest` is how many bytes a fuzzer should try at once, `examples` how many cases `make test` has time for.
    """

    promise: str
    check: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]
    tokens: tuple[str, ...]
    longest: int = 4096
    examples: int = 200


def load(name: str) -> Target:
    """The target called *name*."""
    found: Target = import_module(f"tests.reliability.fuzzing.{name}").TARGET
    return found


@contextmanager
def within(seconds: float, what: str) -> Iterator[None]:
    """Fails where the block takes this process more than *seconds* of work."""
    began = time.process_time()
    yield
    took = time.process_time() - began
    assert took < seconds, f"{what} took {took:.1f} s"


def also_blown_up(data: bytes) -> Iterator[bytes]:
    """*data* and, one time in sixty-four, *data* again and again up to 64 KB: what is slow only shows there."""
    yield data
    if data and zlib.crc32(data) % 64 == 0:
        yield data * (_BLOWN_UP // len(data))


def check_tidy(text: str) -> None:
    """*text* has nothing in it that `tidy` would take out."""
    assert INVISIBLE.isdisjoint(map(ord, text)), f"invisible characters in {text!r}"
    assert tidy(text) == text, f"not tidy: {text!r}"


def sample_files() -> list[bytes]:
    """The files of the sample corpus that are small, in a stable order."""
    files = sorted(path for path in SAMPLES.rglob("*") if path.is_file())
    return [data for data in (path.read_bytes() for path in files) if len(data) < 4096]
