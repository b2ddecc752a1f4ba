"""Arrays in a file, posting lists out of terms, segments and their merging."""

from __future__ import annotations

import gc
import random
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from searchkit.engines.whoosh.segment.array_directory import OutdatedFile
from searchkit.engines.whoosh.segment.array_file import Array, ArrayFile, ArrayFileWriter
from searchkit.engines.whoosh.segment.merger import Source, merge
from searchkit.engines.whoosh.segment.postings import FieldFacts
from searchkit.engines.whoosh.segment.postings_writer import invert_texts
from searchkit.engines.whoosh.segment.safe_io import DamagedFile
from searchkit.engines.whoosh.segment.segment_file import (
    VECTORS,
    Content,
    FieldContent,
    SegmentFile,
    segment_bytes,
)
from searchkit.engines.whoosh.segment_builder import character_columns
from tests.reliability.forging import read_arrays, write_arrays

Texts = list[list[str]]


def arrays(**values: Any) -> bytes:
    stream = BytesIO()
    writer = ArrayFileWriter(stream)
    for name, value in values.items():
        writer.put(name, value)
    writer.finish({"of": "a test"})
    return stream.getvalue()


def test_a_value_that_could_not_be_read_back_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.segment.doc_store.LARGEST", 100)
    with pytest.raises(ValueError, match="cannot store 101 bytes of one document; 100 is the most"):
        segment_bytes(Content(1, {}, [b"x" * 101]))
    assert SegmentFile(segment_bytes(Content(1, {}, [b"x" * 100]))).stored[0] == b"x" * 100


@pytest.mark.parametrize("name", ["stored/last", "stored/block_ends"])
def test_blocks_of_stored_values_are_not_copied_more_than_once(name: str) -> None:
    stored = [b"x" * 5_000] * 200
    arrays_of_it, facts = read_arrays(segment_bytes(Content(len(stored), {}, stored)))
    ends = arrays_of_it[name].copy()
    ends[0::2], ends[1::2] = ends[-1], 0
    forged = write_arrays({**arrays_of_it, name: ends}, facts)
    with pytest.raises(DamagedFile, match="stored values stand nowhere"):
        merge([Source(SegmentFile(forged))], BytesIO())


def test_arrays_are_read_as_they_were_written() -> None:
    file = ArrayFile(arrays(numbers=np.arange(100_000, dtype=np.uint32), empty=np.zeros(0), text="中文".encode()))
    assert file.facts == {"of": "a test"}
    assert file.column("numbers").cut(70_000, 70_003).tolist() == [70_000, 70_001, 70_002]
    assert file.column("empty").whole().size == 0
    assert file.column("text").whole().tobytes().decode() == "中文"
    assert file.damaged_pages() == []


@pytest.mark.parametrize("at", [64, 20_000, 399_000, -10, -200])
def test_a_changed_byte_is_noticed_at_once_or_when_it_is_read(at: int) -> None:
    data = bytearray(arrays(numbers=np.arange(100_000, dtype=np.uint32)))
    data[at] ^= 1
    with pytest.raises(DamagedFile):
        ArrayFile(bytes(data)).column("numbers").whole()


@pytest.mark.parametrize("size", [0, 5, 100, 399_999])
def test_a_file_that_was_cut_short_is_noticed(size: int) -> None:
    with pytest.raises(DamagedFile):
        ArrayFile(arrays(numbers=np.arange(100_000, dtype=np.uint32))[:size])


def test_another_version_is_told_apart_from_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    data = arrays(numbers=np.arange(10))
    damaged = bytearray(data)
    damaged[8] += 1
    with pytest.raises(DamagedFile):
        ArrayFile(bytes(damaged))
    monkeypatch.setattr("searchkit.engines.whoosh.segment.array_directory.VERSION", 99)
    with pytest.raises(OutdatedFile):
        ArrayFile(data)


def vectors(texts: Texts, width: int) -> Array:
    return np.array([len(text) % 255 + 1 for text in texts for _ in range(width)], np.uint8).reshape(
        len(texts), width
    )


def segment(texts: Texts, width: int = 0) -> SegmentFile:
    lengths = np.array([len(text) for text in texts])
    fields = {}
    for name, terms in (("words", texts), ("initials", [[term[:1] for term in text] for text in texts])):
        postings = invert_texts(terms, positions=True)
        fields[name] = FieldContent(postings, lengths, FieldFacts(True, total=int(lengths.sum())))
    stored = [f"{number} ".encode() * number * 50 for number in range(len(texts))]
    columns = {"number": np.arange(len(texts))}
    return SegmentFile(segment_bytes(Content(len(texts), fields, stored, columns, vectors(texts, width))))


