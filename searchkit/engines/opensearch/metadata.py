"""What is remembered beside the articles of a generation: its state, and the manifest in pieces; while several
workers fill it, so much of each part that is done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import msgspec

from searchkit.engines.opensearch.bulk import Line
from searchkit.engines.opensearch.bulk_documents import stored, unstored
from searchkit.engines.opensearch.fields import GENERATION, PART, RECORD
from searchkit.schema import CLUSTER_LAYOUT
from searchkit.state import IndexState, dump_state

_PIECE = 4_000_000
"""Bytes of a manifest in one document: as many as one request has, of the 100 MB that a cluster takes."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """The state of a generation as `dump_state` gave it, and in how many pieces its manifest is."""

    state: dict[str, Any]
    pieces: int


def run_of(state: IndexState) -> str:
    """What a full run with this *state* is called, so that another one can go on with it."""
    facts = json.dumps([CLUSTER_LAYOUT, dump_state(state)], sort_keys=True)
    return hashlib.blake2b(facts.encode(), digest_size=16).hexdigest()


def record_lines(state: IndexState | None, manifest: bytes, generation: int, part: str = "") -> Iterator[Line]:
    """The documents that hold *state* and *manifest*, of the whole or of a *part*, which has no state; what says
    that all of them are there comes last."""
    pieces = [manifest[start : start + _PIECE] for start in range(0, len(manifest), _PIECE)]
    for number, piece in enumerate(pieces):
        yield _line(_piece_name(number, part), piece, generation)
    facts = Remembered(dump_state(state) if state else {}, len(pieces))
    yield _line(state_name(part), json.dumps(asdict(facts)).encode(), generation)


def remembered(document: dict[str, Any] | None) -> Remembered:
    """What a document called as `state_name` says.

    Raises:
        KeyError, TypeError, ValueError: it is missing, or says something else.
    """
    if document is None:
        raise KeyError("what it holds is not recorded")
    try:
        return msgspec.convert(json.loads(_data(document)), Remembered)
    except msgspec.ValidationError as error:
        raise ValueError(f"what is recorded of it is damaged: {error}") from error


def manifest_of(call: Callable[..., Any], name: str, pieces: int, part: str = "") -> bytes:
    """The manifest of the index *name*, or of a *part* of it.

    Raises:
        KeyError: a piece is missing.
    """
    found = [call("GET", f"/{name}/_doc/{_piece_name(number, part)}", expected=(404,)) for number in range(pieces)]
    if None in found:
        raise KeyError("a piece of its manifest is missing")
    return b"".join(map(_data, found))


def _data(document: dict[str, Any]) -> bytes:
    return unstored(document["_source"][RECORD])


def state_name(part: str = "") -> str:
    """What the document is called that holds the state, of the whole or of a *part*."""
    return f"state-{part}" if part else "state"


def _piece_name(number: int, part: str) -> str:
    return f"manifest-{part}-{number}" if part else f"manifest-{number}"


def _line(name: str, data: bytes, generation: int) -> Line:
    document = {PART: RECORD, GENERATION: generation, RECORD: stored(data)}
    return Line({"index": {"_id": name}}, json.dumps(document).encode(), "the record of files")
