"""A hostile index directory: nothing in it runs, and nothing outside of it is read or written."""

from __future__ import annotations

import io
import os
import pickle
import shutil
import struct
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import whoosh.index
import whoosh.query
from click.testing import CliRunner
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.structfile import StructFile

import searchkit
from searchkit.cli.app import cli
from searchkit.engines.whoosh.segment_meta import CONTENTS, LISTING, MANIFEST, STATE, read_sealed, write_sealed
from searchkit.errors import SearchkitError
from searchkit.index import reader_of
from tests.reliability.forging import with_arrays, with_stored
from tests.reliability.gadgets import HARMLESS, gadgets, register_extensions
from tests.reliability.isolating import in_child
from tests.reliability.observing import clone
from tests.reliability.proving import Proof, Tally, spread

Plant = Callable[[Path, bytes], None]
"""Puts a pickle somewhere into the folder of a generation."""

_COMMANDS = (
    ("search", "数据"), ("search", "数据", "--json", "--explain"), ("show", "甲"), ("similar", "甲"), ("check",),
    ("why", "数据", "甲"), ("stats",), ("open", "甲"), ("open", "--url", "甲"), ("reindex", "corpus"),
    ("reindex", "corpus", "--full"),
)  # fmt: skip


# places


def _replace(name: str, path: Path, data: bytes) -> None:
    (path / name).unlink(missing_ok=True)
    (path / name).write_bytes(data)


def _toc(*, schema: bool = False, segments: bool = False, version: int = 0, name: str = CONTENTS) -> Plant:
    """A table of contents in which one of the two pickles is the planted one."""

    def plant(generation: Path, data: bytes) -> None:
        folder = _folder_of_contents(generation)
        stream = StructFile(io.BytesIO((folder / CONTENTS).read_bytes()))
        header = stream.read(3 + 4 + 4)
        release = stream.read(3)
        old_schema = stream.read_string()
        numbers, old_segments = stream.read(8), stream.read()
        made = StructFile(io.BytesIO())
        made.write(header if not version else header[:-4] + struct.pack("!i", version))
        made.write(release)
        made.write_string(data if schema else old_schema)
        made.write(numbers)
        made.write(data if segments else old_segments)
        _replace(name, folder, made.file.getvalue())

    return plant


def _folder_of_contents(generation: Path) -> Path:
    """Where Whoosh's table of contents is: the folder that Whoosh opens."""
    found = [folder for folder in (generation, generation.parent) if (folder / CONTENTS).exists()]
    return found[0]


def _contents(generation: Path, data: bytes) -> None:
    _replace(CONTENTS, _folder_of_contents(generation), data)


def _stored(generation: Path, data: bytes) -> None:
    for path in generation.glob("*.columns"):
        change = partial(with_stored, lambda old: [data for _ in old])
        _replace(path.name, generation, with_arrays(change, path.read_bytes()))


def _next_to_segments(suffix: str) -> Plant:
    """A file that Whoosh looks for next to a segment: a sortable column, vectors, postings of its own."""

    def plant(generation: Path, data: bytes) -> None:
        for path in generation.glob("*.columns"):
            _replace(path.stem + suffix, generation, data)

    return plant


def _sealed(name: str, generation: Path, data: bytes) -> None:
    _replace(name, generation, b"%s\n%08x\n" % (data, zlib.crc32(data)))


def _packed(generation: Path, data: bytes) -> None:
    _replace(MANIFEST, generation, zlib.compress(data))


def _above(name: str, generation: Path, data: bytes) -> None:
    _replace(name, generation.parent, data)


