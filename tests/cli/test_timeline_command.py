"""`searchkit timeline`: periods as a table with bars, of one query or of two."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

import searchkit
from searchkit.cli.layout import SIGNS, View, cell_width
from searchkit.cli.render.period_table import as_period_table
from searchkit.model import Filters, Hit
from searchkit.schema import TimeUnit
from tests.articles.copies import prose
from tests.cli.conftest import Call
from tests.cli.terminal import plain, run_in_terminal
from tests.cli.test_last_list import session
from tests.cli.test_timeline import ROSE, timeline
from tests.conftest import make_article
from tests.test_timeline import articles, name_by_hand, queries

FIRST = Hit(make_article("甲", "渡轮", "2024-05-01"), 1.0)
LAST = Hit(make_article("乙", "渡轮", "2024-05-03"), 1.0)


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchkit.Index]:
    folder = tmp_path_factory.mktemp("dated")
    searchkit.reindex(articles(60, days=900), folder, jobs=1)
    with searchkit.open_index(folder) as index:
        yield index


def options_of(filters: Filters, options: dict[str, Any]) -> Iterator[str]:
    for tag in filters.tags:
        yield from ("--tag", tag)
    for name in ("author", "since", "until"):
        if value := getattr(filters, name):
            yield from (f"--{name}", str(value))
    yield from ("--all",) if options["all_words"] else ()
    yield from ("--prefix",) if options["prefix"] else ()


def test_counts_are_those_of_the_hits_by_hand(dated: searchkit.Index, call: Call, tmp_path: Path) -> None:
    place = str(dated).split("'")[1]
    dice = random.Random(4)
    for query, filters, options in queries(200):
        by = dice.choice(get_args(TimeUnit))
        asked = [
            "timeline",
            "--index",
            place,
            "--by",
            by,
            "--json",
            "-q",
            *options_of(filters, options),
            "--",
            query,
        ]
        printed = json.loads(call(*asked).stdout)
        hits = dated.search(query, limit=None, filters=filters, **options).hits
        every = dated.hits("", dated.ids(filters=filters))
        counted, of = (
            Counter(name_by_hand(by, hit.date.date()) for hit in some if hit.date) for some in (hits, every)
        )
        assert {one["name"]: one["count"] for one in printed["periods"] if one["count"]} == counted
        assert all(one["of"] == of[one["name"]] for one in printed["periods"])
        assert (printed["query"], printed["total"]) == (query, len(hits))
        assert printed["undated"] == sum(not hit.date for hit in hits)


def test_each_period_has_a_row() -> None:
    lines = as_period_table(timeline(1, 0, 4, undated=2), View()).splitlines()
    assert lines == [
        "period      found  of all  share",
        "2024-05-01      1       9  11.1%  " + "█" * 15,
        "2024-05-02      0       9   0.0%",
        "2024-05-03      4       9  44.4%  " + "█" * 60,
        "",
        "2 without a date",
    ]


def test_the_articles_that_tell_have_numbers() -> None:
    told = replace(timeline(1, 0, 4), first=FIRST, last=LAST, rises=(ROSE,))
    assert as_period_table(told, View()).splitlines()[5:] == [
        "first      1  2024-05-01 · 甲",
        "rise      2024-05: 12 of 40, 30.0% · 0.2% in 2023-05..2024-04",
        "           2  2024-05-09 · 轮",
        "last       3  2024-05-03 · 乙",
    ]
    once = replace(told, last=FIRST, rises=())
    assert [line for line in as_period_table(once, View()).splitlines() if "甲" in line] == [
        "first      1  2024-05-01 · 甲",
        "last       1  2024-05-01 · 甲",
    ]


def test_two_queries_share_a_picture() -> None:
    pair = replace(timeline(1, 0), against=replace(timeline(0, 4), query="灯塔", first=FIRST), both=1)
    for view, high, low in ((View(), "█", "▄"), (View(levels=SIGNS), "@", "=")):
        assert as_period_table(pair, view).splitlines() == [
            "period      found  of all  share",
            "2024-05-01      1       9  11.1%  " + high * 15,
            "                0       9   0.0%",
            "2024-05-02      0       9   0.0%",
            "                4       9  44.4%  " + low * 60,
            "",
            f"{high}{high} 渡轮 · 1 article",
            "",
            f"{low}{low} 灯塔 · 4 articles",
            "first      1  2024-05-01 · 甲",
            "",
            "1 article has both",
        ]


def test_many_empty_periods_are_one_line() -> None:
    lines = as_period_table(timeline(1, 0, 0, 1, *[0] * 1000, 1), View()).splitlines()
    assert [line.split(" ")[0] for line in lines[1:]] == [
        "2024-05-01", "2024-05-02", "2024-05-03", "2024-05-04", "…", "2027-01-30",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_the_table_fits_the_terminal(width: int) -> None:
    pair = replace(timeline(9, 1), against=timeline(3, 9), first=FIRST, rises=(ROSE,))
    table = as_period_table(pair, View(width=width))
    assert all(cell_width(line) <= width for line in table.splitlines())
    assert "█" in table
    assert "▄" in table


def test_what_finds_nothing_is_an_exit_code(call: Call) -> None:
    printed = call("timeline", "魑魅魍魉")
    assert (printed.exit_code, printed.stdout) == (1, "")
    assert "no articles" in printed.stderr
    assert json.loads(call("timeline", "魑魅魍魉", "--json").stdout)["periods"] == []
    assert call("timeline", "魑魅魍魉", "--against", "融资").exit_code == 0


def test_an_empty_query_is_all_articles(call: Call) -> None:
    printed = json.loads(call("timeline", "", "--json").stdout)
    assert printed["total"] == json.loads(call("stats", "--json").stdout)["articles"]
    assert all(period["count"] == period["of"] for period in printed["periods"])


def test_the_second_query_is_in_the_json(call: Call) -> None:
    printed = json.loads(
        call("timeline", "OpenAI", "融资", "-估值", "--against", "数据", "--by", "year", "--json").stdout
    )
    assert printed["query"] == "OpenAI 融资 -估值"
    assert list(printed)[-2:] == ["against", "both"]
    assert printed["against"]["query"] == "数据"
    names = [[period["name"] for period in side["periods"]] for side in (printed, printed["against"])]
    assert names[0] == names[1]


def test_what_was_probably_meant_is_said(call: Call) -> None:
    assert "did you mean" in call("timeline", "FindMarkrs").stderr
    assert "no article has the tag 科机" in call("timeline", "数据", "--tag", "科机").stderr
    assert call("timeline", "FindMarkrs", "-q").stderr == ""


def test_too_many_periods_are_an_error(tmp_path: Path, call: Call) -> None:
    texts = [make_article("甲", "渡轮", "0001-01-01"), make_article("乙", "渡轮", "9999-12-31")]
    searchkit.reindex(texts, tmp_path / "i", jobs=1)
    result = call("timeline", "渡轮", "--by", "day", "--index", tmp_path / "i")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "3,652,059 periods" in result.stderr
    printed = call("timeline", "渡轮", "--index", tmp_path / "i").stdout.splitlines()
    assert [line.split(" ")[0] for line in printed[:4]] == ["period", "0001", "…", "9999"]


def test_in_a_terminal_it_has_colour_and_in_a_pipe_none(dated: searchkit.Index, call: Call) -> None:
    place = str(dated).split("'")[1]
    ran = run_in_terminal("timeline", "数据分析", "--index", place, columns=60)
    assert "\x1b[1m" in ran.stdout
    assert all(cell_width(line) <= 60 for line in plain(ran.stdout).splitlines())
    assert "\x1b" not in call("timeline", "数据分析", "--index", place).stdout


def test_numbers_name_the_articles_that_are_named(dated: searchkit.Index, tmp_path: Path) -> None:
    place = str(dated).split("'")[1]
    lines = (f"sk timeline 月亮 --against 渡轮 --index {place} -q", "echo ==", "sk show 2 --json")
    told, shown = session(*lines, state=tmp_path / "state").split("==\n")
    second = next(line for line in told.splitlines() if " 2  2" in line)
    assert json.loads(shown)["title"] == second.split(" · ")[1]


@pytest.mark.parametrize(("query", "marks"), [("左岸 (", [["左岸"], ["灯塔"]]), ("", [[], []])])
def test_an_article_is_marked_with_the_query_that_found_it_first(
    tmp_path: Path, query: str, marks: list[list[str]]
) -> None:
    written = [make_article("轮渡", "渡口在左岸", "2024-05-01"), make_article("灯", "左边有灯塔", "2024-06-01")]
    searchkit.reindex(written, tmp_path / "i", jobs=1)
    asked = f"sk timeline '{query}' --against '灯塔 -左岸' --index {tmp_path / 'i'} -q"
    shows = [f"echo == && sk show {number} --color always | tr '\\033' '^'" for number in (1, 2)]
    _told, *shown = session(asked, *shows, state=tmp_path / "state").split("==\n")
    assert [re.findall(r"\^\[1;31m(.+?)\^", text) for text in shown] == marks


def test_an_empty_query_is_called_all_articles(call: Call) -> None:
    printed = call("timeline", "", "--against", "融资", "--by", "year", "-q").stdout
    assert re.search(r"^██ all articles · \d+ articles", printed, re.MULTILINE)
    printed = call("timeline", "融资", "--against", " ", "--by", "year", "-q").stdout
    assert re.search(r"^▄▄ all articles · \d+ articles", printed, re.MULTILINE)
    assert json.loads(call("timeline", "融资", "--against", "", "--json").stdout)["against"]["query"] == ""


def test_the_archive_as_it_was(call: Call) -> None:
    found = json.loads(call("search", "数据", "--as-of", "2023-06", "--json", "-n", "0").stdout)
    assert 0 < found["total"] < json.loads(call("search", "数据", "--json").stdout)["total"]
    assert all(hit["date"] < "2023-07" for hit in found["hits"])
    then = json.loads(call("timeline", "数据", "--as-of", "2023-06", "--since", "1y", "--json").stdout)
    assert then["last"]["date"] < "2023-07"
    assert then["first"]["date"] >= "2022-06-30"
    assert call("timeline", "数据", "--as-of", "1999").exit_code == 1
    assert "'gestern' is not a date" in call("timeline", "数据", "--as-of", "gestern").stderr


def test_of_two_queries_each_number_has_its_query(call: Call) -> None:
    said = call("timeline", "", "--against", "融资").stderr.splitlines()
    assert [line.split(":")[0] for line in said] == ["all articles", "融资"]
    (alone,) = call("timeline", "融资").stderr.splitlines()
    assert said[1].split(" · ")[:1] == [f"融资: {alone.split(' · ')[0]}"]


def test_the_number_that_is_said_is_that_of_the_table(call: Call, tmp_path: Path) -> None:
    """Each repost is counted, as it is of its time."""
    text = prose("渡口")
    copies = [make_article(f"渡口{n}", f"{text}\n{n}", f"2024-0{n}-01") for n in range(1, 4)]
    searchkit.reindex(copies, tmp_path, jobs=1)
    result = call("timeline", "渡口", "--by", "month", "--index", str(tmp_path))
    assert "3 articles" in result.stderr
    assert [line.split()[1] for line in result.stdout.splitlines() if line.startswith("2024-0")] == ["1", "1", "1"]
