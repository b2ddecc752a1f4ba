"""Documents -> the bytes of a segment. Runs in worker processes; the writer puts the segments together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from searchkit.bm25f import FIELD_B
from searchkit.engines.article_codec import pack_article
from searchkit.engines.base import Document
from searchkit.engines.whoosh.character_columns import FIRST_RUN, CharacterColumns, character_columns
from searchkit.engines.whoosh.fields import CLOCK, NO_DATE, bigrams_of, characters_of
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.doc_store import LARGEST
from searchkit.engines.whoosh.segment.postings import FieldFacts
from searchkit.engines.whoosh.segment.postings_writer import Postings, Terms, invert, invert_texts
from searchkit.engines.whoosh.segment.segment_file import Content, FieldContent, no_lengths, segment_bytes
from searchkit.errors import ArticleError
from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS

_ROW_BITS = 21


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
    clocks = [NO_DATE if d.clock is None else d.clock for d in documents]
    return segment_bytes(Content(len(documents), fields, _stored(documents), {CLOCK: np.array(clocks, np.int64)}))


def _stored(documents: Sequence[Document]) -> Iterator[bytes]:
    for document in documents:
        data = pack_article(document.article)
        if len(data) > LARGEST:
            what = f"{len(data):,} bytes with its title and tags; an index holds at most {LARGEST:,}"
            raise ArticleError(f"{document.article.id}: {what} of one article")
        yield data


def _keywords(values: Sequence[Sequence[str]]) -> FieldContent:
    postings = invert_texts(values, range(len(values)), positions=False)
    return FieldContent(postings, no_lengths(len(values)), FieldFacts(positions=False))


def _words(texts: Sequence[Sequence[str]], b: float) -> FieldContent:
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return _ranked(invert_texts(texts, range(len(texts)), positions=False), lengths, b)


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
