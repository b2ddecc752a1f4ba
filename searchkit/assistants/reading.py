"""`fetch`: a page of the text of one article, or of several that share it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from searchkit import Article, Index
from searchkit.assistants.answer import Answer, make_answer, without_empty
from searchkit.assistants.arguments import Refusal, shown
from searchkit.assistants.budget import PAGE, fair_shares, fitting_length, tokens
from searchkit.assistants.fencing import clean, clean_line
from searchkit.assistants.names import id_of
from searchkit.assistants.showing import facts_of, head_of, texts_of
from searchkit.patterns import lazy_pattern

MOST_CHARACTERS = 8_000
_TITLES, _TITLE = 3, 40
_BEFORE = 120
"""Characters before a match that is asked for."""
_WINDOW = 200
"""Characters in which the words of a query stand together."""
_ENDS = lazy_pattern(r"[。！？!?…\n]|\.(?=\s)")
_NEAR_END = 0.8
"""Of a page that is cut: it ends with a sentence, if one ends after this share of it."""
_SHRINK = 0.92


@dataclass(frozen=True, slots=True)
class _Part:
    """What of an article is shown: from *start* to *end*, in characters of its text. *is_found* says whether what
    it is to be around was there."""

    article: Article
    start: int
    end: int
    is_found: bool = True

    @property
    def text(self) -> str:
        return clean(self.article.body[self.start : self.end])

    @property
    def following(self) -> int | None:
        return self.end if self.end < len(self.article.body) else None


def fetch(
    index: Index, *, id: tuple[str, ...], offset: int = 0, around: str = "", max_chars: int = MOST_CHARACTERS
) -> Answer:
    """The text of the articles that an assistant calls *id*, from the character *offset* or the passage *around*
    the first place that has this text or its words.

    Raises:
        Refusal: there is no such article, or the arguments do not go together.
    """
    if offset and (around or len(id) > 1):
        raise Refusal("offset goes with one id and without around; leave one of them out")
    articles, unknown = _known(index, id)
    parts = _parts(index, articles, offset, around, max_chars)
    room = PAGE // 2 - 100 * len(parts)
    answer = _answer(parts, unknown, around)
    while answer.cost > PAGE:
        answer = _answer(_shortened(parts, room), unknown, around)
        room = int(room * _SHRINK)
    return answer


def _known(index: Index, names: Iterable[str]) -> tuple[tuple[Article, ...], tuple[str, ...]]:
    """The articles that there are, each once, and the names that none has.

    Raises:
        Refusal: there is none at all.
    """
    found: dict[str, Article] = {}
    unknown, refusals = [], []
    for name in names:
        try:
            article_id = id_of(name, index)
        except Refusal as refusal:
            unknown.append(clean_line(name, 40))
            refusals.append(refusal)
        else:
            found[article_id] = index.get(article_id)
    if not found:
        raise refusals[0]
    return tuple(found.values()), tuple(unknown)


def _parts(
    index: Index, articles: tuple[Article, ...], offset: int, around: str, max_chars: int
) -> tuple[_Part, ...]:
    """The part of each article, by its fair share of *max_chars*."""
    shares = fair_shares([max(0, len(article.body) - offset) for article in articles], max_chars)
    parts = []
    for article, share in zip(articles, shares, strict=True):
        place = place_of(index, article, around) if around else None
        start = min(offset, len(article.body)) if place is None else _lead(article.body, place, share)
        end = _sentence_end(article.body, start, min(start + share, len(article.body)))
        parts.append(_Part(article, start, end, is_found=not around or place is not None))
    return tuple(parts)


def _shortened(parts: tuple[_Part, ...], room: int) -> tuple[_Part, ...]:
    """*parts* that are *room* tokens together."""
    shares = fair_shares([tokens(part.text) for part in parts], max(room, 0))
    return tuple(_of_length(part, share) for part, share in zip(parts, shares, strict=True))


def _of_length(part: _Part, most: int) -> _Part:
    """As much of a part as is *most* tokens, and one character at least, so that paging ends."""
    body = part.article.body
    length = fitting_length(body[part.start : part.end], most, lambda text: tokens(clean(text)))
    if part.start + length == part.end:
        return part
    return dataclasses.replace(part, end=_sentence_end(body, part.start, part.start + max(length, 1)))


def _sentence_end(body: str, start: int, end: int) -> int:
    """Where the last sentence before *end* ends, unless that is far away."""
    if end >= len(body):
        return end
    nearest = start + int((end - start) * _NEAR_END)
    ends = [found.end() for found in _ENDS.finditer(body, nearest, end)]
    return ends[-1] if ends else end


def place_of(index: Index, article: Article, around: str) -> int | None:
    """Where *around* stands in an article, or most of its words stand together first; None if none does."""
    body = article.body
    lower = body.lower()
    exact = lower.find(around.lower()) if len(lower) == len(body) else body.find(around)
    if exact >= 0:
        return exact
    ranges = index.highlights(around, body, article.title)
    words = [(start, body[start:end].lower()) for start, end in ranges]
    return max(_together(words), default=(0, None), key=lambda found: found[0])[1]


def _together(words: list[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """How many different words stand in the window that begins with each, and where that is."""
    for at, (start, _word) in enumerate(words):
        inside = {word for begin, word in words[at : at + _WINDOW] if begin - start < _WINDOW}
        yield len(inside), start


def _lead(body: str, place: int, share: int) -> int:
    """Where a passage around *place* begins: after a sentence, if one ends there."""
    begin = max(0, place - min(_BEFORE, share // 4))
    ends = [found.end() for found in _ENDS.finditer(body, begin, place)]
    return ends[0] if begin and ends else begin


def _answer(parts: tuple[_Part, ...], unknown: tuple[str, ...], around: str) -> Answer:
    values = {
        "total": len(parts),
        "articles": [_values(part) for part in parts],
        **without_empty({"unknown": list(unknown)}),
    }
    lines = [line for part in parts for line in _lines(part)]
    says = [f"{len(parts)} article{'s' if len(parts) > 1 else ''}."]
    says += [f"No article has the id {shown(name)}." for name in unknown]
    if lost := [str(number) for number, part in enumerate(parts, 1) if not part.is_found]:
        says.append(
            f"Nothing of {shown(clean_line(around, 40))} in article {', '.join(lost)}: from its beginning."
        )
    ids = (part.article.id for part in parts)
    return make_answer(" ".join(says), lines, "\n".join(map(_rest, parts, range(1, len(parts) + 1))), values, ids)


def _values(part: _Part) -> dict[str, Any]:
    return {
        **facts_of(part.article, url=True),
        **without_empty({"other_titles": texts_of(part.article.other_titles, _TITLES, _TITLE)}),
        "body": part.text,
        "offset": part.start,
        "length": len(part.article.body),
        **without_empty({"next_offset": part.following}),
    }


def _lines(part: _Part) -> list[str]:
    facts = facts_of(part.article, url=True)
    cut_before = f"[from character {part.start:,}]" if part.start else ""
    return [line for line in (*head_of(facts), facts.get("url", ""), cut_before, part.text) if line]


def _rest(part: _Part, number: int) -> str:
    """What of an article is shown, and how to get the rest."""
    length = len(part.article.body)
    shows = f"Article {number}: characters {part.start:,}-{part.end:,} of {length:,}"
    before = "; before that: offset=0" if part.start else ""
    if part.following is None:
        return f"{shows}, to its end{before}."
    return f"{shows}; {length - part.end:,} are left: fetch its id with offset={part.following}{before}."
