"""`ColumnarWriter` does what Whoosh's writer does."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields, formats, index, query
from whoosh.analysis import SimpleAnalyzer, StemmingAnalyzer, StopFilter
from whoosh.filedb.filestore import RamStorage

from searchkit.engines.whoosh import columnar
from searchkit.engines.whoosh.columnar.codec import ColumnarCodec, ColumnarSegment
from searchkit.engines.whoosh.columnar.collector import search
from searchkit.engines.whoosh.columnar.plain import DamagedFile
from searchkit.engines.whoosh.columnar.writer import MERGE_TIERS, ColumnarWriter
from tests.engines.columnar.makers import Twins, make_schema

WORDS = ["a", "b", "c", "ha", "hb", "中", "文", "中文", "stopping", "the", "and"]
SPELLING = "spell_stemmed"


def rich_schema() -> Any:
    """Fields of all kinds."""
    return fields.Schema(
        title=fields.TEXT(stored=True, field_boost=2.0),
        gaps=fields.TEXT(analyzer=SimpleAnalyzer() | StopFilter(renumber=False)),
        key=fields.ID(stored=True, unique=True),
        tags=fields.KEYWORD(scorable=True),
        plain=fields.KEYWORD(),
        number=fields.NUMERIC(sortable=True, stored=True),
        stemmed=fields.TEXT(analyzer=StemmingAnalyzer(), spelling=True),
        when=fields.DATETIME(stored=True),
        loose=fields.TEXT(phrase=False),
        vector=fields.TEXT(vector=True, stored=True),
        flag=fields.BOOLEAN(stored=True),
    )


def rich_document(key: int, dice: random.Random) -> dict[str, Any]:
    def text(longest: int) -> str:
        return " ".join(dice.choice(WORDS) for _ in range(dice.randint(0, longest)))

    document = {
        "title": text(4),
        "gaps": text(10),
        "tags": text(3),
        "plain": text(3),
        "number": dice.randint(-5, 5),
        "stemmed": text(5),
        "when": datetime(2020, 1, 1 + key % 28),
        "loose": text(8),
        "vector": text(4),
        "flag": bool(key % 2),
    }
    return {"key": str(key), **{name: value for name, value in document.items() if dice.random() > 0.2}}


def assert_same_content(stock: Any, columnar: Any) -> None:
    """See that two readers have the same documents, terms and postings.

    Whoosh files words for spelling under its first document, and has None for the length of a missing field.
    """
    assert stock.doc_count_all() == columnar.doc_count_all()
    assert list(stock.iter_docs()) == list(columnar.iter_docs())
    terms = [term for term in stock.all_terms() if term[0] != SPELLING]
    assert terms == [term for term in columnar.all_terms() if term[0] != SPELLING]
    for term in terms:
        assert_same_term(stock, columnar, term)
    for name in stock.schema.scorable_names():
        assert stock.field_length(name) == columnar.field_length(name)
        for number in range(stock.doc_count_all()):
            expected = stock.doc_field_length(number, name) or 0
            assert (columnar.doc_field_length(number, name) or 0) == expected
    for number in range(stock.doc_count_all()):
        assert stock.has_vector(number, "vector") == columnar.has_vector(number, "vector")
        if stock.has_vector(number, "vector"):
            assert list(stock.vector_as("weight", number, "vector")) == list(
                columnar.vector_as("weight", number, "vector")
            )


def assert_same_term(stock: Any, columnar: Any, term: tuple[str, bytes]) -> None:
    expected, found = stock.term_info(*term), columnar.term_info(*term)
    for fact in ("weight", "doc_frequency", "min_length", "max_length", "max_weight", "min_id", "max_id"):
        assert getattr(found, fact)() == getattr(expected, fact)(), (term, fact)
    assert columnar.frequency(*term) == stock.frequency(*term)
    one, other = stock.postings(*term), columnar.postings(*term)
    while one.is_active():
        assert (other.id(), other.weight(), other.value() or b"") == (one.id(), one.weight(), one.value() or b"")
        one.next()
        other.next()
    assert not other.is_active()


@pytest.mark.parametrize("seed", range(8))
def test_any_course_of_writing_leaves_the_same_index(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    twins = Twins(tmp_path, rich_schema())
    key = 0
    for _ in range(5):
        stock, columnar = writers = twins.write(budget=dice.choice([20, 10**6]), mixed=dice.random() < 0.3)
        for _ in range(dice.randint(0, 12)):
            document = rich_document(key if dice.random() < 0.8 else dice.randint(0, key), dice)
            key += 1
            method = dice.choice(["add_document", "update_document"])
            for writer in writers:
                getattr(writer, method)(**document)
        word = dice.choice(WORDS)
        assert stock.delete_by_term("loose", word) == columnar.delete_by_term("loose", word)
        ending = dice.choice([{"optimize": True}, {"merge": False}, {"merge": False}, None])
        for writer in writers:
            writer.cancel() if ending is None else writer.commit(**ending)
        with twins.stock.reader() as one, twins.columnar.reader() as other:
            assert_same_content(one, other)


def test_everything_can_be_merged_into_one_segment_with_columns(tmp_path: Path) -> None:
    dice = random.Random(3)
    twins = Twins(tmp_path, rich_schema())
    for mixed in (True, False, True):
        for writer, seed in zip(twins.write(mixed=mixed), (7, 7), strict=True):
            same = random.Random(seed)
            for key in range(10):
                writer.update_document(**rich_document(key, same))
            writer.commit(merge=False)
    twins.stock.optimize()
    ColumnarWriter(twins.columnar, budget=dice.randint(1, 9)).commit(optimize=True)
    (segment,) = twins.columnar._segments()
    assert isinstance(segment, ColumnarSegment)
    with twins.stock.reader() as one, twins.columnar.reader() as other:
        assert_same_content(one, other)


def test_sorting_and_grouping_work(tmp_path: Path) -> None:
    twins = Twins(tmp_path, rich_schema())
    for turn in range(3):
        for writer in twins.write():
            dice = random.Random(turn)
            for key in range(20):
                writer.add_document(**rich_document(key, dice))
            writer.commit(optimize=turn == 1, merge=False)
    with twins.stock.searcher() as stock, twins.columnar.searcher() as columnar:
        for options in ({"sortedby": "number"}, {"sortedby": "number", "reverse": True}, {"groupedby": "number"}):
            expected = stock.search(query.Every(), limit=None, **options)
            found = columnar.search(query.Every(), limit=None, **options)
            assert [n for _, n in found.top_n] == [n for _, n in expected.top_n]
            if "groupedby" in options:
                assert found.groups() == expected.groups()


def test_words_are_suggested(tmp_path: Path) -> None:
    twins = Twins(tmp_path, rich_schema())
    for writer in twins.write():
        writer.add_document(stemmed="stopping rain", title="corrector")
        writer.commit()
    with twins.stock.searcher() as stock, twins.columnar.searcher() as columnar:
        assert columnar.suggest("stemmed", "stoping") == stock.suggest("stemmed", "stoping") == ["stopping"]
        assert columnar.suggest("title", "correctr") == stock.suggest("title", "correctr") == ["corrector"]


def test_a_list_of_terms_is_taken_as_it_is(tmp_path: Path) -> None:
    ix = index.create_in(str(tmp_path), make_schema())
    with ColumnarWriter(ix) as writer:
        writer.add_document(body=["New York", "中 文"], key="1")
    with ix.searcher() as searcher:
        assert [hit["key"] for hit in search(searcher, query.Phrase("body", ["New York", "中 文"]))] == ["1"]


def test_an_index_in_memory_can_be_written_and_reopened() -> None:
    storage = RamStorage()
    with ColumnarWriter(storage.create_index(make_schema())) as writer:
        writer.add_document(body="a b", key="1")
    with storage.open_index().searcher() as searcher:
        assert [hit["key"] for hit in search(searcher, query.Term("body", "a"))] == ["1"]


def test_readers_of_a_segment_share_its_file(tmp_path: Path) -> None:
    ix = index.create_in(str(tmp_path), make_schema())
    with ColumnarWriter(ix) as writer:
        writer.add_document(body="a b", key="1")
    with ix.reader() as one, columnar.open_dir(tmp_path).reader() as other:
        assert one._terms.file is one._perdoc.file is other._terms.file


def test_a_document_with_a_value_that_cannot_be_stored_leaves_nothing_behind(tmp_path: Path) -> None:
    ix = index.create_in(str(tmp_path), fields.Schema(body=fields.TEXT, data=fields.STORED))
    with ColumnarWriter(ix) as writer:
        with pytest.raises(TypeError, match="cannot store"):
            writer.add_document(body="a", data=object())
        writer.add_document(body="b", data={"x": [1, 2.5, None, ("é", b"\0")], "when": datetime(2024, 5, 17)})
    with ix.searcher() as searcher:
        assert ("body", "a") not in searcher.reader()
        assert searcher.stored_fields(0)["data"] == {
            "x": [1, 2.5, None, ("é", b"\0")],
            "when": datetime(2024, 5, 17),
        }


@pytest.mark.parametrize(
    ("options", "message"),
    [({"_body_boost": 2.0}, "'body'.*boost"), ({"_boost": 2.0}, "'body'.*boost"), ({"body": 5}, "'body'.*5")],
)
def test_what_columns_cannot_hold_is_refused_by_name(
    options: dict[str, Any], message: str, tmp_path: Path
) -> None:
    ix = index.create_in(str(tmp_path), make_schema())
    writer = ColumnarWriter(ix)
    with pytest.raises(ValueError, match=message):
        writer.add_document(**{"body": "a", **options})
    writer.cancel()


def test_formats_with_more_than_positions_are_refused_by_name(tmp_path: Path) -> None:
    ix = index.create_in(
        str(tmp_path), fields.Schema(body=fields.FieldType(formats.Characters(), SimpleAnalyzer()))
    )
    writer = ColumnarWriter(ix)
    with pytest.raises(TypeError, match=r"'body'.*Characters"):
        writer.add_document(body="a")
    writer.cancel()


def test_whooshs_writer_with_the_codec_says_which_writer_to_take(tmp_path: Path) -> None:
    ix = index.create_in(str(tmp_path), make_schema())
    writer = ix.writer(codec=ColumnarCodec(), compound=False)
    writer.add_document(body="a")
    with pytest.raises(TypeError, match="ColumnarWriter"):
        writer.commit()


def test_a_field_that_was_removed_is_left_out_of_a_merge(tmp_path: Path) -> None:
    ix = index.create_in(str(tmp_path), make_schema())
    for _ in range(2):
        with ColumnarWriter(ix) as writer:
            writer.add_document(body="a", title="b", key="1")
    writer = ColumnarWriter(ix)
    writer.remove_field("title")
    writer.commit(optimize=True)
    with ix.reader() as reader:
        assert set(reader._perdoc.file.fields) == {"body", "key"}


def test_small_segments_are_merged_in_time(tmp_path: Path) -> None:
    ix = index.create_in(str(tmp_path), make_schema())
    for key in range(30):
        with ColumnarWriter(ix) as writer:
            writer.add_document(key=str(key), body="a")
    assert len(ix._segments()) < 12
    with ix.searcher() as searcher:
        assert {hit["key"] for hit in search(searcher, query.Term("body", "a"), None)} == {
            str(n) for n in range(30)
        }
    writer = ColumnarWriter(ix)
    writer.commit(mergetype=MERGE_TIERS)


def test_an_index_may_lose_all_its_documents(tmp_path: Path) -> None:
    ix = index.create_in(str(tmp_path), make_schema())
    with ColumnarWriter(ix) as writer:
        writer.add_document(key="1", body="a")
    writer = ColumnarWriter(ix)
    writer.delete_by_term("key", "1")
    writer.commit(optimize=True)
    with ix.searcher() as searcher:
        assert searcher.doc_count_all() == 0
        assert len(search(searcher, query.Or([query.Term("body", "a"), query.Every()]))) == 0


def test_a_damaged_segment_is_not_read(tmp_path: Path) -> None:
    ix = index.create_in(str(tmp_path), make_schema())
    with ColumnarWriter(ix) as writer:
        writer.add_document(key="1", body="a b c " * 9000)
    (path,) = tmp_path.glob("*.columns")
    data = bytearray(path.read_bytes())
    data[70:-400] = bytes(byte ^ 1 for byte in data[70:-400])
    path.write_bytes(data)
    with pytest.raises(DamagedFile), ix.searcher() as searcher:
        search(searcher, query.Or([query.Term("body", "a"), query.Term("body", "b")]))[0]["key"]
    path.write_bytes(data[:-100])
    with pytest.raises(DamagedFile):
        ix.searcher()


def test_the_package_exports_what_it_promises() -> None:
    assert [getattr(columnar, name).__name__ for name in columnar.__all__] == columnar.__all__
