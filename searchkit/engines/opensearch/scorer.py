"""BM25F in the cluster: what a term is worth in an article, as a query; and the score again, from its answer.

The cluster orders by numbers of 24 bits. What it counted comes back with every hit, so the score that is shown is
worked out here, by the same functions as for every engine.

A term is a query for each of its fields, whose score is the frequency (see the similarity in `fields.py`). A
script around it divides by the length of the field and weights it; the four are added up, and a script around
them saturates the sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from math import frexp
from typing import Any

from searchkit.bm25f import (
    FIELD_B,
    RECENCY_HALF_LIFE,
    inverse_frequency,
    recency_share,
)
from searchkit.engines.base import Request
from searchkit.engines.opensearch.fields import (
    CHANNELS,
    CLOCK,
    REST,
    encode,
    field_of,
    length_of,
    ranked_field_of,
)
from searchkit.engines.opensearch.pagination import Ask, batches, counts_of
from searchkit.engines.opensearch.query_dsl import EVERYTHING, Query, compile_condition
from searchkit.model import Contribution
from searchkit.query.plan import RankTerm
from searchkit.schema import FIELD_NAMES

_WEIGHTED = "_score * params.weight / (params.base + params.slope * doc[params.length].value)"
_SATURATED = "params.idf * _score * params.most / (_score + params.k1)"
_RECENT = "params.recency * Math.pow(0.5, (params.newest - doc['clock'].value) / params.half)"
_LISTED = "_score >= params.above ? 1 + _score - params.above : (_score >= params.least ? 1 + _score : 0)"
"""The order of a list. Articles that are in it whatever their score were lifted above all others; what is not in
it falls below 1, where the list ends."""
MAX_CLAUSES = 1_000
"""Of a whole query; the cluster's own limit is 1,024 unless it was raised."""
BATCH_SIZE = 500  # terms of a request; a query ranks by some hundred, so one request is enough for it


