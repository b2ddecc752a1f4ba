"""What a call may say: everything else is refused on one line that says what to do."""

from __future__ import annotations

from typing import Any

import pytest

import searchkit
from searchkit.assistants.arguments import Refusal
from searchkit.assistants.tools import call


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("serch", {}, 'there is no tool "serch"; did you mean "search"?'),
        ("search", {"querry": "月"}, 'search has no argument "querry"; did you mean "query"?'),
        ("search", {"query": "月", "size": 3}, 'search has no argument "size"; did you mean "since"?'),
        ("search", {}, "query is missing; give it"),
        ("search", {"query": "月", "limit": 0}, "limit must be a whole number from 1 to 20, not 0"),
        ("search", {"query": "月", "limit": "many"}, 'limit must be a whole number from 1 to 20, not "many"'),
        ("search", {"query": "月", "sort": "newst"}, 'sort="newst": did you mean "newest"?'),
        ("search", {"query": ["月"]}, 'query must be text, not ["月"]'),
        ("search", {"query": "月" * 2_001}, "query has 2,001 characters; give at most 2,000; find_source takes"),
        ("search", {"query": "月", "since": "gestern"}, "'gestern' is not a date such as 2024"),
        ("fetch", {"id": "nichts"}, 'no article has the id "nichts"; take ids from search'),
        ("fetch", {"id": []}, "id has 0 values; give 1 to 10"),
        ("fetch", {"id": "hugo/a.md", "offset": 3, "around": "月"}, "offset goes with one id and without around"),
        ("similar", {"id": "../../etc/passwd"}, 'no article has the id "../../etc/passwd"'),
        ("find_source", {"passage": "月"}, 'find_source has no argument "passage"; there are text'),
    ],
)
def test_a_call_that_cannot_be_answered_is_refused_on_one_line(
    index: searchkit.Index, tool: str, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refusal) as refused:
        call(index, tool, arguments)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "arguments",
    [
        {"query": "番茄", "limit": "3"},
        {"query": "番茄", "limit": 3.0},
        {"query": " 番茄 ", "limit": 3, "tag": None},
    ],
)
def test_numbers_and_texts_are_taken_as_assistants_write_them(
    index: searchkit.Index, arguments: dict[str, Any]
) -> None:
    assert len(call(index, "search", arguments).values["hits"]) == 3


@pytest.mark.parametrize("ids", [["hugo/a.md", "日食怎么看"], '["hugo/a.md", "日食怎么看"]'])
def test_a_list_may_be_written_as_json(index: searchkit.Index, ids: object) -> None:
    assert call(index, "fetch", {"id": ids}).values["total"] == 2
