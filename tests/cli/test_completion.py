"""Completion as a user meets it: in bash, zsh and fish, on an index with names that a shell must quote."""

from __future__ import annotations

import os
import pty
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.completion import split_line
from tests.cli.terminal import environment, plain, run
from tests.conftest import make_article

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no shells")

ARTICLES = (
    make_article("月全食", "红光。", id="mp/月全食：红光.md", tags=("天文 观测", "夜"), author="观星簿"),
    make_article("早茶", "点心。", id="mp/2024/早茶 (一).md", tags=("it's", "C#"), author="ns:甲"),
    make_article("火锅", "很辣。", id="hugo/$5 火锅.md", tags=("a:b c", "a:d", "控\t制"), categories=("美食",)),
    make_article("笔记", "随笔。", id="a:b.md", url="https://mp.weixin.qq.com/s/1"),
)
Complete = Callable[[str], list[str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completion")
    searchkit.reindex(ARTICLES, folder / "index", jobs=1)
    (folder / "articles of mine").mkdir()
    return folder


@pytest.fixture
def complete(place: Path) -> Complete:
    """What follows a line up to the cursor: the kind, then the values."""
    return lambda line: completed(place, line)


def completed(place: Path, line: str, **env: str) -> list[str]:
    asked = {"_SEARCHKIT_COMPLETE": "zsh_complete", "COMP_WORDS": line, "XDG_CACHE_HOME": str(place / "cache")}
    ran = run(env={**asked, "SEARCHKIT_INDEX": str(place / "index"), **env})
    assert ran.stderr == ""
    return ran.stdout.split("\n")[:-1]


def test_ids_are_completed_folder_by_folder(complete: Complete) -> None:
    assert complete("searchkit show ") == ["plain", "a:b.md", "hugo/", "mp/"]
    assert complete("searchkit show m") == ["plain", "mp/"]
    assert complete("searchkit similar mp/") == ["plain", "mp/2024/", "mp/月全食：红光.md"]
    assert complete("searchkit why 火锅 mp/2024/早") == ["plain", "mp/2024/早茶 (一).md"]
    assert complete("searchkit open '$5 ") == ["plain", "$5 火锅.md"]


def test_values_of_filters_are_completed(complete: Complete) -> None:
    assert complete("searchkit search 火锅 --tag ")[1:] == ["C#", "a:b c", "a:d", "it's", "夜", "天文 观测"]
    assert complete("searchkit search 火锅 --author=观") == ["plain", "--author=观星簿"]
    assert complete("searchkit search 火锅 --path mp/2") == ["plain", "mp/2024/"]
    assert complete("searchkit tags 天") == ["plain", "天文 观测"]
    assert complete("searchkit categories ") == ["plain", "美食"]
    assert complete("searchkit sites mp") == ["plain", "mp.weixin.qq.com"]
    assert complete("searchkit search 火锅 --category 没有") == ["plain"]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("searchkit reindex ", "file"),
        ("searchkit search 月 --index ", "dir"),
        ("searchkit eval ", "file"),
        ("searchkit judge 月 --judgements ", "file"),
        ("searchkit show corpus/", "file"),
    ],
)
def test_files_and_folders_are_left_to_the_shell(complete: Complete, line: str, kind: str) -> None:
    assert complete(line) == [kind]


def test_without_an_index_there_is_nothing_and_no_error(place: Path, tmp_path: Path) -> None:
    assert completed(place, "searchkit search --tag ", SEARCHKIT_INDEX=str(tmp_path / "none")) == ["plain"]
    (tmp_path / "CURRENT").write_text("nonsense", "utf-8")
    assert completed(place, "searchkit search --tag ", SEARCHKIT_INDEX=str(tmp_path)) == ["plain"]


def test_names_are_those_of_the_index_that_an_option_names(place: Path, tmp_path: Path) -> None:
    searchkit.reindex([make_article("茶", tags=("别处",))], tmp_path / "other index", jobs=1)
    assert completed(place, f"searchkit tags --index '{tmp_path}/other index' ") == ["plain", "别处"]


def test_a_reindex_is_seen(place: Path, tmp_path: Path) -> None:
    env = {"SEARCHKIT_INDEX": str(tmp_path / "i")}
    for tag in ("先", "后"):
        searchkit.reindex([make_article("茶", tags=(tag,))], tmp_path / "i", jobs=1)
        assert completed(place, "searchkit tags ", **env) == ["plain", tag]


