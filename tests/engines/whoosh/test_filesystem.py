"""What an index is written with, and what becomes of it when the system refuses."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import searchkit
from searchkit.engines.whoosh import WhooshEngine
from searchkit.engines.whoosh.directory import Directory
from searchkit.engines.whoosh.filesystem import Filesystem, writing
from searchkit.engines.whoosh.segment.safe_io import DamagedFile
from searchkit.errors import IndexCorrupted, IndexNotWritable, remedy
from searchkit.index import reader_of
from tests.conftest import ROOT, make_article
from tests.engines.contract import document, write


class FailingDisk(Filesystem):
    """Cannot sync the folder *broken* once an index was published in it."""

    def __init__(self, broken: Path) -> None:
        self._broken = broken

    def sync(self, path: Path) -> None:
        if path == self._broken and not (path / "CURRENT.new").exists() and (path / "CURRENT").exists():
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        super().sync(path)


def test_a_failure_after_the_publishing_leaves_what_was_published(tmp_path: Path) -> None:
    write(WhooshEngine(tmp_path), document("甲"))
    with pytest.raises(IndexNotWritable, match="the new index is in place"):
        write(WhooshEngine(tmp_path, FailingDisk(tmp_path)), document("乙"))
    assert sorted(WhooshEngine(tmp_path).read().ids()) == ["乙", "甲"]


def test_the_old_generation_is_kept_until_the_name_of_the_new_one_is_on_disk(tmp_path: Path) -> None:
    write(WhooshEngine(tmp_path), document("甲"))
    for _ in range(2):  # the second writer may not delete it either
        with pytest.raises(IndexNotWritable):
            write(WhooshEngine(tmp_path, FailingDisk(tmp_path)), document("乙"))
    assert (tmp_path / "generation-000001").exists()
    write(WhooshEngine(tmp_path), document("丙"))
    assert len(list(tmp_path.glob("generation-*"))) == 1


def test_leftovers_go_when_there_is_nothing_to_write_too(tmp_path: Path) -> None:
    articles = [make_article("甲", "正文")]
    searchkit.reindex(articles, tmp_path, jobs=1)
    (tmp_path / "generation-000002").mkdir()
    (tmp_path / "generation-000002" / "half").write_bytes(b"x")
    assert searchkit.reindex(articles, tmp_path, jobs=1).unchanged == 1
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        "CURRENT",
        "LOCK",
        "_MAIN_1.toc",
        "generation-000001",
    ]


def test_nothing_is_removed_while_nobody_knows_which_generation_is_the_current_one(tmp_path: Path) -> None:
    write(WhooshEngine(tmp_path), document("甲"))
    for content in ("generation-", "generation-000099"):
        (tmp_path / "CURRENT").write_text(content, "utf-8")
        with WhooshEngine(tmp_path).locked():
            assert (tmp_path / "generation-000001" / "segments.json").exists()


def test_files_of_the_old_generation_are_shared_and_not_synced_again(tmp_path: Path) -> None:
    synced = []

    class Watching(Filesystem):
        def sync(self, path: Path) -> None:
            synced.append(path.name)
            super().sync(path)

    write(WhooshEngine(tmp_path), document("甲"), document("乙"))
    (old,) = tmp_path.glob("generation-*/*.columns")
    inode = old.stat().st_ino
    write(WhooshEngine(tmp_path, Watching()), document("丙"))
    assert (tmp_path / "generation-000002" / old.name).stat().st_ino == inode
    assert old.name not in synced
    assert "MAIN_000002x000001.columns" in synced


def test_where_there_are_no_links_files_are_copied_and_synced(tmp_path: Path) -> None:
    synced = []

    class Linkless(Filesystem):
        def link(self, source: Path, target: Path) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM), str(source))

        def sync(self, path: Path) -> None:
            synced.append(path.name)
            super().sync(path)

    engine = WhooshEngine(tmp_path, Linkless())
    write(engine, document("甲"))
    write(engine, document("乙"))
    assert sorted(engine.read().ids()) == ["乙", "甲"]
    assert synced.count("MAIN_000001x000001.columns") == 2


def test_an_error_of_the_system_names_the_file_the_cause_and_what_may_help(tmp_path: Path) -> None:
    class Full(Filesystem):
        def sync(self, path: Path) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))

    searchkit.reindex([make_article("甲")], tmp_path, jobs=1)
    with pytest.raises(IndexNotWritable, match=r"generation-000002.*: No space left on device; .*; free some"):
        write(WhooshEngine(tmp_path, Full()), document("乙"))
    assert list(WhooshEngine(tmp_path).read().ids()) == ["甲"]


def test_errors_of_ours_are_not_errors_of_writing(tmp_path: Path) -> None:
    with pytest.raises(searchkit.IndexNotFound), writing(tmp_path):
        raise searchkit.IndexNotFound("no index here")


def test_an_unknown_error_of_the_system_has_no_remedy() -> None:
    assert remedy(OSError(errno.EXDEV, "Invalid cross-device link")) == ""
    assert "ulimit -n" in remedy(OSError(errno.EMFILE, "Too many open files"))


def test_a_file_is_written_beside_the_one_that_has_another_name_too(tmp_path: Path) -> None:
    disk, one, two = Filesystem(), tmp_path / "one", tmp_path / "two"
    disk.write(one, b"old")
    disk.share(one, two)
    disk.write(two, b"new")
    assert (one.read_bytes(), two.read_bytes()) == (b"old", b"new")


def test_a_folder_in_a_folder_is_removed(tmp_path: Path) -> None:
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    (tmp_path / "outer" / "inner" / "file").write_bytes(b"")
    Filesystem().remove_tree(tmp_path / "outer")
    assert not (tmp_path / "outer").exists()


def test_folders_inside_each_other_without_end_are_removed(tmp_path: Path) -> None:
    depth, here = 1_200, Path.cwd()
    (tmp_path / "generation-000007").mkdir()
    os.chdir(tmp_path / "generation-000007")
    try:
        for _ in range(depth):
            Path("a").mkdir()
            os.chdir("a")
    finally:
        os.chdir(here)
    with WhooshEngine(tmp_path).locked():
        assert not (tmp_path / "generation-000007").exists()


def test_a_link_in_the_place_of_a_file_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    monkeypatch.setattr(Path, "hardlink_to", refuse)
    with pytest.raises(DamagedFile, match="link: not a file"):
        Filesystem().share(tmp_path / "link", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_file_that_is_gone_is_damage_and_one_that_cannot_be_opened_is_not(tmp_path: Path) -> None:
    write(WhooshEngine(tmp_path), document("甲"))
    generations = Directory(tmp_path)

    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    def miss(path: Path) -> None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))

    with pytest.raises(PermissionError):
        generations.open_current(refuse)
    with pytest.raises(IndexCorrupted, match="reindex --full"):
        generations.open_current(miss)


def test_articles_are_not_dropped_for_want_of_descriptors(tmp_path: Path) -> None:
    """Nothing can be opened in the middle of a reindex: it ends, and the index stays."""
    corpus, place = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    (corpus / "a.md").write_text("# 标题\n\n正文", "utf-8")
    searchkit.reindex(corpus, place, jobs=1)
    (corpus / "b.md").write_text("# 标题二\n\n正文", "utf-8")
    code = """if True:
        import os, resource, sys, searchkit, searchkit.articles.load as loading
        from searchkit.analysis.analyzer import Analyzer
        searchkit.reindex(sys.argv[1], sys.argv[3], jobs=1)  # everything is loaded
        load = loading.load
        def starved(entry, **settings):
            while True:
                try: os.open("/dev/null", os.O_RDONLY)
                except OSError: break
            return load(entry, **settings)
        import searchkit.ingest.worker
        searchkit.ingest.worker.load = starved
        try: searchkit.reindex(sys.argv[1], sys.argv[2], jobs=1)
        except OSError as error: print(error.strerror, error.filename)
    """
    run = subprocess.run(
        [sys.executable, "-c", code, corpus, place, tmp_path / "other"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout.startswith("Too many open files"), run.stderr
    assert run.stdout.strip().endswith("b.md")
    with searchkit.open_index(place) as index:
        assert sorted(reader_of(index).ids()) == ["a.md"]


def test_an_index_may_lie_where_no_folder_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def sync_files_only(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", sync_files_only)
    assert searchkit.reindex([make_article("甲", "正文")], tmp_path / "index", jobs=1).added == 1
