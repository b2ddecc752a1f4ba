"""Any bytes as a segment of an index, and as edits of one that was written: by damage, and by a forger.

The first byte says what the others are (and, by its highest bit, whether the segment is read or written with):

    0  the whole file
    1  overwritten bytes: where, three bytes, and what, one byte; checksums stay as they were
    2  overwritten values of arrays: which array, which value, what, two bytes each; checksums are made anew
    3  the directory of a file whose arrays are whole; checksums are made anew
    4  overwritten pieces of that directory: where, two bytes, and one of the tokens; checksums are made anew
"""

from __future__ import annotations

import json
import struct
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

import searchkit
from searchkit.analysis.analyzer import Analyzer
from searchkit.engines.base import Reader, Request
from searchkit.engines.whoosh import WhooshEngine
from searchkit.errors import IndexCorrupted, IndexOutdated
from searchkit.ingest.document import make_document
from searchkit.model import Article
from searchkit.query import plan
from searchkit.query.plan import RankTerm
from tests.conftest import make_article
from tests.engines.contract import STATE, searched, titled
from tests.engines.whoosh.invariants import unchecked_commits
from tests.reliability.fuzzing.target import Target, within

_SECONDS = 4
_MAGIC = b"SKCOLUMN"
_SEGMENT = ".columns"
_PAGE = 1 << 14
_TRAILER = struct.Struct("<8sQQQI")
_TELLING = (
    0,
    1,
    2,
    7,
    15,
    16,
    127,
    128,
    255,
    1 << 15,
    (1 << 16) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 40,
    (1 << 63) - 1,
)
_TO_WRITE = b"\x80"
_TO_MERGE = 5
"""So many segments of a size are merged into one."""
_OWN = 1 << 15
"""Values below this stand for themselves in an edit; of larger ones the rest chooses one of `_TELLING`."""


def check(data: bytes) -> None:
    """Open what *data* describes as a segment and ask it everything, or add to it and merge it.

    Numbers with right checksums may have any answer. An error is one that names the file and the remedy.
    """
    content = segment_of(data)
    with within(_SECONDS, f"a segment of {len(content):,} bytes"):
        if data[:1] < _TO_WRITE:
            _check_reading(content)
        else:
            _check_writing(content)


def segment_of(data: bytes) -> bytes:
    """The bytes of the file that *data* describes."""
    kind, rest = (data[0] % 128 % len(_KINDS), data[1:]) if data else (0, b"")
    return _KINDS[kind](rest)


def _check_reading(content: bytes) -> None:
    """A damaged segment is an error that says what to do, whatever is asked."""
    with tempfile.TemporaryDirectory() as place, suppress(IndexCorrupted, IndexOutdated):
        _lay_out(Path(place), content)
        reader = WhooshEngine(Path(place)).read()
        for ask in _QUESTIONS:
            with suppress(IndexCorrupted):
                ask(reader)
        reader.close()


def _check_writing(content: bytes) -> None:
    """It is the same error where documents are added to it and the segment is merged with theirs."""
    with tempfile.TemporaryDirectory() as place, suppress(IndexCorrupted, IndexOutdated), unchecked_commits():
        _lay_out(Path(place), content)
        engine = WhooshEngine(Path(place))
        with engine.locked(), engine.write(full=False) as writer:
            writer.remove(["题1"])
            for packed in _packed():
                writer.add(packed)
            writer.commit(STATE, b"")


def _lay_out(place: Path, content: bytes) -> None:
    """The whole index with *content* in place of its only segment."""
    for name, data in _whole().items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(content if name.endswith(_SEGMENT) else data)


def _asked(condition: plan.Condition, **more: Any) -> Callable[[Reader], object]:
    request = Request(condition, _RANK, **more)
    return lambda reader: searched(reader, request)


_RANK = (RankTerm("数据"), RankTerm("数据", 0.5, None, "bigrams"), RankTerm("数", 0.25, ("body",), "characters"))
_QUESTIONS: tuple[Callable[[Reader], object], ...] = (
    len,
    lambda reader: list(reader.ids()),
    lambda reader: list(reader.terms()),
    lambda reader: [list(reader.keywords(name)) for name in ("tag", "year", "id")],
    lambda reader: [reader.get(f"题{number}") for number in range(_DOCUMENTS)],
    lambda reader: reader.article_frequencies(["数据", "分析"]),
    _asked(plan.And(()), limit=None, facets=("tag", "year"), explain=True, recency=1.0),
    _asked(plan.And(()), limit=2, sort="newest", articles=True),
    _asked(plan.Word("数据", ("数", "据")), bonuses=(titled("题1"),)),
    _asked(plan.Phrase(("find",), None, True, True)),
    _asked(plan.Phrase(("d", "2"), None, True, False)),
    _asked(plan.Phrase(("分", "析", "，"), ("body",), False, True), limit=1),
    _asked(plan.Proximity((("数", "据"), ("分", "析")), 9)),
    _asked(plan.MultiTerm("pattern", "ma*s")),
    _asked(plan.MultiTerm("fuzzy", "markrs", 1)),
    _asked(plan.And((plan.DateRange(0, 1 << 40), plan.Not(plan.Terms("tag", ("生信",)))))),
)
_DOCUMENTS = 5


