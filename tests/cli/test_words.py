"""`words` prints names and terms that the dictionary lacks, and takes them into the user dictionary."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import searchkit
from tests.cli.conftest import Call


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the user's settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    return tmp_path / "own" / "searchkit"


def test_each_word_has_its_pieces_its_numbers_and_an_example(call: Call) -> None:
    first, facts, example = call("words").stdout.splitlines()
    assert first == "大模型  大 | 模型 → 大模型"
    assert facts == "    11 times in 3 accounts · 6 articles · no word today in 6"
    assert example.startswith("    │ ")
    assert "大模型" in example


def test_as_json_it_is_what_the_library_finds(call: Call, sample_index: searchkit.Index) -> None:
    (word,) = sample_index.new_words()
    (printed,) = json.loads(call("words", "--json").stdout)["words"]
    example = printed.pop("example")
    assert printed == {
        "word": word.word, "cut": list(word.cut), "cut_then": list(word.cut_then), "count": word.count,
        "accounts": word.accounts, "articles": word.articles, "changes": word.changes, "asked": 0,
    }  # fmt: skip
    assert word.example is not None
    assert example["id"] == word.example.id


def test_an_index_without_new_words_says_so(call: Call, corpus: Path) -> None:
    call("reindex", corpus, "--index", "few")
    result = call("words", "--index", "few")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "no new words\n")
    assert json.loads(call("words", "--index", "few", "--json").stdout)["words"] == []
    assert call("words", "--index", "few", "--accept-all").exit_code == 1


def test_words_that_are_accepted_are_words_after_a_reindex(
    call: Call, samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_INDEX", str(tmp_path / "index"))
    (tmp_path / "words.txt").touch()
    monkeypatch.setenv("SEARCHKIT_USER_DICTIONARY", str(tmp_path / "words.txt"))
    call("reindex", samples)
    result = call("words", "--accept-all")
    assert result.exit_code == 0
    assert result.stdout == f"1 word added to {tmp_path / 'words.txt'}\n"
    assert "run `searchkit reindex`" in result.stderr
    again = call("words", "--accept", "大模型")
    assert again.stdout.endswith(" · 1 known to it\n")
    assert "reindex" not in again.stderr
    call("reindex", samples)
    assert "大模型" in json.loads(call("analyze", "大模型", "--json").stdout)["words"]
    assert call("words").exit_code == 1


def test_words_of_searches_that_found_little_say_so(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_GAP_LOG", "true")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for query in ("qwxyzzy 大模型", "大模型 qwplugh", "qwxyzzy"):
        call("search", query)
    assert call("words").stdout.splitlines()[1].endswith(" · in 2 searches that found little")
    assert json.loads(call("words", "--json").stdout)["words"][0]["asked"] == 2


def test_without_a_setting_it_says_what_to_set(call: Call, own: Path) -> None:
    result = call("words", "--accept", "树莓派", "--accept", "区块链")
    assert result.exit_code == 0
    assert result.stdout == f"2 words added to {own / 'words.txt'}\n"
    assert f'user_dictionary = "{own / "words.txt"}"' in result.stderr
    assert str(own / "config.toml") in result.stderr
    again = call("words", "--accept", "树莓派", "--json")
    assert json.loads(again.stdout) == {
        "version": 2, "path": str(own / "words.txt"), "added": [], "known": ["树莓派"], "configured": False,
    }  # fmt: skip


@pytest.mark.parametrize("options", [("--accept", "两个 词"), ("--accept", "词", "--accept-all"), ("-n", "-1")])
def test_what_cannot_be_done_is_an_error(call: Call, own: Path, options: tuple[str, ...]) -> None:
    assert call("words", *options).exit_code == 2
    assert not own.exists()
