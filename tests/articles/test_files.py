"""Files are opened below the corpus only, without waiting, and never read beyond the limit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from searchkit.articles.walk import FileBelow, open_regular
from searchkit.errors import ArticleError


def read(root: Path, name: str, limit: int = 100) -> bytes:
    return FileBelow(str(root), name, limit).read_bytes()


def test_a_file_in_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "甲").mkdir()
    (tmp_path / "甲" / "a.md").write_bytes(b"text")
    assert read(tmp_path, "甲/a.md") == b"text"


def test_a_file_that_grew_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"x" * 101)
    with pytest.raises(ArticleError, match="larger than the limit of 100 bytes"):
        read(tmp_path, "a.md")
    assert len(read(tmp_path, "a.md", 101)) == 101


def test_a_high_limit_takes_no_memory(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"text")
    assert read(tmp_path, "a.md", 1 << 40) == b"text"


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.md")
    with pytest.raises(ArticleError, match="not a regular file"):
        read(tmp_path, "a.md")
    with pytest.raises(ArticleError, match="not a regular file"), open_regular(tmp_path / "a.md"):
        pass


def test_no_link_is_followed_on_the_way(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.md").write_bytes(b"secret")
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "folder").symlink_to("../out")
    (tmp_path / "corpus" / "file.md").symlink_to("../out/a.md")
    for name in ("folder/a.md", "file.md"):
        with pytest.raises(OSError, match=r"symbolic links|Not a directory"):
            read(tmp_path / "corpus", name)


def test_the_corpus_itself_may_be_reached_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.md").write_bytes(b"text")
    (tmp_path / "link").symlink_to("real")
    assert read(tmp_path / "link", "a.md") == b"text"


def test_nothing_stays_open(tmp_path: Path) -> None:
    (tmp_path / "甲").mkdir()
    (tmp_path / "甲" / "a.md").write_bytes(b"text")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for name in ("甲/a.md", "甲/b.md", "乙/a.md", "甲"):
        try:
            read(tmp_path, name)
        except (OSError, ArticleError):
            continue
    assert len(list(Path("/proc/self/fd").iterdir())) == before
