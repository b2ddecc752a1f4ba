"""A parsed query -> a plan: every text in it goes through the analyzer that made the terms of the articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import TypeGuard

from searchkit.analysis.analyzer import Analyzer, WordCut
from searchkit.analysis.normalize import fold_case
from searchkit.analysis.scripts import characters, count_han, is_han
from searchkit.query import ast, plan
from searchkit.query.keys import epoch, title_key
from searchkit.query.lexer import QUOTES
from searchkit.query.limits import LONGEST_PHRASE, LONGEST_TEXT, MOST_SIGNED, MOST_TERMS, MOST_WORDS
from searchkit.query.plan import Channel, Condition, Fields, Highlight, Plan, RankTerm
from searchkit.query.synonyms import Synonyms
from searchkit.schema import BIGRAM_WEIGHT, CHARACTER_WEIGHT, SINGLE_WEIGHT

SYNONYM_WEIGHT = 0.5


def make_plan(parsed: ast.Parsed, analyzer: Analyzer, synonyms: Synonyms | None = None) -> Plan:
    """The plan of a query. The query exactly as typed is an alternative to whatever its syntax means, so a
    piece of a text, or a whole title, finds its article even where it reads like syntax."""
    planner = _Planner(analyzer, synonyms or {})
    condition = planner.condition(parsed.node, None, 1.0)
    key = title_key(parsed.text)
    typed = planner.as_typed(parsed.text, anything=not planner.meaningful)
    alternatives = [plan.Terms("title_key", (key,)), *([typed] if typed else [])]
    if condition is None or not planner.meaningful:
        condition = plan.Or(())
    return Plan(
        match=plan.Or((condition, *alternatives)),
        rank=_merged(planner.rank),
        highlights=tuple(planner.highlights),
        title_key=key,
        notes=tuple(planner.notes),
    )


class _Planner:
    """Walks the tree once; conditions are returned, terms and highlights are collected on the way."""

    def __init__(self, analyzer: Analyzer, synonyms: Synonyms) -> None:
        self.analyzer = analyzer
        self.synonyms = synonyms
        self.rank: list[RankTerm] = []
        self.highlights: dict[Highlight, None] = {}
        self.meaningful = False
        self.notes: dict[str, None] = {}
        self._left, self._left_for_signed = MOST_WORDS, MOST_SIGNED
        self._is_signed = False

    def condition(self, node: ast.Node, fields: Fields, weight: float) -> Condition | None:
        """What *node* asks; None if it is left out, because too many words came before. *weight* is 0 under a
        Not, where nothing ranks or is marked."""
        match node:
            case ast.Words(nodes):
                return self._words(nodes, fields, weight)
            case ast.Text(text):
                return plan.Relaxable(tuple(self._text(text, fields, weight))) if self._has_room() else None
            case ast.Phrase(text, slop):
                return self._phrase(text, slop, fields, weight) if self._has_room() else None
            case ast.Pattern(text):
                self.meaningful = True
                return self._pattern(text, fields, weight)
            case ast.Fuzzy(text, distance):
                self.meaningful = True
                return plan.MultiTerm("fuzzy", fold_case(text), distance, fields)
            case ast.Dates(since, until):
                self.meaningful = True
                return plan.DateRange(epoch(since), epoch(until))
            case ast.In(field, inner):
                return self.condition(inner, (field,), weight)
            case ast.Boosted(factor, inner):
                return self.condition(inner, fields, weight * factor)
            case ast.Not(inner):
                with self._signed():
                    unwanted = self.condition(inner, fields, 0.0)
                return None if unwanted is None else plan.Not(unwanted)
            case ast.And((node,)):
                with self._signed():
                    needed = self.condition(node, fields, weight)
                return None if needed is None else plan.And((plan.relax(needed, 1.0),))
            case ast.And(nodes):
                parts = self._conditions(nodes, fields, weight)
                return plan.And(tuple(plan.relax(part, 1.0) for part in parts)) if parts else None
            case ast.Or(nodes):
                parts = self._conditions(nodes, fields, weight)
                return plan.Or(parts) if parts else None

    def _conditions(self, nodes: Iterable[ast.Node], fields: Fields, weight: float) -> tuple[Condition, ...]:
        found = (self.condition(node, fields, weight) for node in nodes)
        return tuple(condition for condition in found if condition is not None)

    def as_typed(self, text: str, *, anything: bool) -> Condition | None:
        """The query as one piece of text: for a quoted one, for one that says nothing else (*anything*), and
        for one long enough to mean it."""
        text = text.strip()
        quoted = len(text) > 1 and text[0] in QUOTES and QUOTES[text[0]] == text[-1]
        tokens = self._tokens(text[1:-1] if quoted else text)
        if not tokens or not (anything or quoted or count_han(text) > 1):
            return None
        tokens = self._start_of(tokens)
        self.highlights[Highlight(tokens, True, True)] = None
        return plan.Phrase(tokens, None, True, True)

    def _start_of(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        """As many of the *tokens* of a phrase as are looked for in a row."""
        if len(tokens) > LONGEST_PHRASE:
            self.notes[f"only the first {LONGEST_PHRASE} characters and words of a phrase were looked for"] = None
        return tokens[:LONGEST_PHRASE]

    @contextmanager
    def _signed(self) -> Iterator[None]:
        """What has a sign has words of its own to look up: many words before it do not make it be left out."""
        if self._is_signed:
            yield
            return
        self._is_signed = True
        self._left, self._left_for_signed = self._left_for_signed, self._left
        yield
        self._left, self._left_for_signed = self._left_for_signed, self._left
        self._is_signed = False

    def _has_room(self) -> bool:
        """Whether another word may be looked up."""
        if self._left <= 0:
            which = f"{MOST_SIGNED} words with a sign" if self._is_signed else f"{MOST_WORDS} words"
            self.notes[f"only the first {which} were looked up"] = None
        return self._left > 0

    def _take(self, cuts: list[WordCut]) -> list[WordCut]:
        """As many of *cuts* as may still be looked up; without any there is a sign to look up."""
        taken = cuts[: self._left]
        self._left -= max(1, len(taken))
        if len(taken) < len(cuts):
            self._has_room()
        return taken

    def _words(self, nodes: tuple[ast.Node, ...], fields: Fields, weight: float) -> Condition | None:
        """Words in a row are wanted together; phrases and signed parts among them are not negotiable."""
        wanted: list[Condition] = []
        firm: list[Condition] = []
        for node in _joined(nodes):
            if isinstance(node, ast.Text):
                wanted.extend(self._text(node.text, fields, weight) if self._has_room() else ())
            elif (condition := self.condition(node, fields, weight)) is not None:
                (firm if _is_firm(node) else wanted).append(condition)
        if not wanted:
            return plan.And(tuple(firm)) if firm or self._left > 0 else None
        words = plan.Relaxable(tuple(dict.fromkeys(wanted)))
        return plan.And((words, *firm)) if firm else words

    def _text(self, text: str, fields: Fields, weight: float) -> list[Condition]:
        if len(text) > LONGEST_TEXT:
            self.notes[f"only the first {LONGEST_TEXT:,} characters of a text were cut into words"] = None
            text = text[:LONGEST_TEXT]
        cuts = self.analyzer.cut(text)
        if not cuts:
            tokens = self._tokens(text)
            if any(token.isalnum() for token in tokens):
                self.meaningful = True
            if not self._counts(tokens):
                return []
            self._take(cuts)
            tokens = self._start_of(tokens)
            self._mark(tokens, weight)
            return [plan.Phrase(tokens, fields)]
        self.meaningful = True
        cuts = self._take(cuts)
        self._collect(text, fields, weight)
        for run in (*text.split(), text):
            self._mark(self._tokens(run), weight)
        return self._with_synonyms(cuts, fields, weight)

    def _counts(self, tokens: tuple[str, ...]) -> bool:
        """A lone punctuation mark among words asks for nothing; alone, the query as typed looks for it."""
        return any(not _is_punctuation(token) for token in tokens)

    def _phrase(self, text: str, slop: int, fields: Fields, weight: float) -> Condition:
        tokens = self._tokens(text)
        if not tokens:
            return plan.And(())
        self.meaningful = True
        cuts = self._take(self.analyzer.cut(text[:LONGEST_TEXT]))
        self._collect(text, fields, weight)
        if slop and len(cuts) > 1:
            for cut in cuts:
                self._mark(cut.tokens, weight)
            return plan.Proximity(tuple(cut.tokens for cut in cuts), slop, fields)
        tokens = self._start_of(tokens)
        self._mark(tokens, weight, open_ends=True)
        return plan.Phrase(tokens, fields, open_start=True, open_end=True)

    def _pattern(self, text: str, fields: Fields, weight: float) -> Condition:
        folded = fold_case(text)
        expand = plan.MultiTerm("pattern", folded, 0, fields)
        if not expand.is_prefix:
            return expand
        tokens = self._tokens(folded.rstrip("*"))
        if weight > 0 and tokens:
            self.highlights[Highlight(tokens, open_end=True)] = None
        return plan.Or((expand, plan.Phrase(tokens, fields, open_end=True)))

    def _with_synonyms(self, cuts: list[WordCut], fields: Fields, weight: float) -> list[Condition]:
        """A condition a word; words that together are a synonym's key become one condition with alternatives."""
        conditions: list[Condition] = []
        at = 0
        while at < len(cuts):
            length, others = self._synonyms_at(cuts, at)
            words = tuple(plan.Word(cut.term, cut.tokens, fields) for cut in cuts[at : at + length])
            if others and self._has_room():
                others = others[: self._left]
                self._left -= len(others)
                for other in others:
                    self._collect(other, fields, weight * SYNONYM_WEIGHT)
                    self._mark(self._tokens(other), weight)
                pieces = tuple(plan.Phrase(self._tokens(other), fields) for other in others)
                conditions.append(plan.Or((plan.And(words), *pieces)))
            else:
                conditions.extend(words)
            at += length
        return conditions

    def _synonyms_at(self, cuts: list[WordCut], at: int) -> tuple[int, tuple[str, ...]]:
        for length in range(min(6, len(cuts) - at), 0, -1) if self.synonyms else ():
            key = tuple(token for cut in cuts[at : at + length] for token in cut.tokens)
            if key in self.synonyms:
                return length, self.synonyms[key]
        return 1, ()

    def _collect(self, text: str, fields: Fields, weight: float) -> None:
        """Terms to rank by and to mark; of a character alone both, of one in a longer text only the first."""
        if weight <= 0:
            return
        tokens = self._tokens(text)
        self.rank.extend(_han_terms(tokens[:MOST_TERMS], fields, weight))
        alone = len(tokens) == 1
        for term in list(dict.fromkeys(self.analyzer.words(text)))[:MOST_TERMS]:
            is_single = len(term) == 1 and is_han(term)
            self.rank.append(RankTerm(term, weight * SINGLE_WEIGHT if is_single else weight, fields))
            tokens = tuple(characters(term))
            if alone or _tells(tokens):
                self._mark(tokens, weight)

    def _mark(self, tokens: tuple[str, ...], weight: float, *, open_ends: bool = False) -> None:
        if weight > 0 and tokens and len(tokens) <= LONGEST_PHRASE and len(self.highlights) < MOST_TERMS:
            self.highlights[Highlight(tokens, open_ends, open_ends)] = None

    def _tokens(self, text: str) -> tuple[str, ...]:
        return tuple(self.analyzer.characters(text))


