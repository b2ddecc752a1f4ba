"""What a reindex remembers of every file, so that the next one reads only what changed.

Stored with the index, a line of JSON a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from searchkit.articles.repeats import Facts
from searchkit.errors import IndexCorrupted
from searchkit.model import Problem

Status = Literal["article", "draft", "failed"]


@dataclass(frozen=True, slots=True)
class Record:
    """One file as it was when it was read last. `facts` is None for one that failed, with the reason why."""

    id: str
    status: Status
    stamp: tuple[int, int] | None = None
    facts: Facts | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The records by id, and the digest of each indexed document by id."""

    records: dict[str, Record]
    documents: dict[str, str]


def dump_manifest(records: Iterable[Record], documents: dict[str, str]) -> bytes:
    """The manifest as bytes."""
    lines = [_dumps({**asdict(record), "document": documents.get(record.id)}) for record in records]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def load_manifest(data: bytes) -> Manifest:
    """The manifest again.

    Raises:
        IndexCorrupted: the bytes are no manifest.
    """
    try:
        return _load(data)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexCorrupted(f"the manifest is damaged ({error}); run `searchkit reindex --full`") from error


def _load(data: bytes) -> Manifest:
    records: dict[str, Record] = {}
    documents: dict[str, str] = {}
    for line in data.decode("utf-8", "surrogatepass").split("\n"):
        if line:
            values = json.loads(line)
            if document := values.pop("document"):
                documents[values["id"]] = document
            records[values["id"]] = _record(values)
    return Manifest(records, documents)


def _record(values: dict[str, Any]) -> Record:
    facts, problem, stamp = values["facts"], values["problem"], values["stamp"]
    if facts:
        facts["tags"], facts["categories"] = tuple(facts["tags"]), tuple(facts["categories"])
    return Record(
        id=values["id"],
        status=values["status"],
        stamp=tuple(stamp) if stamp else None,
        facts=Facts(**facts) if facts else None,
        problem=Problem(**problem) if problem else None,
    )


def _dumps(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
