"""A hostile article costs at most its own place in the report, within a bounded time and memory.

Every case is a reindex in a process of its own, with limits of the system on its time and its memory, of a folder
in which the hostile thing lies between two ordinary articles.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import resource
import shutil
import signal
import tempfile
from collections.abc import Callable
from contextlib import closing, redirect_stderr, redirect_stdout, suppress
from functools import cache, partial
from pathlib import Path
from unittest.mock import patch

import searchkit
from searchkit.cli.app import cli
from searchkit.config import Config
from searchkit.index import reader_of
from searchkit.ingest.scan import scan
from searchkit.reports import IndexReport
from tests.reliability.hostile_pieces import HostileText
from tests.reliability.hostile_texts import json_lines, texts
from tests.reliability.hostile_trees import Case, changes, trees
from tests.reliability.proving import EVERY, Proof, Tally, spread

_SECONDS, _MEMORY = 10, 2 << 30
"""Of processor time and of address space, for one reindex with one hostile thing."""
_PATIENCE = 300  # seconds on the wall: whoever waits for a pipe takes no time of the processor
_SMALL, _LARGE = 30_000, 1_000_000
_HARMFUL = frozenset(
    map(chr, [*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
)
_OUTSIDE = "外面的秘密"


def hostile_texts(scratch: Path, effort: int) -> Tally:
    """Every kind of text, a megabyte of it; less where only some are tried."""
    size = _SMALL if effort else _LARGE
    every = [Case(text.name, partial(_write_text, text, size)) for text in texts()]
    return _tried(scratch, [every[number] for number in spread(len(every), effort)])


def hostile_trees(scratch: Path, effort: int) -> Tally:
    """Links, devices, pipes, names and depths."""
    every = list(trees())
    return _tried(scratch, [every[number] for number in spread(len(every), effort)])


def changing_files(scratch: Path, effort: int) -> Tally:
    """A file becomes something else after it was seen and before it is read."""
    every = list(changes())
    return _tried(scratch, [every[number] for number in spread(len(every), effort)])


def hostile_lines(scratch: Path, effort: int) -> Tally:
    """Lines of a plain and of a packed file; and packed files that are bombs or break off."""
    tally = Tally(remark=f"at most {_SECONDS} s and {_MEMORY >> 30} GB each")
    kinds = list(json_lines(_SMALL if effort else _LARGE - 100))
    for number in spread(len(kinds), effort // 2 if effort else EVERY):
        for suffix in (".jsonl", ".jsonl.gz"):
            with tally.case(f"a line of {suffix}: {kinds[number][0]}"):
                _survive(scratch, partial(_index_lines, kinds[number][1], suffix))
    for name, make in (
        ("zeros in a line", _zeros),
        ("empty lines", _empty_lines),
        ("cut short", _cut_short),
    ):
        with tally.case(f"a packed file: {name}"):
            _survive(scratch, partial(_index_packed, make, 4_000_000 if effort else 1_000_000_000))
    return tally


PROOFS = (
    Proof("Whatever text is in a file, it costs at most its own place in the report", hostile_texts, short=12),
    Proof("Whatever lies in the folder, it costs at most its own place in the report", hostile_trees, short=8),
    Proof(
        "Whatever becomes of a file while it is read, nothing outside the folder is read", changing_files, short=4
    ),
    Proof(
        "Whatever is in a line of JSON Lines, it costs at most its own place in the report", hostile_lines, short=8
    ),
)


def _tried(scratch: Path, cases: list[Case]) -> Tally:
    tally = Tally(remark=f"at most {_SECONDS} s and {_MEMORY >> 30} GB each")
    for case in cases:
        with tally.case(case.name):
            _survive(scratch, partial(_index_folder, case))
    return tally


def _survive(scratch: Path, act: Callable[[Path], None]) -> None:
    """*act* in another process, in an empty folder. What every process needs is loaded once, before.

    Raises:
        AssertionError: what it printed of an error, or how it ended.
    """
    _loaded()
    folder = scratch / "case"
    folder.mkdir()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        os._exit(_limited(act, folder, writing))
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as told:
        error = told.read()
    _, status = os.waitpid(child, 0)
    _remove(folder)
    if error or status:
        raise AssertionError(error or f"ended with {os.waitstatus_to_exitcode(status)}")


@cache
def _loaded() -> None:
    with tempfile.TemporaryDirectory() as place:
        _index_folder(Case("", lambda corpus: None, named=False), Path(place))


def _limited(act: Callable[[Path], None], folder: Path, told: int) -> int:
    signal.alarm(_PATIENCE)
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    try:
        act(folder)
    except BaseException as error:  # noqa: BLE001 - told to the parent
        os.write(told, f"{type(error).__name__}: {error}".encode("utf-8", "backslashreplace")[:4_000])
        return 1
    return 0


def _remove(folder: Path) -> None:
    """Also what cannot be read, and what is deeper than a path can say."""
    while (folder / "corpus" / "deep").exists():
        inner = folder / "corpus" / "deep"
        for _ in range(10):
            inner = next((inner / name for name in ("d" * 200,) if (inner / name).is_dir()), inner)
        with suppress(OSError):
            inner.rename(folder / "inner")
        shutil.rmtree(folder / "inner", ignore_errors=True)
        if inner == folder / "corpus" / "deep":
            break
    shutil.rmtree(folder, ignore_errors=True)


def _index_folder(case: Case, folder: Path) -> None:
    corpus, index = folder / "corpus", folder / "index"
    corpus.mkdir()
    secret = folder / "secret.md"
    secret.write_text(_OUTSIDE, encoding="utf-8")
    for name in ("0", "z"):
        _ordinary(corpus / f"{name}.md")
    case.place(corpus)
    with patch("searchkit.ingest.reindex.scan", lambda found: _then(scan(found), case.meanwhile, corpus)):
        report = searchkit.reindex(corpus, index, jobs=1, config=Config(size_limit=case.limit))
    _check(report, index, 2, case.named)


def _then(walked: object, meanwhile: Callable[[Path], object], corpus: Path) -> object:
    meanwhile(corpus)
    return walked


def _ordinary(path: Path) -> None:
    path.write_text(f"---\ntitle: 普通{path.stem}\n---\n普通的正文，来自{path.stem}。\n", encoding="utf-8")


def _check(report: IndexReport, index: Path, ordinary: int, named: bool) -> None:
    """The ordinary articles are found, the hostile one is in one place, and nothing printed steers a terminal."""
    left = sum(not problem.is_folder for problem in (*report.skipped, *report.failed))
    places = report.added + report.duplicates + report.drafts + left
    assert report.seen == places, f"{report.seen} seen, {places} told of: {report}"
    folders = sum(problem.is_folder for problem in (*report.skipped, *report.failed))
    assert report.seen + folders >= ordinary + named, f"only {report.seen} seen"
    problems = (*report.failed, *report.skipped, *report.recovered)
    assert all(problem.reason for problem in problems), problems
    with closing(searchkit.open_index(index)) as opened:
        found = [hit.title for hit in opened.search("普通的正文").hits]
        assert {"普通0", "普通z"} <= set(found), f"only {found} found"
        assert not opened.search(f'"{_OUTSIDE}"').total, "the secret was read"
        ids = list(reader_of(opened).ids())
        hostile = [article_id for article_id in ids if article_id not in ("0.md", "z.md", "0", "z")]
    for command in (
        ["check"],
        ["stats"],
        ["search", "的"],
        ["search", "--json", "正文"],
        ["search", "--vimgrep", "正文"],
        *(["show", i] for i in hostile[:1] if "\0" not in i),
    ):
        printed = _printed([*command, "--index", str(index)])
        assert not _HARMFUL & set(printed), f"{command[0]} printed {sorted(_HARMFUL & set(printed))}"


def _printed(arguments: list[str]) -> str:
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out), suppress(SystemExit):
        cli.main(arguments, prog_name="searchkit")
    return out.getvalue()


def _index_lines(line: bytes, suffix: str, folder: Path) -> None:
    ordinary = [
        json.dumps({"id": n, "title": f"普通{n}", "text": f"普通的正文，来自{n}。"}).encode() for n in ("0", "z")
    ]
    data = b"\n".join([ordinary[0], line, ordinary[1]])
    path = folder / f"lines{suffix}"
    path.write_bytes(gzip.compress(data, 1) if suffix.endswith(".gz") else data)
    _check(searchkit.reindex(path, folder / "index", jobs=1), folder / "index", 2, named=True)


def _index_packed(make: Callable[[Path, int], None], size: int, folder: Path) -> None:
    """A packed file that is a bomb or broken is indexed without what is too long, or is refused by name."""
    make(folder / "lines.jsonl.gz", size)
    try:
        report = searchkit.reindex(folder / "lines.jsonl.gz", folder / "index", jobs=1)
    except searchkit.ArticleError as error:
        assert "lines.jsonl.gz" in str(error), error
    else:
        assert report.seen == report.added + report.duplicates + len(report.skipped) + len(report.failed), report


def _zeros(path: Path, size: int) -> None:
    _pack(path, size, b"\0" * 1_000_000)


def _empty_lines(path: Path, size: int) -> None:
    _pack(path, size // 100, b"\n" * 1_000_000)


def _pack(path: Path, size: int, piece: bytes) -> None:
    with gzip.open(path, "wb", compresslevel=6) as file:
        for _ in range(size // len(piece)):
            file.write(piece)


def _cut_short(path: Path, size: int) -> None:
    data = gzip.compress(b'{"id": "a", "text": "a"}\n' * 1000)
    path.write_bytes(data + data[: len(data) // 2])


def _write_text(text: HostileText, size: int, corpus: Path) -> None:
    (corpus / f"hostile{text.suffix}").write_bytes(text.make(size)[:size])
