"""What a reindex remembers of every file, so that the next one reads only what changed.

Stored with the index, a line of JSON a file; after a NUL, which no JSON has, the samples of their shingles: the
length of each, two bytes, and all of them. They are most of the bytes, and like random ones.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec.structs import replace

from searchkit.articles.file_facts import Facts
from searchkit.errors import IndexCorrupted
from searchkit.reports import Problem
from searchkit.translation import gettext as _

SAMPLES = b"\0"
"""What stands before the samples."""

Status = Literal["article", "draft", "failed"]


class Record(msgspec.Struct, frozen=True, gc=False):
    """One file as it was when it was read last. `facts` is None for one that failed, with the reason why."""

    id: str
    status: Status
    stamp: tuple[int, int] | None = None
    facts: Facts | None = None
    problem: Problem | None = None


def failed(article_id: str, reason: str, stamp: tuple[int, int] | None = None) -> Record:
    """The record of a file that is not read; with a *stamp*, not before it changes."""
    return Record(article_id, "failed", stamp, problem=Problem(article_id, reason))


@dataclass(frozen=True, slots=True)
class Manifest:
    """The records by id, and the digest of each indexed document by id."""

    records: Mapping[str, Record]
    documents: Mapping[str, str]

    def unstamped(self) -> Manifest:
        """This, when every file must be read again: those that cannot be now, when they can."""
        return Manifest({i: replace(record, stamp=None) for i, record in self.records.items()}, self.documents)


class _Line(Record, frozen=True, gc=False):
    """A record, and the digest of the document that is indexed under its id, if there is one."""

    document: str | None = None


def dump_manifest(records: Iterable[Record], documents: Mapping[str, str]) -> bytes:
    """The manifest as bytes."""
    lines, samples = [], []
    for r in records:
        samples.append(r.facts.shingles if r.facts else b"")
        facts = replace(r.facts, shingles=b"") if r.facts else None
        lines.append(_Line(r.id, r.status, r.stamp, facts, r.problem, documents.get(r.id)))
    return _text(lines) + _packed(samples)


def _text(lines: list[_Line]) -> bytes:
    try:
        return msgspec.json.Encoder().encode_lines(lines)
    except UnicodeEncodeError:  # an id that a program made of half a surrogate pair, which is not UTF-8
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in msgspec.to_builtins(lines))
        return text.encode("utf-8", "surrogatepass")


def _packed(samples: list[bytes]) -> bytes:
    if not any(samples):
        return b""
    return b"".join((SAMPLES, struct.pack(f"<{len(samples)}H", *map(len, samples)), *samples))


def load_manifest(data: bytes) -> Manifest:
    """The manifest again.

    Raises:
        IndexCorrupted: the bytes are no manifest.
    """
    text, _separator, packed = data.partition(SAMPLES)
    try:
        lines = _lines(text)
        facts = [*_with_samples(lines, packed)]
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        what = _("the manifest of the index is damaged ({error}); run `searchkit reindex --full`")
        raise IndexCorrupted(what.format(error=error)) from error
    records = {
        line.id: Record(line.id, line.status, line.stamp, each, line.problem)
        for line, each in zip(lines, facts, strict=True)
    }
    return Manifest(records, {line.id: line.document for line in lines if line.document is not None})


def _with_samples(lines: list[_Line], packed: bytes) -> Iterator[Facts | None]:
    """The facts of each of *lines*, with its sample of those *packed*."""
    if not packed:
        yield from (line.facts for line in lines)
        return
    end = 2 * len(lines)
    lengths = struct.unpack(f"<{len(lines)}H", packed[:end]) if len(packed) >= end else ()
    if end + sum(lengths) != len(packed):
        raise ValueError("the samples of shingles are not as long as they should be")
    for line, length in zip(lines, lengths, strict=True):
        end += length
        yield replace(line.facts, shingles=packed[end - length : end]) if line.facts else None


def _lines(data: bytes) -> list[_Line]:
    try:
        return msgspec.json.Decoder(_Line).decode_lines(data)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:  # see `dump_manifest`
        text = data.decode("utf-8", "surrogatepass")
        return msgspec.convert([json.loads(line) for line in text.split("\n") if line], list[_Line])
