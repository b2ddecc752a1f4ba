"""Tokens of a query -> its tree. Lenient: what does not parse is text, with a note; strict: it is an error.

query   = either*                      one after another: all must match
either  = both (OR both)*
both    = signed (AND signed)*
signed  = ('+' | '-' | NOT)* primary
primary = '(' query ')' | "phrase" | field:primary | word
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from searchkit.analysis.normalize import fold, fold_case
from searchkit.analysis.scripts import HAN_RUN
from searchkit.errors import QuerySyntaxError
from searchkit.patterns import lazy_pattern
from searchkit.query.ast import (
    And,
    Boosted,
    Dates,
    Fuzzy,
    In,
    Node,
    Not,
    Note,
    Or,
    Parsed,
    Pattern,
    Phrase,
    Text,
    Words,
)
from searchkit.query.dates import EXAMPLES, parse_day, parse_span
from searchkit.query.lexer import Token, half_width, tokenize
from searchkit.query.limits import MAX_CHARACTERS, MAX_COSTLY, shown
from searchkit.schema import FIELDS, PINYIN, SITE
from searchkit.translation import gettext as _

FIELD_OF = {alias: field.name for field in (*FIELDS, SITE, PINYIN) for alias in field.aliases}
DATE_FIELDS = {"date": "date", "日期": "date", "since": "since", "until": "until"}
_NAME = lazy_pattern(r"[a-zA-Z_]{2,}")
"""What a field may be called; before a colon and a letter it is meant as one, unlike in 10:30, std::x or a URL."""
_WEIGHT = lazy_pattern(r"\d+(?:\.\d+)?")
MAX_WEIGHT = 1000.0  # keeps a score of all words far from what a float can hold
_COMBINED = 8  # characters: a letter at the end of a query with its accents
_FUZZY = lazy_pattern(r"^([^\W_]+)~([12]?)$")
_PATTERN, _WILD = lazy_pattern(r"[\w*?.\-]+"), lazy_pattern(r"\w\*|\*\w|[a-zA-Z0-9]\?+[a-zA-Z0-9]")


def parse(text: str, *, strict: bool = False, prefix: bool = False, now: date | None = None) -> Parsed:
    """The tree of *text*. With *prefix*, a word at its very end is unfinished. Days ago count from *now*, or else
    from today.

    Raises:
        QuerySyntaxError: only if *strict*; it points at the first character that does not fit.
    """
    read = _readable(text)
    tokens, found = tokenize(read)
    parser = _Parser(tokens, [Note(message, position) for message, position in found], now=now)
    if prefix and fold(text[-_COMBINED:])[-1:].isalnum():
        parser.unfinished_at = len(text)
    if len(text) > len(read):
        parser.limit(_("only the first {count:,} characters were read").format(count=len(read)), len(read))
    node = parser.query()
    if strict and parser.notes:
        first = min(parser.notes, key=lambda note: note.position)
        raise QuerySyntaxError(first.message, text, first.position)
    return Parsed(read, node, tuple(parser.notes), now)


def _readable(text: str) -> str:
    """As much of *text* as is read: a character may fold to eighteen, so it is not too long folded either."""
    read = text[:MAX_CHARACTERS]
    while (folded := len(fold(read))) > MAX_CHARACTERS:
        read = read[: len(read) * MAX_CHARACTERS // folded]
    return read


class _Parser(Struct):
    tokens: list[Token]
    notes: list[Note]
    at: int = 0
    costly: int = 0
    unfinished_at: int = -1
    """Where the word ends that is not typed to its end."""
    now: date | None = None

    def note(self, message: str, position: int) -> None:
        self.notes.append(Note(message, position))

    def limit(self, message: str, position: int) -> None:
        """Note what is left out before anything that is only read otherwise."""
        self.notes.insert(0, Note(message, position))

    def query(self) -> Words:
        nodes: list[Node] = []
        while self.at < len(self.tokens) and self._kind() != "close":
            node = self._either()
            if node is not None:
                nodes.append(node)
        return Words(tuple(nodes))

    def _kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else "end"

    def _either(self) -> Node | None:
        return self._chain("or", self._both, Or)

    def _both(self) -> Node | None:
        return self._chain("and", self._signed, And)

    def _chain(
        self, kind: str, part: Callable[[], Node | None], join: Callable[[tuple[Node, ...]], Node]
    ) -> Node | None:
        nodes = [part()]
        while self._kind() == kind:
            operator = self.tokens[self.at]
            self.at += 1
            if nodes[-1] is None or self._kind() in ("end", "close", "and", "or"):
                self.note(
                    _("{text} has nothing to join and was left out").format(text=operator.text), operator.start
                )
            else:
                nodes.append(part())
        kept = tuple(node for node in nodes if node is not None)
        return join(kept) if len(kept) > 1 else next(iter(kept), None)

    def _signed(self) -> Node | None:
        kind, signs = self._kind(), []
        while kind in ("plus", "minus", "not"):
            signs.append(self.tokens[self.at])
            self.at += 1
            kind = self._kind()
        if kind in ("and", "or", "end", "close"):
            self._stray(signs)
            return None
        node = self._primary()
        if node is None or not signs:
            return node
        if sum(sign.kind != "plus" for sign in signs) % 2:
            return Not(node)
        return And((node,))

    def _stray(self, signs: list[Token]) -> None:
        """Signs and operators with nothing to apply to are left out: such a query is not typed to its end."""
        if signs:
            self.note(_("nothing follows this; it was left out"), signs[0].start)
        elif self._kind() in ("and", "or"):
            token = self.tokens[self.at]
            self.at += 1
            self.note(_("{text} has nothing to join and was left out").format(text=token.text), token.start)

    def _primary(self) -> Node | None:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "open":
            return self._group(token)
        if token.kind == "phrase":
            slop = token.slop if not token.slop or self._affords(token) else 0
            node: Node = Phrase(token.text, slop) if token.text.strip() else Text("")
            return self._fielded(token, _boosted(node, token.boost))
        return self._word(token)

    def _group(self, opening: Token) -> Node | None:
        node = self.query()
        boost = 1.0
        if self._kind() == "close":
            boost = self.tokens[self.at].boost
            self.at += 1
        if not node.nodes and _is_field(opening.prefix):
            self._nothing_follows(opening.prefix, opening.start - len(opening.prefix) - 1)
            return None
        if not node.nodes:
            return Text(opening.prefix) if opening.prefix else None
        return self._fielded(opening, _boosted(node, boost))

    def _fielded(self, token: Token, node: Node) -> Node:
        """*node* in the field named before it; a name that is no field is text beside it."""
        name = fold_case(token.prefix)
        if not name:
            return node
        start = token.start - len(token.prefix) - 1
        if token.kind == "phrase" and not token.text.strip() and _is_field(name):
            self._nothing_follows(token.prefix, start)
            return Text("")
        if name in FIELD_OF:
            return In(FIELD_OF[name], node)
        if name in DATE_FIELDS and isinstance(node, Phrase) and (dates := _dates(name, node.text, self.now)):
            return dates
        if name in DATE_FIELDS:
            self._no_date(name, token.text or "(…)", token.start)
        else:
            self.note(_("{name} is not a field; it was read as text").format(name=shown(token.prefix)), start)
        return Words((Text(token.prefix), node))

    def _no_date(self, name: str, text: str, position: int) -> None:
        said = _("{text} is not a date such as {examples}")
        if DATE_FIELDS[name] == "date":
            said = _("{text} is not a date such as {examples} or 2024-01..2024-06")
        self.note(said.format(text=shown(text), examples=EXAMPLES), position)

    def _nothing_follows(self, field: str, position: int) -> None:
        self.note(_("nothing follows {typed}:; it was left out").format(typed=field), position)

    def _word(self, token: Token) -> Node | None:
        typed, colon = half_width(token.text).partition(":")[:2]
        name, value = fold_case(typed) if colon else "", token.text[len(typed) + 1 :]
        if colon and value and name in DATE_FIELDS:
            if dates := _dates(name, value, self.now):
                return dates
            self._no_date(name, value, token.start + len(typed) + 1)
            return Text(token.text)
        if colon and not value and _is_field(name) and 1 < self.at == len(self.tokens):
            self._nothing_follows(typed, token.start)
            return None
        if colon and not value and _is_field(name):
            self.note(_("nothing follows {typed}: directly; it was read as text").format(typed=typed), token.start)
        if colon and value and name in FIELD_OF:
            return In(FIELD_OF[name], self._bare(value, token))
        if token.text[len(typed) :][:1] == ":" and _NAME.fullmatch(typed) and value[:1].isalpha():
            self.note(_("{name} is not a field; it was read as text").format(name=shown(typed)), token.start)
        return self._bare(token.text, token)

    def _bare(self, text: str, token: Token) -> Node:
        """A word with what may stand on its end: `*`, `~`, `^2`."""
        half, factor = _weighed(half_width(text))
        node: Node = Text(text[: len(half)], factor == 1.0 and token.end == self.unfinished_at)
        if (found := _FUZZY.match(half)) and found[1].isascii():
            node = Fuzzy(found[1], int(found[2] or 1)) if self._affords(token) else node
        elif _PATTERN.fullmatch(half) and _WILD.search(half):
            node = Pattern(half) if self._affords(token) else node
        return _boosted(node, factor)

    def _affords(self, token: Token) -> bool:
        """Whether *token* may be one of those that take long to look up."""
        self.costly += 1
        if self.costly == MAX_COSTLY + 1:
            message = _("only the first {count} patterns, fuzzy words and distances were looked up").format(
                count=MAX_COSTLY
            )
            self.limit(_("{message}; the others were read as text").format(message=message), token.start)
        return self.costly <= MAX_COSTLY


def _weighed(word: str) -> tuple[str, float]:
    """*word* without the weights on its end, and their product. Only after Han is `^2` a weight: R^2 is text."""
    factor = 1.0
    if "^" not in word or not ((han := HAN_RUN.match(word)) and word.startswith("^", han.end())):
        return word, factor
    while True:
        before, sign, weight = word.rpartition("^")
        if not (before and sign and _WEIGHT.fullmatch(weight)):
            return word, factor
        word, factor = before, factor * min(float(weight), MAX_WEIGHT)


def _boosted(node: Node, factor: float) -> Node:
    return node if factor == 1.0 else Boosted(min(factor, MAX_WEIGHT), node)


def _is_field(name: str) -> bool:
    return fold_case(name) in (*FIELD_OF, *DATE_FIELDS)


def _dates(name: str, value: str, now: date | None) -> Dates | None:
    field = DATE_FIELDS[name]
    span = (parse_span if field == "date" else parse_day)(half_width(value), now)
    if span is None:
        return None
    since, until = span
    if field == "since":
        return Dates(since, None)
    return Dates(None, until) if field == "until" else Dates(since, until)
