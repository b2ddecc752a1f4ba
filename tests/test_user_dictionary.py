"""Words that a user takes are added to the user dictionary, which loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config, user_words


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(user_dictionary=str(tmp_path / "words.txt"))


def file_of(config: Config) -> Path:
    return Path(config.user_dictionary)


def test_words_are_added_behind_what_is_there(config: Config) -> None:
    file_of(config).write_bytes("# 我的词\r\n雾凇拼音 500 nz\r\n云计算".encode())
    accepted = searchkit.accept_words(["树莓派", "区块链"], config=config)
    assert accepted == searchkit.AcceptedWords(
        path=config.user_dictionary, added=("树莓派", "区块链"), known=(), configured=True
    )
    assert file_of(config).read_bytes().decode() == "# 我的词\r\n雾凇拼音 500 nz\r\n云计算\n树莓派\n区块链\n"
    assert user_words(config) == ("雾凇拼音 500 nz", "云计算", "树莓派", "区块链")


def test_a_word_is_added_once_however_it_is_written(config: Config) -> None:
    file_of(config).write_text("\ufeff树莓派 500\n", encoding="utf-8")
    accepted = searchkit.accept_words(["樹莓派", "區塊鏈", "区块链"], config=config)
    assert (accepted.added, accepted.known) == (("区块链",), ("樹莓派",))
    assert searchkit.accept_words(["区块链"], config=config).added == ()
    assert file_of(config).read_text(encoding="utf-8") == "\ufeff树莓派 500\n区块链\n"


def test_what_is_only_a_comment_is_not_there(config: Config) -> None:
    file_of(config).write_text("#树莓派\n", encoding="utf-8")
    assert searchkit.accept_words(["树莓派"], config=config).added == ("树莓派",)


def test_a_dictionary_that_is_not_there_is_made(config: Config, tmp_path: Path) -> None:
    below = Config(user_dictionary=str(tmp_path / "new" / "words.txt"))
    searchkit.accept_words("树莓派", config=below)
    assert user_words(below) == ("树莓派",)


def test_without_a_setting_it_is_in_the_folder_of_the_users_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.user_dictionary.user_folder", lambda kind: tmp_path / kind)
    for word in ("树莓派", "区块链"):
        accepted = searchkit.accept_words([word])
        assert not accepted.configured
    assert Path(accepted.path) == tmp_path / "config" / "words.txt"
    assert user_words(Config(user_dictionary=accepted.path)) == ("树莓派", "区块链")


def test_a_link_stays_one_and_rights_stay(config: Config, tmp_path: Path) -> None:
    target = tmp_path / "shared.txt"
    target.write_text("云计算\n", encoding="utf-8")
    target.chmod(0o640)
    file_of(config).symlink_to(target)
    searchkit.accept_words(["树莓派"], config=config)
    assert file_of(config).is_symlink()
    assert target.read_text(encoding="utf-8") == "云计算\n树莓派\n"
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("word", ["", " ", "两个 词", "# 注释", "#注释", "词\n词", "\u200b"])
def test_what_would_be_another_line_is_refused(config: Config, word: str) -> None:
    with pytest.raises(ValueError, match="not a word for a dictionary"):
        searchkit.accept_words(["树莓派", word], config=config)
    assert not file_of(config).exists()


def test_a_file_that_is_no_text_stays_as_it_is(config: Config) -> None:
    data = "云计算".encode("gb18030")
    file_of(config).write_bytes(data)
    with pytest.raises(searchkit.ConfigError, match=r"words\.txt"):
        searchkit.accept_words(["树莓派"], config=config)
    assert file_of(config).read_bytes() == data


def test_a_link_in_the_folder_of_settings_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    kept = tmp_path / "kept.txt"
    kept.write_text("渡口\n", encoding="utf-8")
    link = tmp_path / "settings" / "searchkit" / "words.txt"
    link.parent.mkdir(parents=True)
    link.symlink_to(kept)
    searchkit.accept_words(["盐湖"])
    assert link.is_symlink()
    assert kept.read_text("utf-8") == "渡口\n盐湖\n"
