"""What an engine is asked: conditions that decide which articles match, and terms that rank them.

Matching looks at characters, so it never depends on how a dictionary cut a text; ranking looks at words.
`fields` of None means every text field. No such value is ever part of a circle, so the garbage collector need
not look at them (`gc=False`): a query makes hundreds.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from searchkit.analysis.scripts import characters
from searchkit.bm25f import EXPANSION_WEIGHT, MISTYPED_WEIGHT, SUGGESTED_WEIGHT
from searchkit.query.limits import MAX_EXPANSIONS
from searchkit.translation import gettext as _

Fields = tuple[str, ...] | None
Channel = Literal["words", "bigrams", "characters"]


class Phrase(Struct, frozen=True, gc=False):
    """*tokens* one directly after the other. An open end may be the rest of a longer Latin word or number."""

    tokens: tuple[str, ...]
    fields: Fields = None
    open_start: bool = False
    open_end: bool = False


class Word(Struct, frozen=True, eq=False, gc=False):
    """*term* in the word channel, or its *tokens* one directly after the other. `label` is what it is called, and
    of two words that are the same may differ."""

    term: str
    tokens: tuple[str, ...]
    fields: Fields = None
    label: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Word) and self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[str, tuple[str, ...], Fields]:
        return self.term, self.tokens, self.fields


class Proximity(Struct, frozen=True, gc=False):
    """All *phrases* in one field, in any order, with at most *slop* other tokens among them."""

    phrases: tuple[tuple[str, ...], ...]
    slop: int
    fields: Fields = None


class MultiTerm(Struct, frozen=True, gc=False):
    """Any of *terms* of the word channel: those like *text*, as the reader of an index finds them. `kind` is
    "pattern" (with * and ?), "fuzzy" (up to *distance* letters apart) or "prefix" (the commonest that begin
    with it)."""

    kind: Literal["pattern", "fuzzy", "prefix"]
    text: str
    distance: int = 0
    fields: Fields = None
    terms: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the query calls it, such as `find*`."""
        ends = {"pattern": "", "fuzzy": f"~{self.distance}", "prefix": "*"}
        return self.text + ends[self.kind]

    @property
    def is_prefix(self) -> bool:
        """Whether it is a pattern that only says how a word begins."""
        stem = self.text.rstrip("*")
        return self.kind == "pattern" and bool(stem) and "*" not in stem and "?" not in stem


class Terms(Struct, frozen=True, gc=False):
    """A keyword (see `schema.KEYWORDS`) that is one of *values*, as a whole. `label` is what many are called."""

    field: str
    values: tuple[str, ...]
    label: str = ""


class PathGlob(Struct, frozen=True, gc=False):
    """Articles one of whose files, a duplicate or the one that is shown, has a path below the corpus that
    *pattern* means: see `engines.reference.path_regexp`."""

    pattern: str


class DateRange(Struct, frozen=True, gc=False):
    """Dates from *since* up to, not including, *until*: seconds since 1970 on the article's own clock."""

    since: int | None
    until: int | None


class And(Struct, frozen=True, gc=False):
    """Every one of *nodes*; no nodes at all is every article."""

    nodes: tuple[Condition, ...]


class Or(Struct, frozen=True, gc=False):
    """At least one of *nodes*; no nodes at all is no article."""

    nodes: tuple[Condition, ...]


class Not(Struct, frozen=True, gc=False):
    """Not *node*."""

    node: Condition


class Relaxable(Struct, frozen=True, gc=False):
    """Words of a query one after another. An article with any of them may be in the list, one with all of them
    always is: see `any_words` and `all_words`. Words that are *optional* stand beside a required piece of text:
    an article in the list may have none of them. *enough* is what puts an article in the list, if that is not any
    of the words."""

    nodes: tuple[Condition, ...]
    optional: bool = False
    enough: tuple[Condition, ...] = ()


Condition = Phrase | Word | Proximity | MultiTerm | Terms | PathGlob | DateRange | And | Or | Not | Relaxable


class RankTerm(Struct, frozen=True, gc=False):
    """A term of a channel that raises the score of articles that have it."""

    term: str
    weight: float = 1.0
    fields: Fields = None
    channel: Channel = "words"

    @property
    def label(self) -> str:
        """What an explanation calls it."""
        return self.term if self.channel == "words" else f"{self.term} ({self.channel})"


class Bonus(Struct, frozen=True, gc=False):
    """Something that puts an article before others: what meets `condition` gets `score` on top. `name` is what an
    explanation calls it."""

    name: str
    condition: Condition
    score: float


class Highlight(Struct, frozen=True, gc=False):
    """Tokens to be marked in a text; an open end may lie inside a longer Latin word or number. Of a part of a word
    of the query, `whole` is that word: the part is marked only in an article that lacks it."""

    tokens: tuple[str, ...]
    open_start: bool = False
    open_end: bool = False
    whole: tuple[str, ...] = ()


