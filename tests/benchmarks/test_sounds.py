"""Cases of pinyin are pieces of titles, and what is lost is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from benchmarks.promises import Case, Place
from benchmarks.sounds import check_sounds, check_unchanged, initials_cases, latin_cases, sound_cases
from tests.conftest import make_article

ARTICLES = (
    make_article("重庆的夜景", "山城"),
    make_article("用 Open Street Map 画地图", "坐标"),
    make_article("绿", "一个字"),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("sounds")
    searchkit.reindex(ARTICLES, place, jobs=1)
    return place


@pytest.fixture(scope="module")
def index(place: Path) -> Iterator[searchkit.Index]:
    with searchkit.open_index(place) as opened:
        yield opened


def test_syllables_are_those_of_a_piece_of_a_title(index: searchkit.Index) -> None:
    cases = sound_cases(index, 20)
    assert len(cases) == 20
    assert {min(case.ids) for case in cases} == {"重庆的夜景", "用 Open Street Map 画地图"}
    assert all(re.fullmatch(r"[a-z ]+", case.query) for case in cases)


def test_initials_are_of_all_titles_that_have_the_piece(index: searchkit.Index) -> None:
    assert set(initials_cases(index, 10)) == {
        Case("cqdy", frozenset({"重庆的夜景"})),
        Case("qdyj", frozenset({"重庆的夜景"})),
    }


def test_latin_words_come_alone_and_with_the_next(index: searchkit.Index) -> None:
    queries = sorted(case.query for case in latin_cases(index, 100))
    assert queries == ["Map", "Open", "Open Street", "Street", "Street Map"]


def test_what_is_found_and_what_changes_is_told(place: Path) -> None:
    wanted = frozenset({"重庆的夜景"})
    outcome = check_sounds(Place(place), [Case("zhongqing", wanted), Case("ditu", wanted)])
    assert (outcome.kept, outcome.lost, outcome.counts["ten"]) == (1, ["重庆的夜景: ditu"], 1)
    outcome = check_unchanged(Place(place), [Case("Map", frozenset()), Case("ditu", frozenset())])
    assert (outcome.kept, outcome.tried) == (1, 2)
