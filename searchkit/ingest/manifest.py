"""What a reindex remembers of every file, so that the next one reads only what changed.

Stored with the index, a line of JSON a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from searchkit.articles.duplicates import Facts
from searchkit.errors import IndexCorrupted
from searchkit.json_values import are_texts, is_text, is_whole, sound
from searchkit.reports import Problem

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
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        what = f"the manifest of the index is damaged ({error}); run `searchkit reindex --full`"
        raise IndexCorrupted(what) from error


def _load(data: bytes) -> Manifest:
    records: dict[str, Record] = {}
    documents: dict[str, str] = {}
    for line in data.decode("utf-8", "surrogatepass").split("\n"):
        if line:
            values = json.loads(line)
            record = _record(values)
            if (document := values["document"]) is not None:
                documents[record.id] = sound(document, is_text)
            records[record.id] = record
    return Manifest(records, documents)


def _record(values: dict[str, Any]) -> Record:
    facts, problem, stamp = values["facts"], values["problem"], values["stamp"]
    return Record(
        id=sound(values["id"], is_text),
        status=sound(values["status"], get_args(Status).__contains__),
        stamp=None if stamp is None else tuple(sound(stamp, _is_stamp)),
        facts=None if facts is None else Facts(**{name: _FACTS[name](value) for name, value in facts.items()}),
        problem=None
        if problem is None
        else Problem(**{name: _PROBLEM[name](value) for name, value in problem.items()}),
    )


def _is_stamp(value: Any) -> bool:
    return type(value) is list and len(value) == 2 and all(map(is_whole, value))


def _text(value: Any) -> Any:
    return sound(value, is_text)


def _texts(value: Any) -> Any:
    return tuple(sound(value, are_texts))


def _number(value: Any) -> Any:
    return sound(value, lambda number: number is None or is_whole(number))


_FACTS = {field.name: _texts if field.name in ("tags", "categories") else _text for field in fields(Facts)}
_FACTS["clock"] = _number
_PROBLEM = {"path": _text, "reason": _text, "line": _number}


def _dumps(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
