"""Walking a corpus: what is an article, in which order, and why the rest is passed over."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from searchkit.articles.walk import SourceFile, Unread, Unreadable, walk
from searchkit.errors import CorpusNotFound
from searchkit.reports import Problem


def write(path: Path, text: str = "正文") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(root: Path) -> list[str]:
    return [found.id for found in walk(root) if isinstance(found, SourceFile)]


def problems(root: Path, **options: Any) -> dict[str, str]:
    return {found.path: found.reason for found in walk(root, **options) if isinstance(found, Problem)}


def test_articles_are_markdown_and_html_files_at_any_depth(tmp_path: Path) -> None:
    for name in ("a.md", "b.markdown", "c.html", "d.htm", "甲/乙/丙.md", "E.MD"):
        write(tmp_path / name)
    assert sorted(ids(tmp_path)) == sorted(["E.MD", "a.md", "b.markdown", "c.html", "d.htm", "甲/乙/丙.md"])


def test_files_of_other_kinds_are_passed_over_and_counted_by_their_endings(tmp_path: Path) -> None:
    for name in ("图.png", "图二.PNG", "a.xlsx", "md", "v1.2 第二次修改的稿子", "a.", ".DS_Store", ".git/x.png"):
        write(tmp_path / name)
    unread = Counter(found.ending for found in walk(tmp_path) if isinstance(found, Unread))
    assert unread == {".png": 2, ".xlsx": 1, "": 3}


def test_the_order_is_by_name_folder_by_folder(tmp_path: Path) -> None:
    for name in ("z.md", "b/2.md", "b/1.md", "a.md", "龙.md"):
        write(tmp_path / name)
    assert ids(tmp_path) == ["a.md", "b/1.md", "b/2.md", "z.md", "龙.md"]
    assert ids(tmp_path) == ids(tmp_path)


def test_a_stamp_is_size_and_modification_time(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "十个字节")
    os.utime(path, ns=(1_000, 1_700_000_000_000_000_000))
    (found,) = walk(tmp_path)
    assert isinstance(found, SourceFile)
    assert found.stamp == (12, 1_700_000_000_000_000_000)


def test_a_hidden_file_is_skipped_with_a_reason(tmp_path: Path) -> None:
    write(tmp_path / ".草稿.md")
    assert problems(tmp_path) == {".草稿.md": "a hidden file"}


def test_a_hidden_folder_is_not_walked(tmp_path: Path) -> None:
    write(tmp_path / ".git" / "x.md")
    assert ids(tmp_path) == []


def test_the_readme_at_the_root_is_skipped_and_another_is_not(tmp_path: Path) -> None:
    write(tmp_path / "README.md")
    write(tmp_path / "甲" / "README.md")
    assert ids(tmp_path) == ["甲/README.md"]
    assert problems(tmp_path) == {"README.md": "the README of the corpus"}


def test_a_file_over_the_size_limit_is_skipped_with_both_sizes(tmp_path: Path) -> None:
    write(tmp_path / "大.md", "x" * 1_001)
    write(tmp_path / "小.md", "x" * 1_000)
    assert problems(tmp_path, size_limit=1_000) == {"大.md": "larger than the limit of 1,000 bytes (1,001)"}


def test_a_book_may_be_larger_than_a_text_as_it_has_pictures(tmp_path: Path) -> None:
    write(tmp_path / "图册.pdf", "x" * 8_000)
    write(tmp_path / "更大.epub", "x" * 8_001)
    assert problems(tmp_path, size_limit=1_000) == {"更大.epub": "larger than the limit of 8,000 bytes (8,001)"}


def test_a_link_to_a_file_inside_the_corpus_is_an_article(tmp_path: Path) -> None:
    (tmp_path / "b.md").symlink_to(write(tmp_path / "a.md"))
    assert ids(tmp_path) == ["a.md", "b.md"]


def test_a_link_that_leaves_the_corpus_is_skipped_with_a_reason(tmp_path: Path) -> None:
    secret = write(tmp_path / "outside" / "secret.md")
    root = tmp_path / "corpus"
    write(root / "a.md")
    (root / "file.md").symlink_to(secret)
    (root / "folder").symlink_to(secret.parent)
    assert ids(root) == ["a.md"]
    assert set(problems(root)) == {"file.md", "folder"}
    assert set(problems(root).values()) == {"a symbolic link out of the corpus"}


def test_a_loop_of_links_ends_with_a_reason(tmp_path: Path) -> None:
    write(tmp_path / "甲" / "a.md")
    (tmp_path / "甲" / "again").symlink_to(tmp_path)
    assert ids(tmp_path) == ["甲/a.md"]
    assert problems(tmp_path) == {"甲/again": "a symbolic link to a folder of the corpus"}


def test_a_link_to_nothing_is_skipped_with_a_reason(tmp_path: Path) -> None:
    (tmp_path / "a.md").symlink_to(tmp_path / "gone.md")
    assert problems(tmp_path)["a.md"].startswith("cannot be read")


def test_a_corpus_reached_through_a_link_is_walked(tmp_path: Path) -> None:
    write(tmp_path / "real" / "a.md")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert ids(tmp_path / "link") == ["a.md"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_skipped_with_a_reason(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert problems(tmp_path) == {"pipe.md": "not a regular file"}


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_not_utf8_is_skipped_with_a_reason(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xd6\xd0.md")).write_text("正文", encoding="utf-8")
    except OSError:
        pytest.skip("the file system takes only UTF-8 names")
    (found,) = walk(tmp_path)
    assert isinstance(found, Problem)
    assert "not UTF-8" in found.reason
    found.path.encode("utf-8")


def test_no_folder_at_the_path_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFound, match="nowhere"):
        list(walk(tmp_path / "nowhere"))


def test_a_link_to_a_folder_does_not_take_the_place_of_its_target(tmp_path: Path) -> None:
    write(tmp_path / "乙" / "a.md")
    (tmp_path / "a-link").symlink_to(tmp_path / "乙")
    assert ids(tmp_path) == ["乙/a.md"]
    assert problems(tmp_path) == {"a-link": "a symbolic link to a folder of the corpus"}


@pytest.mark.parametrize("name", ["loop", "loop.md"])
def test_a_link_to_itself_is_skipped_with_a_reason(tmp_path: Path, name: str) -> None:
    write(tmp_path / "z.md")
    (tmp_path / name).symlink_to(tmp_path / name)
    assert ids(tmp_path) == ["z.md"]
    assert problems(tmp_path) == {name: "a symbolic link to itself"}


def test_folders_nested_very_deep_are_walked(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(1_200):
        folder = folder / "d"
        folder.mkdir()
    article = write(folder / "a.md")
    found = ids(tmp_path)
    article.unlink()
    while folder != tmp_path:  # pytest would remove them by recursion
        folder.rmdir()
        folder = folder.parent
    assert found == ["d/" * 1_200 + "a.md"]


@pytest.mark.parametrize(("name", "folder_id"), [("b", "b/"), ("", "")])
def test_a_folder_that_cannot_be_listed_is_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, folder_id: str
) -> None:
    write(tmp_path / "a.md")
    write(tmp_path / "b" / "1.md")
    scandir = os.scandir

    def refuse(path: Path) -> Any:
        if path == tmp_path / name:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert Unreadable(folder_id, "cannot be listed: Permission denied", is_folder=True) in list(walk(tmp_path))


@dataclass
class BrokenEntry:
    """What `os.scandir` gives for a file on a disk that fails."""

    name: str
    path: str
    listed: bool

    def is_symlink(self) -> bool:
        return False

    def is_dir(self) -> bool:
        if self.listed:
            return False
        return bool(self.stat())

    def stat(self) -> Any:
        raise OSError(5, "Input/output error")


@pytest.mark.parametrize("listed", [True, False])
def test_an_article_that_cannot_be_examined_is_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, listed: bool
) -> None:
    entry = BrokenEntry("a.md", str(tmp_path / "a.md"), listed)
    monkeypatch.setattr(os, "scandir", lambda path: nullcontext([entry]))
    assert list(walk(tmp_path)) == [Unreadable("a.md", "cannot be read: Input/output error", is_folder=False)]
