"""`tags`, `authors`, `categories` and `sites`: what the articles have, with counts."""

from __future__ import annotations

import json

import pytest

import searchkit
from searchkit.cli.layout import cell_width
from tests.cli.conftest import Call
from tests.cli.terminal import plain, run_in_terminal


@pytest.mark.parametrize(
    ("name", "facet"), [("tags", "tag"), ("authors", "author"), ("categories", "category"), ("sites", "site")]
)
def test_a_list_has_what_the_library_counts(
    call: Call, sample_index: searchkit.Index, name: str, facet: searchkit.Facet
) -> None:
    counts = sample_index.values(facet)
    assert counts
    printed = call(name).stdout.splitlines()
    assert [tuple(line.split(maxsplit=1)) for line in printed] == [(f"{n:,}", value) for value, n in counts]
    values = json.loads(call(name, "--json").stdout)
    assert values == {
        "version": 2,
        "facet": facet,
        "prefix": "",
        "total": len(counts),
        "values": [list(pair) for pair in counts],
    }


def test_the_most_frequent_are_first_and_a_limit_cuts_the_rest(call: Call) -> None:
    values = json.loads(call("tags", "-n", "3", "--json").stdout)
    assert len(values["values"]) == 3 < values["total"]
    assert [count for _value, count in values["values"]] == sorted(
        (count for _value, count in values["values"]), reverse=True
    )


def test_a_prefix_is_folded(call: Call, sample_index: searchkit.Index) -> None:
    assert sample_index.values("tag", "數據") == sample_index.values("tag", "数据") != ()
    assert call("tags", "數據").stdout == call("tags", "数据").stdout
    assert all(line.split(maxsplit=1)[1].startswith("数据") for line in call("tags", "数据").stdout.splitlines())


def test_filters_leave_only_some_articles(call: Call, sample_index: searchkit.Index) -> None:
    counts = sample_index.values("year", filters=searchkit.Filters(path="mp", since="2024"))
    assert min(year for year, _count in counts) >= "2024"
    everything = sum(count for _value, count in sample_index.values("year"))
    assert 0 < sum(count for _value, count in counts) < everything
    listed = json.loads(call("tags", "--path", "mp", "--since", "2024", "--json").stdout)["values"]
    assert listed == [
        list(p) for p in sample_index.values("tag", filters=searchkit.Filters(path="mp", since="2024"))
    ]


def test_a_limit_of_0_is_all(call: Call) -> None:
    assert call("tags", "-n", "0").stdout == call("tags").stdout != ""
    assert len(call("tags", "-n", "1").stdout.splitlines()) == 1
    assert call("sites", "-n", "0", "--json").stdout == call("sites", "--json").stdout


def test_nothing_found_is_said_and_exits_with_1(call: Call) -> None:
    result = call("tags", "没有的标签")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "no tag begins with 没有的标签\n"
    result = call("sites", "--since", "2999")
    assert (result.exit_code, result.stderr) == (1, "no article has a site\n")


def test_a_facet_that_is_none_is_an_error(sample_index: searchkit.Index) -> None:
    with pytest.raises(ValueError, match="no facet is called 'colour'"):
        sample_index.values("colour")  # type: ignore[arg-type]


def test_a_list_fits_a_narrow_terminal(sample_folder: object) -> None:
    shown = run_in_terminal("tags", "--index", str(sample_folder), columns=12, env={"PAGER": ""})
    assert max(cell_width(line) for line in plain(shown.stdout).split("\n")) <= 12