class CollectionStats:
    """What ranking needs to know of a whole generation: how many articles, the clock of the newest, how long their
    fields are in the mean, how frequent a term. It never changes, so what was asked once is cached."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._frequencies: dict[tuple[str, str, tuple[str, ...]], int] = {}
        names = [length_of(name, channel) for name in FIELD_NAMES for channel in CHANNELS]
        sums = {name: {"sum": {"field": name}} for name in names}
        counted = {**sums, CLOCK: {"max": {"field": CLOCK}}}
        found = ask({"query": EVERYTHING, "size": 0, "track_total_hits": True, "aggs": counted})
        self._lengths = {name: int(found["aggregations"][name]["value"]) for name in names}
        self.newest = int(found["aggregations"][CLOCK]["value"] or 0)
        self.articles: int = found["hits"]["total"]["value"]

    def average(self, name: str, channel: str) -> float:
        """How many terms the channel of a field has, in the mean."""
        return self._lengths[length_of(name, channel)] / max(1, self.articles)

    def frequencies(self, rank: Iterable[RankTerm]) -> list[int]:
        """The number of articles that have each of *rank* in its channel of any of its fields."""
        keys = [(term.term, term.channel, ranked_fields(term)) for term in rank]
        missing = list(dict.fromkeys(key for key in keys if key not in self._frequencies))
        for batch in batches(missing, BATCH_SIZE):
            counts = counts_of(self._ask, [_having(*key) for key in batch])
            self._frequencies.update(zip(batch, counts, strict=True))
        return [self._frequencies[key] for key in keys]


@dataclass(frozen=True, slots=True)
class Scorer:
    """Scores articles for one request. `terms` are (term, idf), those that no article has left out; `too_many` is
    how many others the cluster would not take."""

    request: Request
    stats: CollectionStats
    terms: tuple[tuple[RankTerm, float], ...]
    too_many: int = 0

    def ranked(self, match: Query) -> Query:
        """What meets *match*, with its score; each part of that is called by a name that comes back with hits."""
        bonuses = [
            _constant(compile_condition(bonus.condition), bonus.score, _bonus_name(number))
            for number, bonus in enumerate(self.request.bonuses)
        ]
        return {"bool": {"filter": [match], "should": [*self._plain(), *self._words(), *bonuses]}}

    def plain(self, match: Query) -> Query:
        """The same without bonuses."""
        return {"bool": {"filter": [match], "should": self._plain()}}

    def listed(self, match: Query, complete: Query, best: float) -> Query:
        """Of what is ranked the list that ends below the score *best*, with all that is *complete*."""
        ranked = self.ranked(match)
        least = self.request.bm25f.least(best)
        above = 2.0 ** (frexp(best)[1] + 1)
        ranked["bool"]["should"].append(_constant(complete, above))
        return {
            "script_score": {
                **_scripted(ranked, _LISTED, above=above, least=least)["script_score"],
                "min_score": 1.0,
            }
        }

    def missing(self, hit: Mapping[str, Any]) -> tuple[int, ...]:
        """The numbers of the words that a *hit* lacks."""
        matched = hit.get("matched_queries", ())
        return tuple(n for n in range(len(self.request.words)) if _word_name(n) not in matched)

    def _words(self) -> list[Query]:
        """The words that hits may lack, which add nothing to a score."""
        return [_constant(compile_condition(w), 0.0, _word_name(n)) for n, w in enumerate(self.request.words)]

    def _plain(self) -> list[Query]:
        found = [self._term_query(number, term, idf) for number, (term, idf) in enumerate(self.terms)]
        if self.request.recency:
            limits = {"recency": self.request.recency, "newest": self.stats.newest}
            found.append(_scripted({"exists": {"field": CLOCK}}, _RECENT, **limits, half=float(RECENCY_HALF_LIFE)))
        return found

    def values(self) -> list[str]:
        """The numbers of an article that its score depends on."""
        channels = {term.channel for term, _ in self.terms}
        lengths = [length_of(name, channel) for channel in CHANNELS if channel in channels for name in FIELD_NAMES]
        return [*lengths, *([CLOCK] if self.request.recency else [])]

    def score(self, hit: Mapping[str, Any]) -> float:
        """The score of a *hit*."""
        extras = sum(part.score for part in self._extras(hit))
        return extras + sum(score for _, score, _ in self._term_scores(hit))

    def contributions(self, hit: Mapping[str, Any]) -> Iterator[Contribution]:
        """What the score of a *hit* is the sum of."""
        yield from self._extras(hit)
        for term, score, shares in self._term_scores(hit):
            for name, share in shares.items():
                yield Contribution(term.label, score * share / sum(shares.values()), name, term.channel)

    def _extras(self, hit: Mapping[str, Any]) -> Iterator[Contribution]:
        for number, bonus in enumerate(self.request.bonuses):
            if _bonus_name(number) in hit.get("matched_queries", ()):
                yield Contribution(bonus.name, bonus.score)
        if self.request.recency and (clock := hit.get("fields", {}).get(CLOCK)):
            share = recency_share(int(clock[0]), self.stats.newest)
            yield Contribution("recency", self.request.recency * share)

    def _term_scores(self, hit: Mapping[str, Any]) -> Iterator[tuple[RankTerm, float, dict[str, float]]]:
        """Each term the hit has, its score, and what each field has in it."""
        bm25f, matched = self.request.bm25f, hit.get("matched_queries", {})
        for number, (term, idf) in enumerate(self.terms):
            shares = {}
            for name in ranked_fields(term):
                if (key := _named(number, name)) in matched:
                    length = int(hit["fields"][length_of(name, term.channel)][0])
                    factor = bm25f.field_factor(name, length, self.stats.average(name, term.channel))
                    shares[name] = round(matched[key]) * factor
            if shares:
                yield term, term.weight * (idf * bm25f.saturated(sum(shares.values()))), shares

    def _term_query(self, number: int, term: RankTerm, idf: float) -> Query:
        fields = [self._field_query(number, term, name) for name in ranked_fields(term)]
        k1 = self.request.bm25f.k1
        return _scripted({"bool": {"should": fields}}, _SATURATED, idf=idf * term.weight, most=k1 + 1.0, k1=k1)

    def _field_query(self, number: int, term: RankTerm, name: str) -> Query:
        """The weighted frequency of *term* in one field."""
        value = {"value": encode(term.term), "_name": _named(number, name)}
        average = self.stats.average(name, term.channel)
        return _scripted(
            {"term": {ranked_field_of(name, term.channel): value}},
            _WEIGHTED,
            weight=self.request.bm25f.weight(name),
            base=1.0 - FIELD_B[name],
            slope=FIELD_B[name] / average if average else 0.0,
            length=length_of(name, term.channel),
        )


def make_scorer(request: Request, stats: CollectionStats, *, clauses: int) -> Scorer:
    """A scorer for *request*, whose condition has so many *clauses*. If the cluster would not take all terms of a
    very long query, those that say most are taken."""
    rank = [term for term in request.rank if ranked_fields(term)]
    weighed = [
        (term, inverse_frequency(stats.articles, having))
        for term, having in zip(rank, stats.frequencies(rank), strict=True)
        if having
    ]
    room = max(0, MAX_CLAUSES - clauses)
    best = sorted(weighed, key=lambda pair: -pair[0].weight * pair[1])
    needed = accumulate(len(ranked_fields(term)) for term, _ in best)
    fitting = {pair for pair, so_far in zip(best, needed, strict=True) if so_far <= room}
    taken = tuple(pair for pair in weighed if pair in fitting)
    return Scorer(request, stats, taken, len(weighed) - len(taken))


def _scripted(query: Query, source: str, **values: float | str) -> Query:
    """*query* with its score changed by a script. The cluster compiles each text of a script once."""
    return {"script_score": {"query": query, "script": {"source": source, "params": values}}}


def _constant(query: Query, score: float, name: str = "") -> Query:
    """*query* with a *score* of its own."""
    return {"constant_score": {"filter": query, "boost": score, **({"_name": name} if name else {})}}


def _word_name(number: int) -> str:
    return f"word {number}"


def _bonus_name(number: int) -> str:
    return f"bonus {number}"


def _named(number: int, field: str) -> str:
    return f"{number}:{field}"


def ranked_fields(term: RankTerm) -> tuple[str, ...]:
    """The text fields that a term ranks by."""
    return tuple(name for name in FIELD_NAMES if term.fields is None or name in term.fields)


def _having(term: str, channel: str, names: tuple[str, ...]) -> Query:
    """The articles with *term* in the channel of one of the fields *names*, whether it ranks there or not."""
    searched = ("any",) if names == FIELD_NAMES else names
    fields = [field_of(name, channel) for name in searched]
    if channel == "bigrams" and "body" in searched:
        fields.append(REST)
    queries = [{"term": {name: encode(term)}} for name in fields]
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries}}
