"""Documents -> the bytes of a segment. Runs in worker processes; the writer puts the segments together.

The character channel of many texts is made at a time, as arrays: what `scripts.characters` says, without a Python
loop over characters. A text is an array of code points. A Han character or a sign is a token of its own and is
known by its code point; only runs of two and more letters or digits become strings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

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
from searchkit.engines.whoosh.segment.postings_writer import NumberedTexts, Postings, Terms, invert, invert_texts
from searchkit.engines.whoosh.segment.segment_file import Content, FieldContent, segment_bytes
from searchkit.engines.whoosh.segment.term_dictionary import encode
from searchkit.errors import ArticleError
from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS

FIRST_RUN = 0x110000
_UNKNOWN = 255
_SPACE, _HAN = KINDS.index("space"), KINDS.index("single")
_IS_ALONE = np.array([kind in ("space", "single", "sign") for kind in KINDS])
_kinds = np.full(0x110000, _UNKNOWN, np.uint8)
"""What each code point is; filled as code points are met."""


def pack(made: Iterable[Document]) -> bytes:
    """A segment with the documents that are *made*, in their order. Their words, which are most of their memory,
    are numbered one document after the other.

    Raises:
        ArticleError: one is larger than can be read back; the message names it.
    """
    words = {name: NumberedTexts() for name in FIELD_NAMES}
    documents = [_without_words(document, words) for document in made]
    fields: dict[str, FieldContent] = {}
    for name in KEYWORDS:
        fields[name] = _keywords([tuple(dict.fromkeys(d.keywords.get(name, ()))) for d in documents])
    for name in FIELD_NAMES:
        fields[name] = _ranked(words[name].invert(), words[name].lengths, FIELD_B[name])
    for name in CHARACTER_FIELDS:
        columns = character_columns([d.texts.get(name, "") for d in documents])
        b = FIELD_B.get(name, 0.0)
        fields[characters_of(name)] = _characters(columns, len(documents), b)
        fields[bigrams_of(name)] = _bigrams(columns, len(documents), b)
    _leave_out(fields, [d.boilerplate for d in documents])
    clocks = [NO_DATE if d.clock is None else d.clock for d in documents]
    facts = {CLOCK: np.array(clocks, np.int64)}
    return segment_bytes(Content(len(documents), fields, _stored(documents), facts, _vectors(documents)))


def _without_words(document: Document, words: Mapping[str, NumberedTexts]) -> Document:
    """*document* without its words, which are added to *words*."""
    for name, numbered in words.items():
        numbered.add(document.words.get(name, []))
    return structs.replace(document, words={})


def _leave_out(fields: dict[str, FieldContent], boilerplate: Sequence[Sequence[str]]) -> None:
    """Add to *fields* what of the body does not rank, stretches of each document, and take it off the lengths that
    rank."""
    columns = character_columns([stretch for stretches in boilerplate for stretch in stretches])
    owners = np.repeat(np.arange(len(boilerplate)), list(map(len, boilerplate)))
    rows, bigrams = owners[columns.rows], _Bigrams(columns)
    for name, postings in (
        (characters_of("body"), invert(columns.terms, columns.tokens, rows)),
        (bigrams_of("body"), invert(bigrams.terms, bigrams.numbers[bigrams.pairs], rows[bigrams.pairs])),
    ):
        whole = fields[name]
        often = np.bincount(postings.documents, postings.frequencies, len(boilerplate)).astype(np.int64)
        lengths = whole.lengths - often
        facts = replace(whole.facts, total=int(lengths.sum()))
        fields[name] = structs.replace(whole, lengths=lengths, facts=facts)
        fields[left_of(name)] = FieldContent(postings, 0 * lengths, FieldFacts(positions=False))


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


def _ranked(postings: Postings, lengths: Array, b: float) -> FieldContent:
    return FieldContent(postings, lengths, FieldFacts(positions=False, b=b, total=int(lengths.sum())))


def _characters(columns: CharacterColumns, documents: int, b: float) -> FieldContent:
    """The tokens one by one, those that are not Han with positions."""
    lengths = np.bincount(columns.rows, minlength=documents)
    postings = invert(columns.terms, columns.tokens, columns.rows, columns.positions)
    placed = np.ones(len(columns.texts), bool)
    placed[columns.tokens[columns.is_han]] = False
    furthest = max(0, int(lengths.max(initial=0)) - 1)
    facts = FieldFacts(True, b=b, total=int(lengths.sum()), furthest=furthest)
    return FieldContent(postings.with_positions_of(placed), lengths, facts)


def _bigrams(columns: CharacterColumns, documents: int, b: float) -> FieldContent:
    """The Han characters with positions, each together with the one that follows it; lengths are in pairs."""
    bigrams, han = _Bigrams(columns), np.flatnonzero(columns.is_han)
    postings = invert(bigrams.terms, bigrams.numbers[han], columns.rows[han], columns.positions[han])
    pairs = np.bincount(columns.rows[bigrams.pairs], minlength=documents)
    furthest = int(columns.positions.max(initial=0))
    return FieldContent(postings, pairs, FieldFacts(True, b=b, total=int(pairs.sum()), furthest=furthest))


class _Bigrams:
    """The Han characters of some texts, each together with the one that follows it, whatever white space is
    between them: `numbers`, of which only those of Han mean anything, are in the order of the terms; `pairs` are
    the places of those that are two."""

    def __init__(self, columns: CharacterColumns) -> None:
        tokens, is_han = columns.tokens, columns.is_han
        han = np.flatnonzero(np.bincount(tokens[is_han], minlength=len(columns.texts)))
        order = np.zeros(len(columns.texts), np.int64)
        order[han] = np.arange(han.size)
        self._texts = np.array(["", *(columns.texts[at] for at in han.tolist())], object)
        self.pairs = np.flatnonzero(is_han[:-1] & is_han[1:] & (columns.rows[:-1] == columns.rows[1:]))
        self.numbers = order[tokens] * self._texts.size
        self.numbers[self.pairs] += order[tokens[self.pairs + 1]] + 1

    def terms(self, numbers: Array) -> Terms:
        """The terms with these *numbers*, which are distinct and ascending."""
        first, second = np.divmod(numbers, self._texts.size)
        texts = self._texts[first + 1] + self._texts[second]
        return Terms.of(list(map(encode, texts.tolist())))


@dataclass(frozen=True, slots=True)
class CharacterColumns:
    """The tokens of some texts in a row: for each which of *texts* it is, in which text it stands, and where, and
    whether it is a Han character. `texts` are the distinct tokens in the order of their bytes."""

    tokens: Array
    rows: Array
    positions: Array
    is_han: Array
    texts: list[str]

    def terms(self, numbers: Array) -> Terms:
        """The tokens with these *numbers*, which are all there are, as terms."""
        return Terms.of(list(map(encode, self.texts)))


def character_columns(texts: Sequence[str]) -> CharacterColumns:
    """The character channel of *texts*, which are folded and case-folded."""
    joined = "\n".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = _kinds_of(points)
    goes_on = np.zeros(points.size, bool)
    goes_on[1:] = (kinds[1:] == kinds[:-1]) & ~_IS_ALONE[kinds[1:]]
    starts = np.flatnonzero((kinds != _SPACE) & ~goes_on)
    tokens, runs = _with_runs(points[starts].astype(np.int64), starts, joined, goes_on)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    first_of_text = np.cumsum(lengths + 1) - (lengths + 1)
    counts = np.diff(np.append(np.searchsorted(starts, first_of_text), starts.size))
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), counts)
    positions = np.arange(rows.size, dtype=np.int32)
    positions -= np.repeat((np.cumsum(counts) - counts).astype(np.int32), counts)
    tokens, distinct = _in_order(tokens, runs)
    return CharacterColumns(tokens, rows, positions, kinds[starts] == _HAN, distinct)


def _in_order(tokens: Array, runs: list[str]) -> tuple[Array, list[str]]:
    """*tokens* as numbers in the order of their texts; and the distinct texts."""
    met = np.zeros(FIRST_RUN + len(runs), bool)
    met[tokens] = True
    points = np.flatnonzero(met)
    texts = [chr(n) if n < FIRST_RUN else runs[n - FIRST_RUN] for n in points.tolist()]
    order = sorted(range(len(texts)), key=texts.__getitem__)
    ranks = np.empty(met.size, np.int32)
    ranks[points[order]] = np.arange(len(order))
    return ranks[tokens], [texts[at] for at in order]


def _with_runs(tokens: Array, starts: Array, text: str, goes_on: Array) -> tuple[Array, list[str]]:
    """*tokens* with every run of several letters or digits replaced by its number; and the distinct runs."""
    following = np.append(goes_on, False)[starts + 1] if starts.size else np.zeros(0, bool)
    at = np.flatnonzero(following)
    stops = np.flatnonzero(~goes_on)
    begins = starts[at]
    ends = np.append(stops, goes_on.size)[np.searchsorted(stops, begins, "right")]
    numbers: defaultdict[str, int] = defaultdict(count().__next__)
    found = [numbers[text[begin:end]] for begin, end in zip(begins.tolist(), ends.tolist(), strict=True)]
    tokens[at] = np.array(found, np.int64) + FIRST_RUN
    return tokens, list(numbers)


def _kinds_of(points: Array) -> Array:
    for point in np.unique(points[_kinds[points] == _UNKNOWN]).tolist():
        _kinds[point] = KINDS.index(kind_of(chr(point)))
    return _kinds[points]
