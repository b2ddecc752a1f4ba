"""An index of the sample corpus, and two ways to call the command line."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import searchkit
from searchkit.cli.app import cli

Call = Callable[..., Result]


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> Path:
    """The folder of an index of the sample corpus."""
    folder = tmp_path_factory.mktemp("cli") / "index"
    searchkit.reindex(samples, folder, jobs=1)
    return folder


@pytest.fixture
def call(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command in this process, in an empty folder, on the index of the samples; `typed` is its input."""
    for name in ("NO_COLOR", "FORCE_COLOR", "PAGER", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SEARCHKIT_INDEX", str(sample_folder))
    monkeypatch.setenv("XDG_STATE_HOME", os.devnull)
    monkeypatch.chdir(tmp_path)
    return lambda *args, typed=None: CliRunner().invoke(cli, [str(arg) for arg in args], input=typed)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with two small articles."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    write_article(folder, "moon.md", "月全食为什么是红色的", "阳光穿过大气层，红光落在月面上。")
    write_article(folder, "tea.md", "一盅两件", "广州人喝早茶，一盅两件。")
    return folder


def write_article(folder: Path, name: str, title: str, body: str, **facts: str) -> Path:
    """An article file with front matter."""
    matter = "".join(f"{key}: {value}\n" for key, value in {"title": f'"{title}"', **facts}.items())
    path = folder / name
    path.write_text(f"---\n{matter}---\n{body}\n", encoding="utf-8")
    return path
