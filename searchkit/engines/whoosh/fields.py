"""The Whoosh schema: how each channel of each field is stored.

Terms come analysed; the field types here only count them, so Whoosh's own analysis never runs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pickle import dumps

from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec
from whoosh.formats import pack_uint

from searchkit.schema import CATEGORY_FIELD, FIELD_NAMES, KEYWORDS

Posting = tuple[bytes, int, float, bytes]


class _Analysed(fields.FieldType):  # type: ignore[misc]  # Whoosh is not typed
    """A field whose value is a list of terms."""

    indexed = True
    stored = False
    scorable = False
    unique = False
    vector = None
    spelling = False
    sortable = False
    column_type = None
    multitoken_query = "default"
    analyzer = None

    def __init__(self) -> None:
        """Whoosh's own constructor wants an analyzer."""


class Words(_Analysed):
    """The word channel: how often each term occurs."""

    scorable = True

    def __init__(self) -> None:
        self.format = formats.Frequency()

    def index(self, value: Iterable[str], **_: object) -> Iterator[Posting]:
        for term, count in Counter(value).items():
            yield term.encode("utf-8", "replace"), count, float(count), pack_uint(count)


class Characters(_Analysed):
    """The character channel: where each term occurs, in Whoosh's own coding of positions."""

    def __init__(self) -> None:
        self.format = formats.Positions()

    def index(self, value: Iterable[str], **_: object) -> Iterator[Posting]:
        places: defaultdict[str, list[int]] = defaultdict(list)
        for position, term in enumerate(value):
            places[term].append(position)
        for term, positions in places.items():
            steps = [positions[0], *(b - a for a, b in pairwise(positions))]
            packed = pack_uint(len(positions)) + dumps(steps, 2)
            yield term.encode("utf-8", "replace"), len(positions), float(len(positions)), packed


class Keywords(_Analysed):
    """Values that are matched whole."""

    def __init__(self) -> None:
        self.format = formats.Existence()

    def index(self, value: Iterable[str], **_: object) -> Iterator[Posting]:
        for keyword in dict.fromkeys(value):
            yield keyword.encode("utf-8", "replace"), 1, 1.0, b""


NO_DATE = -(2**62)


def characters_of(field: str) -> str:
    """The Whoosh field with the character channel of *field*."""
    return f"{field}_characters"


def length_of(field: str) -> str:
    """The Whoosh column with the number of words in *field*."""
    return f"{field}_length"


def make_schema() -> fields.Schema:
    """The schema of a new index."""
    schema = fields.Schema(
        article_id=fields.COLUMN(columns.VarBytesColumn()),
        clock=fields.COLUMN(columns.NumericColumn("q", default=NO_DATE)),
        article=fields.STORED(),
        text=fields.STORED(),
    )
    for name in KEYWORDS:
        schema.add(name, Keywords())
    for name in FIELD_NAMES:
        schema.add(name, Words())
        schema.add(length_of(name), fields.COLUMN(columns.NumericColumn("I")))
    for name in (*FIELD_NAMES, CATEGORY_FIELD):
        schema.add(characters_of(name), Characters())
    return schema


def make_codec() -> W3Codec:
    """Whoosh's stock codec."""
    return W3Codec()
