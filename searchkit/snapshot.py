"""One published state of an index, and what works on it while another one may be loaded."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec, TypeVar

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.fingerprint import check_fingerprint
from searchkit.analysis.sounds import Sounds
from searchkit.config import Config
from searchkit.engines import load_engine
from searchkit.engines.base import Reader, Request
from searchkit.errors import IndexError_
from searchkit.folding import clusters_named
from searchkit.model import Article
from searchkit.query.pinyin import Pinyin
from searchkit.suggestions.alike import Alike

_Held = TypeVar("_Held")
_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")


def open_reader(config: Config) -> Reader:
    """What is published now."""
    reader = load_engine(config.engine, config.index).read()
    try:
        check_fingerprint(reader.state.analyzer, config.index)
    except IndexError_:
        reader.close()
        raise
    return reader


class Snapshot:
    """One state of an index, and the analyzer that made its terms."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    @cached_property
    def analyzer(self) -> Analyzer:
        """Loaded when it is first used."""
        return Analyzer(self.reader.state.user_words, for_queries=True)

    @cached_property
    def pinyin(self) -> Pinyin:
        """How its titles, tags and authors are read."""
        reader = self.reader
        return Pinyin(
            reader.state.syllables,
            reader.keywords,
            lambda condition: reader.search(Request(condition, limit=0)).total > 0,
        )

    @cached_property
    def clusters(self) -> dict[str, tuple[Article, ...]]:
        """Its clusters of reposts by their names, the earliest article of each first, without their texts."""
        found = clusters_named(self.reader.keywords("cluster"), self.reader)
        return {
            name: tuple(replace(each, body="", boilerplate=()) for each in all_) for name, all_ in found.items()
        }

    @cached_property
    def alike(self) -> Alike:
        """The characters that are typed for each other."""
        return Alike(Sounds(self.reader.state.syllables))


def on_one_snapshot(
    method: Callable[Concatenate[_Held, _Arguments], _Answer],
) -> Callable[Concatenate[_Held, _Arguments], _Answer]:
    """*method*, which asks more than one thing, on a copy of the index, which no `reload` changes in between."""

    @wraps(method)
    def call(index: _Held, /, *arguments: _Arguments.args, **options: _Arguments.kwargs) -> _Answer:
        return method(copy(index), *arguments, **options)

    return call
