"""Words that a user takes are added to the user dictionary, which loses nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import filelock
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
    assert file_of(config).read_bytes().decode() == "# 我的词\r\n雾凇拼音 500 nz\r\n云计算\r\n树莓派\r\n区块链\r\n"
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


@pytest.mark.parametrize(
    "word",
    [
        "",
        " ",
        "两个 词",
        "# 注释",
        "#注释",
        "词\n词",
        "\u200b",
        "，",
        "!",
        "----",
        "😀",
        "词\x1b[31m",
        "词\u202e语",
        "盐\u200d湖",
    ],
)
def test_what_would_be_another_line_is_refused(config: Config, word: str) -> None:
    with pytest.raises(ValueError, match="not a word for a dictionary"):
        searchkit.accept_words(["树莓派", word], config=config)
    assert not file_of(config).exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("云计算 5\r\n渡口\r\n", "云计算 5\r\n渡口\r\n盐湖\r\n"),
        ("\ufeff云计算\r\n渡口", "\ufeff云计算\r\n渡口\r\n盐湖\r\n"),
        ("\ufeff", "\ufeff盐湖\n"),
        ("  # 湖\n\n", "  # 湖\n\n盐湖\n"),
        ("", "盐湖\n"),
    ],
)
def test_lines_end_as_those_before(config: Config, before: str, after: str) -> None:
    file_of(config).write_bytes(before.encode())
    assert searchkit.accept_words("盐湖", config=config).added == ("盐湖",)
    assert file_of(config).read_bytes().decode() == after
    assert searchkit.accept_words("盐湖", config=config).known == ("盐湖",)


def test_a_file_that_is_no_text_stays_as_it_is(config: Config) -> None:
    data = "云计算".encode("gb18030")
    file_of(config).write_bytes(data)
    with pytest.raises(searchkit.ConfigError, match=r"words\.txt: not UTF-8; save it as UTF-8"):
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


def test_processes_that_accept_words_at_the_same_time_lose_none(config: Config) -> None:
    file_of(config).write_text("云计算\n", encoding="utf-8")
    code = """
import sys, searchkit
config = searchkit.Config(user_dictionary=sys.argv[1])
for number in range(10):
    searchkit.accept_words(f"新词{sys.argv[2]}号{number}", config=config)
"""
    command = [sys.executable, "-c", code, str(file_of(config))]
    writers = [subprocess.Popen([*command, str(one)]) for one in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    lines = file_of(config).read_text("utf-8").split()
    assert sorted(lines) == sorted(["云计算", *(f"新词{one}号{n}" for one in range(4) for n in range(10))])


def test_a_file_beside_it_is_not_the_lock(config: Config) -> None:
    beside = file_of(config).with_suffix(".lock")
    beside.write_text("of somebody else", encoding="utf-8")
    with filelock.FileLock(beside, timeout=0):
        assert searchkit.accept_words("盐湖", config=config).added == ("盐湖",)


def test_who_has_no_home_names_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("searchkit.user_dictionary.user_folder", lambda kind: Path("~", kind))
    with pytest.raises(searchkit.ConfigError, match="user_dictionary"):
        searchkit.accept_words("树莓派")
    assert list(tmp_path.iterdir()) == []
    named = Config(user_dictionary=str(tmp_path / "words.txt"))
    assert searchkit.accept_words("树莓派", config=named).added == ("树莓派",)
    assert {file.name for file in tmp_path.iterdir()} == {"words.txt", ".words.txt.lock"}


def test_a_word_on_several_lines_is_one(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("树莓派 5\n树莓派\n树莓派 100 n\n", encoding="utf-8")
    articles = [searchkit.Article("a", "树莓派", "树莓派上手")]
    searchkit.reindex(articles, tmp_path / "index", jobs=1, config=Config(user_dictionary=str(words)))
    with searchkit.open_index(tmp_path / "index") as index:
        assert index.user_words("树") == (("树莓派", 1),)
