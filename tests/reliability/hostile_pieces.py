"""What hostile texts are made of: functions from a size in bytes to about as many bytes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Make = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class HostileText:
    """A kind of text, the end of the name of a file that holds it, and what makes one of about a size."""

    name: str
    make: Make
    suffix: str = ".md"


def repeated(piece: str, *, before: str = "", after: str = "") -> Make:
    """*piece* as often as there is room for."""
    encoded = piece.encode("utf-8")
    return lambda size: before.encode("utf-8") + encoded * max(1, size // len(encoded)) + after.encode("utf-8")


def nested(opening: str, closing: str, *, before: str = "", inner: str = "内文", after: str = "") -> Make:
    """*inner* as deep as there is room for."""

    def make(size: int) -> bytes:
        depth = max(1, size // len((opening + closing).encode("utf-8")))
        return (before + opening * depth + inner + closing * depth + after).encode("utf-8")

    return make


def numbered(piece: str, *, before: str = "", after: str = "") -> Make:
    """*piece* with `%d` in it, for each number there is room for."""

    def make(size: int) -> bytes:
        count = max(1, size // (len(piece.encode("utf-8")) + 4))
        return (before + "".join(piece % number for number in range(count)) + after).encode("utf-8")

    return make


def fixed(text: str) -> Make:
    """*text*, whatever the size."""
    return lambda _: text.encode("utf-8", "surrogatepass")
