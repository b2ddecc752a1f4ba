"""One published generation of a Whoosh index, open for reading."""

from __future__ import annotations

import json
import pickle
import struct
import threading
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from heapq import nsmallest
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from whoosh import index
from whoosh.filedb.filetables import FileFormatError
from whoosh.index import IndexError as WhooshIndexError

from searchkit.engines.base import Found, Request
from searchkit.engines.whoosh.fields import NO_DATE
from searchkit.engines.whoosh.lexicon import Lexicon
from searchkit.engines.whoosh.matching import Matching
from searchkit.engines.whoosh.postings import Segments
from searchkit.engines.whoosh.scoring import Scoring
from searchkit.engines.whoosh.storing import unpack
from searchkit.engines.whoosh.writer import MANIFEST, STATE
from searchkit.errors import IndexCorrupted
from searchkit.model import Article
from searchkit.schema import FACETS, FIELD_NAMES

_DAMAGE = (WhooshIndexError, FileFormatError, pickle.UnpicklingError, struct.error, zlib.error, EOFError)
_UNREADABLE = (*_DAMAGE, ValueError, LookupError, TypeError, AttributeError)


class WhooshReader:
    """Every file is opened here, so the generation may be deleted while it is read. Calls take turns: a Whoosh
    file has one position that readers share."""

    def __init__(self, generation: Path) -> None:
        self._generation = generation
        self._lock = threading.RLock()
        self._closed = False
        try:
            self.state: dict[str, Any] = json.loads((generation / STATE).read_bytes())
            self._manifest = (generation / MANIFEST).read_bytes()
            self._reader = index.open_dir(generation).reader()
            self._segments = Segments(self._reader)
        except _UNREADABLE as error:
            raise IndexCorrupted(f"{generation}: {error}; run `searchkit reindex --full`") from error
        self._lexicon = Lexicon(self._segments)
        self._matching = Matching(self._segments, self._lexicon)
        self._scoring = Scoring(self._segments)

    def __len__(self) -> int:
        return self._segments.size - len(self._segments.deleted)

    def manifest(self) -> bytes:
        try:
            return zlib.decompress(self._manifest)
        except zlib.error as error:
            raise IndexCorrupted(
                f"{self._generation / MANIFEST}: damaged; run `searchkit reindex --full`"
            ) from error

    def search(self, request: Request) -> Found:
        with self._turn():
            documents = self._matching.find(request.match)
            scores = self._scoring.scores(documents, request.rank, request.title_key)
            page = self._page(scores, request)
            return Found(
                total=len(documents),
                hits=tuple((self._id(n), scores[n]) for n in page),
                facets={name: tuple(self._facet(FACETS[name], documents)) for name in request.facets},
                explanations=tuple(
                    tuple(self._scoring.contributions(n, request.rank, request.title_key)) for n in page
                )
                if request.explain
                else (),
            )

    def get(self, article_id: str) -> Article | None:
        with self._turn():
            named = self._segments.documents
            for document in named("id", article_id) or named("duplicate", article_id):
                leaf, number = self._segments.leaf_of(document)
                stored = leaf.stored_fields(number)
                return unpack(stored["article"], stored["text"])
        return None

    def ids(self) -> Iterator[str]:
        with self._turn():
            numbers = [n for n in range(self._segments.size) if n not in self._segments.deleted]
            return iter([self._id(n) for n in numbers])

    def terms(self, prefix: str = "") -> Iterator[str]:
        with self._turn():
            first = bisect_left(self._vocabulary, prefix)
        return takewhile(lambda term: term.startswith(prefix), islice(self._vocabulary, first, None))

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted({term for field in FIELD_NAMES for term in self._segments.terms(field)})

    def keywords(self, field: str) -> Iterator[str]:
        with self._turn():
            return iter(set(self._segments.terms(field)))

    def article_frequency(self, term: str) -> int:
        with self._turn():
            return len({n for field in FIELD_NAMES for n in self._segments.documents(field, term)})

    def close(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                self._reader.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise ValueError("this index is closed")
            try:
                yield
            except _DAMAGE as error:
                raise IndexCorrupted(f"{self._generation}: {error}; run `searchkit reindex --full`") from error

    def _page(self, scores: dict[int, float], request: Request) -> list[int]:
        """The documents of the page asked for, in order."""
        if request.sort == "relevance":
            keys = {n: -score for n, score in scores.items()}
        else:
            clocks, sign = self._matching.clocks, -1 if request.sort == "newest" else 1
            keys = {n: float("inf") if clocks[n] == NO_DATE else sign * clocks[n] for n in scores}
        end = len(scores) if request.limit is None else request.offset + request.limit
        return self._first(keys, end)[request.offset :]

    def _first(self, keys: dict[int, float], count: int) -> list[int]:
        """The *count* documents with the smallest keys; equal keys by id, which is looked up only for them."""
        if not 0 < count < len(keys):
            return sorted(keys, key=lambda n: (keys[n], self._id(n))) if count > 0 else []
        last = nsmallest(count, keys.values())[-1]
        return sorted((n for n in keys if keys[n] <= last), key=lambda n: (keys[n], self._id(n)))[:count]

    def _facet(self, field: str, documents: set[int]) -> Iterable[tuple[str, int]]:
        counts = {
            value: len(documents.intersection(self._segments.documents(field, value)))
            for value in dict.fromkeys(self._segments.terms(field))
        }
        return sorted(((v, n) for v, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0]))

    def _id(self, document: int) -> str:
        return self._ids[document]

    @cached_property
    def _ids(self) -> list[str]:
        return [value.decode("utf-8", "replace") for value in self._segments.column("article_id")]
