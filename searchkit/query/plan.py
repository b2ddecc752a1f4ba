"""What an engine is asked: conditions that decide which articles match, and terms that rank them.

Matching looks at characters, so it never depends on how a dictionary cut a text; ranking looks at words.
`fields` of None means every text field.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from typing import Literal

from searchkit.analysis.scripts import characters, is_han
from searchkit.bm25f import EXPANSION_WEIGHT
from searchkit.query.limits import MAX_EXPANSIONS

Fields = tuple[str, ...] | None
Channel = Literal["words", "bigrams", "characters"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """*tokens* one directly after the other. An open end may be the rest of a longer Latin word or number."""

    tokens: tuple[str, ...]
    fields: Fields = None
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """*term* in the word channel, or its *tokens* one directly after the other."""

    term: str
    tokens: tuple[str, ...]
    fields: Fields = None


@dataclass(frozen=True, slots=True)
class Proximity:
    """All *phrases* in one field, in any order, with at most *slop* other tokens among them."""

    phrases: tuple[tuple[str, ...], ...]
    slop: int
    fields: Fields = None


@dataclass(frozen=True, slots=True)
class MultiTerm:
    """Any of *terms* of the word channel: those like *text*, as the reader of an index finds them. `kind` is
    "pattern" (with * and ?) or "fuzzy" (up to *distance* letters apart)."""

    kind: Literal["pattern", "fuzzy"]
    text: str
    distance: int = 0
    fields: Fields = None
    terms: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the query calls it, such as `find*`."""
        return self.text if self.kind == "pattern" else f"{self.text}~{self.distance}"

    @property
    def is_prefix(self) -> bool:
        """Whether it is a pattern that only says how a word begins."""
        stem = self.text.rstrip("*")
        return self.kind == "pattern" and bool(stem) and "*" not in stem and "?" not in stem


@dataclass(frozen=True, slots=True)
class Terms:
    """A keyword (see `schema.KEYWORDS`) that is one of *values*, as a whole."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DateRange:
    """Dates from *since* up to, not including, *until*: seconds since 1970 on the article's own clock."""

    since: int | None
    until: int | None


@dataclass(frozen=True, slots=True)
class And:
    """Every one of *nodes*; no nodes at all is every article."""

    nodes: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of *nodes*; no nodes at all is no article."""

    nodes: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class MinimumMatch:
    """At least *count* of *nodes*."""

    count: int
    nodes: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not *node*."""

    node: Condition


@dataclass(frozen=True, slots=True)
class Relaxable:
    """Words of a query one after another: all must match, unless `relax` settles for fewer."""

    nodes: tuple[Condition, ...]


Condition = Phrase | Word | Proximity | MultiTerm | Terms | DateRange | And | Or | MinimumMatch | Not | Relaxable


@dataclass(frozen=True, slots=True)
class RankTerm:
    """A term of a channel that raises the score of articles that have it."""

    term: str
    weight: float = 1.0
    fields: Fields = None
    channel: Channel = "words"

    @property
    def label(self) -> str:
        """What an explanation calls it."""
        return self.term if self.channel == "words" else f"{self.term} ({self.channel})"


@dataclass(frozen=True, slots=True)
class Highlight:
    """Tokens to be marked in a text; an open end may lie inside a longer Latin word or number."""

    tokens: tuple[str, ...]
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A query, ready for any engine. `title_key` is the whole query, to be compared with whole titles; `notes` say
    what of the query was left out."""

    match: Condition
    rank: tuple[RankTerm, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    title_key: str = ""
    notes: tuple[str, ...] = ()


def epoch(moment: datetime | None) -> int | None:
    """Seconds since 1970 on the clock *moment* was written by, its zone left aside."""
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp())


def relax(condition: Condition, share: float) -> Condition:
    """*condition* with every run of words content with that share of them, rounded up, at least one.

    A share of 1 is all of them. Below that, words of one Han character (的, 是, 吗 …) do not count where there
    are others, because nearly every article has them.
    """

    def some(nodes: tuple[Condition, ...]) -> Condition:
        counted = nodes if share >= 1 else _telling(nodes)
        least = max(1, ceil(len(counted) * share))
        return And(counted) if least >= len(counted) else MinimumMatch(least, counted)

    return _with_runs(condition, some)


def loosen(condition: Condition) -> Condition:
    """*condition* with every run of words content with any of them, or with any token of one."""
    return _with_runs(condition, lambda nodes: Or(tuple(dict.fromkeys((*nodes, *_tokens(nodes))))))


def _with_runs(condition: Condition, change: Callable[[tuple[Condition, ...]], Condition]) -> Condition:
    """*condition* with what *change* makes of each run of words; under a Not all words must match."""
    if isinstance(condition, Not):
        return Not(relax(condition.node, 1.0))
    if isinstance(condition, (Relaxable, And, Or, MinimumMatch)):
        nodes = tuple(_with_runs(node, change) for node in condition.nodes)
        return change(nodes) if isinstance(condition, Relaxable) else replace(condition, nodes=nodes)
    return condition


def _tokens(nodes: tuple[Condition, ...]) -> Iterator[Phrase]:
    """Each token of the words among *nodes* by itself, signs left out."""
    for node in nodes:
        if isinstance(node, (Word, Phrase)):
            yield from (Phrase((token,), node.fields) for token in node.tokens if token.isalnum())


def _telling(nodes: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The *nodes* that say more than one Han character, or all of them if none does."""
    telling = tuple(n for n in nodes if not (isinstance(n, Word) and len(n.term) == 1 and is_han(n.term)))
    return telling or nodes


def leaves(condition: Condition) -> list[Condition]:
    """The conditions without parts in *condition*, in their order, those under a `Not` left out."""
    if isinstance(condition, (And, Or, MinimumMatch, Relaxable)):
        return [leaf for node in condition.nodes for leaf in leaves(node)]
    return [] if isinstance(condition, Not) else [condition]


def expansions(match: Condition) -> tuple[list[RankTerm], list[Highlight]]:
    """The first terms that the patterns and fuzzy words in *match* stand for, to rank by, and to mark.

    The beginning of a word, as in `find*`, is marked as it is.
    """
    multi_terms = [leaf for leaf in dict.fromkeys(leaves(match)) if isinstance(leaf, MultiTerm)]
    ranked = [term for node in multi_terms for term in node.terms[:MAX_EXPANSIONS]]
    marked = [term for node in multi_terms if not node.is_prefix for term in node.terms[:MAX_EXPANSIONS]]
    return (
        [RankTerm(term, EXPANSION_WEIGHT) for term in ranked[:MAX_EXPANSIONS]],
        [Highlight(tuple(characters(term))) for term in marked[:MAX_EXPANSIONS]],
    )


def merged(terms: Iterable[RankTerm]) -> tuple[RankTerm, ...]:
    """One entry a term, fields and channel, with the largest weight it was given."""
    best: dict[tuple[str, Fields, Channel], RankTerm] = {}
    for term in terms:
        key = (term.term, term.fields, term.channel)
        if key not in best or best[key].weight < term.weight:
            best[key] = term
    return tuple(best.values())
