"""The archive once and many times over, as files, and indexes of it, kept in a folder of the cache.

`SEARCHKIT_BENCH_CACHE` names that folder; by default it is `benchmarks/.cache`, which git does not see. An index
is built anew when the source of searchkit has changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import searchkit
from benchmarks.archive import find_archive, unpack
from benchmarks.checks import check
from benchmarks.perturbing import perturb_file
from benchmarks.results import ROOT


def cache() -> Path:
    """The folder of the cache, which ignores itself."""
    folder = Path(os.environ.get("SEARCHKIT_BENCH_CACHE") or Path(__file__).parent / ".cache")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return folder


@lru_cache(maxsize=1)
def archive_folder() -> Path:
    """The folder with the articles of the archive.

    Raises:
        SystemExit: the archive is not here.
    """
    archive = find_archive()
    if archive is None:
        raise SystemExit("the archive is not here; name its folder in SEARCHKIT_ARCHIVE")
    if archive.is_dir():
        return archive
    folder = cache() / "archive"
    if not folder.exists():
        half = folder.with_name("archive.half")
        shutil.rmtree(half, ignore_errors=True)
        unpack(archive, half)
        half.rename(folder)
    entries = list(folder.iterdir())
    return entries[0] if len(entries) == 1 and entries[0].is_dir() else folder


def articles_of(folder: Path) -> list[Path]:
    """The files of a corpus, in a stable order."""
    return sorted(path for path in folder.rglob("*.md") if path.is_file())


def count_articles(times: int) -> int:
    """How many files there are at a level; an index holds fewer documents, for repeats are one."""
    return len(articles_of(archive_folder())) * times


def corpus_folder(times: int) -> Path:
    """A folder with the archive *times* over: itself, or perturbed copies beside an untouched one."""
    if times == 1:
        return archive_folder()
    folder = cache() / f"corpus-{times}"
    if not folder.exists():
        half = folder.with_name(folder.name + ".half")
        shutil.rmtree(half, ignore_errors=True)
        for copy in range(times):
            _write_copy(copy, half / f"copy{copy}")
        half.rename(folder)
    return folder


def linked_corpus(times: int, folder: Path) -> Path:
    """*folder* as `corpus_folder(times)` in hard links, so that files can be replaced."""
    shutil.rmtree(folder, ignore_errors=True)

    def link(source: str, target: str) -> str:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy2(source, target)
        return target

    shutil.copytree(corpus_folder(times), folder, copy_function=link)
    return folder


def append(path: Path, text: str) -> None:
    """Replace a file by a new one with more text: the old one may be linked from elsewhere."""
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(data + text.encode("utf-8"))


def _write_copy(copy: int, folder: Path) -> None:
    root = archive_folder()
    for path in articles_of(root):
        name = path.relative_to(root)
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        target.write_bytes(perturb_file(text, copy, name.as_posix()).encode("utf-8", "surrogateescape"))


def index_folder(times: int) -> Path:
    """An index of `corpus_folder(times)`, built by this version of searchkit."""
    folder = cache() / f"index-{times}-{source_digest()}"
    if not folder.exists():
        for old in cache().glob(f"index-{times}-*"):
            shutil.rmtree(old)
        half = cache() / f"building-{times}"
        reindex(corpus_folder(times), half)
        half.rename(folder)
    return folder


def kept_index(name: str, times: int, build: Callable[[Path], None]) -> Path:
    """The folder with the index that *name* has of the articles of `index_folder(times)`: what *build* writes to
    the folder it is given, once. Those of articles that ours no longer holds are removed."""
    folder = cache() / f"{name}-of-{index_folder(times).name}"
    if not folder.exists():
        for old in cache().glob(f"{name}-of-index-{times}-*"):
            shutil.rmtree(old)
        half = cache() / f"{name}.half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        build(half)
        half.rename(folder)
    return folder


def reindex(corpus: Path, index: Path) -> dict[str, Any]:
    """The report of a first `searchkit reindex` as a process, checked: every file has its place, none failed."""
    shutil.rmtree(index, ignore_errors=True)
    done = subprocess.run(reindex_command(corpus, index), capture_output=True, encoding="utf-8", env=environment())
    check(done.returncode == 0, f"searchkit reindex exits with {done.returncode}: {done.stderr[-500:]}")
    return check_report(json.loads(done.stdout))


def check_report(report: dict[str, Any]) -> dict[str, Any]:
    """*report* of a reindex, if all files are accounted for and none failed."""
    wanted = report["seen"]
    counted = sum(report[name] for name in ("added", "updated", "unchanged", "duplicates", "drafts"))
    counted += len(report["skipped"]) + len(report["failed"])
    check(wanted > 0 and counted == wanted, f"reindex accounts for {counted} of {wanted} files")
    check(not report["failed"], f"reindex failed at {len(report['failed'])} files")
    return report


def reindex_command(corpus: Path, index: Path, *options: str) -> list[str]:
    """The words of the command that indexes *corpus*, with a process a processor, and prints JSON."""
    return [
        sys.executable, "-m", "searchkit", "reindex", str(corpus), "--index", str(index),
        "--json", "--quiet", *options,
    ]  # fmt: skip


def environment() -> dict[str, str]:
    """The environment of a child: it finds the packages of this checkout, wherever it runs, and writes bytecode
    as an installation does."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}


@lru_cache(maxsize=1)
def source_digest() -> str:
    """A short digest of the source of searchkit."""
    digest = hashlib.blake2b(digest_size=6)
    folder = Path(searchkit.__file__).parent
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def size_of(folder: Path) -> int:
    """The bytes of all files below *folder*, which may change meanwhile; a file with several names counts once."""
    sizes = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                file = Path(parent, name).stat()
                sizes[file.st_ino] = file.st_size
    return sum(sizes.values())
