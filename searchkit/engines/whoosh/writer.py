"""Packed documents -> a new generation of a Whoosh index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from types import TracebackType

from msgspec.structs import replace

from searchkit.engines.whoosh.directory import Directory
from searchkit.engines.whoosh.filesystem import writing
from searchkit.engines.whoosh.integrity import damage_as_index_errors
from searchkit.engines.whoosh.published import packed_manifest
from searchkit.engines.whoosh.segment.merger import Source, merge, tiers
from searchkit.engines.whoosh.segment.segment_file import SegmentFile
from searchkit.engines.whoosh.segment.term_dictionary import encode
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
from searchkit.state import IndexState, dump_state

_TOGETHER = 64
"""So many segments of one run are merged into one before more are added: each is a file, and a process may open a
thousand. Not measured otherwise; the archive makes 50 segments, so that they are merged once, at the end."""


class WhooshWriter:
    """Builds a generation beside the published one. Needs the lock of the index."""

    def __init__(self, generations: Directory, *, full: bool) -> None:
        self._generations = generations
        self._disk = generations.disk
        self._full = full
        self._numbers = count(1)
        self._new: list[list[SegmentMeta]] = []

    @cached_property
    def _old(self) -> list[SegmentMeta]:
        """What is left of the published segments."""
        return [] if self._current is None else read_segment_metas(self._current)

    @cached_property
    def _generation(self) -> Path:
        """The generation that is filled, which begins when there is something to write."""
        shared = [self._current / listed.file for listed in self._old] if self._current else []
        return self._generations.begin(shared)

    @cached_property
    def _current(self) -> Path | None:
        """The published generation; with *full* nothing of it is read."""
        return None if self._full else self._generations.current()

    def remove(self, ids: Iterable[str]) -> None:
        with self._errors():
            self._old = self._without(self._old, list(ids))

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

    def commit(self, state: IndexState, manifest: bytes) -> None:
        from searchkit.engines.whoosh.whoosh_codec.contents import make_contents  # brings in Whoosh

        with self._errors():
            new = [listed for level in reversed(self._new) for listed in level]
            segments = self._tidied([*self._old, *new])
            write_segment_metas(self._generation, segments, self._disk)
            write_sealed(self._generation / STATE, dump_state(state), self._disk)
            self._disk.write(self._generation / MANIFEST, packed_manifest(manifest))
            contents = make_contents(self._generation.name, segments, state.user_words)
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
        """Turns errors of the system, and damage to the files of the old index, into one that says what to do."""
        with writing(self._generations.folder), damage_as_index_errors():
            yield

    def __enter__(self) -> WhooshWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "_generation" in vars(self):
            self._generations.discard(self._generation)
