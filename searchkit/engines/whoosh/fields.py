"""How the channels of an article are laid out in a segment.

title, tags, author, body          the word channel
body_characters, …                 the character channel, with positions: phrases
categories                         the same, of a field that has no word channel
body_bigrams, …                    two Han characters one after the other: ranking, and short phrases at once
body_characters_left, …            what of the two is in lines that do not rank: it is taken off the frequencies
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


def left_of(stored: str) -> str:
    """The Whoosh field with what of *stored*, a field of the body, does not rank."""
    return f"{stored}_left"


LEFT = (left_of(characters_of("body")), left_of(bigrams_of("body")))
FIELDS = frozenset({
    *KEYWORDS, *FIELD_NAMES, *map(bigrams_of, FIELD_NAMES), *map(characters_of, CHARACTER_FIELDS), *LEFT,
})  # fmt: skip
"""What every segment has, whether or not a document has it."""
