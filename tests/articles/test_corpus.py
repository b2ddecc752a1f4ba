"""A corpus as a folder, as JSON Lines, and as articles from a program."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest

from searchkit.articles.corpus import Entry, entries_of
from searchkit.articles.load import load
from searchkit.errors import ArticleError, CorpusNotFound
from searchkit.model import Article
from searchkit.reports import Problem

LINES: list[dict[str, Any]] = [
    {"id": "一", "title": "春天", "text": "花开了。", "tags": ["自然", "fetched"]},
    {"_id": 2, "title": "夏天", "body": "天热了。", "date": "2024-07-01", "author": "李四"},
]


def write_lines(path: Path, *lines: str) -> Path:
    data = "\n".join(lines).encode("utf-8")
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def articles(path: Path) -> list[Article]:
    return [
        load(found, ignored_tags=["fetched"]).article for found in entries_of(path) if isinstance(found, Entry)
    ]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_file_of_json_lines_is_a_corpus(tmp_path: Path, name: str) -> None:
    path = write_lines(tmp_path / name, *(json.dumps(line, ensure_ascii=False) for line in LINES))
    first, second = articles(path)
    assert (first.id, first.title, first.body, first.tags) == ("一", "春天", "花开了。", ("自然",))
    assert (second.id, second.title, second.body, second.author) == ("2", "夏天", "天热了。", "李四")
    assert second.date is not None


def test_a_limit_beyond_all_numbers_is_as_good_as_none(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", json.dumps(LINES[0]))
    for corpus in (path, tmp_path):
        assert not [found for found in entries_of(corpus, size_limit=10**30) if isinstance(found, Problem)]


@pytest.mark.parametrize("line", ['{"id": 7, "x": NaN}', '{"_id": 7, "x": "\\ud800"}', '{"id": 1, "id": 7}'])
def test_the_id_of_a_line_is_the_one_that_it_is_read_with(tmp_path: Path, line: str) -> None:
    (entry,) = entries_of(write_lines(tmp_path / "a.jsonl", line))
    assert isinstance(entry, Entry)
    assert entry.id == "7"


def test_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", "", json.dumps(LINES[0]), "   ", "")
    assert [article.id for article in articles(path)] == ["一"]


@pytest.mark.parametrize("line", ["{broken", "[1, 2]", '"text"', "[" * 100_000, '{"title": '])
def test_a_broken_line_fails_alone_under_its_number(tmp_path: Path, line: str) -> None:
    path = write_lines(tmp_path / "a.jsonl", json.dumps(LINES[0]), line, json.dumps(LINES[1]))
    entries = [found for found in entries_of(path) if isinstance(found, Entry)]
    assert [entry.id for entry in entries] == ["一", "a.jsonl:2", "2"]
    with pytest.raises(ArticleError):
        load(entries[1], ignored_tags=())
    assert load(entries[2], ignored_tags=()).article.title == "夏天"


@pytest.mark.parametrize(
    "line", ['{"title": "无名"}', '{"id": null, "title": "无名"}', '{"id": "", "title": "无名"}']
)
def test_a_line_without_an_id_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    assert [article.id for article in articles(write_lines(tmp_path / "a.jsonl", line))] == ["a.jsonl:1"]


def test_an_id_of_zero_is_an_id(tmp_path: Path) -> None:
    assert [article.id for article in articles(write_lines(tmp_path / "a.jsonl", '{"id": 0, "title": "零"}'))] == [
        "0"
    ]


def test_an_id_can_always_be_written_out(tmp_path: Path) -> None:
    (article,) = articles(write_lines(tmp_path / "a.jsonl", r'{"id": "\ud800", "title": "\udfff题"}'))
    article.id.encode("utf-8")
    assert article.title == "题"


def test_a_compressed_file_that_breaks_off_is_an_error_with_its_name(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl.gz", *(json.dumps(LINES[0]) for _ in range(100)))
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ArticleError, match=r"a\.jsonl\.gz"):
        list(entries_of(path))


def test_the_entries_of_a_folder_come_with_problems(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("正文", encoding="utf-8")
    (tmp_path / "README.md").write_text("说明", encoding="utf-8")
    problem, entry = entries_of(str(tmp_path))
    assert isinstance(problem, Problem)
    assert isinstance(entry, Entry)
    assert entry.stamp is not None
    assert load(entry, ignored_tags=()).article.body == "正文"


def test_articles_of_a_program_are_a_corpus() -> None:
    (entry,) = entries_of([Article("a", "题", "正文")])
    assert isinstance(entry, Entry)
    loaded = load(entry, ignored_tags=()).article
    assert (loaded.id, loaded.title, loaded.body) == ("a", "题", "正文")
    assert loaded.digest


def test_a_file_that_went_away_meanwhile_is_a_failure_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("正文", encoding="utf-8")
    (entry,) = entries_of(tmp_path)
    assert isinstance(entry, Entry)
    path.unlink()
    with pytest.raises(ArticleError, match="cannot be read"):
        load(entry, ignored_tags=())


def test_no_corpus_at_the_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFound, match="no such corpus"):
        entries_of(tmp_path / "nowhere")


def test_a_file_of_another_kind_is_no_corpus(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("a,b", encoding="utf-8")
    with pytest.raises(CorpusNotFound, match="not a corpus"):
        entries_of(path)


def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(
        CorpusNotFound, match=f"{tmp_path}: the corpus cannot be listed: Permission denied; nothing"
    ):
        list(entries_of(tmp_path))


def test_a_line_that_holds_another_article_meanwhile_is_an_error(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "a.jsonl", '{"id": "a", "title": "甲"}', '{"id": "b", "title": "乙"}')
    first, second = (found for found in entries_of(path) if isinstance(found, Entry))
    write_lines(path, '{"id": "b", "title": "乙"}', '{"id": "b", "title": "丙"}')
    with pytest.raises(ArticleError, match="changed while it was read"):
        load(first, ignored_tags=())
    assert load(second, ignored_tags=()).article.title == "丙"


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_line_longer_than_the_limit_is_passed_over(tmp_path: Path, name: str) -> None:
    long = json.dumps({"id": "长", "text": "长" * 1_000})
    path = write_lines(tmp_path / name, json.dumps(LINES[0]), long, json.dumps(LINES[1]), long)
    first, problem, second, last = entries_of(path, size_limit=500)
    assert isinstance(first, Entry)
    assert isinstance(second, Entry)
    assert (first.id, second.id) == ("一", "2")
    assert load(second, ignored_tags=()).article.title == "夏天"
    assert isinstance(problem, Problem)
    assert (problem.path, problem.reason) == (f"{name}:2", "larger than the limit of 500 bytes (6,029)")
    assert isinstance(last, Problem)


def test_a_packed_file_that_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"\0" * 60_000_000))
    with pytest.raises(ArticleError, match=r"a\.jsonl\.gz: unpacks to more than 100 times"):
        list(entries_of(path))


def test_whatever_a_parser_raises_is_a_failure_of_one_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("inside\na parser")

    (tmp_path / "a.md").write_text("正文", encoding="utf-8")
    (entry,) = entries_of(tmp_path)
    assert isinstance(entry, Entry)
    monkeypatch.setattr("searchkit.articles.load.read_article", fail)
    with pytest.raises(ArticleError, match=r"cannot be read: AssertionError: inside$"):
        load(entry, ignored_tags=())
