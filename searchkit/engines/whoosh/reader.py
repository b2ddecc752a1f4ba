"""One published generation of a Whoosh index, open for reading."""

from __future__ import annotations

import json
import threading
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

import numpy as np

from searchkit.engines.base import Found, Request
from searchkit.engines.storing import unpack_article
from searchkit.engines.whoosh.columnar.arrays import Array, DamagedFile, OutdatedFile
from searchkit.engines.whoosh.fields import NO_DATE
from searchkit.engines.whoosh.listing import LISTING, open_parts, read_sealed
from searchkit.engines.whoosh.matching import Matching
from searchkit.engines.whoosh.part import Part, decode
from searchkit.engines.whoosh.scoring import Scoring
from searchkit.errors import IndexCorrupted, IndexOutdated
from searchkit.model import Article
from searchkit.schema import FACETS, FIELD_NAMES

STATE, MANIFEST = "state.json", "manifest.gz"


class WhooshReader:
    """Every file is mapped here, so the generation may be deleted while it is read. Calls take turns."""

    def __init__(self, generation: Path) -> None:
        self._generation = generation
        self._lock = threading.RLock()
        self._closed = False
        with self._errors():
            self.state: dict[str, Any] = read_sealed(generation / STATE)
            if not (generation / LISTING).exists():
                raise OutdatedFile("it was written by an older version")
            self._manifest = (generation / MANIFEST).read_bytes()
            self._parts = open_parts(generation)
        self._matching = [Matching(part) for part in self._parts]
        self._scoring = Scoring(self._parts)
        self._live = sum(part.live for part in self._parts)
        self._bases = [part.base for part in self._parts]

    def __len__(self) -> int:
        return self._live

    def manifest(self) -> bytes:
        with self._errors():
            return zlib.decompress(self._manifest)

    def search(self, request: Request) -> Found:
        with self._turn():
            masks = [matching.find(request.match) for matching in self._matching]
            numbers, scores = self._page(masks, request)
            explained = numbers if request.explain else []
            return Found(
                total=sum(int(np.count_nonzero(mask)) for mask in masks),
                hits=tuple(zip(map(self._id, numbers), scores, strict=True)),
                facets={name: tuple(self._facet(FACETS[name], masks)) for name in request.facets},
                explanations=tuple(tuple(self._scoring.contributions(n, request)) for n in explained),
            )

    def get(self, article_id: str) -> Article | None:
        with self._turn():
            for field in ("id", "duplicate"):
                for part in self._parts:
                    for document in part.live_documents(field, article_id).tolist():
                        return unpack_article(part.segment.stored[document])
        return None

    def ids(self) -> Iterator[str]:
        with self._turn():
            return iter([p.id(n) for p in self._parts for n in np.flatnonzero(p.alive).tolist()])

    def terms(self, prefix: str = "") -> Iterator[str]:
        with self._turn():
            first = bisect_left(self._vocabulary, prefix)
        return takewhile(lambda term: term.startswith(prefix), islice(self._vocabulary, first, None))

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted({decode(term) for part in self._parts for name in FIELD_NAMES for term in part.terms(name)})

    def keywords(self, field: str) -> Iterator[str]:
        with self._turn():
            return iter({decode(term) for part in self._parts for term in part.terms(field)})

    def article_frequency(self, term: str) -> int:
        with self._turn():
            return self._scoring.article_frequency(term)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._parts = []
            self._matching = []
            self._scoring = Scoring([])

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock, self._errors():
            if self._closed:
                raise ValueError("this index is closed")
            yield

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turns what damage looks like into an error that says what to do."""
        try:
            yield
        except OutdatedFile as error:
            raise IndexOutdated(f"{self._generation}: {error}; run `searchkit reindex --full`") from error
        except (DamagedFile, json.JSONDecodeError, UnicodeDecodeError, zlib.error, KeyError) as error:
            raise IndexCorrupted(f"{self._generation}: {error}; run `searchkit reindex --full`") from error

    def _page(self, masks: list[Array], request: Request) -> tuple[list[int], list[float]]:
        """The documents of the page asked for, in order, and their scores."""
        end = None if request.limit is None else request.offset + request.limit
        if request.sort == "relevance":
            numbers, scores = self._scoring.scores(masks, request, end)
            chosen = self._first(numbers, -scores, end)[request.offset :]
            return numbers[chosen].tolist(), scores[chosen].tolist()
        numbers, keys = self._dated(masks, -1 if request.sort == "newest" else 1)
        page = numbers[self._first(numbers, keys, end)[request.offset :]].tolist()
        return page, [self._score(number, request) for number in page]

    def _dated(self, masks: list[Array], sign: int) -> tuple[Array, Array]:
        """(document numbers, what to sort by) by date; documents without one come last."""
        found = [np.flatnonzero(mask) for mask in masks]
        clocks = [part.clocks[n] for part, n in zip(self._parts, found, strict=True)]
        numbers = [n + part.base for part, n in zip(self._parts, found, strict=True)]
        joined = np.concatenate([np.zeros(0, np.int64), *clocks])
        keys = np.where(joined == NO_DATE, np.inf, sign * joined.astype(np.float64))
        return np.concatenate([np.zeros(0, np.int64), *numbers]), keys

    def _score(self, number: int, request: Request) -> float:
        parts = self._scoring.contributions(number, request)
        return sum(part.score for part in parts)

    def _first(self, numbers: Array, keys: Array, count: int | None) -> list[int]:
        """Where the *count* smallest *keys* stand, in order; equal keys by the id of their document."""
        if count is not None and count < keys.size:
            if count <= 0:
                return []
            last = np.partition(keys, count - 1)[count - 1]
            chosen = np.flatnonzero(keys <= last)
        else:
            chosen = np.arange(keys.size)
        pairs = zip(keys[chosen].tolist(), numbers[chosen].tolist(), chosen.tolist(), strict=True)
        ordered = sorted(pairs, key=lambda entry: (entry[0], self._id(entry[1])))
        return [at for _, _, at in ordered[:count]]

    def _facet(self, field: str, masks: list[Array]) -> Iterable[tuple[str, int]]:
        counts: dict[str, int] = {}
        for part, mask in zip(self._parts, masks, strict=True):
            found = part.field(field)
            for term, number in zip(found.terms(), found.counts_in(mask), strict=True) if found else ():
                counts[decode(term)] = counts.get(decode(term), 0) + number
        return sorted(((v, n) for v, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0]))

    def _id(self, document: int) -> str:
        part: Part = self._parts[bisect_right(self._bases, document) - 1]
        return part.id(document - part.base)
