"""How the channels of an article are laid out in a segment.

title, tags, author, body          the word channel
body_characters, …                 the character channel, with positions: phrases
categories                         the same, of a field that has no word channel
body_bigrams, …                    two Han characters one after the other: ranking, and short phrases at once
tag, category, id, …               keywords, matched whole
clock                              a column: the date, in seconds since 1970
"""

from __future__ import annotations

from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS

NO_DATE = -(2**62)
CLOCK = "clock"


def characters_of(field: str) -> str:
    """The Whoosh field with the character channel of *field*."""
    return f"{field}_characters" if field in FIELD_NAMES else field


def bigrams_of(field: str) -> str:
    """The Whoosh field with the Han bigrams of *field*."""
    return f"{field}_bigrams"


FIELDS = frozenset({
    *KEYWORDS, *FIELD_NAMES, *map(bigrams_of, FIELD_NAMES), *map(characters_of, CHARACTER_FIELDS),
})  # fmt: skip
"""What every segment has, whether or not a document has it."""
