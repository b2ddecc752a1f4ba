"""Terms, names and documents as they stand in a cluster."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis.scripts import characters
from searchkit.engines.opensearch.bulk import article_of, pack
from searchkit.engines.opensearch.fields import (
    EDGE,
    alias_of,
    decode,
    encode,
    generation_name,
    generation_number,
    joined,
    letters,
)
from tests.conftest import make_article
from tests.engines.contract import document

anything = st.text(st.characters(), max_size=20) | st.text("a\ue000 \u3000\ud800\x00中", max_size=8)


@given(anything)
def test_a_term_is_what_it_was_and_holds_nothing_a_cluster_would_change(term: str) -> None:
    encoded = encode(term)
    assert decode(encoded) == term
    assert encoded.split() == ([encoded] if encoded else [])
    encoded.encode("utf-8")


@given(anything, anything)
def test_different_terms_stay_different(one: str, other: str) -> None:
    assert (encode(one) == encode(other)) == (one == other)


def test_a_term_too_long_is_cut_and_stays_itself() -> None:
    one, other = encode("a" * 50_000), encode("a" * 50_001)
    assert one != other
    for sign in ("\U00020000", " ", "\ue000"):
        assert all(len(encode(sign * length).encode()) < 32_766 for length in (5_000, 8_000, 50_000))


@given(st.text("ab1中，_", max_size=12), st.integers(0, 12), st.integers(1, 6))
def test_any_piece_with_open_ends_is_letters_in_a_row(text: str, start: int, length: int) -> None:
    whole, piece = characters(text), characters(text[start : start + length])
    row = letters(piece, open_start=True, open_end=True)
    among = letters(whole)
    assert any(among[at : at + len(row)] == row for at in range(len(among) + 1))


def test_edges_tell_a_word_from_a_part_of_one() -> None:
    edge = EDGE
    assert letters(["gpt", "-", "5"]) == [edge, "g", "p", "t", edge, "-", edge, "5", edge]
    assert letters(["pt", "，"], open_start=True, open_end=True) == ["p", "t", edge, "，"]


@pytest.mark.parametrize(
    "location",
    [
        "articles",
        "/data/Articles",
        "文章",
        "a b",
        "..",
        "-x",
        "a-000001",
        "x" * 400,
        "A",
        "a*",
        "я" * 120,
        "𠀀" * 120,
    ],
)
def test_every_location_has_a_legal_name_of_its_own(location: str) -> None:
    alias = alias_of(location)
    assert alias == alias.lower()
    assert not set(alias) & set('\\/*?"<>| ,#:')
    assert len(generation_name(alias, 1_000_000).encode()) <= 255
    assert alias.startswith("searchkit-")


def test_similar_locations_are_different_indices() -> None:
    locations = ["index", "/index", "/a/index", "/a-index", "INDEX", "a/index", "a index", "index-000001"]
    assert len({alias_of(location) for location in locations}) == len(locations)


def test_a_generation_belongs_to_one_index() -> None:
    assert generation_number("searchkit-a", "searchkit-a-000012") == 12
    assert generation_number("searchkit-a", "searchkit-a-b-000012") is None
    assert generation_number("searchkit-a", "searchkit-a") is None


def test_a_word_with_a_blank_is_one_term() -> None:
    assert joined(["llm agent", "干活"]).split() == [encode("llm agent"), "干活"]


def test_odd_articles_come_back_whole() -> None:
    odd = make_article("题\ud800", "正\x00文\ue000" + "a" * 100_000, id="路\udcff径")
    ((article_id, line),) = pack([document("x", odd.body, id=odd.id)])
    assert article_id == odd.id
    assert article_of(json.loads(line)).body == odd.body
