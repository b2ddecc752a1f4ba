"""What made an index: stored with it, and compared with what would make it now by whoever opens or updates it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct, field

from searchkit.errors import IndexCorrupted, IndexOutdated
from searchkit.schema import SCHEMA_VERSION
from searchkit.translation import gettext as _


class ReadingState(Struct, frozen=True):
    """What decides which article a file makes."""

    version: int
    ignored_tags: tuple[str, ...]


class SemanticState(Struct, frozen=True):
    """What the vectors of an index are of, and the model that made them."""

    of: Literal["titles", "lead"]
    encoder: str


class MadeOf(Struct, frozen=True, kw_only=True):
    """What an index of any schema was made of. `corpus` is the folder its articles are files of. Where it is not
    one folder, that is empty and `sources` has the path of each folder by its name, with which ids begin, or that
    of a file of lines by the name "". `exclude` and `sources` are empty in an index of a version without.
    `semantic` is None where articles have no vectors. `syllables` are those of
    `analysis.sounds.known_syllables`; none where pypinyin was not installed."""

    corpus: str = ""
    sources: dict[str, str] = field(default_factory=dict)
    drafts: bool = False
    exclude: tuple[str, ...] = ()
    reading: ReadingState | None = None
    semantic: SemanticState | None = None
    syllables: dict[str, str] = field(default_factory=dict)

    @property
    def origin(self) -> Mapping[str, str]:
        """The paths of all that the articles come from, by name; that of the only one is empty."""
        return self.sources or ({"": self.corpus} if self.corpus else {})

    @property
    def folders(self) -> Mapping[str, str]:
        """Those that are folders, whose files the articles are."""
        return self.origin if self.corpus or "" not in self.sources else {}


class IndexState(MadeOf, frozen=True, kw_only=True):
    """The versions and settings that made an index of this schema: one without them is damaged. Where it is
    `settled`, its documents are those that its files call for, whatever they share, so a run that finds the same
    files has nothing to do; one of a version without this is not."""

    schema: int
    analyzer: dict[str, str]
    reading: ReadingState
    user_words: tuple[str, ...]
    drafts: bool
    corpus: str
    settled: bool = False

    def __post_init__(self) -> None:
        if not all(word.split() for word in self.user_words):
            raise ValueError("user_words has an empty word")


def made_of(state: Mapping[str, Any]) -> MadeOf:
    """What is in a *state* of any schema, or nothing where it has another shape."""
    try:
        return msgspec.convert(state, MadeOf)
    except msgspec.ValidationError:
        return MadeOf()


def dump_state(state: IndexState) -> dict[str, Any]:
    """*state* as plain values."""
    values: dict[str, Any] = msgspec.to_builtins(state)
    return values


def load_state(values: object, where: str | Path) -> IndexState:
    """What `dump_state` gave; *where* is what errors call the index. The schema is looked at before anything else:
    a state that another one wrote may have any shape.

    Raises:
        IndexOutdated: the index has another schema.
        IndexCorrupted: the values are no state.
    """
    if isinstance(values, dict):
        _check_schema(values, where)
    try:
        return msgspec.convert(values, IndexState)
    except msgspec.ValidationError as error:
        what = _("{where}: the state of the index is damaged: {error}; run `searchkit reindex --full`")
        raise IndexCorrupted(what.format(where=where, error=error)) from error


def _check_schema(values: dict[str, Any], where: str | Path) -> None:
    schema = values.get("schema", SCHEMA_VERSION)
    if schema == SCHEMA_VERSION:
        return
    if isinstance(schema, int) and schema > SCHEMA_VERSION:
        message = _(
            "{where}: written by a newer searchkit: its schema is {schema}, this version's is {wanted}; "
            "use that searchkit, or run `searchkit reindex` to build the index anew with this one"
        )
    else:
        message = _(
            "{where}: reindex needed: its schema is {schema}, this version's is {wanted}; run `searchkit reindex`"
        )
    raise IndexOutdated(message.format(where=where, schema=schema, wanted=SCHEMA_VERSION))
