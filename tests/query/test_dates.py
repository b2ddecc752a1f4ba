"""Dates as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.query.parser import parse_span


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
    "text",
    [
        "",
        "..",
        "昨天",
        "24",
        "2024-13",
        "2024-00",
        "2023-02-29",
        "0000",
        "9999",
        "2024..昨天",
        "昨天..2024",
        "2024-1-1-1",
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
