"""Phrases on columns, by every way of looking for the places of a word."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from whoosh import query

from searchkit.engines.whoosh.columnar import phrases
from searchkit.engines.whoosh.columnar.collector import search
from tests.engines.columnar.makers import Twins, make_schema

BY_SEARCHING, BY_SORTING = 0, 1 << 40
PHRASES = ["a b", "b a", "a a", "a a a", "a b a", "c a", "a c d", "d c", "d d", "b c a b", "c a a d"]


def found(folder: Path, bodies: list[str], words: list[str]) -> list[list[int]]:
    """The numbers of the bodies with each of the phrases *words*."""
    twins = Twins(folder, make_schema())
    _, writer = twins.write()
    for number, body in enumerate(bodies):
        writer.add_document(key=str(number), body=body)
    writer.commit()
    with twins.columnar.searcher() as searcher:
        answers = [search(searcher, query.Phrase("body", phrase.split()), None) for phrase in words]
        return [sorted(number for _, number in answer.top_n) for answer in answers]


def expected(bodies: list[str], words: list[str]) -> list[list[int]]:
    return [[n for n, body in enumerate(bodies) if re.search(rf"\b{phrase}\b", body)] for phrase in words]


@pytest.mark.parametrize("way", [BY_SEARCHING, phrases._SEARCH, BY_SORTING])
@pytest.mark.parametrize("seed", range(4))
def test_a_phrase_is_found_in_every_way(
    way: int, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrases, "_SEARCH", way)
    dice = random.Random(seed)
    bodies = [" ".join(dice.choices("abcd", [60, 10, 5, 1], k=dice.randint(1, 60))) for _ in range(200)]
    assert found(tmp_path, bodies, PHRASES) == expected(bodies, PHRASES)


@pytest.mark.parametrize("way", [BY_SEARCHING, BY_SORTING])
def test_keys_beyond_32_bits_are_told_apart(way: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "_SEARCH", way)
    monkeypatch.setattr(phrases, "_HALF", 1)
    bodies = ["a b c", "b a", "中 a b", "a c b"]
    assert found(tmp_path, bodies, ["a b", "b a", "a b c"]) == [[0, 2], [1], [0]]


@pytest.mark.parametrize("way", [BY_SEARCHING, BY_SORTING])
def test_a_phrase_does_not_reach_from_one_document_to_the_next(
    way: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrases, "_SEARCH", way)
    bodies = ["b x c a", "b c x a", "c a b", "b " + "x " * 13 + "a c"]
    assert found(tmp_path, bodies, ["a b c", "c a b"]) == [[], [2]]
