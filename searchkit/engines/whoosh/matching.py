"""A condition -> the numbers of the documents that meet it, by sets and posting lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property

from searchkit.engines.proximity import within_reach
from searchkit.engines.whoosh.fields import NO_DATE, characters_of
from searchkit.engines.whoosh.lexicon import Lexicon
from searchkit.engines.whoosh.postings import Segments
from searchkit.query import plan
from searchkit.query.plan import Condition, Fields
from searchkit.schema import FIELD_NAMES

Starts = dict[int, set[int]]


class Matching:
    """Answers conditions on one state of an index."""

    def __init__(self, segments: Segments, lexicon: Lexicon) -> None:
        self._segments = segments
        self._lexicon = lexicon

    def find(self, condition: Condition) -> set[int]:
        """Numbers of the documents that meet *condition*."""
        match condition:
            case plan.All(nodes) | plan.Wanted(nodes):
                return self._all(nodes)
            case plan.Any(nodes):
                return set().union(*map(self.find, nodes))
            case plan.AtLeast(count, nodes):
                met = Counter(document for node in nodes for document in self.find(node))
                return {document for document, times in met.items() if times >= count}
            case plan.Without(node):
                return self._everything - self.find(node)
            case plan.Keyword(field, values):
                return {document for value in values for document in self._segments.documents(field, value)}
            case plan.Dated(since, until):
                return {n for n in self._everything if _within(self.clocks[n], since, until)}
            case plan.Word(term, tokens, fields):
                return self._word(term, tokens, fields)
            case plan.Piece():
                return self._in_fields(condition.fields, lambda field: self._piece(field, condition))
            case plan.Near(pieces, slop, fields):
                return self._in_fields(fields, lambda field: self._near(field, pieces, slop))
            case plan.OneOf(terms, fields):
                return self._one_of(terms, fields)
            case plan.Expand():
                raise TypeError("words like another are looked up before an engine is asked")

    @cached_property
    def _everything(self) -> set[int]:
        return set(range(self._segments.size)) - self._segments.deleted

    @cached_property
    def clocks(self) -> list[int]:
        """The date of every document, NO_DATE where it has none."""
        return list(self._segments.column("clock"))

    def _all(self, nodes: tuple[Condition, ...]) -> set[int]:
        """The intersection; what is left out is subtracted last."""
        found: set[int] | None = None
        for node in nodes:
            if not isinstance(node, plan.Without):
                met = self.find(node)
                found = met if found is None else found & met
                if not found:
                    return set()
        result = set(self._everything) if found is None else found
        for node in nodes:
            if isinstance(node, plan.Without):
                result -= self.find(node.node)
        return result

    def _in_fields(self, fields: Fields, find: Callable[[str], Iterable[int]]) -> set[int]:
        return {document for field in fields or FIELD_NAMES for document in find(field)}

    def _word(self, term: str, tokens: tuple[str, ...], fields: Fields) -> set[int]:
        """Documents with the term; the rest are looked through for its characters."""
        found: set[int] = set()
        for field in fields or FIELD_NAMES:
            if field in FIELD_NAMES:
                found.update(self._segments.documents(field, term))
        for field in fields or FIELD_NAMES:
            found.update(self._piece(field, plan.Piece(tokens), known=found))
        return found

    def _one_of(self, terms: tuple[str, ...], fields: Fields) -> set[int]:
        searched = [field for field in fields or FIELD_NAMES if field in FIELD_NAMES]
        return {n for field in searched for term in terms for n in self._segments.documents(field, term)}

    def _near(self, field: str, pieces: tuple[tuple[str, ...], ...], slop: int) -> Iterator[int]:
        room = sum(map(len, pieces)) + slop
        starts = [self._starts(field, plan.Piece(piece)) for piece in pieces]
        for document in set(starts[0]).intersection(*starts[1:]):
            spans = [
                (start, start + len(piece), number)
                for number, piece in enumerate(pieces)
                for start in starts[number][document]
            ]
            if within_reach(spans, len(pieces), room):
                yield document

    def _piece(self, field: str, piece: plan.Piece, known: AbstractSet[int] = frozenset()) -> Iterable[int]:
        """Documents with *piece* in *field*; those *known* already need not be looked at."""
        if len(piece.tokens) == 1:
            name = characters_of(field)
            return [n for term in self._terms_for(field, piece, 0) for n in self._segments.documents(name, term)]
        return self._starts(field, piece, known)

    def _starts(self, field: str, piece: plan.Piece, known: AbstractSet[int] = frozenset()) -> Starts:
        """Where *piece* begins, by document. Whole tokens are looked up first, rarest first, then open ends."""
        name = characters_of(field)
        counts = {at: self._segments.count(name, token) for at, token in enumerate(piece.tokens)}
        order = sorted(counts, key=lambda at: (_is_open(piece, at), counts[at]))
        starts: Starts | None = None
        for at in order:
            starts = self._narrowed(name, self._terms_for(field, piece, at), at, starts, known)
            if not starts:
                return {}
        return starts or {}

    def _narrowed(
        self, name: str, terms: list[str], at: int, starts: Starts | None, known: AbstractSet[int]
    ) -> Starts:
        """The *starts* (None: any) at which one of *terms* stands *at* tokens further on."""
        among = None if starts is None else sorted(starts)
        if among is None and known and terms:
            among = sorted({n for term in terms for n in self._segments.documents(name, term)} - known)
        narrowed: Starts = {}
        for term in terms:
            for document, positions in self._segments.positions(name, term, among):
                begins = {position - at for position in positions}
                if starts is not None:
                    begins &= starts[document]
                if begins:
                    narrowed.setdefault(document, set()).update(begins)
        return narrowed

    def _terms_for(self, field: str, piece: plan.Piece, at: int) -> list[str]:
        """The terms that may stand for one token of a piece: itself or, at an open end, longer ones."""
        token = piece.tokens[at]
        if not _is_open(piece, at):
            return [token]
        last = len(piece.tokens) - 1
        return self._lexicon.longer(
            characters_of(field),
            token,
            before=piece.open_start and at == 0,
            after=piece.open_end and at == last,
        )


def _is_open(piece: plan.Piece, at: int) -> bool:
    """Whether a token may be the rest of a longer one: only letters and digits run on."""
    at_end = (piece.open_start and at == 0) or (piece.open_end and at == len(piece.tokens) - 1)
    return at_end and Lexicon.can_be_longer(piece.tokens[at])


def _within(clock: int, since: int | None, until: int | None) -> bool:
    return clock != NO_DATE and (since is None or clock >= since) and (until is None or clock < until)
