"""Documents -> the bytes of a segment. Runs in worker processes; the writer puts the segments together.

The character channel of many texts is made at a time, as arrays: what `scripts.characters` says, without a Python
loop over characters. A text is an array of code points. A Han character or a sign is a token of its own and is
known by its code point; only runs of two and more letters or digits become strings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs

from searchkit.analysis.scripts import KINDS, kind_of
from searchkit.bm25f import FIELD_B
from searchkit.engines.article_codec import pack_article
from searchkit.engines.base import Document
from searchkit.engines.whoosh.fields import CLOCK, NO_DATE, bigrams_of, characters_of, left_of
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.doc_store import LARGEST
from searchkit.engines.whoosh.segment.postings import FieldFacts
from searchkit.engines.whoosh.segment.postings_writer import Postings, Terms, invert, invert_texts
from searchkit.engines.whoosh.segment.segment_file import Content, FieldContent, segment_bytes
from searchkit.errors import ArticleError
from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS

_ROW_BITS = 21
FIRST_RUN = 0x110000
_UNKNOWN = 255
_SPACE, _HAN = KINDS.index("space"), KINDS.index("single")
_IS_ALONE = np.array([kind in ("space", "single", "sign") for kind in KINDS])
_kinds = np.full(0x110000, _UNKNOWN, np.uint8)
"""What each code point is; filled as code points are met."""


def pack(documents: Sequence[Document]) -> bytes:
    """A segment with *documents*, in their order.

    Raises:
        ArticleError: one is larger than can be read back; the message names it.
    """
    fields: dict[str, FieldContent] = {}
    for name in KEYWORDS:
        fields[name] = _keywords([tuple(dict.fromkeys(d.keywords.get(name, ()))) for d in documents])
    for name in FIELD_NAMES:
        fields[name] = _words([d.words.get(name, []) for d in documents], FIELD_B[name])
    for name in CHARACTER_FIELDS:
        columns = character_columns([d.texts.get(name, "") for d in documents])
        b = FIELD_B.get(name, 0.0)
        fields[characters_of(name)] = _characters(columns, len(documents), b)
        if name in FIELD_NAMES:
            fields[bigrams_of(name)] = _bigrams(columns, len(documents), b)
    _leave_out(fields, [d.boilerplate for d in documents])
    clocks = [NO_DATE if d.clock is None else d.clock for d in documents]
    facts = {CLOCK: np.array(clocks, np.int64)}
    return segment_bytes(Content(len(documents), fields, _stored(documents), facts, _vectors(documents)))


def _leave_out(fields: dict[str, FieldContent], boilerplate: Sequence[str]) -> None:
    """Add to *fields* what of the body does not rank, and take it off the lengths that rank."""
    columns = character_columns(boilerplate)
    for name, make in ((characters_of("body"), _characters), (bigrams_of("body"), _bigrams)):
        whole, left = fields[name], make(columns, len(boilerplate), 0.0)
        lengths = whole.lengths - left.lengths
        furthest = max(0, int(whole.lengths.max(initial=0)) - 1) if whole.facts.positions else 0
        facts = replace(whole.facts, total=int(lengths.sum()), furthest=furthest)
        fields[name] = FieldContent(whole.postings, lengths, facts)
        unranked = FieldFacts(positions=False)
        fields[left_of(name)] = FieldContent(structs.replace(left.postings, positions=None), 0 * lengths, unranked)


def _stored(documents: Sequence[Document]) -> Iterator[bytes]:
    for document in documents:
        data = pack_article(document.article)
        if len(data) > LARGEST:
            what = f"{len(data):,} bytes with its title and tags; an index holds at most {LARGEST:,}"
            raise ArticleError(f"{document.article.id}: {what} of one article")
        yield data


def _vectors(documents: Sequence[Document]) -> Array:
    """The vectors, a row a document; where there is none, zeros."""
    width = max((len(document.vector) for document in documents), default=0)
    joined = b"".join(document.vector.ljust(width, b"\0") for document in documents)
    return np.frombuffer(joined, np.uint8).reshape(len(documents), width)


def _keywords(values: Sequence[Sequence[str]]) -> FieldContent:
    postings = invert_texts(values)
    return FieldContent(postings, np.zeros(len(values), np.uint8), FieldFacts(positions=False))


def _words(texts: Sequence[Sequence[str]], b: float) -> FieldContent:
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return _ranked(invert_texts(texts), lengths, b)


def _ranked(postings: Postings, lengths: Array, b: float) -> FieldContent:
    facts = FieldFacts(positions=postings.positions is not None, b=b, total=int(lengths.sum()))
    return FieldContent(postings, lengths, facts)


def _characters(columns: CharacterColumns, documents: int, b: float) -> FieldContent:
    """The character channel, with positions."""
    met = np.zeros(FIRST_RUN + len(columns.runs), bool)
    met[columns.tokens] = True
    points = np.flatnonzero(met)
    texts = [chr(n) if n < FIRST_RUN else columns.runs[n - FIRST_RUN] for n in points.tolist()]
    order = sorted(range(len(texts)), key=texts.__getitem__)
    ranks = np.empty(met.size, np.int32)
    ranks[points[order]] = np.arange(len(order))
    terms = Terms.of([texts[at].encode("utf-8", "surrogatepass") for at in order])
    lengths = np.bincount(columns.rows, minlength=documents)
    starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return _ranked(invert(terms, ranks[columns.tokens], columns.rows, starts), lengths, b)


def _bigrams(columns: CharacterColumns, documents: int, b: float) -> FieldContent:
    """Pairs of Han characters that follow each other, whatever white space is between them.

    A pair and its document make one number of 63 bits, so that counting is sorting numbers.
    """
    first = np.flatnonzero(
        columns.is_han[:-1] & columns.is_han[1:] & (columns.rows[:-1] == columns.rows[1:])
        if columns.rows.size
        else np.zeros(0, bool)
    )
    tokens, rows = columns.tokens, columns.rows[first]
    keys = (((tokens[first] << 21) | tokens[first + 1]) << _ROW_BITS) | rows
    keys.sort()
    changes = np.flatnonzero(np.diff(keys, prepend=-1))
    pairs, frequencies = keys[changes] >> _ROW_BITS, np.diff(np.append(changes, keys.size))
    firsts = np.flatnonzero(np.diff(pairs, prepend=-1))
    counts = np.diff(np.append(firsts, pairs.size))
    postings = Postings(_pair_terms(pairs[firsts]), counts, keys[changes] & ((1 << _ROW_BITS) - 1), frequencies)
    return _ranked(postings, np.bincount(rows, minlength=documents), b)


def _pair_terms(pairs: Array) -> Terms:
    points = np.stack((pairs >> 21, pairs & ((1 << 21) - 1)), axis=1)
    text = points.astype("<u4").tobytes().decode("utf-32-le")
    return Terms(text.encode(), np.cumsum((3 + (points > 0xFFFF)).sum(axis=1)))


@dataclass(frozen=True, slots=True)
class CharacterColumns:
    """The tokens of some texts in a row: for each token its code point or, from `FIRST_RUN` on, the number of a
    run; which text it is in; whether it is a Han character. `runs` are the distinct runs by number."""

    tokens: Array
    rows: Array
    is_han: Array
    runs: list[str]


def character_columns(texts: Sequence[str]) -> CharacterColumns:
    """The character channel of *texts*, which are folded and case-folded."""
    joined = "\n".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = _kinds_of(points)
    goes_on = np.zeros(points.size, bool)
    goes_on[1:] = (kinds[1:] == kinds[:-1]) & ~_IS_ALONE[kinds[1:]]
    starts = np.flatnonzero((kinds != _SPACE) & ~goes_on)
    tokens = points[starts].astype(np.int64)
    tokens, runs = _with_runs(tokens, starts, joined, goes_on)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    first_of_text = np.cumsum(lengths + 1) - (lengths + 1)
    counts = np.diff(np.append(np.searchsorted(starts, first_of_text), starts.size))
    return CharacterColumns(tokens, np.repeat(np.arange(len(texts)), counts), kinds[starts] == _HAN, runs)


def _with_runs(tokens: Array, starts: Array, text: str, goes_on: Array) -> tuple[Array, list[str]]:
    """*tokens* with every run of several letters or digits replaced by its number; and the distinct runs."""
    following = np.append(goes_on, False)[starts + 1] if starts.size else np.zeros(0, bool)
    at = np.flatnonzero(following)
    stops = np.flatnonzero(~goes_on)
    begins = starts[at]
    ends = np.append(stops, goes_on.size)[np.searchsorted(stops, begins, "right")]
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    found = [numbers[text[begin:end]] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    tokens[at] = np.array(found, np.int64) + FIRST_RUN
    return tokens, list(numbers)


def _kinds_of(points: Array) -> Array:
    for point in np.unique(points[_kinds[points] == _UNKNOWN]).tolist():
        _kinds[point] = KINDS.index(kind_of(chr(point)))
    return _kinds[points]
