"""The estimate of tokens, and texts that are cut to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.assistants.budget import cut, fair_shares, fitting_length, tokens


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("月全食", 3),
        ("，。", 2),
        ("hello", 2),
        ("2024", 1),
        ('"],["', 3),
        ("a\nb", 3),
        ("𠮷", 2),
        ("a b", 2),
    ],
)
def test_tokens_are_counted(text: str, count: int) -> None:
    assert tokens(text) == count


@given(st.text(), st.integers(1, 50))
def test_what_is_cut_fits(text: str, most: int) -> None:
    assert tokens(cut(text, most)) <= most


@given(st.text(alphabet="月全食ab \n.", max_size=2_000), st.integers(0, 400))
def test_as_much_fits_as_fits(text: str, most: int) -> None:
    length = fitting_length(text, most)
    assert tokens(text[:length]) <= most
    assert length == len(text) or tokens(text[: length + 16]) + len(text) // 256 > most


@given(st.lists(st.integers(0, 1_000), max_size=12), st.integers(0, 3_000))
def test_shares_are_fair(wants: list[int], total: int) -> None:
    shares = fair_shares(wants, total)
    assert sum(shares) <= total
    assert all(share <= want for share, want in zip(shares, wants, strict=True))
    short = [share for share, want in zip(shares, wants, strict=True) if share < want]
    assert not short or max(shares) - min(short) <= 1
