"""The schema of an index as Whoosh sees it, and what queries of Whoosh are analysed by, as the articles were.

These classes are named in the table of contents that Whoosh unpickles, so their names and attributes are part of
the format of an index.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

from whoosh import fields, formats
from whoosh.analysis import Analyzer, Token
from whoosh.columns import RefBytesColumn

from searchkit.analysis.analyzer import Analyzer as Pipeline
from searchkit.analysis.normalize import fold_case, fold_with_offsets, title_key
from searchkit.analysis.scripts import RUN, TOKEN, characters, is_han
from searchkit.engines.whoosh.fields import LEFT, bigrams_of, characters_of
from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS

DATE = "date"
NO_MOMENT = (1 << 64) - 1
"""What the column of dates has where an article has none, as that of any `DATETIME` of Whoosh."""
STORED = ("id", "title", "tags", "categories", "author", DATE, "url", "body")
"""The fields of a hit."""
Place = tuple[int, int, str]
"""Where a term begins and ends in a text, and the term."""


class TermAnalyzer(Analyzer):
    """Text -> tokens with positions 0, 1, 2, …; a piece of a word, such as a prefix, is only folded."""

    def terms(self, text: str) -> list[str]:
        """The terms of *text* in their order."""
        raise NotImplementedError

    def places(self, folded: str) -> list[Place]:
        """The terms of a text that is folded, with their places in it."""
        return [(0, len(folded), term) for term in self.terms(folded)]

    def whole(self, text: str) -> str:
        """A piece of a term as it is in the index."""
        return fold_case(text)

    def __call__(
        self, value: str, chars: bool = False, tokenize: bool = True, start_pos: int = 0, **options: Any
    ) -> Iterator[Any]:
        if not tokenize:
            found = [(0, len(value), self.whole(value))]
        elif chars:
            folded, offsets = fold_with_offsets(value)
            found = [(offsets[start], offsets[end], term) for start, end, term in self.places(folded)]
        else:
            found = [(0, 0, term) for term in self.terms(value)]
        token = Token(chars=chars, **options)
        for position, (start, end, term) in enumerate(found, start_pos):
            token.text = token.original = term
            token.pos, token.boost, token.stopped = position, 1.0, False
            token.startchar, token.endchar = start, end
            yield token


class WordAnalyzer(TermAnalyzer):
    """The word channel, with the words of the user's dictionary that the index was built with."""

    def __init__(self, user_words: tuple[str, ...] = ()) -> None:
        self.user_words = user_words

    def terms(self, text: str) -> list[str]:
        return _pipeline(self.user_words).words(text)

    def places(self, folded: str) -> list[Place]:
        """Every place of a run of words where one of its terms is, the longest first."""
        found: list[Place] = []
        for run in RUN.finditer(folded):
            text = run[0].casefold()
            for term in dict.fromkeys(self.terms(run[0])) if len(text) == len(run[0]) else ():
                starts = (run.start() + one.start() for one in re.finditer(re.escape(term), text))
                found += [(start, start + len(term), term) for start in starts]
        return sorted(found, key=lambda place: (place[0], -place[1]))


class CharacterAnalyzer(TermAnalyzer):
    """The character channel: a token for each Han character, each run of letters or of digits, each sign."""

    def terms(self, text: str) -> list[str]:
        return characters(fold_case(text))

    def places(self, folded: str) -> list[Place]:
        return [(found.start(), found.end(), found[0].casefold()) for found in TOKEN.finditer(folded)]


class BigramAnalyzer(TermAnalyzer):
    """Pairs of Han characters that follow each other."""

    def terms(self, text: str) -> list[str]:
        return [a + b for a, b in pairwise(characters(fold_case(text))) if is_han(a[0]) and is_han(b[0])]


class KeywordAnalyzer(TermAnalyzer):
    """A whole keyword: as it is written, or as *fold* makes it."""

    def __init__(self, fold: Callable[[str], str] = str) -> None:
        self.fold = fold

    def terms(self, text: str) -> list[str]:
        return [self.fold(text)]

    def whole(self, text: str) -> str:
        return self.fold(text)


@lru_cache(maxsize=4)
def _pipeline(user_words: tuple[str, ...]) -> Pipeline:
    """Whoosh reads the schema again for every reader; the dictionary is loaded once."""
    return Pipeline(user_words)


class DateField(fields.DATETIME):
    """The date of an article, to the second. Its terms and its column are made of the column of the segment."""

    def __init__(self) -> None:
        super().__init__(stored=True, sortable=True)
        self.shift_step = 0  # the terms are the moments only, none of them stands for a range

    def from_column_value(self, value: int) -> datetime | None:
        """The moment, None of an article without a date."""
        return None if value == NO_MOMENT else super().from_column_value(value)


def make_schema(user_words: Sequence[str] = ()) -> Any:
    """The schema of an index that was built with the words *user_words* of a dictionary."""
    schema = fields.Schema(date=DateField(), url=fields.STORED())
    scored = partial(fields.FieldType, scorable=True)
    words = WordAnalyzer(tuple(user_words))
    for name in FIELD_NAMES:
        schema.add(name, scored(formats.Frequency(), words, stored=True))
        schema.add(bigrams_of(name), scored(formats.Frequency(), BigramAnalyzer()))
    for name in LEFT:
        schema.add(name, fields.FieldType(formats.Frequency(), CharacterAnalyzer()))
    for name in map(characters_of, CHARACTER_FIELDS):
        options = {"stored": name in STORED, "multitoken_query": "phrase"}
        schema.add(name, scored(formats.Positions(), CharacterAnalyzer(), **options))
    for name in KEYWORDS:
        fold = title_key if name == "title_key" else fold_case if name.endswith("_key") else str
        options = {"stored": name in STORED, "unique": name == "id", "sortable": RefBytesColumn()}
        schema.add(name, fields.FieldType(formats.Existence(), KeywordAnalyzer(fold), **options))
    return schema