def occurrences(texts: Texts) -> dict[bytes, dict[int, list[int]]]:
    found: dict[bytes, dict[int, list[int]]] = {}
    for number, text in enumerate(texts):
        for position, term in enumerate(text):
            found.setdefault(term.encode(), {}).setdefault(number, []).append(position)
    return found


def assert_holds(file: SegmentFile, texts: Texts) -> None:
    for name, terms in (("words", texts), ("initials", [[term[:1] for term in text] for text in texts])):
        field, expected = file.fields[name], occurrences(terms)
        assert list(field.terms()) == sorted(expected)
        for number, term in enumerate(sorted(expected)):
            assert field.find(term) == number
            span = field.span(number)
            assert field.documents(*span).tolist() == sorted(expected[term])
            assert field.frequencies(*span).tolist() == [len(one) for _, one in sorted(expected[term].items())]
            positions = [position for _, one in sorted(expected[term].items()) for position in one]
            assert field.positions(*field.occurrences(number)).tolist() == positions
        assert field.find(b"nowhere") == -1


def make_texts(dice: random.Random) -> Texts:
    words = [dice.choice("甲乙丙abc") + "x" * dice.randint(0, 12) + str(dice.randint(0, 30)) for _ in range(60)]
    words += ["aaaaaaaa", "aaaaaaaab", "aaaaaaaa\0", "a", "a\0", "a\0b", "ab", "甲乙丙"]  # eight bytes; zeros
    sizes = [dice.choice([0, 3, 50, 900]) for _ in range(dice.randint(1, 12))]
    return [[dice.choice(words) for _ in range(size)] for size in sizes]


def test_the_terms_of_texts_are_let_go_without_the_collector() -> None:
    """A process that packs one batch after the other would hold those of several."""
    gc.disable()
    try:
        for _ in range(2):  # the first time other things are made that go away
            gc.collect()
            invert_texts([["月", "亮"], ["月"]], positions=True)
            character_columns(["apple pie", "pie"])
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.parametrize("seed", range(6))
def test_merging_gives_the_segment_that_would_have_been_written(seed: int) -> None:
    dice = random.Random(seed)
    parts = [make_texts(dice) for _ in range(4)]
    widths = [seed % 3 and (5, 5, 0, 5)[n] for n in range(4)]  # of a segment from before there were vectors
    files = [segment(texts, width) for texts, width in zip(parts, widths, strict=True)]
    for file, texts in zip(files, parts, strict=True):
        assert_holds(file, texts)
    gone = [frozenset(n for n in range(len(texts)) if seed % 2 and dice.random() < 0.3) for texts in parts]
    stream = BytesIO()
    merge([Source(file, deleted) for file, deleted in zip(files, gone, strict=True)], stream)
    left = [(t, n) for texts, g in zip(parts, gone, strict=True) for n, t in enumerate(texts) if n not in g]
    merged = SegmentFile(stream.getvalue())
    assert_holds(merged, [text for text, _ in left])
    assert [merged.stored[at] for at in range(merged.size)] == [f"{n} ".encode() * n * 50 for _, n in left]
    assert merged.column("number").whole().tolist() == [n for _, n in left]
    sizes = [len(texts) - len(g) for texts, g in zip(parts, gone, strict=True)]
    having = np.repeat(widths, sizes).tolist()
    expected = [bytes([len(text) % 255 + 1]) * width for (text, _), width in zip(left, having, strict=True)]
    assert [merged.vector(at) for at in range(merged.size)] == expected


def test_vectors_that_are_not_of_all_documents_are_damage() -> None:
    parts, facts = read_arrays(segment_bytes(Content(2, {}, [b"a", b"b"], vectors=np.ones((2, 3), np.uint8))))
    parts[VECTORS] = np.ones(7, np.uint8)
    with pytest.raises(DamagedFile, match="2 documents, but 7 bytes of vectors"):
        SegmentFile(write_arrays(parts, facts))


@pytest.mark.parametrize("last", [256, 300])  # numbers of documents take a byte, or two
def test_frequencies_of_some_documents_are_those_of_the_whole_list(last: int) -> None:
    texts = [["数据"] * (number % 20) + ["分析"] * (number == 3) if number < last else [] for number in range(300)]
    field = segment(texts).fields["words"]
    for term in ("数据", "分析"):
        expected = np.array([text.count(term) for text in texts])
        for among in (np.arange(300), np.array([0, 3, 19, 255, 259, 299]), np.array([], np.int64)):
            assert field.frequencies_among(field.find(term.encode()), among).tolist() == expected[among].tolist()
