"""What is remembered of every file: it comes back as it was, or it is damage."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.articles.file_facts import Facts
from searchkit.errors import IndexCorrupted
from searchkit.ingest.manifest import Manifest, Record, dump_manifest, load_manifest
from searchkit.reports import Problem

TEXTS = st.text(st.characters(codec=None))  # half surrogate pairs too, which a program may give
TUPLES = st.lists(TEXTS, max_size=3).map(tuple)
NUMBERS = st.integers(-(2**62), 2**62)
FACTS = st.builds(
    Facts, TEXTS, TEXTS, TEXTS, TEXTS, TUPLES, TUPLES, st.none() | NUMBERS, TEXTS, NUMBERS, st.binary(), TEXTS
)
PROBLEMS = st.builds(Problem, TEXTS, TEXTS, st.none() | st.integers(1, 99))
RECORDS = st.builds(
    Record,
    TEXTS,
    st.sampled_from(["article", "draft", "failed"]),
    st.none() | st.tuples(NUMBERS, NUMBERS),
    st.none() | FACTS,
    st.none() | PROBLEMS,
)
LINE = '{"id":"a","status":"draft","stamp":null,"facts":null,"problem":null,"document":null}'


@given(st.lists(RECORDS, unique_by=lambda record: record.id), st.dictionaries(TEXTS, TEXTS))
def test_a_manifest_comes_back(records: list[Record], documents: dict[str, str]) -> None:
    by_id = {record.id: record for record in records}
    found = load_manifest(dump_manifest(records, documents))
    assert found == Manifest(by_id, {i: digest for i, digest in documents.items() if i in by_id})


def test_a_manifest_is_a_line_of_json_a_file() -> None:
    facts = Facts("a.md", "d", "b", "题", ("标签",), (), 7, "张三", 300, b"\x00\x00\x00\x01\x00\x09")
    data = dump_manifest([Record("a.md", "article", (1, 2), facts), Record("b.md", "draft")], {"a.md": "d"})
    assert data.decode("utf-8").splitlines() == [
        '{"id":"a.md","status":"article","stamp":[1,2],"facts":{"id":"a.md","digest":"d","body_digest":"b",'
        '"title":"题","tags":["标签"],"categories":[],"clock":7,"author":"张三","length":300,"edges":"AAAAAQAJ",'
        '"stub":"","web_page":null,"shingles":""},"problem":null,"document":"d"}',
        LINE.replace('"a"', '"b.md"'),
    ]


def test_samples_stand_behind_the_lines() -> None:
    records = [
        Record(name, "article", None, Facts(name, "", "", "", (), (), None, shingles=sample))
        for name, sample in (("a", b"\0\1\2"), ("b", b""), ("c", b"\xff" * 300))
    ]
    data = dump_manifest([*records, Record("d", "draft")], {})
    text, _nul, packed = data.partition(b"\0")
    assert text.count(b"\n") == 4
    assert b'"shingles":""' in text
    assert packed == bytes([3, 0, 0, 0, 44, 1, 0, 0]) + b"\0\1\2" + b"\xff" * 300
    for damaged in (data[:-1], data + b"\0", data[: len(text) + 5], text.partition(b"\n")[2] + b"\0" + packed):
        with pytest.raises(IndexCorrupted):
            load_manifest(damaged)


@pytest.mark.parametrize(
    "data",
    [
        "no JSON",
        "[]",
        "{}",
        "[" * 100_000,
        LINE[:-1],
        LINE.replace('"a"', "5"),
        LINE.replace("draft", "lost"),
        LINE.replace('"stamp":null', '"stamp":[1]'),
        LINE.replace('"stamp":null', '"stamp":[true,1]'),
        LINE.replace('"stamp":null', f'"stamp":[{"9" * 10_000},1]'),
        LINE.replace('"facts":null', '"facts":{}'),
        LINE.replace('"problem":null', '"problem":{"path":"a","reason":null}'),
        LINE.replace('"document":null', '"document":[]'),
        f'{LINE}\n"\udcff',
    ],
)
def test_what_is_no_manifest_is_damage_that_says_what_to_do(data: str) -> None:
    assert load_manifest(LINE.encode())
    with pytest.raises(IndexCorrupted, match=r"the manifest of the index is damaged .*reindex --full"):
        load_manifest(data.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("page", ['["example.com",[],[],"题 - 山村网"]', '["example.com",["x"]]', '"x"', "{}"])
def test_a_line_of_a_version_that_had_another_name_for_a_page_is_one(page: str) -> None:
    facts = (
        '{"id":"a","digest":"d","body_digest":"b","title":"题","tags":[],"categories":[],"clock":7,"page":' + page
    )
    data = LINE.replace('"facts":null', f'"facts":{facts}}}')
    assert load_manifest(data.encode()).records["a"].facts == Facts("a", "d", "b", "题", (), (), 7)
