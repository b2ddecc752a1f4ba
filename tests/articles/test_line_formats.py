"""Files of many articles: tables of values."""

from __future__ import annotations

import csv
import gzip
import io
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.articles.corpus import Entry, entries_of
from searchkit.articles.line_formats import Table, table_of
from searchkit.articles.load import load
from searchkit.articles.read import Loaded
from searchkit.articles.rows import rows_of
from searchkit.errors import ArticleError
from searchkit.reports import Problem

TABLE = "id,title,content,关键词\r\n7,雨,雨停了。,天气；散步\r\n8,雪,雪化了。,\r\n"


def loaded(path: Path, *, size_limit: int = 10_000) -> list[Loaded]:
    found = list(entries_of(path, size_limit=size_limit))
    entries = pickle.loads(pickle.dumps([item for item in found if isinstance(item, Entry)]))  # as to a process
    return [load(entry, ignored_tags=()) for entry in entries]


def texts(path: Path) -> list[tuple[str, str, str]]:
    return [(one.article.id, one.article.title, one.article.body) for one in loaded(path)]


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.csv.gz", "A.CSV"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5"])
def test_a_table_is_a_corpus(tmp_path: Path, name: str, encoding: str) -> None:
    text = TABLE.replace("关键词", "tags").replace(",", "\t" if "tsv" in name else ",")
    data = text.encode(encoding) if encoding != "big5" else text.replace("·", "").encode(encoding)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert texts(tmp_path / name) == [("7", "雨", "雨停了。"), ("8", "雪", "雪化了。")]
    assert loaded(tmp_path / name)[0].article.tags == ("天气", "散步")


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_values_may_be_quoted_and_have_line_ends(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["title", "text"],
        ['他说"好"', '第一行\n第二行\n\n"第三行"'],
        ["a" + delimiter + "b", "\n"],
        ['5" 的屏幕', '""'],
    ]
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=delimiter).writerows(rows)
    path = tmp_path / "a.csv"
    path.write_text(file.getvalue(), encoding="utf-8", newline="")
    assert texts(path) == [
        ("a.csv:2", '他说"好"', '第一行\n第二行\n"第三行"'),
        ("a.csv:6", " ".join(f"a{delimiter}b".split()), ""),
        ("a.csv:8", '5" 的屏幕', '""'),
    ]


@given(st.lists(st.tuples(st.text('甲"\n,;a '), st.text('乙"\n,\t ')), min_size=1, max_size=5))
def test_rows_end_where_the_module_csv_ends_them(rows: list[tuple[str, str]]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([("title", "text"), *rows])
    data = file.getvalue().encode()
    table = table_of(data, "a.csv")
    _, *read = rows_of(io.BytesIO(data), 10_000, table)
    assert [tuple(table.values_of(row.data)[0].values()) for row in read] == rows
    assert b"".join(data[row.offset :][: row.length] for row in read) == b"".join(row.data for row in read)


def test_rows_without_values_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text\n,\n\n"",""\n雨,\n', encoding="utf-8")
    assert texts(path) == [("a.csv:5", "雨", "")]


def test_a_table_without_a_known_column_lists_what_it_has(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,诗句\n1,雨停了。\n", encoding="utf-8")
    with pytest.raises(
        ArticleError, match=r"a\.csv: no column is a title or a text; the first row has '编号, 诗句'"
    ):
        list(entries_of(path))


def test_a_table_in_utf16_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE, encoding="utf-16")
    with pytest.raises(ArticleError, match="a table in UTF-16; save it as UTF-8"):
        list(entries_of(path))


def test_line_ends_of_old_computers_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.replace("\r\n", "\r").encode())
    with pytest.raises(ArticleError, match="its lines end in a carriage return alone"):
        list(entries_of(path))


def test_a_delimiter_that_is_not_quoted_costs_nothing_and_has_a_remark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title,text\n雨,停了,又下了,天黑了\n", encoding="utf-8")
    (one,) = loaded(path)
    assert one.article.body == "停了,又下了,天黑了"
    assert one.recovered == Problem("a.csv:2", "2 more values than columns; they are in the last one")


STRAY = "a quotation mark is not closed before the end of a value; it is read as a character"


