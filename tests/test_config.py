"""Settings: flag > environment > file > default."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.config import Config, load_config, user_words
from searchkit.errors import ConfigError


def test_without_files_and_variables_the_defaults_hold(tmp_path: Path) -> None:
    assert load_config(tmp_path, {}) == Config()


def test_the_environment_wins_over_the_file_and_the_file_over_the_project(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.searchkit]\nindex = "p"\ncorpus = "p"\nlimit = 3\n', "utf-8")
    (tmp_path / "searchkit.toml").write_text('index = "f"\ncorpus = "f"\n', "utf-8")
    config = load_config(tmp_path, {"SEARCHKIT_INDEX": "e"})
    assert (config.index, config.corpus, config.limit) == ("e", "f", 3)


def test_lists_and_groups_come_from_files_and_variables(tmp_path: Path) -> None:
    (tmp_path / "searchkit.toml").write_text(
        'ignored-tags = ["a", "b"]\nsynonyms = [["大模型", "LLM"]]\n', "utf-8"
    )
    config = load_config(tmp_path, {})
    assert (config.ignored_tags, config.synonyms) == (("a", "b"), (("大模型", "LLM"),))
    config = load_config(tmp_path, {"SEARCHKIT_IGNORED_TAGS": "x, y", "SEARCHKIT_SYNONYMS": "猫=cat;狗=dog"})
    assert (config.ignored_tags, config.synonyms) == (("x", "y"), (("猫", "cat"), ("狗", "dog")))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("colour = 1", "no setting 'colour'"),
        ("jobs = -1", "jobs = -1 makes no sense"),
        ("jobs = true", "jobs"),
        ("limit = 'many'", "limit"),
        ('color = "blue"', "auto, always or never"),
        ("index = ", "searchkit.toml"),
        ("drafts = 'maybe'", "drafts"),
    ],
)
def test_what_makes_no_sense_is_an_error_that_names_the_file_and_the_setting(
    tmp_path: Path, content: str, message: str
) -> None:
    (tmp_path / "searchkit.toml").write_text(content, "utf-8")
    with pytest.raises(ConfigError, match=message) as caught:
        load_config(tmp_path, {})
    assert "searchkit.toml" in str(caught.value)


def test_a_variable_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SEARCHKIT_JOBS"):
        load_config(tmp_path, {"SEARCHKIT_JOBS": "all"})


def test_the_user_dictionary_is_a_word_a_line(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("\ufeff云计算 5\n\n# 注释\n  R语言\n", "utf-8")
    assert user_words(Config(user_dictionary=str(words))) == ("云计算 5", "R语言")
    assert user_words(Config()) == ()
    with pytest.raises(ConfigError, match="nowhere"):
        user_words(Config(user_dictionary="nowhere.txt"))