@lru_cache(maxsize=1)
def _whole() -> dict[str, bytes]:
    """The files of an index with one segment, a document of which is deleted."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        searchkit.reindex(_articles("题"), place, jobs=1)
        searchkit.reindex(_articles("题")[1:], place, jobs=1)
        return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def _articles(name: str) -> list[Article]:
    """A few small articles whose names begin with *name*: two values of everything that is indexed."""
    texts = ["数据", "数据分析，用 FindMarkers", "数据 数据" * 20, "析", "word2vec 与 d20 分析，数据"]
    return [make_article(f"{name}{n}", text, "2024-01-02", tags=("生信",)) for n, text in enumerate(texts)]


@lru_cache(maxsize=1)
def _packed() -> list[bytes]:
    """What a writer is given to add, so much that it merges."""
    analyzer = Analyzer()
    named = (_articles(f"新{number}") for number in range(_TO_MERGE))
    return [WhooshEngine.pack([make_document(article, analyzer) for article in articles]) for articles in named]


def _valid() -> bytes:
    """The segment as it was written."""
    return next(data for name, data in _whole().items() if name.endswith(_SEGMENT))


@lru_cache(maxsize=1)
def _parts() -> tuple[bytes, bytes]:
    """The arrays of the valid segment, and its directory."""
    _, end, pages, directory, _ = _TRAILER.unpack(_valid()[-_TRAILER.size :])
    return _valid()[:end], _valid()[end + pages : end + pages + directory]


@lru_cache(maxsize=1)
def _arrays() -> list[tuple[str, int, int]]:
    """Type, place and length of every array that is not empty."""
    return [array for array in json.loads(_parts()[1])["arrays"].values() if array[2]]


def _sealed(arrays: bytes, directory: bytes) -> bytes:
    """A file whose checksums are right, whatever stands in it."""
    sums = [zlib.crc32(arrays[at : at + _PAGE]) for at in range(0, len(arrays), _PAGE)]
    tail = struct.pack(f"<{len(sums)}I", *sums) + directory
    return arrays + tail + _TRAILER.pack(_MAGIC, len(arrays), 4 * len(sums), len(directory), zlib.crc32(tail))


def _overwritten(edits: bytes) -> bytes:
    """The valid file with some bytes changed."""
    content = bytearray(_valid())
    for low, middle, high, value in _groups(edits, "<BBBB"):
        content[(low | middle << 8 | high << 16) % len(content)] = value
    return bytes(content)


def _revalued(edits: bytes) -> bytes:
    """The valid file with some values of arrays changed."""
    content = bytearray(_parts()[0])
    for which, index, value in _groups(edits, "<HHH"):
        dtype, at, count = _arrays()[which % len(_arrays())]
        chosen = value if value < _OWN else _TELLING[value % len(_TELLING)]
        width = np.dtype(dtype).itemsize
        place = at + index % count * width
        content[place : place + width] = chosen.to_bytes(8, "little")[:width]
    return _sealed(bytes(content), _parts()[1])


def _redirected(directory: bytes) -> bytes:
    return _sealed(_parts()[0], directory)


def _reworded(edits: bytes) -> bytes:
    """The valid file with tokens in place of as many bytes of its directory."""
    directory = bytearray(_parts()[1])
    for place, which in _groups(edits, "<HH"):
        token = TARGET.tokens[which % len(TARGET.tokens)].encode()
        at = place % len(directory)
        directory[at : at + len(token)] = token
    return _redirected(bytes(directory))


def _groups(edits: bytes, layout: str) -> list[tuple[int, ...]]:
    usable = len(edits) - len(edits) % struct.calcsize(layout)
    return list(struct.iter_unpack(layout, edits[:usable]))


_KINDS: tuple[Callable[[bytes], bytes], ...] = (bytes, _overwritten, _revalued, _redirected, _reworded)


def _seeds() -> list[bytes]:
    edits = [struct.pack("<BHHH", 2, n, n * 7, n * 997 % 65536) for n in range(0, 200, 5)]
    words = [struct.pack("<BHH", 4, n * 61, n) for n in range(40)]
    to_read = [b"\0" + _valid(), b"\1\x40\0\0\1", b"\3" + _parts()[1], *edits, *words]
    return [b"", *to_read, *(bytes([seed[0] | _TO_WRITE[0]]) + seed[1:] for seed in to_read[::4])]


TARGET = Target(
    promise="any bytes as a segment, also with right checksums: an answer or IndexCorrupted, in bounded time",
    check=check,
    seeds=_seeds,
    tokens=(
        *("0", "9", "-1", "99999999", "1e9", "null", "true", "[]", "{}", '""', '"', ",", ":", "[", "]", "{", "}"),
        *(
            '"<u1"',
            '"<u2"',
            '"<u4"',
            '"<u8"',
            '"<i8"',
            '"<f8"',
            '"|O"',
            '"|V0"',
            '"<U9"',
            '"|u1"',
            '"<m8"',
            '"<c16"',
        ),
        *(
            "facts",
            "arrays",
            "documents",
            "fields",
            "columns",
            "positions",
            "boost",
            "total",
            "furthest",
            "NaN",
            "b",
        ),
        *(
            "terms",
            "term_lengths",
            "list_ends",
            "frequencies",
            "many_at",
            "many",
            "bounds",
            "lengths",
            "stored/last",
        ),
    ),
    longest=1 << 15,
    examples=40,
)
