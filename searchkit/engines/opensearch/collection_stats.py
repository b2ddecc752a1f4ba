"""What ranking needs to know of a whole generation: how many articles, how long their fields, how frequent a term.

An index never changes, so what was asked once is cached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from searchkit.engines.opensearch.fields import CHANNELS, CLOCK, encode, field_of, length_of
from searchkit.engines.opensearch.pagination import Ask
from searchkit.engines.opensearch.query_dsl import EVERYTHING
from searchkit.query.plan import RankTerm
from searchkit.schema import FIELD_NAMES

BATCH_SIZE = 500  # terms of a request; a query ranks by some hundred, so one request is enough for it


@dataclass(frozen=True, slots=True)
class Totals:
    """The number of articles, the clock of the newest, and how many terms they have by field of the cluster."""

    articles: int
    newest: int
    lengths: dict[str, int]

    def average(self, name: str, channel: str) -> float:
        """How many terms the channel of a field has, in the mean."""
        return self.lengths[length_of(name, channel)] / max(1, self.articles)


def ask_totals(ask: Ask) -> Totals:
    """The totals of a generation."""
    names = [length_of(name, channel) for name in FIELD_NAMES for channel in CHANNELS]
    sums: dict[str, Any] = {name: {"sum": {"field": name}} for name in names}
    found = ask({"size": 0, "track_total_hits": True, "query": EVERYTHING,
                 "aggs": {**sums, CLOCK: {"max": {"field": CLOCK}}}})  # fmt: skip
    values = {name: value["value"] for name, value in found["aggregations"].items()}
    return Totals(
        articles=found["hits"]["total"]["value"],
        newest=int(values[CLOCK] or 0),
        lengths={name: int(values[name]) for name in names},
    )


class Frequencies:
    """How many articles have a term."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._counts: dict[tuple[str, str, tuple[str, ...]], int] = {}

    def of(self, rank: Iterable[RankTerm]) -> list[int]:
        """The number of articles that have each of *rank* in its channel of any of its fields."""
        keys = [(term.term, term.channel, ranked_fields(term)) for term in rank]
        missing = iter(dict.fromkeys(key for key in keys if key not in self._counts))
        while batch := list(islice(missing, BATCH_SIZE)):
            filters = [_having(*key) for key in batch]
            found = self._ask(
                {"size": 0, "track_total_hits": False, "aggs": {"terms": {"filters": {"filters": filters}}}}
            )
            counts = [bucket["doc_count"] for bucket in found["aggregations"]["terms"]["buckets"]]
            self._counts.update(zip(batch, counts, strict=True))
        return [self._counts[key] for key in keys]


def ranked_fields(term: RankTerm) -> tuple[str, ...]:
    """The text fields that a term ranks by."""
    return tuple(name for name in FIELD_NAMES if term.fields is None or name in term.fields)


def _having(term: str, channel: str, names: tuple[str, ...]) -> dict[str, Any]:
    """The articles with *term* in the channel of one of the fields *names*."""
    searched = ("any",) if names == FIELD_NAMES else names
    queries = [{"term": {field_of(name, channel): encode(term)}} for name in searched]
    return queries[0] if len(queries) == 1 else {"bool": {"should": queries}}
