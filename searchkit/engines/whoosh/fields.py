"""How the channels of an article are laid out in a segment, and the schema that tells Whoosh of them.

title, tags, author, body          the word channel
body_characters, …                 the character channel, with positions: phrases
body_bigrams, …                    two Han characters one after the other: ranking, and short phrases at once
tag, category, id, …               keywords, matched whole
clock                              a column: the date, in seconds since 1970
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchkit.schema import CATEGORY_FIELD, FIELD_NAMES, KEYWORDS

if TYPE_CHECKING:
    from whoosh.fields import Schema

NO_DATE = -(2**62)
CLOCK = "clock"
CHARACTER_FIELDS = (*FIELD_NAMES, CATEGORY_FIELD)


def characters_of(field: str) -> str:
    """The Whoosh field with the character channel of *field*."""
    return f"{field}_characters"


def bigrams_of(field: str) -> str:
    """The Whoosh field with the Han bigrams of *field*."""
    return f"{field}_bigrams"


FIELDS = frozenset({
    *KEYWORDS, *FIELD_NAMES, *map(bigrams_of, FIELD_NAMES), *map(characters_of, CHARACTER_FIELDS),
})  # fmt: skip
"""What every segment has, whether or not a document has it."""


def make_schema() -> Schema:
    """The schema of an index, for programs that open it with Whoosh.

    Words and keywords are given to it as they are; nothing is analysed by Whoosh.
    """
    from whoosh import analysis, fields, formats

    schema = fields.Schema(article=fields.STORED(), text=fields.STORED())
    whole, lower = analysis.IDAnalyzer(), analysis.IDAnalyzer(lowercase=True)
    for name in KEYWORDS:
        schema.add(name, fields.FieldType(formats.Existence(), whole))
    for name in FIELD_NAMES:
        schema.add(name, fields.FieldType(formats.Frequency(), lower, scorable=True))
        schema.add(bigrams_of(name), fields.FieldType(formats.Frequency(), whole, scorable=True))
    for name in CHARACTER_FIELDS:
        schema.add(characters_of(name), fields.FieldType(formats.Positions(), lower, scorable=True))
    return schema
