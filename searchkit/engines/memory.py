"""An engine in memory that does everything the slow and plain way: it looks at every article for every query.

It is the reference the contract tests hold other engines against, and the stand-in for an engine in unit tests.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, pairwise
from pathlib import Path
from types import TracebackType

from searchkit.analysis.scripts import characters, is_han
from searchkit.bm25f import inverse_frequency, recency_share
from searchkit.engines.base import Document, Found, Remains, Request
from searchkit.engines.reference import FILES, like, path_regexp, within_reach
from searchkit.errors import IndexLocked, IndexNotFound
from searchkit.model import Article, Contribution
from searchkit.query import plan
from searchkit.query.plan import Bonus, Channel, Condition, Fields, MultiTerm, RankTerm
from searchkit.reports import Problem
from searchkit.schema import FACETS, FIELD_NAMES, SORTS, SortKey
from searchkit.state import IndexState, dump_state
from searchkit.translation import gettext as _

_stores: dict[Path, tuple[dict[str, Document], IndexState, bytes]] = {}
_writing: set[Path] = set()


class MemoryEngine:
    """An index that lives as long as the process; equal locations share it."""

    def __init__(self, location: Path) -> None:
        self.location = location

    def read(self) -> MemoryReader:
        if self.location not in _stores:
            raise IndexNotFound(
                _("{location}: no index in memory; call reindex first").format(location=self.location)
            )
        return MemoryReader(self.location, *_stores[self.location])

    def published(self) -> MemoryReader:
        return self.read()

    def remains(self) -> Remains:
        if self.location not in _stores:
            return Remains()
        _documents, state, manifest = _stores[self.location]
        return Remains(dump_state(state), manifest)

    @contextmanager
    def locked(self) -> Iterator[None]:
        if self.location in _writing:
            raise IndexLocked(
                _("{location}: another reindex is at work in this process").format(location=self.location)
            )
        _writing.add(self.location)
        try:
            yield
        finally:
            _writing.discard(self.location)

    @staticmethod
    def pack(documents: Iterable[Document]) -> list[Document]:
        return list(documents)

    def write(self, *, full: bool) -> MemoryWriter:
        documents = _stores[self.location][0] if self.location in _stores else {}
        return MemoryWriter(self.location, {} if full else dict(documents))


class MemoryWriter:
    """Works on a copy and swaps it in."""

    def __init__(self, location: Path, documents: dict[str, Document]) -> None:
        self._location = location
        self._documents = documents
        self._added: dict[str, Document] = {}

    def remove(self, ids: Iterable[str]) -> None:
        for article_id in ids:
            self._documents.pop(article_id, None)

    def add(self, packed: list[Document]) -> None:
        self._added.update((document.article.id, document) for document in packed)

    def commit(self, state: IndexState, manifest: bytes) -> None:
        _stores[self._location] = ({**self._documents, **self._added}, state, manifest)

    def __enter__(self) -> MemoryWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to give back."""


