"""What lies in a hostile folder beside text: links, pipes, devices, names, depths; and files that become another."""

# ruff: noqa: E501 - a case a line
from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from searchkit.config import Config


@dataclass(frozen=True, slots=True)
class Case:
    """What is put into a folder, what happens between the walk and the reading, and whether the report names it."""

    name: str
    place: Callable[[Path], object]
    meanwhile: Callable[[Path], object] = lambda _: None
    named: bool = True
    limit: int = Config().size_limit


def trees() -> Iterator[Case]:
    """Names, links and what is no file."""

    def named(name: str | bytes) -> Callable[[Path], object]:
        def write(corpus: Path) -> None:
            (corpus / os.fsdecode(name)).write_text("怪名字的正文", encoding="utf-8")

        return write

    names: dict[str, str | bytes] = {
        "a line end": "a\nb.md", "an escape": "a\x1b]0;x\x07\x1b[31mb.md", "right to left": "a\u202egnp.md", "a carriage return": "a\rb.md", "a C1 sign": "a\x9b2Jb.md",
        "not UTF-8": b"\xff\xfe\x80.md", "GB18030": "文章.md".encode("gb18030"), "255 bytes": "长" * 84 + ".md", "255 Latin letters": "x" * 252 + ".md", "blanks": "  .md", "a dash": "-rf.md",
        "markup": "[red]a[bold].md", "a semicolon": "a;b.md", "a backslash": "a\\..\\b.md", "a percent": "%2e%2e%2f.md", "a quote": "'\"$(x)`.md", "a surrogate": b"\xed\xa0\x80.md", "a tilde": "~.md", "a noncharacter": "\uffff.md", "accents": "a" + "\u0301" * 100 + ".md",
    }  # fmt: skip
    for what, name in names.items():
        yield Case(f"a name with {what}", named(name))
    targets = {
        "out": "../secret.md", "absolute": "/etc/passwd", "zeros": "/dev/zero", "memory": "/proc/self/mem", "a terminal": "/dev/tty", "itself": "hostile.md", "nothing": "gone.md",
        "another process": "/proc/1/environ", "the folder above": "..", "an ordinary article": "0.md", "standard input": "/dev/stdin", "random numbers": "/dev/urandom",
    }  # fmt: skip
    for what, target in targets.items():
        yield Case(f"a link to {what}", partial(_link, target))
    yield Case("a chain of links", _link_chain)
    yield Case("a folder that is a link out", lambda corpus: (corpus / "sub").symlink_to(".."))
    yield Case("a pipe", lambda corpus: os.mkfifo(corpus / "hostile.md"))
    yield Case("a socket", _socket)
    yield Case("a device", _device)
    yield Case("a folder called as a file", lambda corpus: (corpus / "hostile.md").mkdir(), named=False)
    yield Case("a file that may not be read", lambda corpus: _write_mode(corpus / "hostile.md", 0))
    yield Case("a folder that may not be listed", _closed_folder, named=False)
    yield Case("folders deeper than a path is long", _deep_folders)
    yield Case("a file of 100 MB", lambda corpus: _write_sparse(corpus / "hostile.md", 100_000_000))
    yield Case(
        "a line of 20 MB where 200 MB are allowed",
        lambda corpus: (corpus / "hostile.md").write_bytes(b"a " * 10_000_000),
        limit=200_000_000,
    )
    yield Case(
        "20 MB of Markdown where 200 MB are allowed",
        lambda corpus: (corpus / "hostile.md").write_bytes(b"![[" * 7_000_000),
        limit=200_000_000,
    )
    yield Case("a sparse file of a terabyte", lambda corpus: _write_sparse(corpus / "hostile.md", 1 << 40))
    yield Case(
        "a thousand files",
        lambda corpus: [(corpus / f"{n}.md").write_bytes(b"\xff" * 100) for n in range(1, 1001)],
    )


def _link(target: str, corpus: Path) -> None:
    (corpus / "hostile.md").symlink_to(target)


def _link_chain(corpus: Path) -> None:
    (corpus / "l0.md").symlink_to("../secret.md")
    for number in range(1, 60):
        (corpus / f"l{number}.md").symlink_to(f"l{number - 1}.md")


def _socket(corpus: Path) -> None:
    here = Path.cwd()
    os.chdir(corpus)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("hostile.md")
    os.chdir(here)


def _device(corpus: Path) -> None:
    try:
        os.mknod(corpus / "hostile.md", stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except PermissionError:
        os.mkfifo(corpus / "hostile.md")


def _write_mode(path: Path, mode: int) -> None:
    path.write_text("不许读的正文", encoding="utf-8")
    path.chmod(mode)


def _closed_folder(corpus: Path) -> None:
    (corpus / "closed").mkdir()
    _write_mode(corpus / "closed" / "a.md", 0o644)
    (corpus / "closed").chmod(0)


def _deep_folders(corpus: Path) -> None:
    (corpus / "deep").mkdir()
    here = os.open(corpus / "deep", os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d" * 200, dir_fd=here)
        there = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = there
    os.close(os.open("hostile.md", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def _write_sparse(path: Path, size: int) -> None:
    path.touch()
    os.truncate(path, size)


def changes() -> Iterator[Case]:
    """A file or a folder becomes something else between the walk and the reading."""

    def place(corpus: Path) -> None:
        (corpus / "sub").mkdir()
        (corpus / "sub" / "secret.md").write_text("原来的正文", encoding="utf-8")
        (corpus / "link.md").symlink_to("sub/secret.md")

    def becomes(make: Callable[[Path], object]) -> Callable[[Path], None]:
        def change(corpus: Path) -> None:
            path = corpus / "sub" / "secret.md"
            path.unlink()
            make(path)

        return change

    def folder_becomes_link(corpus: Path) -> None:
        shutil.rmtree(corpus / "sub")
        (corpus / "sub").symlink_to("..")

    changes = {
        "nothing": lambda path: None,
        "a pipe": os.mkfifo,
        "a link out of the folder": lambda path: path.symlink_to("../../secret.md"),
        "a link to zeros": lambda path: path.symlink_to("/dev/zero"),
        "a link to itself": lambda path: path.symlink_to(path),
        "a folder": lambda path: path.mkdir(),
        "a larger file": lambda path: _write_sparse(path, 100_000_000),
        "an empty file": lambda path: path.touch(),
        "a file that may not be read": lambda path: _write_mode(path, 0),
        "other text": lambda path: path.write_text("后来的正文", encoding="utf-8"),
    }
    for what, make in changes.items():
        yield Case(f"a file becomes {what}", place, becomes(make))
    yield Case("a folder becomes a link out", place, folder_becomes_link)
    yield Case("a folder goes away", place, lambda corpus: shutil.rmtree(corpus / "sub"))