class Plan(Struct, frozen=True, gc=False):
    """A query, ready for any engine. `notes` say what of the query was left out, `by_sound` are the words that
    were read so. Of a query that was probably typed wrong, `suggestion` is what was meant, and `meant` what
    that asks for."""

    match: Condition
    rank: tuple[RankTerm, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    notes: tuple[str, ...] = ()
    by_sound: frozenset[str] = frozenset()
    suggestion: str | None = None
    meant: Condition = Or(())

    @property
    def words(self) -> tuple[Condition, ...]:
        """What an article in the list may lack: the words as typed, and those that were meant."""
        return tuple(dict.fromkeys((*words_of(self.match), *words_of(self.meant))))

    def or_meant(self, suggestion: str, other: Plan, *, stands: bool) -> Plan:
        """This plan or the *other* one, which is that of the *suggestion*. *stands* says whether any article has
        all words as they were typed."""
        mine, theirs = (frozenset((t.term, t.fields, t.channel) for t in p.rank) for p in (self, other))
        typed = _weighted(self.rank, theirs, 1.0 if stands else MISTYPED_WEIGHT)
        return replace(
            self,
            rank=merged((*typed, *_weighted(other.rank, mine, SUGGESTED_WEIGHT))),
            highlights=tuple(dict.fromkeys((*self.highlights, *other.highlights))),
            bonuses=tuple(dict.fromkeys((*self.bonuses, *other.bonuses))),
            suggestion=suggestion,
            meant=other.match,
        )


def _weighted(rank: Iterable[RankTerm], shared: Container[object], weight: float) -> Iterator[RankTerm]:
    """The terms of *rank*, those that are not *shared* with another weight."""
    for term in rank:
        is_shared = (term.term, term.fields, term.channel) in shared
        yield term if is_shared else replace(term, weight=term.weight * weight)


def epoch(moment: datetime | None) -> int | None:
    """Seconds since 1970 on the clock *moment* was written by, its zone left aside."""
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp())


def all_words(condition: Condition) -> Condition:
    """*condition* with every word of each run of words required."""
    return _with_runs(condition, lambda run: And(run.nodes))


def any_words(condition: Condition) -> Condition:
    """*condition* with every run of words content with any of them, or what else is enough."""
    return _with_runs(condition, lambda run: And(()) if run.optional else Or(run.enough or run.nodes))


def words_of(condition: Condition) -> tuple[Condition, ...]:
    """What an article in the list may lack: the words of each run, those under a `Not` left out."""
    if isinstance(condition, Relaxable):
        return condition.nodes
    if isinstance(condition, (And, Or)):
        return tuple(dict.fromkeys(word for node in condition.nodes for word in words_of(node)))
    return ()


def _with_runs(condition: Condition, change: Callable[[Relaxable], Condition]) -> Condition:
    """*condition* with what *change* makes of each run of words; under a Not all words must match."""
    if isinstance(condition, Not):
        return Not(all_words(condition.node))
    if isinstance(condition, (Relaxable, And, Or)):
        changed = replace(condition, nodes=tuple(_with_runs(node, change) for node in condition.nodes))
        return change(changed) if isinstance(changed, Relaxable) else changed
    return condition


def as_typed(word: Condition) -> Condition:
    """A word of a query without its other spellings and synonyms."""
    if isinstance(word, Or) and word.nodes:
        return as_typed(word.nodes[0])
    return And(tuple(map(as_typed, word.nodes))) if isinstance(word, And) else word


def leaves(condition: Condition) -> list[Condition]:
    """The conditions without parts in *condition*, in their order, those under a `Not` left out."""
    if isinstance(condition, (And, Or, Relaxable)):
        return [leaf for node in condition.nodes for leaf in leaves(node)]
    return [] if isinstance(condition, Not) else [condition]


def expansions(match: Condition) -> tuple[list[RankTerm], list[Highlight]]:
    """The first terms that the patterns and fuzzy words in *match* stand for, to rank by, and to mark.

    The beginning of a word, as in `find*`, is marked as it is. What a prefix stands for is ranked by already.
    """
    multi_terms = [leaf for leaf in dict.fromkeys(leaves(match)) if isinstance(leaf, MultiTerm)]
    multi_terms = [node for node in multi_terms if node.kind != "prefix"]
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


def describe(condition: Condition) -> str:
    """A condition of a plan in words for the user."""
    match condition:
        case Word(term=term, fields=fields, label=label):
            return _placed(label or term, fields)
        case Phrase(tokens, fields):
            return _placed(f"“{_together(tokens)}”", fields)
        case Proximity(pieces, slop, fields):
            near = _("{pieces} at most {slop} tokens apart")
            return _placed(near.format(pieces=", ".join(map(_together, pieces)), slop=slop), fields)
        case MultiTerm(fields=fields):
            return _placed(condition.label, fields)
        case Terms(keyword, values, label):
            return f"{keyword.removesuffix('_key')} {label or ', '.join(values)}"
        case PathGlob(pattern):
            return _("a path that fits {pattern}").format(pattern=pattern)
        case DateRange():
            return _("a date in the range")
        case Not(node):
            return _("not {text}").format(text=describe(node))
        case Or(nodes):
            return _(" or ").join(map(describe, nodes)) or _("nothing")
        case And(nodes) | Relaxable(nodes):
            return _(" and ").join(map(describe, nodes)) or _("anything")


def _placed(text: str, fields: Fields) -> str:
    return _("{name} in {field}").format(name=text, field=", ".join(fields)) if fields else text


def _together(tokens: tuple[str, ...]) -> str:
    return "".join(t if len(t) == 1 and not t.isascii() else f" {t} " for t in tokens).replace("  ", " ").strip()