PLACES: dict[str, Plant] = {
    "the schema": _toc(schema=True),
    "the list of segments": _toc(segments=True),
    "the schema of an older release": _toc(schema=True, version=-110),
    "the whole table of contents": _contents,
    "a newer table of contents": _toc(schema=True, name="_MAIN_9.toc"),
    "a segment": _next_to_segments(".columns"),
    "stored values": _stored,
    "a sortable column": _next_to_segments(W3Codec.COLUMN_EXT),
    "vectors": _next_to_segments(W3Codec.VPOSTS_EXT),
    "terms of Whoosh's own": _next_to_segments(W3Codec.TERMS_EXT),
    "a compound segment": _next_to_segments(".seg"),
    STATE: partial(_replace, STATE),
    f"{STATE} with its checksum": partial(_sealed, STATE),
    LISTING: partial(_replace, LISTING),
    f"{LISTING} with its checksum": partial(_sealed, LISTING),
    MANIFEST: partial(_replace, MANIFEST),
    f"{MANIFEST}, packed": _packed,
    "CURRENT": partial(_above, "CURRENT"),
    "LOCK.owner": partial(_above, "LOCK.owner"),
    "a foreign file": partial(_replace, "more.pickle"),
}
_RUN_BY_WHOOSH = ("the schema", "the list of segments", "a newer table of contents")


# what is done with the folder


def _use(index: Path, corpus: Path) -> None:
    """Everything one does with an index: the library, our way of opening it in Whoosh, and each command.

    Raises:
        AssertionError: a command ended in another way than with its exit code.
    """
    register_extensions()
    os.environ.update(EDITOR="true", BROWSER="true", SEARCHKIT_INDEX=str(index))
    with suppress(SearchkitError), searchkit.open_index(index) as opened:
        for use in (
            lambda: opened.search("数据", explain=True, facets=("tag",)),
            lambda: [opened.get(article_id) for article_id in reader_of(opened).ids()],
            lambda: opened.similar("甲"),
            lambda: list(reader_of(opened).terms()),
            lambda: opened.check(),
        ):
            with suppress(SearchkitError):
                use()
    _search_with_whoosh(index)
    os.chdir(corpus.parent)
    for arguments in _COMMANDS:
        result = CliRunner().invoke(cli, [*arguments])
        assert result.exit_code in (0, 1, 2), (arguments, result.output)
        assert result.exception is None or isinstance(result.exception, SystemExit), (arguments, result.exception)


def _search_with_whoosh(index: Path) -> None:
    """Open *index* in Whoosh by the function that reads no pickle, once there is one."""
    open_whoosh = getattr(searchkit, "open_whoosh", None)
    if open_whoosh is not None:
        with suppress(Exception), open_whoosh(index).searcher() as searcher:
            searcher.search(whoosh.query.Every(), limit=None)


def _open_plainly(generation: Path) -> None:
    register_extensions()
    with suppress(Exception), whoosh.index.open_dir(str(_folder_of_contents(generation))).searcher() as searcher:
        searcher.doc_count()


def _runs_nothing(scratch: Path, effort: int) -> Tally:
    corpus, index = _make_index(scratch)
    canary = scratch / "canary"
    made = gadgets(str(canary))
    cases = [(name, place) for name in made for place in PLACES]
    tally = Tally()
    for number in spread(len(cases), effort):
        name, place = cases[number]
        with tally.case(f"{name} in {place}"):
            _check_it_runs(name, place, made[name], clone(index, scratch / "plain"), canary)
            work = clone(index, scratch / "work")
            PLACES[place](_generation(work), made[name])
            in_child(partial(_use, work, corpus))
            assert not canary.exists(), "it ran"
        canary.unlink(missing_ok=True)
        for folder in ("plain", "work"):
            shutil.rmtree(scratch / folder, ignore_errors=True)
    return tally


def _comes(canary: Path) -> bool:
    """Whether *canary* is there, within a moment: what a gadget starts may go on by itself."""
    for _ in range(100):
        if canary.exists():
            return True
        time.sleep(0.02)
    return False


