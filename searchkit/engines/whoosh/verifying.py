"""Is a generation whole? What its files say of each other, beyond what each segment says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from searchkit.analysis.scripts import is_han
from searchkit.engines.keywords import keywords_of
from searchkit.engines.whoosh.columnar.arrays import Array
from searchkit.engines.whoosh.columnar.checking import problems, runs
from searchkit.engines.whoosh.columnar.field import Field
from searchkit.engines.whoosh.columnar.plain import STRANGE, DamagedFile
from searchkit.engines.whoosh.columnar.unpickling import described
from searchkit.engines.whoosh.fields import CHARACTER_FIELDS, CLOCK, NO_DATE, bigrams_of, characters_of
from searchkit.engines.whoosh.listing import CONTENTS, LISTING, MANIFEST, STATE, Listed, make_contents
from searchkit.engines.whoosh.part import Part, decode
from searchkit.model import Problem
from searchkit.query.planning import epoch
from searchkit.schema import FIELD_NAMES, KEYWORDS

_RANKED = (*FIELD_NAMES, *map(bigrams_of, FIELD_NAMES))
_PLACED = tuple(map(characters_of, CHARACTER_FIELDS))


def problems_of(generation: Path, parts: Sequence[Part]) -> Iterator[Problem]:
    """What is wrong with the segments *parts* of *generation*, and with the files beside them."""
    for part in parts:
        name = part.segment.file.name
        found = list(_told(name, problems(part.segment)))
        yield from found
        if not found:  # what is read next relies on the numbers that were checked
            yield from _told(name, _part(part))
    yield from _told(str(generation), _ids(parts))
    if generation.is_dir():  # it is gone when a newer one was published
        yield from _files(generation, parts)


def _told(path: str, reasons: Iterator[str]) -> Iterator[Problem]:
    """*reasons*, and what goes wrong while they are looked for as the last one."""
    try:
        yield from (Problem(path, reason) for reason in reasons)
    except DamagedFile as error:
        yield Problem(path, str(error).removeprefix(f"{path}: "))
    except OSError as error:
        yield Problem(path, error.strerror or str(error))
    except STRANGE as error:
        yield Problem(path, f"has numbers that make no sense ({type(error).__name__}: {error})")


def _files(generation: Path, parts: Sequence[Part]) -> Iterator[Problem]:
    known = {STATE, MANIFEST, LISTING, CONTENTS, *(Path(part.segment.file.name).name for part in parts)}
    for entry in sorted(generation.iterdir()):
        if entry.name not in known and not entry.name.startswith("."):
            yield Problem(str(entry), "does not belong to the index")
    contents = generation / CONTENTS
    yield from _told(str(contents), _contents(contents, parts))


def _contents(path: Path, parts: Sequence[Part]) -> Iterator[str]:
    """Where the table of contents differs from what would be written now."""
    from searchkit.engines.whoosh.columnar.opening import Contents, read_contents

    listed = [Listed(Path(part.segment.file.name).stem, part.deleted) for part in parts]
    there = read_contents(path)
    expected = Contents(make_contents(listed, [part.size for part in parts]), CONTENTS)
    if there.header != expected.header or described(there.segments) != described(expected.segments):
        yield f"names other segments than {LISTING}"
    if there.release == expected.release and described(there.schema) != described(expected.schema):
        yield "has another schema"


def _ids(parts: Sequence[Part]) -> Iterator[str]:
    seen: set[str] = set()
    for part in parts:
        for document in np.flatnonzero(part.alive).tolist():
            article_id = part.id(document)
            if article_id in seen:
                yield f"has two articles with the id {article_id}"
            seen.add(article_id)


def _part(part: Part) -> Iterator[str]:
    fields = part.segment.fields
    if fields.keys() != {*KEYWORDS, *_RANKED, *_PLACED} or part.segment.column_names != [CLOCK]:
        yield "has other fields than an index of articles"
        return
    if part.clocks.dtype.str != "<i8":
        yield "its dates are of another type"
        return
    for name, field in fields.items():
        if field.facts.positions != (name in _PLACED):
            yield f"{name}: has positions, or has none"
            return
        if not _is_text(field):
            yield f"{name}: a term is no text"
            return
    for name in KEYWORDS:
        if fields[name].facts.total:
            yield f"{name}: has lengths"
    for name in _RANKED:
        yield from (f"{name}: {problem}" for problem in _lengths(fields[name]))
    for name in CHARACTER_FIELDS:
        pairs = fields[bigrams_of(name)] if name in FIELD_NAMES else None
        yield from (f"{characters_of(name)}: {problem}" for problem in _text(fields[characters_of(name)], pairs))
    yield from _articles(part)


def _is_text(field: Field) -> bool:
    """Whether the terms are UTF-8, each by itself: all together are, and none begins within a character."""
    decode(field.text)
    lengths = field.term_lengths()
    starts = (np.cumsum(lengths) - lengths)[lengths > 0]
    return not (np.frombuffer(field.text, np.uint8)[starts] & 0xC0 == 0x80).any()


def _lengths(field: Field) -> Iterator[str]:
    start, end = field.span_of_all()
    counted = np.bincount(field.documents(start, end), field.frequencies(start, end), field.lengths.size)
    if (counted != field.lengths).any():
        yield "the lengths of documents are not those of their terms"


def _text(field: Field, pairs: Field | None) -> Iterator[str]:
    """Every place of every text has one character, and those that stand together are the *pairs* of it."""
    lengths = field.lengths.astype(np.int64)
    firsts = np.cumsum(lengths) - lengths
    text = np.full(int(lengths.sum()), -1, np.int32)
    placed = 0
    for low, high in runs(field):
        numbers = np.arange(low, high)
        starts, counts = field.lists_of(numbers)
        first, end = int(starts[0]), int(starts[-1] + counts[-1])
        frequencies = field.frequencies(first, end)
        documents = np.repeat(field.documents(first, end), frequencies)
        terms = np.repeat(np.repeat(numbers, counts), frequencies)
        starts, counts = field.occurrences_of(numbers)
        positions = field.positions(int(starts[0]), int(starts[-1] + counts[-1]))
        if (positions >= lengths[documents]).any():
            yield "a position is beyond the end of the text"
            return
        text[firsts[documents] + positions] = terms
        placed += positions.size
    if placed != text.size or (text < 0).any():
        yield "a place of a text has no character, or has two"
    elif pairs is not None:
        yield from _pairs(field, text, np.repeat(np.arange(lengths.size), lengths), pairs)


def _pairs(field: Field, text: Array, documents: Array, pairs: Field) -> Iterator[str]:
    han = np.array([is_han(decode(term)) for term in field.terms()], bool)[text]
    first = np.flatnonzero(han[:-1] & han[1:] & (documents[:-1] == documents[1:]))
    counted = np.bincount(documents[first], minlength=pairs.lengths.size)
    if (counted != pairs.lengths).any():
        yield "the pairs of characters are not those that stand together"


def _articles(part: Part) -> Iterator[str]:
    values = {name: _values(part, name) for name in KEYWORDS}
    for document in range(part.size):
        article = part.article(document)
        clock = epoch(article.date)
        if int(part.clocks[document]) != (NO_DATE if clock is None else clock):
            yield f"the stored article {document} has another date"
        for name, said in keywords_of(article).items():
            if sorted(set(said)) != values[name].get(document, []):
                yield f"the stored article {document} is filed under another {name}"


def _values(part: Part, name: str) -> dict[int, list[str]]:
    """The terms of a keyword field by document, sorted."""
    found: dict[int, list[str]] = {}
    field = part.segment.fields[name]
    for number, term in enumerate(field.terms()):
        for document in field.documents(*field.span(number)).tolist():
            found.setdefault(document, []).append(decode(term))
    return {document: sorted(terms) for document, terms in found.items()}
