"""Values of front matter as people and bots spell them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from searchkit.articles.metadata import as_datetime, as_flag, as_text, as_texts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("云计算", "云计算"),
        (["云计算", "x"], "云计算"),
        ([], ""),
        (None, ""),
        (2024, "2024"),
        ({"a": 1}, ""),
        ([["x"]], ""),
        ("  云\n 计\t算 ", "云 计 算"),
        ("零\u200b宽\u202e", "零宽"),
        (date(2024, 5, 1), "2024-05-01"),
    ],
)
def test_text_is_one_clean_line(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        (["甲", "乙"], ("甲", "乙")),
        ("甲", ("甲",)),
        ("甲, 乙", ("甲", "乙")),
        ("甲，乙、丙；丁", ("甲", "乙", "丙", "丁")),
        (None, ()),
        ("", ()),
        ([], ()),
        ([None, "", "甲"], ("甲",)),
        (["甲", "甲"], ("甲",)),
        ([2024, 1.5], ("2024", "1.5")),
        ({"a": 1}, ()),
    ],
)
def test_tags_are_a_list_or_a_string_or_nothing(value: Any, tags: tuple[str, ...]) -> None:
    assert as_texts(value) == tags


def test_ignored_tags_are_dropped_whatever_their_case() -> None:
    assert as_texts(["Fetched", "甲", "fetched"], ignored=["fetched"]) == ("甲",)


def test_a_list_that_holds_itself_a_thousandfold_is_not_written_out() -> None:
    bomb: Any = "x"
    for _ in range(40):
        bomb = [bomb] * 10
    assert as_texts(bomb) == ()


@pytest.mark.parametrize("value", [True, "true", "True", ["true"], [True], "yes", "1", 1])
def test_spellings_of_a_flag_that_is_set(value: Any) -> None:
    assert as_flag(value)


@pytest.mark.parametrize("value", [False, "false", ["false"], [False], "no", "0", 0, None, [], "", "草稿"])
def test_spellings_of_a_flag_that_is_not_set(value: Any) -> None:
    assert not as_flag(value)


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2024-05-14T10:26:42+08:00", "2024-05-14T10:26:42+08:00"),
        ("2024-05-14T10:26:42+0800", "2024-05-14T10:26:42+08:00"),
        ("2024-05-14 10:26:42 -05:30", "2024-05-14T10:26:42-05:30"),
        ("2024-05-14T10:26:42Z", "2024-05-14T10:26:42+00:00"),
        ("2024-05-14T10:26:42.123Z", "2024-05-14T10:26:42+00:00"),
        ("2024-05-14 10:26", "2024-05-14T10:26:00+00:00"),
        ("2024-05-14 10:26:42 UTC", "2024-05-14T10:26:42+00:00"),
        ("2024-05-14", "2024-05-14T00:00:00+00:00"),
        ("2024/5/4", "2024-05-04T00:00:00+00:00"),
        ("2024.05.14", "2024-05-14T00:00:00+00:00"),
        ("2024年5月14日", "2024-05-14T00:00:00+00:00"),
        ("2024年5月14日 10:26", "2024-05-14T10:26:00+00:00"),
        ("2024-05", "2024-05-01T00:00:00+00:00"),
        (["2024-05-14"], "2024-05-14T00:00:00+00:00"),
        (date(2024, 5, 14), "2024-05-14T00:00:00+00:00"),
        (datetime(2024, 5, 14, 10, 26), "2024-05-14T10:26:00+00:00"),
        (datetime(2024, 5, 14, tzinfo=timezone(timedelta(hours=8))), "2024-05-14T00:00:00+08:00"),
    ],
)
def test_a_date_in_any_spelling(value: Any, moment: str) -> None:
    found = as_datetime(value)
    assert found is not None
    assert found.isoformat() == moment


@pytest.mark.parametrize(
    "value",
    [None, "", "昨天", "2024-13-01", "2024-02-30", "24-05-14", "0000-01-01", "2024-05-14T10:26+99:99", {}, []],
)
def test_what_is_no_date_is_none(value: Any) -> None:
    assert as_datetime(value) is None


def test_a_number_that_is_too_long_to_be_written_is_no_text() -> None:
    assert as_text(10**5_000) == ""
    assert as_text(10**20) == "1" + "0" * 20
