"""The facts stored with an index: what they must look like before anything is done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from searchkit.errors import IndexCorrupted, IndexOutdated
from searchkit.json_values import are_texts, is_text, is_truth, is_whole
from searchkit.schema import SCHEMA_VERSION


def check_schema(state: Mapping[str, Any], path: str | Path) -> None:
    """See that the index at *path* has this version's schema, if its *state* names one.

    Raises:
        IndexOutdated: it has another.
    """
    schema = state.get("schema", SCHEMA_VERSION)
    if schema == SCHEMA_VERSION:
        return
    other = f"its schema is {schema}, this version's is {SCHEMA_VERSION}"
    if is_whole(schema) and schema > SCHEMA_VERSION:
        raise IndexOutdated(
            f"{path}: written by a newer searchkit: {other}; "
            "use that searchkit, or run `searchkit reindex` to build the index anew with this one"
        )
    raise IndexOutdated(f"{path}: reindex needed: {other}; run `searchkit reindex`")


def check_facts(state: Mapping[str, Any], path: str | Path) -> None:
    """See that the *state* of the index at *path* has every fact that a reindex writes.

    Raises:
        IndexCorrupted: one is missing, or of another kind.
    """
    for name, is_sound in _FACTS.items():
        if not is_sound(state.get(name)):
            flaw = f"has a wrong value for {name}" if name in state else f"says nothing of {name}"
            raise IndexCorrupted(f"{path}: the state of the index {flaw}; run `searchkit reindex --full`")


def _is_fingerprint(value: object) -> bool:
    return type(value) is dict and all(map(is_text, value.values()))


def _is_reading(value: object) -> bool:
    return type(value) is dict and is_whole(value.get("version")) and are_texts(value.get("ignored_tags"))


def _are_words(value: object) -> bool:
    return are_texts(value) and all(word.split() for word in value)


_FACTS: dict[str, Callable[[object], bool]] = {
    "schema": is_whole,
    "analyzer": _is_fingerprint,
    "reading": _is_reading,
    "user_words": _are_words,
    "drafts": is_truth,
    "corpus": is_text,
}
