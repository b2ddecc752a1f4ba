"""The addends of a score -> lines: one a word, with the rest counted, or all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from searchkit import Contribution
from searchkit.json_form import addend_name
from searchkit.translation import gettext as _

MAX_LINES = 12  # of a hit: ten hits with twice as many would scroll the first away

SCORE_WIDTH = len(f"{0.0:9.3f} ")  # of the column that each line begins with


def addend_lines(addends: Sequence[Contribution], *, every: bool = False) -> list[str]:
    """A line for each word with what it adds over all fields and signals, the largest first; with *every* a line
    for each addend instead, one that a field has twice summed up."""
    if every:
        return [
            f"{score:9.3f} {name}" for name, score in sorted(_by_name(addends).items(), key=lambda one: -one[1])
        ]
    words = sorted(_by_word(addends).items(), key=lambda found: -_sum(found[1]))
    shown = words if len(words) <= MAX_LINES else words[: MAX_LINES - 1]
    lines = [f"{_sum(group):9.3f} {word}{_place(group)}" for word, group in shown]
    rest = words[len(shown) :]
    if rest:
        more = _("{count:,} more (-v)").format(count=len(rest))
        lines.append(f"{sum(_sum(group) for _word, group in rest):9.3f} … {more}")
    return lines


def _by_name(addends: Iterable[Contribution]) -> dict[str, float]:
    """What the addends of each name, which says the field and the signal, add together."""
    sums: dict[str, float] = {}
    for addend in addends:
        name = addend_name(addend)
        sums[name] = sums.get(name, 0.0) + addend.score
    return sums


def _by_word(addends: Iterable[Contribution]) -> dict[str, list[Contribution]]:
    """The addends of each word; characters and pairs of them belong to the longest word that has them."""
    addends = list(addends)
    words = sorted((addend.name for addend in addends if addend.signal == "words"), key=len, reverse=True)
    groups: dict[str, list[Contribution]] = {}
    for addend in addends:
        term = addend.name.removesuffix(f" ({addend.signal})") if addend.signal else addend_name(addend)
        is_part = addend.signal in ("bigrams", "characters")
        word = next((word for word in words if term in word), _("pairs across words")) if is_part else term
        groups.setdefault(word, []).append(addend)
    return groups


def _sum(group: Iterable[Contribution]) -> float:
    return sum(addend.score for addend in group)


def _place(group: Sequence[Contribution]) -> str:
    """The field that most of the score of a word is from."""
    fields: dict[str, float] = {}
    for addend in group:
        fields[addend.field] = fields.get(addend.field, 0.0) + addend.score
    field = max(fields, key=fields.__getitem__)
    if not field:
        return ""
    text = _(" in {field}") if len(fields) == 1 else _(", most in {field}")
    return text.format(field=field)
