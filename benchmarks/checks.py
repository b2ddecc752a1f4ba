"""What must hold before a time is printed. A benchmark of wrong answers is an error, not a figure."""

from __future__ import annotations

from collections.abc import Iterable


class CheckFailed(AssertionError):
    """A peer or searchkit gave a wrong answer, so that its time means nothing."""


def check(holds: bool, message: str) -> None:
    """Raises CheckFailed with *message* unless it *holds*."""
    if not holds:
        raise CheckFailed(message)


def check_found(what: str, wanted: object, found: Iterable[object]) -> None:
    """*wanted* is among what was *found*."""
    check(wanted in set(found), f"{what}: {wanted!r} was not found")