def _check_it_runs(name: str, place: str, data: bytes, index: Path, canary: Path) -> None:
    """See that the pickle is one that runs, and that Whoosh runs it where it unpickles what it finds."""
    in_child(partial(_unpickled, data))
    assert _comes(canary) if name not in HARMLESS else not canary.exists(), "it is no gadget"
    canary.unlink(missing_ok=True)
    if place in _RUN_BY_WHOOSH and name not in HARMLESS:
        PLACES[place](_generation(index), data)
        in_child(partial(_open_plainly, _generation(index)))
        assert _comes(canary), "Whoosh does not run it"
        canary.unlink()


def _unpickled(data: bytes) -> None:
    register_extensions()
    with suppress(Exception):
        _wait(pickle.loads(data))


def _wait(found: object) -> None:
    """Let a process that was started come to its end."""
    wait = getattr(found, "wait", None)
    if wait:
        wait()


def _generation(index: Path) -> Path:
    return index / (index / "CURRENT").read_text("utf-8").strip()


def _make_index(scratch: Path) -> tuple[Path, Path]:
    corpus, index = scratch / "corpus", scratch / "index"
    corpus.mkdir()
    for name in ("甲", "乙"):
        (corpus / f"{name}.md").write_text(f"# {name}\n\n{name}的数据都在这里。\n", "utf-8")
    searchkit.reindex(corpus, index, jobs=1)
    return corpus, index


# links and names that lead out of the folder


def _stays_inside(scratch: Path, effort: int) -> Tally:
    tally = Tally()
    names = sorted(_LEADING_OUT)
    for number in spread(len(names), effort):
        name = names[number]
        home = scratch / f"case{number}"
        home.mkdir()
        corpus, index = _make_index(home)
        secret = home / "secret"
        secret.write_text("not yours\n", "utf-8")
        with tally.case(name):
            _LEADING_OUT[name](index, secret)
            in_child(partial(_use, index, corpus))
            assert secret.read_text("utf-8") == "not yours\n", "a file outside was written"
            assert sorted(path.name for path in home.iterdir()) == ["corpus", "index", "secret"], "a file was made"
        shutil.rmtree(home)
    return tally


def _link(name: str) -> Callable[[Path, Path], None]:
    """A link to the file outside, in the place of one of the index or next to it."""

    def plant(index: Path, secret: Path) -> None:
        path = (index if name.isupper() or name.startswith("CURRENT") else _generation(index)) / name
        path.unlink(missing_ok=True)
        path.symlink_to(secret)

    return plant


def _name(name: str) -> Callable[[Path, Path], None]:
    """A segment of that name."""

    def plant(index: Path, secret: Path) -> None:
        path = _generation(index) / LISTING
        (listed,) = read_sealed(path)
        path.unlink()
        write_sealed(path, [{**listed, "name": name}])

    return plant


def _current(text: str) -> Callable[[Path, Path], None]:
    def plant(index: Path, secret: Path) -> None:
        (index / "CURRENT").write_text(text, "utf-8")

    return plant


def _moved(index: Path, secret: Path) -> None:
    generation = _generation(index)
    moved = generation.rename(index / "elsewhere")
    generation.symlink_to(moved)


_LEADING_OUT: dict[str, Callable[[Path, Path], None]] = {
    **{
        f"{name} is a link": _link(name)
        for name in ("CURRENT", "CURRENT.new", "LOCK", "LOCK.owner", STATE, LISTING, MANIFEST, CONTENTS,
                     "MAIN_000002x000001.columns", "more")
    },
    **{f"a segment is {name!r}": _name(name) for name in ("../secret", "/etc/passwd", "MAIN_../x", "", "a\0b")},
    **{f"CURRENT is {text!r}": _current(text) for text in ("../..\n", "/etc\n", "generation-000001/..\n", "\0")},
    "the generation is a link": _moved,
}  # fmt: skip

PROOFS = (
    Proof("a pickle in the folder of an index does not run", _runs_nothing, 4),
    Proof("no link and no name in an index leads out of its folder", _stays_inside, 2),
)
