"""One published generation of a Whoosh index, open for reading."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from searchkit.engines.base import Found, Request
from searchkit.engines.whoosh.condition_matcher import ConditionMatcher
from searchkit.engines.whoosh.directory import Directory
from searchkit.engines.whoosh.fields import NO_DATE
from searchkit.engines.whoosh.integrity import damage_as_index_errors, problem, problems_of
from searchkit.engines.whoosh.published import map_manifest, unpacked_manifest
from searchkit.engines.whoosh.scorer import Scorer
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.safe_io import DamagedFile
from searchkit.engines.whoosh.segment.term_dictionary import decode
from searchkit.engines.whoosh.segment_meta import MANIFEST, STATE, open_segments, read_state
from searchkit.engines.whoosh.segment_searcher import SegmentSearcher
from searchkit.model import Article, Contribution
from searchkit.query.plan import Channel, Condition, MultiTerm, RankTerm
from searchkit.schema import FACETS, FIELD_NAMES, SORTS
from searchkit.state import load_state

if TYPE_CHECKING:
    from searchkit.reports import Problem

_REMEMBERED, _LONGEST_REMEMBERED = 512, 25_000
"""So many articles of so many characters are known from one search to the next."""


class WhooshReader:
    """Every file is mapped here, so the generation may be deleted while it is read. Calls take turns."""

    def __init__(self, generation: Path) -> None:
        self._generation = generation
        self._lock = threading.RLock()
        self._closed = False
        with damage_as_index_errors():
            # before anything else is looked at: what another schema wrote looks like damage
            self.state = load_state(read_state(generation / STATE), generation.parent)
            self._identity = _identity(generation / STATE)
            self._manifest = map_manifest(generation)
            self._segments: list[SegmentSearcher] = open_segments(generation)
        self._matchers = [ConditionMatcher(segment) for segment in self._segments]
        self._scorer = self._other_scorer = Scorer(self._segments)
        self._live = sum(segment.live for segment in self._segments)
        self._size = sum(segment.size for segment in self._segments)
        self._bases = [segment.base for segment in self._segments]
        self._articles: dict[int, Article] = {}
        """Those that were read last: the next page, or the next key of a query, has most of them again."""

    def __len__(self) -> int:
        return self._live

    def manifest(self) -> bytes:
        with self._turn():
            return self._unpacked_manifest()

    def is_current(self) -> bool:
        self._check_open()
        generation = self._generation
        if Directory(generation.parent).published_name() != generation.name:
            return False
        with suppress(FileNotFoundError):  # it was replaced just now
            return _identity(generation / STATE) == self._identity
        return False

    def _unpacked_manifest(self) -> bytes:
        return unpacked_manifest(self._manifest, self._generation)

    def verify(self) -> Iterator[Problem]:
        with self._lock:
            self._check_open()
            problems = list(problems_of(self._segments))
            try:
                self._unpacked_manifest()
            except DamagedFile as error:
                problems.append(problem(str(self._generation / MANIFEST), error))
            return iter(problems)

    def search(self, request: Request) -> Found:
        with self._turn():
            matching = self._mask(request.match)
            complete = matching if request.complete is None else matching & self._mask(request.complete)
            scorer = self._scorer_for(request)
            listed, documents, scores = self._list(matching, complete, request, scorer)
            return Found(
                total=listed.size,
                hits=tuple(zip(map(self._id, documents), scores, strict=True)),
                facets={name: tuple(self._facet(FACETS[name], listed)) for name in request.facets},
                articles=tuple(map(self._article, documents)) if request.articles else (),
                explanations=tuple(self._explained(documents, request, scorer)) if request.explain else (),
                complete=int(np.count_nonzero(complete)),
                missing=tuple(self._missing(document, request.words) for document in documents),
            )

    def _mask(self, condition: Condition) -> Array:
        """Of each document of the index whether it meets *condition*."""
        return np.concatenate([np.zeros(0, bool), *(matcher.find(condition) for matcher in self._matchers)])

    def _bonuses(self, request: Request) -> Array:
        """What each document gets on top of its score."""
        extra = np.zeros(self._size)
        for bonus in request.bonuses:
            extra[np.flatnonzero(self._mask(bonus.condition))] += bonus.score
        return extra

    def _explained(
        self, documents: list[int], request: Request, scorer: Scorer
    ) -> Iterator[tuple[Contribution, ...]]:
        """What the score of each of the *documents* is the sum of."""
        for document, parts in zip(documents, scorer.contributions(documents, request), strict=True):
            matcher, place = self._matcher_of(document)
            bonuses = (bonus for bonus in request.bonuses if not matcher.lacks(place, bonus.condition))
            yield (*(Contribution(bonus.name, bonus.score) for bonus in bonuses), *parts)

    def _matcher_of(self, document: int) -> tuple[ConditionMatcher, int]:
        """The matcher of a document's segment, and its number there."""
        at = bisect_right(self._bases, document) - 1
        return self._matchers[at], document - self._bases[at]

    def _missing(self, document: int, words: tuple[Condition, ...]) -> tuple[int, ...]:
        """The numbers of the *words* that a document lacks."""
        matcher, place = self._matcher_of(document)
        return tuple(n for n, word in enumerate(words) if matcher.lacks(place, word))

    def get(self, article_id: str) -> Article | None:
        with self._turn():
            for field in ("id", "duplicate"):
                for segment in self._segments:
                    for document in segment.live_documents(field, article_id).tolist():
                        return _checked(segment, document, article_id)
        return None

    def ids(self) -> Iterator[str]:
        with self._turn():
            return iter(list(chain.from_iterable(segment.ids() for segment in self._segments)))

    def terms(self, prefix: str = "") -> Iterator[str]:
        with self._turn():
            first = bisect_left(self._vocabulary, prefix)
        return takewhile(lambda term: term.startswith(prefix), islice(self._vocabulary, first, None))

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(
            {decode(term) for segment in self._segments for name in FIELD_NAMES for term in segment.terms(name)}
        )

    def expand(self, condition: MultiTerm) -> list[str]:
        with self._turn():
            found = [segment.expand(name, condition) for segment in self._segments for name in FIELD_NAMES]
        return list(dict.fromkeys(sorted(chain.from_iterable(found))))  # lists that are sorted merge fast

    def completions(self, prefix: str, most: int) -> list[str]:
        with self._turn():
            lists = [s.by_frequency(name, prefix) for s in self._segments for name in FIELD_NAMES]
            longest, depth = max((numbers.size for _, numbers, _ in lists), default=0), most
            while True:  # Fagin's threshold algorithm: what is further down every list is no more frequent
                terms = {decode(t) for field, numbers, _ in lists for t in field.terms_at(numbers[:depth])}
                candidates = sorted(terms)
                counts_of = self._scorer.article_frequencies([RankTerm(term) for term in candidates])
                having = dict(zip(candidates, counts_of, strict=True))
                best = sorted(filter(having.get, having), key=lambda term: -having[term])[:most]
                below = sum(int(counts[depth]) for _, _, counts in lists if counts.size > depth)
                if depth >= longest or (len(best) == most and having[best[-1]] >= below):
                    return best
                depth *= 2

    def keywords(self, field: str) -> Iterator[str]:
        with self._turn():
            return iter({decode(term) for segment in self._segments for term in segment.terms(field)})

    def article_frequencies(self, terms: Sequence[str], channel: Channel = "words") -> list[int]:
        with self._turn():
            return self._scorer.article_frequencies([RankTerm(term, channel=channel) for term in terms])

    def vectors(self, ids: Sequence[str]) -> list[bytes]:
        with self._turn():
            return [self._vector(article_id) for article_id in ids]

    def _vector(self, article_id: str) -> bytes:
        for segment in self._segments:
            for document in segment.live_documents("id", article_id).tolist():
                return segment.segment.vector(document)
        return b""

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._manifest = b""
            self._segments = []
            self._matchers = []
            self._scorer = self._other_scorer = Scorer([])

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self._lock:
            self._check_open()
            with damage_as_index_errors():
                yield

    def _check_open(self) -> None:
        if self._closed:
            raise ValueError("this index is closed")

    def _scorer_for(self, request: Request) -> Scorer:
        """The scorer with the numbers of *request*. One for other numbers than usual, as of quotes or where
        rankings are compared, leaves the usual one what it knows."""
        if self._scorer.bm25f == request.bm25f:
            return self._scorer
        if self._other_scorer.bm25f != request.bm25f:
            self._other_scorer = Scorer(self._segments, request.bm25f)
        return self._other_scorer

    def _list(
        self, matching: Array, complete: Array, request: Request, scorer: Scorer
    ) -> tuple[Array, list[int], list[float]]:
        """The documents in the list, in no order; those of the page asked for, in order, and their scores."""
        end = None if request.limit is None else request.offset + request.limit
        order = SORTS[request.sort]
        if order.by == "score":
            extra = self._bonuses(request)
            listed, numbers, scores = scorer.scores(matching, complete, request, extra, end)
            chosen = self._first(numbers, -scores, end)[request.offset :]
            return listed, numbers[chosen].tolist(), scores[chosen].tolist()
        listed = scorer.scores(matching, complete, request, np.zeros(matching.size), 0)[0]
        keys = scorer.clocks.take(listed) * (-1.0 if order.descending else 1.0)
        keys[scorer.clocks.take(listed) == NO_DATE] = np.inf
        page = listed[self._first(listed, keys, end)[request.offset :]].tolist()
        return listed, page, [sum(c.score for c in parts) for parts in self._explained(page, request, scorer)]

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

    def _facet(self, field: str, listed: Array) -> Iterable[tuple[str, int]]:
        counts: Counter[str] = Counter()
        mask = np.zeros(self._size, bool)
        mask[listed] = True
        for segment in self._segments:
            found = segment.fields[field]
            numbers = found.counts_in(mask[segment.base : segment.base + segment.size])
            for term, number in zip(found.terms(), numbers, strict=True):
                counts[decode(term)] += number
        return sorted(((v, n) for v, n in counts.items() if n), key=lambda pair: (-pair[1], pair[0]))

    def _id(self, document: int) -> str:
        segment, at = self._place(document)
        return segment.id(at)

    def _article(self, document: int) -> Article:
        article = self._articles.get(document)
        if article is None:
            segment, at = self._place(document)
            article = _checked(segment, at, segment.id(at))
            if len(article.body) <= _LONGEST_REMEMBERED:
                if len(self._articles) >= _REMEMBERED:
                    del self._articles[next(iter(self._articles))]
                self._articles[document] = article
        return article

    def _place(self, document: int) -> tuple[SegmentSearcher, int]:
        """The segment of a document, and its number there."""
        segment: SegmentSearcher = self._segments[bisect_right(self._bases, document) - 1]
        return segment, document - segment.base


def _identity(path: Path) -> tuple[int, int]:
    """What tells a file from another one that came to its place, as where an index was deleted and built anew."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


def _checked(segment: SegmentSearcher, document: int, article_id: str) -> Article:
    """The stored article of a document that is filed under *article_id*."""
    article = segment.article(document)
    if article_id != article.id and article_id not in article.duplicates:
        raise DamagedFile(f"{segment.segment.file.name}: {article_id} is another article")
    return article