class MemoryReader:
    """Scores and matches document by document."""

    def __init__(self, location: Path, documents: dict[str, Document], state: IndexState, manifest: bytes) -> None:
        self._location = location
        self._documents = documents
        self.state = state
        self._manifest = manifest

    def manifest(self) -> bytes:
        return self._manifest

    def is_current(self) -> bool:
        return self._location in _stores and _stores[self._location][0] is self._documents

    def __len__(self) -> int:
        return len(self._documents)

    def get(self, article_id: str) -> Article | None:
        repeated = (d for d in self._documents.values() if article_id in d.article.duplicates)
        document = self._documents.get(article_id) or next(repeated, None)
        return document.article if document else None

    def ids(self) -> Iterator[str]:
        return iter(self._documents)

    def verify(self) -> Iterator[Problem]:
        return iter(())

    def close(self) -> None:
        """Nothing to give back."""

    def terms(self, prefix: str = "") -> Iterator[str]:
        everything = {term for d in self._documents.values() for words in d.words.values() for term in words}
        return iter(sorted(term for term in everything if term.startswith(prefix)))

    def expand(self, condition: MultiTerm) -> list[str]:
        return list(like(condition, self.terms()))

    def completions(self, prefix: str, most: int) -> list[str]:
        terms = list(self.terms(prefix))
        having = dict(zip(terms, self.article_frequencies(terms), strict=True))
        return sorted(terms, key=lambda term: -having[term])[:most]

    def keywords(self, field: str) -> Iterator[str]:
        return iter({value for d in self._documents.values() for value in d.keywords.get(field, ())})

    def article_frequencies(self, terms: Sequence[str], channel: Channel = "words") -> list[int]:
        having = Counter(chain.from_iterable(_every_term(d, channel) for d in self._documents.values()))
        return [having[term] for term in terms]

    def vectors(self, ids: Sequence[str]) -> list[bytes]:
        return [d.vector if (d := self._documents.get(article_id)) else b"" for article_id in ids]

    def search(self, request: Request) -> Found:
        scorer = _Scorer(self._documents.values(), request)
        matching = [d for d in self._documents.values() if _matches(d, request.match)]
        complete = {d.article.id for d in matching if self._is_complete(d, request)}
        if len(complete) < len(matching):
            least = request.bm25f.least(max(request.best, *map(scorer.plain_score, matching)))
            matching = [d for d in matching if d.article.id in complete or scorer.plain_score(d) >= least]
        order = SORTS[request.sort]
        if order.by == "score":
            ranked = sorted(matching, key=lambda d: (-scorer.score(d), d.article.id))
        else:
            ranked = sorted(matching, key=lambda d: _date_key(d, order))
        end = None if request.limit is None else request.offset + request.limit
        page = ranked[request.offset : end]
        return Found(
            total=len(matching),
            hits=tuple((d.article.id, scorer.score(d)) for d in page),
            facets={name: _facet(matching, FACETS[name]) for name in request.facets},
            articles=tuple(d.article for d in page) if request.articles else (),
            explanations=tuple(tuple(scorer.contributions(d)) for d in page) if request.explain else (),
            complete=len(complete),
            missing=tuple(self._missing(d, request.words) for d in page),
        )

    def _is_complete(self, document: Document, request: Request) -> bool:
        return request.complete is None or _matches(document, request.complete)

    def _missing(self, document: Document, words: tuple[Condition, ...]) -> tuple[int, ...]:
        return tuple(number for number, word in enumerate(words) if not _matches(document, word))


def _matches(document: Document, condition: Condition) -> bool:
    match condition:
        case plan.And(nodes) | plan.Relaxable(nodes):
            return all(_matches(document, node) for node in nodes)
        case plan.Or(nodes):
            return any(_matches(document, node) for node in nodes)
        case plan.Not(node):
            return not _matches(document, node)
        case plan.Terms(field, values):
            return not set(values).isdisjoint(document.keywords.get(field, ()))
        case plan.PathGlob(pattern):
            fits = re.compile(path_regexp(pattern), re.DOTALL).fullmatch
            return any(fits(path) for name in FILES for path in document.keywords.get(name, ()))
        case plan.DateRange(since, until):
            clock = document.clock
            return clock is not None and (since is None or clock >= since) and (until is None or clock < until)
        case plan.Word(term, tokens, fields):
            phrase = plan.Phrase(tokens, fields)
            return _has_term(document, {term}, fields) or _has_phrase(document, phrase)
        case plan.Phrase():
            return _has_phrase(document, condition)
        case plan.Proximity(phrases, slop, fields):
            return any(_are_close(tokens, phrases, slop) for tokens in _texts(document, fields))
        case plan.MultiTerm(terms=terms, fields=fields):
            return _has_term(document, set(terms), fields)


def _has_term(document: Document, terms: set[str], fields: Fields) -> bool:
    return any(not terms.isdisjoint(document.words.get(name, ())) for name in fields or FIELD_NAMES)


def _has_phrase(document: Document, phrase: plan.Phrase) -> bool:
    return any(next(starts_of(tokens, phrase), None) is not None for tokens in _texts(document, phrase.fields))


def starts_of(tokens: list[str], phrase: plan.Phrase) -> Iterator[int]:
    """Every position in *tokens* where *phrase* begins."""
    length = len(phrase.tokens)
    for start in range(len(tokens) - length + 1):
        pairs = zip(tokens[start : start + length], phrase.tokens, strict=True)
        if all(_fits(have, want, at, phrase) for at, (have, want) in enumerate(pairs)):
            yield start


def _fits(have: str, want: str, at: int, phrase: plan.Phrase) -> bool:
    open_left = phrase.open_start and at == 0
    open_right = phrase.open_end and at == len(phrase.tokens) - 1
    if open_left and open_right:
        return want in have
    if open_left:
        return have.endswith(want)
    return have.startswith(want) if open_right else have == want


def _are_close(tokens: list[str], phrases: tuple[tuple[str, ...], ...], slop: int) -> bool:
    spans = [
        (start, start + len(phrase), number)
        for number, phrase in enumerate(phrases)
        for start in starts_of(tokens, plan.Phrase(phrase))
    ]
    return within_reach(spans, len(phrases), sum(map(len, phrases)) + slop)