def _is_firm(node: ast.Node) -> bool:
    """Whether relaxing a query leaves *node* as it is wanted."""
    if isinstance(node, ast.Boosted):
        return _is_firm(node.node)
    return isinstance(node, (ast.Not, ast.And, ast.Phrase, ast.Dates, ast.In, ast.Or))


def _joined(nodes: Iterable[ast.Node]) -> list[ast.Node]:
    """*nodes* with words next to each other as one text, so that what belongs together is seen together. A sign
    that stands alone, such as an emoji, stays alone: among words it would be lost."""
    joined: list[ast.Node] = []
    for node in nodes:
        before = joined[-1] if joined else None
        if _has_words(before) and _has_words(node):
            joined[-1] = ast.Text(f"{before.text} {node.text}")
        else:
            joined.append(node)
    return joined


def _has_words(node: ast.Node | None) -> TypeGuard[ast.Text]:
    return isinstance(node, ast.Text) and any(map(str.isalnum, node.text))


def _is_punctuation(token: str) -> bool:
    import unicodedata

    return len(token) == 1 and unicodedata.category(token)[0] in "PZ"


def _merged(terms: list[RankTerm]) -> tuple[RankTerm, ...]:
    """One entry a term, fields and channel, with the largest weight it was given."""
    best: dict[tuple[str, Fields, Channel], RankTerm] = {}
    for term in terms:
        key = (term.term, term.fields, term.channel)
        if key not in best or best[key].weight < term.weight:
            best[key] = term
    return tuple(best.values())


def _han_terms(tokens: tuple[str, ...], fields: Fields, weight: float) -> Iterator[RankTerm]:
    """The pairs of Han characters, and the characters, among *tokens*."""
    for first, second in pairwise(tokens):
        if is_han(first) and is_han(second):
            yield RankTerm(first + second, weight * BIGRAM_WEIGHT, fields, "bigrams")
    for token in tokens:
        if is_han(token):
            yield RankTerm(token, weight * CHARACTER_WEIGHT, fields, "characters")


def _tells(tokens: tuple[str, ...]) -> bool:
    """Whether *tokens* of a longer text are worth marking by themselves: a lone Han character or sign is not."""
    return len(tokens) > 1 or (tokens[0].isalnum() and not is_han(tokens[0]))
