"""`open_dir` takes a table of contents, and what lies beside it, for data."""

from __future__ import annotations

import pickle
from array import array
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields, index
from whoosh.columns import CompressedBytesColumn, PickleColumn

from searchkit.engines.whoosh.columnar import ColumnarWriter, open_dir
from searchkit.engines.whoosh.columnar.plain import DamagedFile
from searchkit.engines.whoosh.columnar.unpickling import plain_value, read_pickle


class Plant:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self._path,)


def make(folder: Path, schema: Any, **document: Any) -> None:
    with ColumnarWriter(index.create_in(str(folder), schema)) as writer:
        writer.add_document(**document)


def test_an_index_with_fields_of_every_kind_is_opened(tmp_path: Path) -> None:
    schema = fields.Schema(
        text=fields.TEXT(stored=True, vector=True),
        key=fields.ID(sortable=True),
        number=fields.NUMERIC(sortable=True),
        half=fields.NUMERIC(float),
        day=fields.DATETIME(sortable=True),
        is_new=fields.BOOLEAN(),
        words=fields.KEYWORD(commas=True),
        parts=fields.NGRAMWORDS(),
    )
    make(tmp_path, schema, text="one two two", number=5, half=0.5, key="a", words="x,y")
    opened = open_dir(tmp_path)
    assert repr(opened.schema) == repr(schema)
    with opened.searcher() as searcher:
        assert searcher.stored_fields(0) == {"text": "one two two"}
        assert list(searcher.reader().vector_as("frequency", 0, "text")) == [("one", 1), ("two", 2)]


def test_vectors_are_read_as_data(tmp_path: Path) -> None:
    make(tmp_path, fields.Schema(text=fields.TEXT(vector=True)), text="one two")
    (vectors,) = tmp_path.glob("*.vps")
    whole = vectors.read_bytes()
    at = whole.index(b"\x80")
    vectors.write_bytes(whole[:at] + pickle.dumps(Plant(tmp_path / "planted")) + whole[at:])
    with open_dir(tmp_path).reader() as reader, pytest.raises(DamagedFile, match="not allowed"):
        reader.vector(0, "text")
    assert not (tmp_path / "planted").exists()


@pytest.mark.parametrize(
    "column", [PickleColumn(CompressedBytesColumn()), CompressedBytesColumn(module="antigravity")]
)
def test_a_column_that_unpickles_or_imports_is_refused(tmp_path: Path, column: Any) -> None:
    schema = fields.Schema(text=fields.TEXT)
    make(tmp_path, schema, text="one")
    schema["text"].column_type = column
    index.TOC(schema, [], 2).write(index.FileIndex(index.open_dir(str(tmp_path)).storage).storage, "MAIN")
    with pytest.raises(DamagedFile, match="not allowed"):
        open_dir(tmp_path)


def test_segments_of_whooshs_own_are_refused(tmp_path: Path) -> None:
    with index.create_in(str(tmp_path), fields.Schema(text=fields.TEXT)).writer() as writer:
        writer.add_document(text="one")
    with pytest.raises(DamagedFile, match="not allowed"):
        open_dir(tmp_path)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"Nr\xff\xff\xff\xff.", "numbers more values"),
        (b"(" + b"0" * 5 + b".", "."),
        (b"N.N.", "goes on"),
        (b"N", "."),
        (b"]" + b"q\x00(h\x00h\x00t" * 40 + b".", "."),
        (b"\x82\x01.", "EXT1"),
        (b"Pid\n.", "PERSID"),
    ],
)
def test_a_pickle_that_asks_for_too_much_is_damage(data: bytes, why: str) -> None:
    with pytest.raises(DamagedFile, match=why):
        read_pickle(data, {}, "a file")


@pytest.mark.parametrize(
    "data",
    [
        b"}N" + b"2\x86" * 60 + b"Ns.",
        b"}N" + b"\x85" * 1_000_000 + b"Ns.",
        b"}(N" + b"2\x86" * 60 + b"Nu.",
        b"(N" + b"2\x86" * 60 + b"Nd.",
        b"\x8f(N" + b"2\x86" * 60 + b"\x90.",
        b"(N" + b"2\x86" * 60 + b"\x91.",
        b"}N" + b"2\x86" * 60 + b"q\x00Ns.",
        b"N" + b"2\x86" * 60 + b"\x940}h\x00Ns.",
        b"}N" + b"2\x86" * 60 + b"NbNs.",
        b"}N" + b"2\x86" * 60 + b"(eNs.",
        b"}\x8a\x08" + (2**61 - 1).to_bytes(8, "little") + b"Ns.",
    ],
)
def test_keys_that_take_for_ever_are_damage(data: bytes) -> None:
    with pytest.raises(DamagedFile, match="for a key"):
        read_pickle(data, {}, "a file")


def test_a_number_of_any_length_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "_MAIN_1.toc").write_bytes(b"\xff" * 2_000_000)
    with pytest.raises(DamagedFile, match="not a table of contents"):
        open_dir(tmp_path)


def test_plain_values_that_make_no_sense_are_damage() -> None:
    function = b"carray\narray\n"
    with pytest.raises(DamagedFile, match="a file: "):
        plain_value(function + b"(NtR.", {("array", "array"): array}, "a file")


def test_many_references_to_one_value_are_not_followed_without_end() -> None:
    data = b"(lp0\n" + b"".join(b"(g%d\ng%d\nlp%d\n" % (n, n, n + 1) for n in range(60)) + b"."
    with pytest.raises(DamagedFile, match="more parts"):
        read_pickle(data, {}, "a file")


def test_plain_values_are_read_back() -> None:
    value = [1, "x", (2.5, None), [b"y"]]
    assert plain_value(pickle.dumps(value), {}, "a file") == value