def _texts(document: Document, fields: Fields) -> Iterator[list[str]]:
    for name in fields or FIELD_NAMES:
        yield characters(document.texts.get(name, ""))


def _date_key(document: Document, order: SortKey) -> tuple[bool, int, str]:
    """Articles without a date come last either way."""
    clock = document.clock or 0
    return document.clock is None, -clock if order.descending else clock, document.article.id


def _facet(documents: list[Document], field: str) -> tuple[tuple[str, int], ...]:
    counts = Counter(value for d in documents for value in d.keywords.get(field, ()))
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


class _Scorer:
    """BM25F with the statistics of all documents."""

    def __init__(self, documents: Iterable[Document], request: Request) -> None:
        self._documents = list(documents)
        self._request = request
        self._averages = {term.channel: self._average_lengths(term.channel) for term in request.rank}
        self._newest = max((d.clock for d in self._documents if d.clock is not None), default=0)
        self._idf = {term: self._inverse_frequency(term) for term in request.rank}

    def score(self, document: Document) -> float:
        return sum(part.score for part in self.contributions(document))

    def plain_score(self, document: Document) -> float:
        """The score without its bonuses."""
        return self.score(document) - sum(bonus.score for bonus in self._bonuses(document))

    def _bonuses(self, document: Document) -> Iterator[Bonus]:
        return (bonus for bonus in self._request.bonuses if _matches(document, bonus.condition))

    def contributions(self, document: Document) -> Iterator[Contribution]:
        for bonus in self._bonuses(document):
            yield Contribution(bonus.name, bonus.score)
        if self._request.recency and document.clock is not None:
            yield Contribution("recency", self._request.recency * recency_share(document.clock, self._newest))
        bm25f = self._request.bm25f
        for term in self._request.rank:
            counts = {name: _frequency(document, term, name) for name in _ranked(term.fields)}
            counts = {name: count for name, count in counts.items() if count}
            lengths = {name: _length(document, term.channel, name) for name in FIELD_NAMES}
            averages = self._averages[term.channel]
            score = term.weight * bm25f.term_score(counts, lengths, averages, self._idf[term])
            factors = {
                name: count * bm25f.field_factor(name, lengths[name], averages[name])
                for name, count in counts.items()
            }
            for name, factor in factors.items():
                yield Contribution(term.label, score * factor / sum(factors.values()), name, term.channel)

    def _average_lengths(self, channel: Channel) -> dict[str, float]:
        total = max(1, len(self._documents))
        return {name: sum(_length(d, channel, name) for d in self._documents) / total for name in FIELD_NAMES}

    def _inverse_frequency(self, term: RankTerm) -> float:
        fields = _ranked(term.fields)
        having = sum(any(term.term in _terms(d, term.channel, name) for name in fields) for d in self._documents)
        return inverse_frequency(len(self._documents), having)


def _ranked(fields: Fields) -> list[str]:
    return [name for name in fields or FIELD_NAMES if name in FIELD_NAMES]


def _frequency(document: Document, term: RankTerm, name: str) -> int:
    """How often a field has *term*, as far as it ranks."""
    every, left_out = (terms(document, term.channel, name) for terms in (_terms, _left_out))
    return max(0, every.count(term.term) - left_out.count(term.term))


def _length(document: Document, channel: Channel, name: str) -> int:
    """How many terms of a field rank."""
    return len(_terms(document, channel, name)) - len(_left_out(document, channel, name))


def _terms(document: Document, channel: Channel, name: str) -> list[str]:
    """The terms of one channel of a field."""
    return document.words.get(name, []) if channel == "words" else _derived(document.texts.get(name, ""), channel)


def _every_term(document: Document, channel: Channel) -> set[str]:
    """The terms of one channel of all fields."""
    return {term for name in FIELD_NAMES for term in _terms(document, channel, name)}


def _left_out(document: Document, channel: Channel, name: str) -> list[str]:
    """Those of its terms that do not rank. Boilerplate is in no word channel at all."""
    left_out = document.boilerplate if name == "body" and channel != "words" else ()
    return [term for stretch in left_out for term in _derived(stretch, channel)]


def _derived(text: str, channel: Channel) -> list[str]:
    """The characters of *text*, or its pairs of Han characters."""
    tokens = characters(text)
    if channel == "characters":
        return tokens
    return [a + b for a, b in pairwise(tokens) if is_han(a) and is_han(b)]
