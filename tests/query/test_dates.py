"""Dates as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.query.dates import parse_span
from searchkit.query.parser import parse


def days(text: str) -> tuple[str, str]:
    span = parse_span(text)
    assert span is not None
    since, until = (moment.date().isoformat() if moment else "" for moment in span)
    return since, until


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("2024", "2024-01-01", "2025-01-01"),
        ("2024年", "2024-01-01", "2025-01-01"),
        ("2024-02", "2024-02-01", "2024-03-01"),
        ("2024-12", "2024-12-01", "2025-01-01"),
        ("2024年12月", "2024-12-01", "2025-01-01"),
        ("2024-12-31", "2024-12-31", "2025-01-01"),
        ("2024/2/9", "2024-02-09", "2024-02-10"),
        ("2024.02.09", "2024-02-09", "2024-02-10"),
        ("2024年2月29日", "2024-02-29", "2024-03-01"),
        (" 2024 ", "2024-01-01", "2025-01-01"),
        ("2024-01..2024-06", "2024-01-01", "2024-07-01"),
        ("2023..2024", "2023-01-01", "2025-01-01"),
        ("2024-03..", "2024-03-01", ""),
        ("..2024-03", "", "2024-04-01"),
    ],
)
def test_a_span_ends_after_the_day_month_or_year_named(text: str, since: str, until: str) -> None:
    assert days(text) == (since, until)


@pytest.mark.parametrize(
    ("now", "text", "first"),
    [
        ("2024-03-31", "today", "2024-03-31"),
        ("2024-03-31", "今天", "2024-03-31"),
        ("2024-03-01", "yesterday", "2024-02-29"),
        ("2024-03-01", "昨天", "2024-02-29"),
        ("2024-03-31", "0d", "2024-03-31"),
        ("2024-03-31", "30d", "2024-03-01"),
        ("2024-03-31", "30 天", "2024-03-01"),
        ("2024-03-31", "2W", "2024-03-17"),
        ("2024-03-31", "2周", "2024-03-17"),
        ("2024-03-31", "1m", "2024-02-29"),
        ("2023-03-31", "1个月", "2023-02-28"),
        ("2024-12-31", "1m", "2024-11-30"),
        ("2024-01-15", "1m", "2023-12-15"),
        ("2024-06-15", "6m", "2023-12-15"),
        ("2024-06-15", "18m", "2022-12-15"),
        ("2024-02-29", "1y", "2023-02-28"),
        ("2024-02-29", "4年", "2020-02-29"),
    ],
)
def test_a_day_may_be_named_by_how_long_ago_it_was(
    now: str, text: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.query.dates.today", lambda: date.fromisoformat(now))
    following = (date.fromisoformat(first) + timedelta(days=1)).isoformat()
    assert days(text) == (first, following)
    assert days(f"{text}..") == (first, "")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "上周",
        "24",
        "2024-13",
        "2024-00",
        "2023-02-29",
        "0000",
        "9999",
        "2024..上周",
        "上周..2024",
        "2024-1-1-1",
        "d",
        "-3d",
        "1.5y",
        "6月",
        "3h",
        "99999y",
        "999999d",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_span(text) is None


@given(st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 30)))
def test_a_day_lasts_one_day(day: date) -> None:
    span = parse_span(day.isoformat())
    assert span is not None
    assert span[0] is not None
    assert span[1] is not None
    assert (span[0].date(), (span[1] - span[0]).days) == (day, 1)


@given(st.text())
def test_any_text_is_a_span_or_none(text: str) -> None:
    parse_span(text)


@given(st.integers(0, 99_999), st.sampled_from("dwmy"))
def test_the_longer_ago_the_earlier(count: int, unit: str) -> None:
    later, earlier = parse_span(f"{count}{unit}"), parse_span(f"{count + 1}{unit}")
    if later and earlier:
        assert later[0] is not None
        assert earlier[0] is not None
        assert earlier[0] < later[0]


@pytest.mark.parametrize("query", ["until:2024..", "since:..2024", "since:2024..2025", 'until:"2024..2025"'])
def test_a_day_from_or_up_to_which_is_no_range(query: str) -> None:
    (note,) = parse(f"渡口 {query}").notes
    assert note.message.endswith(" is not a date such as 2024, 2024-05, 2024-05-14, 30d, today")
