"""What JSON gives back is of a few types; each of these says whether a value is of the one that was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeGuard


def is_text(value: object) -> bool:
    """Whether *value* is text."""
    return type(value) is str


def are_texts(value: object) -> TypeGuard[list[str]]:
    """Whether *value* is a list of texts."""
    return type(value) is list and all(map(is_text, value))


def is_truth(value: object) -> bool:
    """Whether *value* is true or false."""
    return type(value) is bool


def sound(value: Any, is_sound: Callable[[Any], bool]) -> Any:
    """*value*.

    Raises:
        ValueError: it is not what *is_sound* wants.
    """
    if not is_sound(value):
        raise ValueError(f"not what is written: {value!r:.80}")
    return value
