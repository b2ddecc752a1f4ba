"""Readings of characters: all of them, without tones, those alike told apart."""

from __future__ import annotations

import pytest

from searchkit.analysis.normalize import fold
from searchkit.analysis.sounds import Sounds, blurred, known_syllables


@pytest.fixture(scope="module")
def sounds() -> Sounds:
    return Sounds(known_syllables())


@pytest.mark.parametrize(
    ("char", "readings"),
    [
        ("湖", {"hu"}),
        ("重", {"zhong", "chong"}),
        ("长", {"chang", "zhang"}),
        ("行", {"xing", "hang"}),
        ("乐", {"le", "yue"}),
        ("绿", {"lv", "lu"}),
        ("女", {"nv"}),
        ("虐", {"nve"}),
        ("儿", {"er"}),
        ("着", {"zhu", "zhe", "zhao", "zhuo"}),  # which 著 folds to
    ],
)
def test_a_character_has_all_its_readings(sounds: Sounds, char: str, readings: set[str]) -> None:
    assert readings <= set(sounds.readings(char))


def test_readings_are_of_characters_that_texts_fold_to(sounds: Sounds) -> None:
    assert "long" in sounds.readings(fold("龍"))
    assert not sounds.readings("龍")
    for chars in sounds.syllables.values():
        assert fold(chars).strip() == chars.strip()


def test_a_reading_that_no_word_has_is_apart(sounds: Sounds) -> None:
    usual, rare = sounds.syllables["pao"].split(" ")
    assert ("跑" in usual, "胞" in usual, "胞" in rare) == (True, False, True)
    assert "跑" not in sounds.same("胞")
    assert all(
        not set(usual) & set(rare) for usual, _, rare in (c.partition(" ") for c in sounds.syllables.values())
    )


def test_syllables_are_plain_letters(sounds: Sounds) -> None:
    assert all(syllable.isascii() and syllable.isalpha() for syllable in sounds.syllables)


def test_the_same_sound_and_a_near_one_are_told_apart(sounds: Sounds) -> None:
    assert "是" in sounds.same("事")
    assert "四" in sounds.near("事")
    assert not set(sounds.same("事")) & set(sounds.near("事"))
    assert "事" not in sounds.same("事") + sounds.near("事")


@pytest.mark.parametrize(
    "pair",
    ["南兰", "湖福", "林零", "真正", "山伤", "知资", "入路", "船窜"],
)
def test_what_is_often_confused_is_near(sounds: Sounds, pair: str) -> None:
    one, other = pair[0], pair[1]
    assert other in sounds.near(one)
    assert one in sounds.near(other)


def test_what_sounds_differently_is_neither(sounds: Sounds) -> None:
    assert "天" not in sounds.same("湖") + sounds.near("湖")


def test_a_vowel_alone_is_no_initial() -> None:
    assert blurred("er") == "er"
    assert blurred("ng") == "ng"


def test_a_character_that_is_not_known_has_no_readings() -> None:
    sounds = Sounds({})
    assert (sounds.readings("湖"), sounds.same("湖"), sounds.near("湖")) == ((), "", "")


def test_without_pypinyin_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.analysis.sounds.find_spec", lambda name: None)
    assert known_syllables.__wrapped__() == {}
