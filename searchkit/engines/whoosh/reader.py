"""One published generation of a Whoosh index, open for reading."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import chain, islice, takewhile
from pathlib import Path

import numpy as np

from searchkit.engines.base import Found, Request
from searchkit.engines.whoosh.condition_matcher import ConditionMatcher
from searchkit.engines.whoosh.fields import NO_DATE
from searchkit.engines.whoosh.integrity import damage_as_index_errors, problem, problems_of
from searchkit.engines.whoosh.scorer import Scorer
from searchkit.engines.whoosh.segment.array_file import Array, map_file
from searchkit.engines.whoosh.segment.safe_io import DamagedFile, open_file, unpacked
from searchkit.engines.whoosh.segment_meta import MANIFEST, STATE, open_segments, read_state
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher, decode
from searchkit.model import Article
from searchkit.query.plan import MultiTerm
from searchkit.reports import Problem
from searchkit.schema import FACETS, FIELD_NAMES
from searchkit.state import load_state

_SLACK, _RATIO = 256 << 20, 32
"""A manifest unpacks to at most so many bytes, and so many times its own size."""


class WhooshReader:
    """Every file is mapped here, so the generation may be deleted while it is read. Calls take turns."""

    def __init__(self, generation: Path) -> None:
        self._generation = generation
        self._lock = threading.RLock()
        self._closed = False
        with damage_as_index_errors():
            # before anything else is looked at: what another schema wrote looks like damage
            self.state = load_state(read_state(generation / STATE), generation.parent)
            with open_file(generation / MANIFEST) as stream:
                self._manifest = map_file(stream)
            self._parts: list[SegmentSearcher] = open_segments(generation)
        self._matching = [ConditionMatcher(part) for part in self._parts]
        self._scoring = Scorer(self._parts)
        self._live = sum(part.live for part in self._parts)
        self._bases = [part.base for part in self._parts]

    def __len__(self) -> int:
        return self._live

    def manifest(self) -> bytes:
        with self._turn():
            return self._unpacked_manifest()

    def _unpacked_manifest(self) -> bytes:
        limit = _SLACK + _RATIO * len(self._manifest)
        return unpacked(self._manifest, limit, str(self._generation / MANIFEST))

    def verify(self) -> Iterator[Problem]:
        with self._lock:
            self._check_open()
            return iter([*problems_of(self._parts), *self._manifest_problems()])

    def _manifest_problems(self) -> Iterator[Problem]:
        try:
            self._unpacked_manifest()
        except DamagedFile as error:
            yield problem(str(self._generation / MANIFEST), error)

    def search(self, request: Request) -> Found:
        with self._turn():
            masks = [matching.find(request.match) for matching in self._matching]
            numbers, scores = self._page(masks, request)
            explained = numbers if request.explain else []
            return Found(
                total=sum(int(np.count_nonzero(mask)) for mask in masks),
                hits=tuple(zip(map(self._id, numbers), scores, strict=True)),
                facets={name: tuple(self._facet(FACETS[name], masks)) for name in request.facets},
                explanations=tuple(self._scoring.contributions(explained, request)),
            )

    def get(self, article_id: str) -> Article | None:
        with self._turn():
            for field in ("id", "duplicate"):
                for part in self._parts:
                    for document in part.live_documents(field, article_id).tolist():
                        article = part.article(document)
                        if article_id != article.id and article_id not in article.duplicates:
                            raise DamagedFile(f"{part.segment.file.name}: {article_id} is another article")
                        return article
        return None

    def ids(self) -> Iterator[str]:
        with self._turn():
            return iter(list(chain.from_iterable(part.ids() for part in self._parts)))

    def terms(self, prefix: str = "") -> Iterator[str]:
        with self._turn():
            first = bisect_left(self._vocabulary, prefix)
        return takewhile(lambda term: term.startswith(prefix), islice(self._vocabulary, first, None))

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted({decode(term) for part in self._parts for name in FIELD_NAMES for term in part.terms(name)})

    def words_like(self, wanted: MultiTerm, most: int | None = None) -> list[str]:
        with self._turn():
            found = [part.words_like(name, wanted, most) for part in self._parts for name in FIELD_NAMES]
        return sorted(set(chain.from_iterable(found)))[:most]

    def keywords(self, field: str) -> Iterator[str]:
        with self._turn():
            return iter({decode(term) for part in self._parts for term in part.terms(field)})

    def article_frequencies(self, terms: Sequence[str]) -> list[int]:
        with self._turn():
            return [self._scoring.article_frequency(term) for term in terms]

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._manifest = b""
            self._parts = []
            self._matching = []
            self._scoring = Scorer([])

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock:
            self._check_open()
            with damage_as_index_errors():
                yield

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("this index is closed")

    def _page(self, masks: list[Array], request: Request) -> tuple[list[int], list[float]]:
        """The documents of the page asked for, in order, and their scores."""
        end = None if request.limit is None else request.offset + request.limit
        if request.sort == "relevance":
            numbers, scores = self._scoring.scores(masks, request, end)
            chosen = self._first(numbers, -scores, end)[request.offset :]
            return numbers[chosen].tolist(), scores[chosen].tolist()
        numbers, keys = self._dated(masks, -1 if request.sort == "newest" else 1)
        page = numbers[self._first(numbers, keys, end)[request.offset :]].tolist()
        return page, [sum(c.score for c in parts) for parts in self._scoring.contributions(page, request)]

    def _dated(self, masks: list[Array], sign: int) -> tuple[Array, Array]:
        """(document numbers, what to sort by) by date; documents without one come last."""
        found = [np.flatnonzero(mask) for mask in masks]
        clocks = [part.clocks[n] for part, n in zip(self._parts, found, strict=True)]
        numbers = [n + part.base for part, n in zip(self._parts, found, strict=True)]
        joined = np.concatenate([np.zeros(0, np.int64), *clocks])
        keys = np.where(joined == NO_DATE, np.inf, sign * joined.astype(np.float64))
        return np.concatenate([np.zeros(0, np.int64), *numbers]), keys

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
        part: SegmentSearcher = self._parts[bisect_right(self._bases, document) - 1]
        return part.id(document - part.base)
