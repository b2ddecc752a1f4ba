"""The schema of an index as Whoosh sees it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from whoosh import fields, formats
from whoosh.columns import RefBytesColumn

from searchkit.engines.whoosh.fields import bigrams_of, characters_of
from searchkit.engines.whoosh.whoosh_codec.analyzers import (
    BigramAnalyzer,
    CharacterAnalyzer,
    FoldedKeywordAnalyzer,
    KeywordAnalyzer,
    TitleKeyAnalyzer,
    WordAnalyzer,
)
from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS

DATE = "date"
NO_MOMENT = (1 << 64) - 1
"""What the column of dates has where an article has none, as that of any `DATETIME` of Whoosh."""
STORED = ("id", "title", "tags", "categories", "author", DATE, "url", "body")
"""The fields of a hit."""


class DateField(fields.DATETIME):  # type: ignore[misc]
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
    words = WordAnalyzer(tuple(user_words))
    for name in FIELD_NAMES:
        schema.add(name, _scored(formats.Frequency(), words, stored=True))
        schema.add(bigrams_of(name), _scored(formats.Frequency(), BigramAnalyzer()))
    for name in map(characters_of, CHARACTER_FIELDS):
        characters = formats.Positions()
        schema.add(
            name, _scored(characters, CharacterAnalyzer(), stored=name in STORED, multitoken_query="phrase")
        )
    for name in KEYWORDS:
        schema.add(name, _keyword(_keyword_analyzer(name), stored=name in STORED, unique=name == "id"))
    return schema


def _keyword_analyzer(name: str) -> KeywordAnalyzer:
    if name == "title_key":
        return TitleKeyAnalyzer()
    return FoldedKeywordAnalyzer() if name.endswith("_key") else KeywordAnalyzer()


def _scored(form: Any, analyzer: Any, **options: Any) -> Any:
    return fields.FieldType(form, analyzer, scorable=True, **options)


def _keyword(analyzer: Any, **options: Any) -> Any:
    return fields.FieldType(formats.Existence(), analyzer, sortable=RefBytesColumn(), **options)
