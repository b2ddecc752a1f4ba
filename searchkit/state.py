"""The facts stored with an index: what they must look like before anything is done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def flaw_of(state: dict[str, Any]) -> str:
    """The name of a fact in *state* that is missing or is not what a reindex writes; empty if all are well."""
    return next((name for name, is_sound in _FACTS.items() if not is_sound(state.get(name))), "")


def is_text(value: object) -> bool:
    """Whether *value* is text."""
    return type(value) is str


def are_texts(value: object) -> bool:
    """Whether *value* is a list of texts."""
    return type(value) is list and all(map(is_text, value))


def _is_fingerprint(value: object) -> bool:
    return type(value) is dict and all(map(is_text, value.values()))


def _is_reading(value: object) -> bool:
    return type(value) is dict and type(value.get("version")) is int and are_texts(value.get("ignored_tags"))


_FACTS: dict[str, Callable[[object], bool]] = {
    "schema": lambda value: type(value) is int,
    "analyzer": _is_fingerprint,
    "reading": _is_reading,
    "user_words": are_texts,
    "drafts": lambda value: type(value) is bool,
    "corpus": is_text,
}