@pytest.mark.parametrize(
    ("name", "table", "rows"),
    [
        ("a.csv", '雨,停了\n雪,"化了\n雾,散了\n', [("雨", "停了"), ("雪", '"化了'), ("雾", "散了")]),
        ("a.csv", '雪,"化了\n雾,"散了"\n', [("雪", '"化了'), ("雾", "散了")]),
        ("a.csv", '雪,"化了\n雾,"全""散"",了"\n', [("雪", '"化了'), ("雾", '全"散",了')]),
        ("a.csv", '雪,"化了"呀\n雾,散了\n', [("雪", '"化了"呀'), ("雾", "散了")]),
        ("a.csv", '"雪,化了\n雾,散了\n', [('"雪', "化了"), ("雾", "散了")]),
        ("a.csv", '"雪,"化\n了"\n雾,散了\n', [('"雪', "化\n了"), ("雾", "散了")]),
        ("a.csv", '雪,"化\n了"\n雾,"散了', [("雪", "化\n了"), ("雾", '"散了')]),
        ("a.csv", '雪,"化了" \n雾,散了', [("雪", "化了"), ("雾", "散了")]),
        ("a.csv", '雪,化"了\n雾,""\n', [("雪", '化"了'), ("雾", "")]),
        ("a.csv", '雪,"化\r\n了"\r\n雾,"散了\r\n', [("雪", "化\n了"), ("雾", '"散了')]),
        (
            "a.tsv",
            '甲\t"你好他说\n乙\t正文乙\n丙\t"丙"\n丁\t"引"号后\n',
            [("甲", '"你好他说'), ("乙", "正文乙"), ("丙", "丙"), ("丁", '"引"号后')],
        ),
        ("a.tsv", '甲\t"你好\n乙\t好"\n', [("甲", '"你好'), ("乙", '好"')]),
        ("a.tsv", '甲\t"你好\n他说"\n乙\t"a\tb"\n', [("甲", "你好\n他说"), ("乙", "a b")]),
    ],
)
def test_a_quotation_mark_that_quotes_nothing_is_a_character(
    tmp_path: Path, name: str, table: str, rows: list[tuple[str, str]]
) -> None:
    path = tmp_path / name
    delimiter = "\t" if name == "a.tsv" else ","
    path.write_text(f"title{delimiter}text\n{table}", encoding="utf-8", newline="")
    assert [(title, text) for _, title, text in texts(path)] == rows
    remarks = [one.recovered.reason if one.recovered else None for one in loaded(path)]
    assert remarks == [STRAY if title[0] == '"' or text[:1] == '"' else None for title, text in rows]


@pytest.mark.parametrize("pack", [False, True])
def test_a_stray_mark_in_a_large_table_costs_no_row(tmp_path: Path, pack: bool) -> None:
    text = 'title,text\n雪,"化了\n' + "".join(f"雾{n},{'散了' * 300}\n" for n in range(1_000))
    path = tmp_path / ("a.csv.gz" if pack else "a.csv")
    path.write_bytes(gzip.compress(text.encode()) if pack else text.encode())
    found = list(entries_of(path, size_limit=10_000))
    assert [item.id for item in found if isinstance(item, Entry)] == [f"{path.name}:{n}" for n in range(2, 1_003)]


def test_columns_of_one_name_are_one_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text,Text,tags,tags\n7,雨停了。,出门。,天气,散步\n", encoding="utf-8")
    assert texts(path) == [("7", "7", "雨停了。\n出门。")]
    assert loaded(path)[0].article.tags == ("天气", "散步")


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", " \r\n\r\n"])
def test_an_empty_table_has_no_articles(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8", newline="")
    assert list(entries_of(path)) == []


@pytest.mark.parametrize(
    ("before", "delimiter"),
    [("\n", ","), ("\r\n,,\r\n", ","), ("sep=,\n", ","), ("SEP=;\r\n", ";"), ("\ufeffsep=|\n", "|"), ("", ",")],
)
def test_lines_before_the_names_of_the_columns_are_passed_over(
    tmp_path: Path, before: str, delimiter: str
) -> None:
    path = tmp_path / "a.csv"
    table = "id,title,text\n7,雨,停了\n8,雪,化了\n".replace(",", delimiter)
    path.write_text(before + table, encoding="utf-8", newline="")
    assert texts(path) == [("7", "雨", "停了"), ("8", "雪", "化了")]


def test_a_column_may_have_no_name(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(",title,text\n0,雨,停了\n", encoding="utf-8")
    assert texts(path) == [("a.csv:2", "雨", "停了")]


def test_a_row_longer_than_the_limit_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    long = '长,"' + "很长\n" * 500 + '"\n'
    path.write_text(f"title,text\n{long}雨,停了\n", encoding="utf-8")
    found = list(entries_of(path, size_limit=1_000))
    assert isinstance(found[0], Problem)
    assert found[0].path == "a.csv:2"
    assert found[0].reason.startswith("larger than the limit of 1,000 bytes")
    assert [item.id for item in found[1:] if isinstance(item, Entry)] == ["a.csv:503"]


def test_a_damaged_character_of_a_row_has_a_remark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        "title,text\n雨,".encode("gb18030") + "今天雨停了以后我们出门散步。".encode("gb18030") + b"\xbd\n"
    )
    (one,) = loaded(path)
    assert one.article.body == "今天雨停了以后我们出门散步。\ufffd"
    assert one.recovered == Problem("a.csv:2", "1 character is not GB18030, in line 1")


def test_a_value_may_be_longer_than_the_module_csv_allows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"title,text\n雨,{'停' * 200_000}\n", encoding="utf-8")
    (one,) = loaded(path, size_limit=1_000_000)
    assert len(one.article.body) == 200_000


def test_a_table_that_did_not_change_has_the_same_stamp(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TABLE, encoding="utf-8")
    stamps = {item.stamp for item in entries_of(path) if isinstance(item, Entry)}
    assert stamps == {(path.stat().st_size, path.stat().st_mtime_ns)}


def test_names_may_be_in_capitals(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("ID,Title,Text\n7,雨,停了\n", encoding="utf-8")
    assert texts(path) == [("7", "雨", "停了")]
    assert isinstance(table_of(path.read_bytes(), "a.csv"), Table)


def test_a_date_of_a_row_that_is_not_understood_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('title,text,date\n雨,停了,昨天\n雪,"化了,昨天\n雾,散了,2024-01-02\n', encoding="utf-8")
    remarks = [one.recovered.reason if one.recovered else None for one in loaded(path)]
    assert remarks == ["date: not a date: '昨天'", f"{STRAY}; date: not a date: '昨天'", None]
