"""Packed documents -> a new generation of a Whoosh index."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from types import TracebackType
from typing import Any

from searchkit.engines.whoosh.directory import Directory
from searchkit.engines.whoosh.filesystem import writing
from searchkit.engines.whoosh.integrity import damage_told, problems_in
from searchkit.engines.whoosh.segment.merge_policy import tiers
from searchkit.engines.whoosh.segment.merger import Source, merge
from searchkit.engines.whoosh.segment.segment_file import SegmentFile
from searchkit.engines.whoosh.segment_meta import (
    MANIFEST,
    STATE,
    SegmentMeta,
    file_name,
    open_segment,
    open_segment_file,
    read_segment_metas,
    write_sealed,
    write_segment_metas,
)
from searchkit.engines.whoosh.segment_searcher import encode
from searchkit.engines.whoosh.whoosh_codec.contents import make_contents
from searchkit.model import Problem

_TOGETHER = 64
"""So many segments of one run are merged into one before more are added."""


class WhooshWriter:
    """Builds a generation beside the published one. Needs the lock of the index."""

    def __init__(self, generations: Directory, *, full: bool) -> None:
        self._generations = generations
        self._disk = generations.disk
        self._full = full
        self._numbers = count(1)
        self._new: list[list[SegmentMeta]] = []
        with self._errors():
            current = None if full else generations.current()
            self._old = read_segment_metas(current) if current else []
            shared = [current / listed.file for listed in self._old] if current else []
            self._generation = generations.begin(shared)

    def resume(self, state: dict[str, Any]) -> Mapping[str, str]:
        return {}

    def remove(self, ids: Iterable[str]) -> None:
        with self._errors():
            self._old = self._without(self._old, list(ids))

    def discard(self, ids: Iterable[str]) -> None:
        wanted = list(ids)
        with self._errors():
            self._new = [self._without(level, wanted) for level in self._new]

    def add(self, packed: bytes) -> None:
        with self._errors():
            listed = self._listed(self._name(), SegmentFile(packed))
            self._disk.write(self._generation / listed.file, packed)
            for level in self._new:
                level.append(listed)
                if len(level) < _TOGETHER:
                    return
                listed = self._merged(level)
                level.clear()
            self._new.append([listed])

    def leave(self, records: bytes) -> None:
        """Nothing is found again by another writer."""

    def commit(self, state: dict[str, Any], manifest: bytes) -> None:
        segments = [*self._old, *(listed for level in reversed(self._new) for listed in level)]
        with self._errors():
            segments = self._tidied(segments)
            write_segment_metas(self._generation, segments, self._disk)
            write_sealed(self._generation / STATE, state, self._disk)
            self._disk.write(self._generation / MANIFEST, zlib.compress(manifest, 1))
            contents = make_contents(self._generation.name, segments, state.get("user_words", ()))
            self._generations.publish(self._generation, contents)

    def _tidied(self, segments: Sequence[SegmentMeta]) -> list[SegmentMeta]:
        """The same documents in fewer segments: all in one after a full run, else those of a size together."""
        if self._full:
            groups = [list(range(len(segments)))] if len(segments) > 1 else []
        else:
            groups = tiers([s.documents for s in segments], [len(s.deleted) for s in segments])
        merged = {at for group in groups for at in group}
        kept = [listed for at, listed in enumerate(segments) if at not in merged]
        return [*kept, *(self._merged([segments[at] for at in group]) for group in groups)]

    def _merged(self, segments: list[SegmentMeta]) -> SegmentMeta:
        """One new segment in the place of several."""
        name = self._name()
        sources = [Source(self._open(listed), listed.deleted) for listed in segments]
        path = self._generation / file_name(name)
        with self._disk.create(path) as stream:
            merge(sources, stream)
        for listed in segments:
            self._disk.remove(self._generation / listed.file)
        return self._listed(name, open_segment_file(path))

    def _without(self, segments: list[SegmentMeta], ids: list[str]) -> list[SegmentMeta]:
        """*segments* with the documents that have one of *ids* deleted."""
        if not ids:
            return segments
        left = []
        for listed in segments:
            field = self._open(listed).fields["id"]
            numbers = [number for number in map(field.find, map(encode, ids)) if number >= 0]
            found = {n for number in numbers for n in field.documents(*field.span(number)).tolist()}
            left.append(replace(listed, deleted=listed.deleted | found) if found else listed)
        return left

    def _name(self) -> str:
        return f"MAIN_{self._generation.name.rpartition('-')[2]}x{next(self._numbers):06d}"

    @staticmethod
    def _listed(name: str, segment: SegmentFile) -> SegmentMeta:
        return SegmentMeta(name, segment.id, segment.size)

    def _open(self, listed: SegmentMeta) -> SegmentFile:
        return open_segment(self._generation, listed)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turns what the system says, and what damage to the files of the old index looks like, into an error
        that says what to do."""
        with writing(self._generations.folder), damage_told(self._problems):
            yield

    def _problems(self) -> Iterator[Problem]:
        """What is wrong with the old index; with *full* nothing of it is read."""
        current = None if self._full else self._generations.current()
        return problems_in(current) if current else iter(())

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._generations.discard(self._generation)