def test_a_cache_that_cannot_be_used_does_not_matter(place: Path, tmp_path: Path) -> None:
    assert completed(place, "searchkit tags 夜", XDG_CACHE_HOME="/dev/null") == ["plain", "夜"]
    assert completed(place, "searchkit tags 夜", XDG_CACHE_HOME=str(tmp_path)) == ["plain", "夜"]
    (cache,) = (tmp_path / "searchkit").iterdir()
    for damaged in ("{", "[]", "{}", cache.read_text("utf-8").replace("names", "other")):
        cache.write_text(damaged, "utf-8")
        assert completed(place, "searchkit tags 夜", XDG_CACHE_HOME=str(tmp_path)) == ["plain", "夜"]


def test_commands_are_completed_without_importing_them(complete: Complete) -> None:
    assert complete("searchkit sh") == ["plain", "show"]
    assert "search" in complete("searchkit ")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("searchkit show", ["searchkit", "show"]),
        ("searchkit show ", ["searchkit", "show", ""]),
        ("searchkit  show 'a b' c\\ d", ["searchkit", "show", "a b", "c d"]),
        ("searchkit show ''", ["searchkit", "show", ""]),
        ("searchkit show \"it's", ["searchkit", "show", "it's"]),
        ("", [""]),
    ],
)
def test_a_line_is_split_as_a_shell_does(line: str, words: list[str]) -> None:
    assert split_line(line)[0] == words


# in a shell


class Shell:
    """A shell in a pseudo-terminal with the completion script loaded."""

    def __init__(self, name: str, place: Path) -> None:
        start = {"bash": ["--norc", "-i"], "zsh": ["-f", "-i"], "fish": ["--no-config", "-i"]}[name]
        binaries = place / "bin"
        binaries.mkdir(exist_ok=True)
        (binaries / "searchkit").write_text(f'#!/bin/sh\nexec {sys.executable} -W ignore -m searchkit "$@"\n')
        (binaries / "searchkit").chmod(0o755)
        env = environment({
            "SEARCHKIT_INDEX": str(place / "index"), "XDG_CACHE_HOME": str(place / "cache"), "HOME": str(place),
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}", "TERM": "dumb", "PS1": "$ ",
        })  # fmt: skip
        self._process, self._terminal = pty.fork()
        if not self._process:
            os.chdir(place)
            os.execvpe(name, [name, *start], env)
        os.set_blocking(self._terminal, False)
        script = place / f"completion.{name}"
        loads = {"zsh": f"autoload -U compinit; compinit -u; source {script}", "fish": f"source {script}"}
        script.write_text(run(env={**env, "_SEARCHKIT_COMPLETE": f"{name}_source"}).stdout, "utf-8")
        self.type(f"{loads.get(name, f'source {script}')}\n")
        self.wait_for_change(1.0)

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def wait_for(self, text: str, seconds: float = 20) -> str:
        """What is on the screen once *text* is there, or the time is over."""
        seen, end = b"", time.monotonic() + seconds
        while time.monotonic() < end and not (text and text in plain(seen.decode("utf-8", "replace"))):
            try:
                seen += os.read(self._terminal, 65536)
            except (BlockingIOError, OSError):
                time.sleep(0.02)
        return plain(seen.decode("utf-8", "replace"))

    def wait_for_change(self, quiet: float = 0.5) -> None:
        """Until something new is on the screen, and then nothing for a while."""
        while not self.wait_for("", 0.1):
            pass
        while self.wait_for("", quiet):
            pass

    def close(self) -> None:
        os.kill(self._process, 9)
        os.close(self._terminal)
        os.waitpid(self._process, 0)


@pytest.fixture(scope="module", params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest, place: Path) -> Iterator[Shell]:
    if not shutil.which(request.param):
        pytest.skip(f"no {request.param}")
    completed(place, "searchkit tags ")
    opened = Shell(request.param, place)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("search 月 --tag it", "it's"),
        ("search 月 --tag a:b", "a:b c"),
        ("search 月 --tag 'a:b", "a:b c"),
        ("search 月 --author=观", "--author=观星簿"),
        ("show hugo/", "hugo/$5 火锅.md"),
        ("show mp/2024/早茶", "mp/2024/早茶 (一).md"),
        ("reindex articles", "articles of mine"),
    ],
)
def test_a_shell_inserts_what_is_one_word(shell: Shell, typed: str, word: str) -> None:
    for keys in (f"searchkit {typed}", "\t"):
        shell.type(keys)
        shell.wait_for_change()
    shell.type("\x01printf '<%s>' \n")
    shown = shell.wait_for(f"<{word}") + shell.wait_for("", 0.2)
    assert f"<{word}>" in shown.replace("/>", ">")  # zsh takes the last slash of a folder back
