"""How the channels of an article are laid out in a segment.

title, tags, author, body          the word channel
body_characters, …; categories     the character channel: all tokens; those that are not Han have positions
body_bigrams, …                    its Han characters with positions, each together with the one that follows
body_characters_left, …            what of the two is in lines that do not rank: it is taken off the frequencies
tag, category, id, …               keywords, matched whole
clock                              a column: the date, in seconds since 1970
"""

from __future__ import annotations

from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS

NO_DATE = -(2**62)
CLOCK = "clock"


def characters_of(field: str) -> str:
    """The Whoosh field with the tokens of *field*."""
    return f"{field}_characters" if field in FIELD_NAMES else field


def bigrams_of(field: str) -> str:
    """The Whoosh field with the Han bigrams of *field*."""
    return f"{field}_bigrams"


def left_of(stored: str) -> str:
    """The Whoosh field with what of *stored*, a field of the body, does not rank."""
    return f"{stored}_left"


LEFT = (left_of(characters_of("body")), left_of(bigrams_of("body")))
FIELDS = frozenset({
    *KEYWORDS, *FIELD_NAMES, *map(bigrams_of, CHARACTER_FIELDS), *map(characters_of, CHARACTER_FIELDS), *LEFT,
})  # fmt: skip
"""What every segment has, whether or not a document has it."""
