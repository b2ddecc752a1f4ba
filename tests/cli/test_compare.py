"""`compare`: two engines, or two indexes, on a file of queries."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.index import reader_of
from tests.cli.conftest import Call
from tests.cli.test_json_document import DOCUMENT, fields

QUERIES = "q1\tOpenAI 融资\t科技\nq2\t没有人写过的词\nq3\t月全食\t天文\nq4\t的\n"


@pytest.fixture
def queries(call: Call, samples: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of queries in the current folder, where `index` is an index of the samples for both engines, and
    `less` one with an article missing."""
    monkeypatch.delenv("SEARCHKIT_INDEX")
    Path("queries.tsv").write_text(QUERIES, encoding="utf-8")
    for engine in ("whoosh", "memory"):
        searchkit.reindex(samples, "index", jobs=1, config=Config(engine=engine))
    with searchkit.open_index("index") as index:
        kept = [index.get(article_id) for article_id in reader_of(index).ids()]
    searchkit.reindex([article for article in kept if "月全食" not in article.title], "less", jobs=1)
    return "queries.tsv"


def test_the_engines_find_the_same(call: Call, queries: str) -> None:
    result = call("compare", queries, "--engine", "memory", "--engine", "whoosh")
    assert (result.exit_code, result.stderr) == (0, "")
    head, row = result.stdout.splitlines()
    assert head.split("  ")[-1].strip() == "same totals"
    assert row.split() == ["all", "4", "1.0000", "1.0000", "4", "4"]


def test_each_query_is_shown_when_asked_for(call: Call, queries: str) -> None:
    result = call("compare", queries, "--engine", "memory", "--engine", "whoosh", "-v")
    lines = result.stdout.split("\n\n")[1].splitlines()
    assert lines[0].split() == [
        *("query", "overlap@10", "RBO", "memory", "whoosh", "only", "memory", "only", "whoosh", "text")
    ]
    assert [line.split()[0] for line in lines[1:]] == ["q1", "q2", "q3", "q4"]


def test_an_article_that_only_one_finds_is_named(call: Call, queries: str) -> None:
    result = call("compare", queries, "--index", "index", "--index", "less")
    totals, table, *alone = result.stdout.split("\n\n")
    assert totals.splitlines()[1].split()[1] == "4"
    assert float(totals.splitlines()[1].split()[3]) < 1.0
    assert table.splitlines()[1].split()[0] == "q3", "the least alike is not first"
    (moon,) = [block for block in alone if block.startswith("q3: ")]
    assert "only in index:" in moon.splitlines()[0]
    assert "月全食" in moon
    assert "only in less:" not in moon


def test_the_json_has_what_the_document_says(call: Call, queries: str) -> None:
    result = call(
        "compare", queries, "--index", "index", "--index", "less", "--engine", "whoosh", "-n", "5", "--json"
    )
    printed = json.loads(result.stdout)
    section = DOCUMENT.read_text(encoding="utf-8").split("searchkit compare --json")[1].split("\n## ")[0]
    assert [field for field in fields(printed) if f"`{field}`" not in section and field != "version"] == []
    assert printed["sides"] == [{"engine": "whoosh", "index": "index"}, {"engine": "whoosh", "index": "less"}]
    assert (printed["depth"], printed["queries"], len(printed["per_query"])) == (5, 4, 4)
    moon = printed["per_query"][2]
    assert (moon["id"], moon["same_list"]) == ("q3", False)
    assert any("月全食" in article for article in moon["only"][0])


@pytest.mark.parametrize(
    "options", [(), ("--engine", "whoosh"), ("--index", "index"), ("--engine", "whoosh") * 3], ids=len
)
def test_two_are_compared(call: Call, queries: str, options: tuple[str, ...]) -> None:
    result = call("compare", queries, *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "compare needs two sides" in result.stderr


def test_a_file_without_queries_is_an_error(call: Call, queries: str) -> None:
    Path("none.tsv").write_text("\n", encoding="utf-8")
    result = call("compare", "none.tsv", "--engine", "memory", "--engine", "whoosh")
    assert result.exit_code == 2
    assert "no queries" in result.stderr
