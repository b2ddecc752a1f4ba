"""A parsed query -> its plan on one snapshot, with what was probably meant; a plan -> the request of its list."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from searchkit.bm25f import recency_share
from searchkit.config import Config
from searchkit.engines.base import Found, Request
from searchkit.filters import filter_conditions
from searchkit.folding import folded, without
from searchkit.model import Article, Filters
from searchkit.query import plan
from searchkit.query.ast import Parsed
from searchkit.query.parser import parse
from searchkit.query.plan import Plan, epoch
from searchkit.query.planner import make_plan
from searchkit.query.regional import regional_words
from searchkit.query.spellings import Vocabulary
from searchkit.query.synonyms import Synonyms
from searchkit.snapshot import Snapshot
from searchkit.suggestions import suggest


class Planning(Struct, frozen=True):
    """What queries ask of one *snapshot*."""

    snapshot: Snapshot
    config: Config
    synonyms: Synonyms

    def plan(self, parsed: Parsed, *, prefix: bool = False) -> Plan:
        """What a query asks an engine, and what was probably meant by it; with *prefix*, nothing else was."""
        typed = self._as_typed(parsed)
        suggestion = None if prefix else self._suggested(parsed, typed.by_sound)
        if suggestion is None:
            return typed
        stands = self.snapshot.reader.search(Request(plan.all_words(typed.match), limit=0)).total > 0
        return typed.or_meant(suggestion, self._as_typed(parse(suggestion, now=parsed.now)), stands=stands)

    def request(self, planned: Plan, filters: Filters, *, all_words: bool = False) -> Request:
        """The list that *planned* asks for among the articles that *filters* leave. With *all_words* it is of the
        words as they were typed."""
        conditions = filter_conditions(filters)
        complete = plan.all_words(planned.match)
        match = complete if all_words else plan.any_words(planned.match)
        if planned.suggestion and not all_words:
            complete = plan.Or((complete, plan.all_words(planned.meant)))
            match = plan.Or((match, plan.any_words(planned.meant)))
        return Request(
            match=plan.And((match, *conditions)) if conditions else match,
            rank=planned.rank,
            bonuses=planned.bonuses,
            complete=None if match == complete else complete,
            words=planned.words,
            recency=self._recency(filters),
        )

    def _recency(self, filters: Filters) -> float:
        """What the newest article of the index would get on top of its score, so that the newest one of the time
        that *filters* ask for gets what is set."""
        if not self.config.recency or filters.as_of is None:
            return self.config.recency
        newest = [self._newest(filters) for filters in (Filters(), Filters(as_of=filters.as_of))]
        share = recency_share(newest[1], newest[0] or 0)
        return self.config.recency / share if share else 0.0

    def _newest(self, filters: Filters) -> int | None:
        """The clock of the newest article that *filters* leave."""
        match = plan.And(filter_conditions(filters))
        found = self.snapshot.reader.search(Request(match, sort="newest", limit=1, articles=True))
        return epoch(found.articles[0].date) if found.articles else None

    def complete(self, planned: Plan, filters: Filters, found: Found, hidden: tuple[str, ...] = ()) -> int:
        """How many of the articles *found*, in a list without the *hidden* ones, have all words as typed."""
        if not planned.suggestion:
            return found.complete
        asked = without(self.request(planned, filters, all_words=True), hidden)
        return self.snapshot.reader.search(replace(asked, limit=0)).total

    def folded(self, request: Request) -> tuple[Request, tuple[str, ...]]:
        """*request* with one article of each cluster of reposts, and the ids of those that it stands for."""
        clusters = self.snapshot.clusters
        ids = {name: tuple(_in_order(articles, request.sort)) for name, articles in clusters.items()}
        return folded(request, ids, self.snapshot.reader) if ids else (request, ())

    def _as_typed(self, parsed: Parsed) -> Plan:
        reader = self.snapshot.reader
        return make_plan(
            parsed,
            self.snapshot.analyzer,
            self.synonyms,
            reader.expand,
            Vocabulary(reader.article_frequencies, len(reader), reader.completions),
            regional_words(parsed.text) if self.config.regional_words else {},
            self.snapshot.pinyin,
        )

    def _suggested(self, parsed: Parsed, by_sound: Container[str]) -> str | None:
        return suggest(parsed, self.snapshot.analyzer, self.snapshot.reader, self.snapshot.alike, by_sound)


def _in_order(articles: Sequence[Article], sort: str) -> Iterator[str]:
    """The ids of *articles*, the earliest of which is first, those that are first in a list sorted so before the
    others."""
    if sort == "newest":
        latest_first = articles[::-1]
        articles = sorted(latest_first, key=lambda article: article.date is None)
    return (article.id for article in articles)
