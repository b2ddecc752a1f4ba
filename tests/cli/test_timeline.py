"""`searchkit search --timeline`: when the articles of the list are from."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.layout import BLOCKS, SIGNS, View, cell_width
from searchkit.cli.render.timeline import timeline_lines
from searchkit.model import Hit
from searchkit.reports import Period, Rise, Timeline
from tests.cli.conftest import Call
from tests.cli.terminal import plain, run, run_in_terminal
from tests.conftest import make_article


def timeline(*counts: int, undated: int = 0) -> Timeline:
    """A timeline by day, from 1 May 2024 on."""
    days = [date(2024, 5, 1) + timedelta(number) for number in range(len(counts))]
    periods = tuple(Period(str(day), day, day, count, 9) for day, count in zip(days, counts, strict=True))
    return Timeline("渡轮", "day", periods, undated, sum(counts) + undated)


def test_bars_are_as_high_as_their_counts() -> None:
    bars, ends, facts = timeline_lines(timeline(1, 0, 4, 8, 3, *[0] * 20, 2, undated=3), View())
    assert bars == "timeline  ▁ ▄█▃" + " " * 20 + "▂"
    assert ends == "          2024-05-01      2024-05-26"
    assert facts == "          1 day a bar · at most 8, in 2024-05-04 · 3 without a date"


def test_a_bar_of_one_article_among_thousands_is_seen() -> None:
    assert timeline_lines(timeline(1, 4000), View())[0] == "timeline  ▁█"


def test_few_bars_have_both_ends_in_a_row() -> None:
    assert timeline_lines(timeline(1, 2), View())[1].strip() == "2024-05-01..2024-05-02"
    assert timeline_lines(timeline(2), View())[1].strip() == "2024-05-01"


def test_what_has_no_date_has_no_bars() -> None:
    assert timeline_lines(timeline(undated=2), View()) == ["timeline  2 without a date"]


@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("number", [1, 2, 31, 62, 1000])
def test_bars_fit_the_terminal_and_lose_no_article(width: int, number: int) -> None:
    counts = [1 + at % 7 for at in range(number)]
    lines = timeline_lines(timeline(*counts, undated=1), View(width=width))
    assert all(cell_width(line) <= width for line in lines)
    bars = len(lines[0]) - 10
    size = -(-number // bars)
    most = max(sum(counts[start : start + size]) for start in range(0, number, size))
    assert f"at most {most:,}," in " ".join(map(str.strip, lines))
    assert f"{size} day" in lines[2]


ROSE = Rise(
    Period("2024-05", date(2024, 5, 1), date(2024, 5, 31), 12, 40),
    Period("2023-05..2024-04", date(2023, 5, 1), date(2024, 4, 30), 3, 1200),
    Hit(make_article("轮", "渡轮停航", "2024-05-09"), 1.0),
)


def test_a_rise_has_its_share_and_the_one_before_and_its_article() -> None:
    lines = timeline_lines(replace(timeline(1, 2), rises=(ROSE,)), View())
    assert lines[3:] == [
        "rise      2024-05: 12 of 40, 30.0% · 0.2% in 2023-05..2024-04",
        "          2024-05-09 · 轮",
    ]
    narrow = timeline_lines(replace(timeline(1, 2), rises=(ROSE,)), View(width=40))
    assert all(cell_width(line) <= 40 for line in narrow)


@pytest.mark.parametrize("width", [1, 20])
def test_on_any_terminal_there_are_bars(width: int) -> None:
    lines = timeline_lines(timeline(*[1, 2] * 500, undated=1), View(width=width))
    assert lines[0] == "timeline  " + "█" * 10
    assert all(cell_width(line) <= 20 for line in lines)


def test_a_terminal_without_blocks_has_signs() -> None:
    assert timeline_lines(timeline(1, 8, 4), View(levels=SIGNS))[0] == "timeline  .@="
    assert len(SIGNS) == len(BLOCKS)
    assert SIGNS.isascii()


def test_the_timeline_is_below_the_hits_and_names_the_first_and_the_last(call: Call) -> None:
    last = call("search", "OpenAI 融资", "-n", "1", "--timeline").stdout.split("\n\n")[-1].splitlines()
    assert last == [
        "timeline  █     █",
        "          2024-10..2025-04",
        "          1 month a bar · at most 1, in 2024-10",
        "first     2024-10-09 · OpenAI 融资新闻怎么读：估值、轮次与算力账单",
        "last      2025-04-03 · 大模型公司为什么总在融资：以 OpenAI 为例",
    ]


def test_a_single_article_is_named_once(call: Call) -> None:
    printed = call("search", "月全食", "--timeline").stdout
    assert "first     2025-09-05 · 月全食为什么是红色的" in printed
    assert "last " not in printed


def test_a_count_has_the_timeline_below(call: Call) -> None:
    assert call("search", "融资", "--count", "--timeline").stdout.splitlines()[:2] == ["2", "timeline  █     █"]


def test_filters_and_options_are_those_of_the_search(call: Call) -> None:
    for options in (("--since", "2025"), ("--all",), ("--prefix",), ("--tag", "智能观察员")):
        printed = json.loads(call("search", "数据 月 科技", *options, "--json", "--timeline", "-n", "0").stdout)
        count = sum(period["count"] for period in printed["timeline"]["periods"])
        assert count + printed["timeline"]["undated"] == printed["total"] > 0
        dates = sorted(hit["date"] for hit in printed["hits"] if hit["date"])
        assert [printed["timeline"][end]["date"] for end in ("first", "last")] == [dates[0], dates[-1]]


def test_the_timeline_in_json(call: Call) -> None:
    printed = json.loads(call("search", "融资", "--json", "--timeline").stdout)
    assert list(printed)[-1] == "timeline"
    assert list(printed["timeline"]) == ["by", "undated", "periods", "first", "last", "rises"]
    assert (printed["timeline"]["by"], printed["timeline"]["undated"]) == ("month", 0)
    first = printed["timeline"]["periods"][0]
    assert {**first, "of": 0} == {
        "name": "2024-10", "since": "2024-10-01", "until": "2024-10-31", "count": 1, "of": 0,
    }  # fmt: skip
    assert first["of"] >= 1
    assert printed["timeline"]["first"] in printed["hits"]


def test_what_finds_nothing_has_no_timeline(call: Call) -> None:
    for query in ("魑魅魍魉", ""):
        printed = call("search", query, "--timeline")
        assert (printed.exit_code, printed.stdout) == (1, "")
        assert "timeline" not in json.loads(call("search", query, "--timeline", "--json").stdout)


@pytest.mark.parametrize("form", ["-l", "-0", "--vimgrep", "--jsonl"])
def test_formats_that_do_not_print_it_are_refused(call: Call, form: str) -> None:
    result = call("search", "融资", "--timeline", form)
    assert result.exit_code == 2
    assert f"--timeline and {form} exclude each other" in result.stderr


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of an article in each month of five years."""
    place = tmp_path_factory.mktemp("years")
    texts = [make_article(f"渡轮 {n}", "灯塔", f"{2019 + n // 12}-{n % 12 + 1:02}-15") for n in range(60)]
    searchkit.reindex(texts, place, jobs=1)
    return place


@pytest.mark.parametrize(("columns", "bar"), [(40, "2 months"), (70, "1 month"), (200, "1 month")])
def test_a_narrow_terminal_has_fewer_bars(years: Path, columns: int, bar: str) -> None:
    ran = run_in_terminal("search", "渡轮", "--timeline", "-n", "1", "--index", years, columns=columns)
    block = plain(ran.stdout).split("\n\n")[-1]
    assert f"{bar} a bar" in block
    assert all(cell_width(line) <= columns for line in block.splitlines())


def test_a_locale_without_blocks_has_signs(years: Path) -> None:
    latin = {"PYTHONIOENCODING": "latin-1"}
    printed = run(
        "search", "渡轮", "--timeline", "--count", "--index", years, env=latin, encoding="latin-1"
    ).stdout
    assert printed.splitlines()[1] == "timeline  " + "@" * 60
    gbk = {"PYTHONIOENCODING": "gbk"}
    printed = run("search", "渡轮", "--timeline", "--count", "--index", years, env=gbk, encoding="gbk").stdout
    assert printed.splitlines()[1] == "timeline  " + "█" * 60
