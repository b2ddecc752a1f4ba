"""The query as it was written: a frozen tree of raw text, before any analysis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import TypeGuard

from msgspec import Struct

from searchkit.schema import SITE


class Text(Struct, frozen=True):
    """Words outside quotes. The last of *unfinished* ones is only the beginning of a word."""

    text: str
    unfinished: bool = False


class Phrase(Struct, frozen=True):
    """Words in quotes. With *slop*, its words stand within that many tokens of each other."""

    text: str
    slop: int = 0


class Pattern(Struct, frozen=True):
    """A word with `*` for any letters and `?` for one; `prefix*` is the common one."""

    text: str


class Fuzzy(Struct, frozen=True):
    """A Latin word that may differ by up to *distance* letters."""

    text: str
    distance: int = 1


class Dates(Struct, frozen=True):
    """Articles dated from *since* up to, not including, *until*."""

    since: datetime | None
    until: datetime | None


class In(Struct, frozen=True):
    """*node*, in one field only."""

    field: str
    node: Node


class Boosted(Struct, frozen=True):
    """*node*, counting *factor* times as much."""

    factor: float
    node: Node


class Not(Struct, frozen=True):
    """Articles *node* does not find."""

    node: Node


class And(Struct, frozen=True):
    """Articles every one of *nodes* finds."""

    nodes: tuple[Node, ...]


class Or(Struct, frozen=True):
    """Articles at least one of *nodes* finds."""

    nodes: tuple[Node, ...]


class Words(Struct, frozen=True):
    """Nodes one after another: all must match, or most or any of them if nothing is found."""

    nodes: tuple[Node, ...]


Node = Text | Phrase | Pattern | Fuzzy | Dates | In | Boosted | Not | And | Or | Words


class Note(Struct, frozen=True):
    """Something that looked like syntax and was read as text, and where it stands."""

    message: str
    position: int


class Parsed(Struct, frozen=True):
    """A query as far as it was read, how it was read, and what could not be read as syntax. `now` is the day that
    days ago count from, None for today."""

    text: str
    node: Words
    notes: tuple[Note, ...] = ()
    now: date | None = None


def without_groups(nodes: Iterable[Node]) -> Iterator[Node]:
    """*nodes* with what is in parentheses among them as if it stood without."""
    for node in nodes:
        yield from without_groups(node.nodes) if isinstance(node, Words) else (node,)


def is_required(node: Node, *, text: bool = False) -> bool:
    """Whether *node* must match whatever else does; with *text*, only as something to look for."""
    if text and _only_selects(node):
        return False
    if isinstance(node, Boosted):
        return is_required(node.node, text=text)
    if isinstance(node, Words):
        return any(is_required(one, text=text) for one in node.nodes)
    return isinstance(node, (Not, Dates, And, Or, In, Phrase))


def looked_for(node: Node) -> Iterator[str]:
    """The words that *node* looks for, in their order, and nothing of what only selects.

    >>> [*looked_for(Words((Text("人工智能"), Not(Text("广告")), In("title", Pattern("融资*")))))]
    ['人工智能', '融资']
    """
    match node:
        case Text(text) | Phrase(text) | Pattern(text) | Fuzzy(text):
            yield text.strip("*?")
        case Boosted(_, inner):
            yield from looked_for(inner)
        case In(field, inner) if field != SITE.name:
            yield from looked_for(inner)
        case And(nodes) | Or(nodes) | Words(nodes):
            for one in nodes:
                yield from looked_for(one)


def leaves(node: Node) -> Iterator[Text | Phrase | Pattern | Fuzzy]:
    """The parts of *node* that are texts."""
    match node:
        case Not(inner) | Boosted(_, inner) | In(_, inner):
            yield from leaves(inner)
        case And(nodes) | Or(nodes) | Words(nodes):
            for one in nodes:
                yield from leaves(one)
        case Dates():
            return
        case _:
            yield node


def _only_selects(node: Node) -> bool:
    """Whether *node* only says which articles may be found: when they are from and where, and what not."""
    match node:
        case Boosted(_, inner):
            return _only_selects(inner)
        case And(nodes) | Or(nodes) | Words(nodes):
            return all(map(_only_selects, nodes))
        case In(field, _):
            return field == SITE.name
        case _:
            return isinstance(node, (Not, Dates))


def joined(nodes: Iterable[Node]) -> list[Node]:
    """*nodes* with words next to each other as one text, so that what belongs together is seen together. A sign
    that stands alone, such as an emoji, stays alone: among words it would be lost."""
    found: list[Node] = []
    for node in nodes:
        before = found[-1] if found else None
        if _has_words(before) and _has_words(node):
            found[-1] = Text(f"{before.text} {node.text}", node.unfinished)
        else:
            found.append(node)
    return found


def _has_words(node: Node | None) -> TypeGuard[Text]:
    return isinstance(node, Text) and any(map(str.isalnum, node.text))
