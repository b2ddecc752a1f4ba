"""A parsed query -> a plan: every text in it goes through the analyzer that made the terms of the articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from unicodedata import category

from msgspec.structs import replace

from searchkit.analysis.analyzer import Analyzer, WordCut, spans_of
from searchkit.analysis.normalize import fold, fold_case, title_key
from searchkit.analysis.scripts import PLURAL, count_han, is_han, is_segmented
from searchkit.analysis.sites import site_key
from searchkit.bm25f import (
    AS_TYPED_SCORE,
    EXACT_TITLE_SCORE,
    EXPANSION_WEIGHT,
    REGIONAL_WEIGHT,
    SPELLING_WEIGHT,
    SYNONYM_WEIGHT,
    inverse_frequency,
)
from searchkit.query import ast, plan
from searchkit.query.asking import is_asking
from searchkit.query.ast import is_required, joined, without_groups
from searchkit.query.budget import Budget
from searchkit.query.candidates import enough
from searchkit.query.hearing import Hearing
from searchkit.query.lexer import QUOTES
from searchkit.query.limits import MAX_COMPLETIONS, MAX_PHRASE, MAX_ROW, MAX_TEXT, shown
from searchkit.query.marks import Marks
from searchkit.query.pinyin import NO_PINYIN, Heard, Pinyin
from searchkit.query.plan import Bonus, Condition, Fields, MultiTerm, Plan, RankTerm, epoch
from searchkit.query.ranking import Ranking
from searchkit.query.spellings import NO_VOCABULARY, Spelling, Vocabulary, spellings
from searchkit.query.synonyms import Synonyms, synonyms_at
from searchkit.schema import PINYIN, SITE, SOUND_KEYWORDS
from searchkit.translation import gettext as _

JOINTS = (" ", "-", ".", "/", "_")
"""Between the words of a spelling, to mark it however it is joined."""
MAX_RANKED = 5  # pieces that a word sounds like: further ones are in few titles, and each is ten terms
MAX_TOLD = 3  # of them in a note
_SITE: Fields = (SITE.name,)
_PINYIN: Fields = (PINYIN.name,)
Expand = Callable[[MultiTerm], Sequence[str]]
"""A pattern or a fuzzy word -> the terms of an index that it stands for, such as `Reader.expand`."""


def make_plan(
    parsed: ast.Parsed,
    analyzer: Analyzer,
    synonyms: Synonyms | None = None,
    expand: Expand = lambda _: (),
    vocabulary: Vocabulary = NO_VOCABULARY,
    regional: Synonyms | None = None,
    pinyin: Pinyin = NO_PINYIN,
) -> Plan:
    """The plan of a query. The query exactly as typed is an alternative to whatever its syntax means, so a
    piece of a text, or a whole title, finds its article even where it reads like syntax.

    Patterns and fuzzy words are expanded here, once: the same terms match, rank and are marked.
    """
    planner = _Planner(analyzer, synonyms or {}, expand, vocabulary, regional or {}, pinyin)
    condition = planner.condition(parsed.node, None, 1.0)
    titled = plan.Terms("title_key", (title_key(parsed.text),))
    typed = planner.as_typed(parsed.text, anything=not planner.meaningful)
    alternatives = [titled, *([typed] if typed else [])]
    if condition is None or not planner.meaningful:
        condition = plan.Or(())
    match = plan.Or((condition, *alternatives))
    rank, highlights = plan.expansions(match)
    return Plan(
        match=match,
        rank=(*planner.ranking.terms, *rank),
        highlights=(*planner.marks.highlights, *highlights),
        bonuses=(Bonus("exact title", titled, EXACT_TITLE_SCORE), *planner.in_a_row(parsed.node)),
        notes=(*planner.budget.notes, *([] if planner.meaningful else [_note_without_words(typed)])),
        by_sound=frozenset(planner.by_sound),
    )


class _Planner:
    """Walks the tree once; conditions are returned, terms and highlights are collected on the way."""

    def __init__(
        self,
        analyzer: Analyzer,
        synonyms: Synonyms,
        expand: Expand,
        vocabulary: Vocabulary,
        regional: Synonyms,
        pinyin: Pinyin,
    ) -> None:
        self.analyzer = analyzer
        self.synonyms = synonyms
        self.expand = expand
        self.vocabulary = vocabulary
        self.regional = regional
        self.ranking = Ranking(analyzer)
        self.marks = Marks(analyzer)
        self.budget = Budget()
        self.hearing = Hearing(pinyin, vocabulary, self.budget)
        self.meaningful = False
        self.by_sound: set[str] = set()

    def condition(self, node: ast.Node, fields: Fields, weight: float) -> Condition | None:
        """What *node* asks; None if it is left out, because too many words came before. *weight* is 0 under a
        Not, where nothing ranks or is marked."""
        match node:
            case ast.Words(nodes) if fields == _SITE:
                return plan.And(self._conditions(nodes, fields, weight))
            case ast.Words(nodes) if fields == _PINYIN:
                return plan.And(self._conditions(joined(without_groups(nodes)), fields, weight))
            case ast.Words(nodes):
                return self._words(nodes, fields, weight)
            case ast.In(field, inner):
                named = self.condition(inner, (field,), weight)
                return None if named is None else plan.all_words(named)
            case ast.Boosted(factor, inner):
                return self.condition(inner, fields, weight * factor)
            case ast.Not(inner):
                with self.budget.signed():
                    excluded = self.condition(inner, fields, 0.0)
                return None if excluded is None else plan.Not(excluded)
            case ast.And((node,)):
                with self.budget.signed():
                    needed = self.condition(node, fields, weight)
                return None if needed is None else plan.And((plan.all_words(needed),))
            case ast.And(nodes):
                parts = self._conditions(nodes, fields, weight)
                return plan.And(tuple(map(plan.all_words, parts))) if parts else None
            case ast.Or(nodes):
                parts = self._conditions(nodes, fields, weight)
                return plan.Or(tuple(map(plan.all_words, parts))) if parts else None
            case _:
                return self._leaf(node, fields, weight)

    def _leaf(
        self, node: ast.Text | ast.Phrase | ast.Pattern | ast.Fuzzy | ast.Dates, fields: Fields, weight: float
    ) -> Condition | None:
        match node:
            case ast.Dates(since, until):
                self.meaningful = True
                return plan.DateRange(epoch(since), epoch(until))
            case _ if fields == _SITE:
                self.meaningful = True
                return plan.Terms("site_key", (site_key(node.text),))
            case _ if fields == _PINYIN:
                return self._by_sound(node.text, weight)
            case ast.Text():
                return self._relaxable(self._text(node, fields, weight)) if self.budget.has_room() else None
            case ast.Phrase(text, slop):
                return self._phrase(text, slop, fields, weight) if self.budget.has_room() else None
            case ast.Pattern(text):
                self.meaningful = True
                return self._pattern(text, fields, weight)
            case ast.Fuzzy(text, distance):
                self.meaningful = True
                return self._expanded(MultiTerm("fuzzy", fold_case(text), distance, fields))

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
        self.marks.add_as_typed(tokens)
        return plan.Phrase(tokens, None, True, True)

    def in_a_row(self, node: ast.Words) -> Iterator[Bonus]:
        """The bonus of a text that has the words of *node* as they were typed, if that was without a space, or
        they have numbers or symbols: 维生素D, R 4.3. Words with spaces between them are words; marks and words of
        asking around them are left out."""
        runs = [part.text for part in node.nodes if isinstance(part, ast.Text)]
        if sum(map(len, runs)) > MAX_ROW:
            return
        typed = [run for run in runs if not all(is_asking(cut.term) for cut in self.analyzer.cut(run))]
        if len(runs) < len(node.nodes) or not typed:
            return
        text = " ".join(typed)
        cuts, tokens = self.analyzer.cut(text), self._tokens(text)
        telling = [span for cut, span in zip(cuts, spans_of(tokens, cuts), strict=True) if not is_asking(cut.term)]
        row = tokens[telling[0][0] : telling[-1][1]]
        is_run = len(typed) == 1 and len(telling) > 1
        if len(row) > 1 and (is_run or not all(map(str.isalpha, row))):
            unfinished = any(part.unfinished for part in node.nodes if isinstance(part, ast.Text))
            yield Bonus("as typed", plan.Phrase(row, open_end=unfinished), AS_TYPED_SCORE)

    def _start_of(self, tokens: tuple[str, ...]) -> tuple[str, ...]:
        """As many of the *tokens* of a phrase as are looked for in a row."""
        if len(tokens) > MAX_PHRASE:
            self.budget.notes[
                _("only the first {count} characters and words of a phrase were looked for").format(
                    count=MAX_PHRASE
                )
            ] = None
        return tokens[:MAX_PHRASE]

    def _words(self, nodes: tuple[ast.Node, ...], fields: Fields, weight: float) -> Condition | None:
        """Words in a row are relaxable; phrases, signed parts and named ones among them are always required.
        Beside a required text words need not be there, and words of asking ask for nothing."""
        words: list[Condition] = []
        required: list[Condition] = []
        has_text = False
        for node in joined(without_groups(nodes)):
            if isinstance(node, ast.Text):
                words.extend(self._text(node, fields, weight) if self.budget.has_room() else ())
            elif (condition := self.condition(node, fields, weight)) is not None:
                (required if is_required(node) else words).append(condition)
                has_text |= is_required(node, text=True)
        if not words or (has_text and all(map(_is_of_asking, words))):
            return plan.And(tuple(required)) if required or self.budget.left > 0 else None
        relaxable = self._relaxable(words, optional=has_text)
        return plan.And((relaxable, *required)) if required else relaxable

    def _relaxable(self, words: Iterable[Condition], *, optional: bool = False) -> plan.Relaxable:
        """*words* as a run, without those of asking if there are others."""
        distinct = tuple(dict.fromkeys(words))
        wanted = tuple(word for word in distinct if not _is_of_asking(word)) or distinct
        return plan.Relaxable(wanted, optional, () if optional else enough(wanted, self.vocabulary))

    def _text(self, node: ast.Text, fields: Fields, weight: float) -> list[Condition]:
        text, unfinished = node.text, node.unfinished and weight > 0
        if len(text) > MAX_TEXT:
            self.budget.notes[
                _("only the first {count:,} characters of a text were cut into words").format(count=MAX_TEXT)
            ] = None
            text, unfinished = text[:MAX_TEXT], False
        cuts = self.analyzer.cut(text)
        if not cuts:
            tokens = self._tokens(text)
            if any(token.isalnum() for token in tokens):
                self.meaningful = True
            if all(map(_is_punctuation, tokens)):
                return []  # a lone mark among words asks for nothing; alone, the query as typed looks for it
            self.budget.take(cuts)
            tokens = self._start_of(tokens)
            self.marks.add(tokens, weight)
            return [plan.Phrase(tokens, fields)]
        self.meaningful = True
        typed, cuts = cuts, self.budget.take(cuts)
        self.ranking.add(text, fields, weight, cuts)
        self.marks.add_words(text, cuts, weight)
        if unfinished and len(cuts) == len(typed) and not is_han(cuts[-1].term[-1]):
            return self._unfinished(text, cuts, fields, weight)
        return self._with_synonyms(text, cuts, fields, weight)

    def _unfinished(self, text: str, cuts: list[WordCut], fields: Fields, weight: float) -> list[Condition]:
        """*cuts*, of which the last is not typed to its end. Where no word begins so it is one like others, which
        may be read by its sound."""
        *before, last = cuts
        if len(last.term) > 1:  # a letter alone begins words everywhere
            self.marks.add_beginning(last.tokens, weight)
        begun = plan.Phrase(last.tokens, fields, open_end=True)
        if terms := self.vocabulary.completions(last.term, MAX_COMPLETIONS):
            completed = self._completed(last, terms, fields, weight)
            return [*self._with_synonyms(text, before, fields, weight), plan.Or((completed, begun))]
        found = self._with_synonyms(text, cuts, fields, weight)
        return [*found[:-1], plan.Or((found[-1], begun))] if len(found) == len(cuts) else found

    def _completed(self, cut: WordCut, terms: Sequence[str], fields: Fields, weight: float) -> Condition:
        """A word that is not typed to its end: any that begins so. The commonest of them, *terms*, rank, but a
        rare one by no more than a common one or the word as it stands."""
        having = self.vocabulary.counted({cut.term, *terms})
        most = inverse_frequency(self.vocabulary.total, having[cut.term] or max(having.values(), default=0))
        for term in terms:
            share = min(1.0, most / inverse_frequency(self.vocabulary.total, having[term]))
            self.ranking.add_term(RankTerm(term, weight * EXPANSION_WEIGHT * share, fields))
        return MultiTerm("prefix", cut.term, 0, fields, tuple(terms))

    def _phrase(self, text: str, slop: int, fields: Fields, weight: float) -> Condition:
        tokens = self._tokens(text)
        if not tokens:
            return plan.And(())
        self.meaningful = True
        cuts = self.budget.take(self.analyzer.cut(text[:MAX_TEXT]))
        self.ranking.add(text, fields, weight, cuts)
        if slop and len(cuts) > 1:
            for cut in cuts:
                self.marks.add(cut.tokens, weight)
            return plan.Proximity(tuple(cut.tokens for cut in cuts), slop, fields)
        tokens = self._start_of(tokens)
        self.marks.add(tokens, weight, open_ends=True)
        return plan.Phrase(tokens, fields, open_start=True, open_end=True)

    def _pattern(self, text: str, fields: Fields, weight: float) -> Condition:
        folded = fold_case(text)
        expanded = self._expanded(MultiTerm("pattern", folded, 0, fields))
        if not expanded.is_prefix:
            return expanded
        tokens = self._tokens(folded.rstrip("*"))
        self.marks.add_beginning(tokens, weight)
        return plan.Or((expanded, plan.Phrase(tokens, fields, open_end=True)))

    def _expanded(self, condition: MultiTerm) -> MultiTerm:
        return replace(condition, terms=tuple(self.expand(condition)))

    def _with_synonyms(self, text: str, cuts: list[WordCut], fields: Fields, weight: float) -> list[Condition]:
        """A condition a word; words that together are a synonym's key, or are read as one by sound, become one
        condition with alternatives."""
        conditions: list[Condition] = []
        plurals = {cut.term for cut in cuts if PLURAL.fullmatch(fold(cut.text))}
        spelled = spellings([cut.term for cut in cuts], self.vocabulary, plurals)
        heard = self.hearing.words(text, cuts, spelled)
        at = 0
        while at < len(cuts):
            length, same = synonyms_at(self.synonyms, cuts[at:])
            regional_length, regional = (1, ()) if same else synonyms_at(self.regional, cuts[at:])
            sound = Heard() if same or regional else heard.together(at)
            length = max(length, regional_length, sound.length)
            together = range(at, at + (sound.length if sound.pieces else 0))
            alone = {n: Heard() if n in together else heard.alone(n) for n in range(at, at + length)}
            words = tuple(self._spelled(cuts[n], spelled[n], alone[n], fields, weight) for n in alone)
            phrases = (
                *self._synonyms(same, fields, weight),
                *self._regional(regional, fields, weight),
                *self._heard(cuts[at : at + length], sound, fields, weight),
            )
            conditions.extend([plan.Or((plan.And(words), *phrases))] if phrases else words)
            at += length
        return conditions

    def _synonyms(self, others: tuple[str, ...], fields: Fields, weight: float) -> Iterator[Condition]:
        for other in self.budget.take(others) if others and self.budget.has_room() else ():
            self.ranking.add(other, fields, weight * SYNONYM_WEIGHT)
            self.marks.add_words(other, self.analyzer.cut(other), weight)
            yield plan.Phrase(self._tokens(other), fields)

    def _regional(self, others: tuple[str, ...], fields: Fields, weight: float) -> Iterator[Condition]:
        """Words that another region has, which are few and not counted."""
        for other in others:
            self.ranking.add_term(RankTerm(other, weight * REGIONAL_WEIGHT, fields))
            self.marks.add(self._tokens(other), weight)
            yield plan.Phrase(self._tokens(other), fields)

    def _heard(self, cuts: Sequence[WordCut], heard: Heard, fields: Fields, weight: float) -> Iterator[Condition]:
        """Titles, tags and authors with a piece that *cuts* sound like; the commonest pieces rank."""
        keywords = {field: key for field, key in SOUND_KEYWORDS.items() if fields is None or field in fields}
        found = {key: heard.names[key] for key in keywords.values() if key in heard.names}
        if not found:
            return
        told, read = _some(heard.pieces), _joined(cuts)
        if told != read:
            self.budget.notes[_("{typed} was read as {pieces}").format(typed=shown(read), pieces=told)] = None
        typed = [cut.term for cut in cuts if not is_segmented(cut.term)]
        self.by_sound.update(typed)
        self.ranking.leave_out(typed)
        for piece, share in heard.pieces[:MAX_RANKED]:
            self.ranking.add(piece, tuple(keywords), weight * share)
        for piece, _share in heard.pieces:
            self.marks.add(self._tokens(piece), weight)
        for key, names in found.items():
            yield plan.Terms(key, names, told)

    def _by_sound(self, text: str, weight: float) -> Condition:
        """What *text* is read as where a query asks for its sound."""
        self.meaningful = True
        cuts = self.analyzer.cut(text)
        has_room = self.hearing.has_room
        found = tuple(self._heard(cuts, self.hearing.named(cuts), None, weight))
        if has_room and not found:
            self.budget.notes[_note_without_sound(text, self.hearing.pinyin)] = None
        return plan.Or(found)

    def _spelled(
        self, cut: WordCut, others: tuple[Spelling, ...], heard: Heard, fields: Fields, weight: float
    ) -> Condition:
        """A word, or one of its other spellings, or what it sounds like."""
        word = plan.Word(cut.term, cut.tokens, fields, cut.text)
        found: list[Condition] = []
        for other in others:
            tokens = self._tokens(other.text)
            for joint in JOINTS if " " in other.text else JOINTS[:1]:
                self.marks.add(self._tokens(other.text.replace(" ", joint)), weight)
            if other.use == "term":
                found.append(plan.Word(other.text, tokens, fields))
                self.ranking.add_term(RankTerm(other.text, weight * SPELLING_WEIGHT * other.weight, fields))
            elif other.use == "phrase":
                found.append(plan.Phrase(tokens, fields))
                self.ranking.add(other.text, fields, weight * SPELLING_WEIGHT * other.weight)
        found.extend(self._heard([cut], heard, fields, weight))
        return plan.Or((word, *found)) if found else word

    def _tokens(self, text: str) -> tuple[str, ...]:
        return tuple(self.analyzer.characters(text))


def _note_without_words(typed: Condition | None) -> str:
    if typed is None:
        return _("the query is empty; give a word to look for")
    return _("the query has no words; its symbols were looked for as they stand")


def _joined(cuts: Sequence[WordCut]) -> str:
    return " ".join(cut.text for cut in cuts)


def _some(pieces: Sequence[tuple[str, float]]) -> str:
    """The first of *pieces* for people."""
    return ", ".join([piece for piece, _share in pieces[:MAX_TOLD]] + ["…"] * (len(pieces) > MAX_TOLD))


def _note_without_sound(text: str, pinyin: Pinyin) -> str:
    if pinyin:
        return _("{text}: no title, tag or author is read so").format(text=shown(text))
    return _(
        "{text}: the index does not know how characters are read; install the extra `pinyin` and run "
        "`searchkit reindex`"
    ).format(text=shown(text))


def _is_of_asking(condition: Condition) -> bool:
    word = plan.as_typed(condition)
    return isinstance(word, plan.Word) and is_asking(word.term)


def _is_punctuation(token: str) -> bool:
    """Whether *token* is a mark that is no word: not an emoji, but `+` and `~` are operators that lack a word."""
    return len(token) == 1 and (category(token)[0] in "PZ" or (token.isascii() and not token.isalnum()))
