"""Walking a corpus: what is an article, in which order, and why the rest is passed over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from searchkit.articles.walk import SourceFile, walk
from searchkit.errors import CorpusNotFound
from searchkit.model import Problem


def write(path: Path, text: str = "正文") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def ids(root: Path) -> list[str]:
    return [found.id for found in walk(root) if isinstance(found, SourceFile)]


def problems(root: Path, **options: int) -> dict[str, str]:
    return {found.path: found.reason for found in walk(root, **options) if isinstance(found, Problem)}


def test_articles_are_markdown_and_html_files_at_any_depth(tmp_path: Path) -> None:
    for name in ("a.md", "b.markdown", "c.html", "d.htm", "甲/乙/丙.md", "E.MD"):
        write(tmp_path / name)
    assert sorted(ids(tmp_path)) == sorted(["E.MD", "a.md", "b.markdown", "c.html", "d.htm", "甲/乙/丙.md"])


def test_files_of_other_kinds_are_passed_over_without_a_word(tmp_path: Path) -> None:
    for name in ("图.png", "x.txt", "style.css", "md"):
        write(tmp_path / name)
    assert list(walk(tmp_path)) == []


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
    assert set(problems(root).values()) == {"a symbolic link that leaves the corpus"}


def test_a_loop_of_links_ends_with_a_reason(tmp_path: Path) -> None:
    write(tmp_path / "甲" / "a.md")
    (tmp_path / "甲" / "again").symlink_to(tmp_path)
    assert ids(tmp_path) == ["甲/a.md"]
    assert "walked already" in problems(tmp_path)["甲/again"]


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
