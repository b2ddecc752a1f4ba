"""An index is written where nothing of anybody else is."""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit.engines.whoosh.published import packed_manifest
from tests.conftest import make_article

MOON = make_article("月全食", "红光落在月面上。")
HARMLESS = (
    *(".DS_Store", "._月", "Thumbs.db", "Desktop.ini", "lost+found", ".nfs000012", ".gitkeep", ".gitignore"),
    *("README.md", "readme.txt", ".Trash-1000", ".stfolder", "CACHEDIR.TAG", ".fseventsd", ".Spotlight-V100"),
    *(".directory", ".stignore", ".dropbox", ".zfs", "$RECYCLE.BIN", "System Volume Information"),
)


def written(folder: Path) -> int:
    return searchkit.reindex([MOON], folder, jobs=1).added


@pytest.mark.parametrize("name", HARMLESS)
def test_what_systems_leave_in_a_folder_is_no_obstacle_and_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert written(tmp_path) == 1
    assert (tmp_path / name).read_bytes() == b"x"


def test_the_folder_for_the_index_of_this_project_is_one(tmp_path: Path) -> None:
    for path in (Path(__file__).parents[3] / "index").glob("*.md"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert written(tmp_path) == 1


@pytest.mark.parametrize("name", ["月.md", ".git", "_MAIN_1.toc", "MAIN_x.seg", "MANIFEST-000001", "generation-7"])
def test_a_folder_with_files_of_others_is_refused_and_stays_as_it_is(tmp_path: Path, name: str) -> None:
    for each in (name, "CURRENT", "LOCK"):  # LevelDB has these two as well
        (tmp_path / each).write_text("MANIFEST-000001\n", encoding="utf-8")
    with pytest.raises(searchkit.IndexNotWritable) as caught:
        written(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}: has files that are not of an index, such as {name}; ")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((name, "CURRENT", "LOCK"))
    assert (tmp_path / "CURRENT").read_text("utf-8") == "MANIFEST-000001\n"


def test_a_folder_inside_of_others_is_fine(tmp_path: Path) -> None:
    (tmp_path / "月.md").write_text("月", encoding="utf-8")
    assert written(tmp_path / "索引") == 1


def test_an_index_stays_one_when_a_file_is_added_to_it(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / "笔记.txt").write_text("我的", encoding="utf-8")
    (tmp_path / "CURRENT").unlink()
    assert searchkit.reindex([MOON], tmp_path, full=True, jobs=1).added == 1
    assert (tmp_path / "笔记.txt").read_text("utf-8") == "我的"


def test_an_index_whose_generations_are_gone_is_still_one(tmp_path: Path) -> None:
    written(tmp_path)
    (generation,) = tmp_path.glob("generation-*")
    shutil.rmtree(generation)
    with pytest.raises(searchkit.IndexCorrupted, match="run `searchkit reindex --full`"):
        searchkit.open_index(tmp_path)
    assert searchkit.reindex([MOON], tmp_path, full=True, jobs=1).added == 1


def test_what_the_first_writer_left_when_it_was_killed_is_no_obstacle(tmp_path: Path) -> None:
    for name in ("LOCK", "LOCK.owner", "CURRENT.new", "_MAIN_1.toc.new"):
        (tmp_path / name).write_bytes(b"")
    assert written(tmp_path) == 1


@given(st.binary(max_size=2_000), st.binary(max_size=2_000))
def test_a_packed_manifest_is_one_stream_of_zlib(text: bytes, rest: bytes) -> None:
    for manifest in (text, rest, text + b"\0" + rest):
        assert zlib.decompress(packed_manifest(manifest)) == manifest


def test_what_follows_a_nul_is_stored_as_it_is() -> None:
    lines, samples = b'{"id":"a"}\n' * 1_000, bytes(range(256)) * 1_000
    packed = packed_manifest(lines + b"\0" + samples)
    assert len(samples) < len(packed) < len(samples) + 500
    assert samples[:60_000] in packed
    assert zlib.decompress(packed_manifest(b"")) == b""
