"""Indexes of every older schema, of a newer one, of another analyzer and of other file formats: each is recognised
by every command, with what to do, and a plain reindex makes of it what a fresh one makes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner

import searchkit
from searchkit.cli.app import cli
from searchkit.errors import IndexOutdated
from searchkit.schema import SCHEMA_VERSION
from tests.reliability.proving import Proof, Tally, spread
from tests.upgrade.fixtures import ARTICLES, answers, change_state, packed, unpack, write_files

_PRESENT = f"schema-{SCHEMA_VERSION}"
_COLUMNS = "searchkit.engines.whoosh.segment.array_directory.VERSION"
Make = Callable[[Path], object]


def _older(name: str) -> Make:
    return lambda place: unpack(name, place)


def _with_state(**values: object) -> Make:
    return lambda place: change_state(unpack(_PRESENT, place), **values)


def _in_format(version: int) -> Make:
    def make(place: Path) -> None:
        with patch(_COLUMNS, version):
            searchkit.reindex(ARTICLES, place, jobs=1)

    return make


def _of_the_future(place: Path) -> None:
    """Not only is its schema unknown: its other files cannot be read by this version."""
    change_state(unpack(_PRESENT, place), schema=99)
    for path in next(place.glob("generation-*")).iterdir():
        if path.name != "state.json":
            path.write_bytes(b"of a time to come")


OTHERS: dict[str, tuple[Make, str]] = {
    **{
        name: (_older(name), f"its schema is {name.split('-')[1]}, this version's is {SCHEMA_VERSION}")
        for name in packed()
        if name != _PRESENT
    },
    "no schema at all": (_with_state(schema=None), "its schema is None"),
    "schema 99": (_with_state(schema=99), "written by a newer searchkit: its schema is 99"),
    "schema 99 with other files": (_of_the_future, "written by a newer searchkit: its schema is 99"),
    "another analyzer": (_with_state(analyzer={"analyzer": "0"}), "reindex needed: analyzer was 0, is "),
    "a newer format of columns": (_in_format(7), "written in format 7, this version's is"),
    "an older format of columns": (_in_format(0), "written in format 0, this version's is"),
}
"""Name -> what makes such an index, and what is said of it."""
COMMANDS = (
    ("search", "月亮"), ("search", "--json", "月亮"), ("show", "观星/月全食.md"), ("stats",), ("check",),
    ("similar", "观星/月全食.md"), ("why", "月亮", "观星/月全食.md"),
)  # fmt: skip


def recognised(scratch: Path, effort: int) -> Tally:
    """Every command on every index of another version."""
    tally = Tally(remark=f"{len(OTHERS)} indexes, {len(COMMANDS)} commands and the library")
    cases = list(product(OTHERS, (None, *COMMANDS)))
    for number in spread(len(cases), effort):
        name, command = cases[number]
        place = scratch / str(list(OTHERS).index(name))
        make, words = OTHERS[name]
        if not place.exists():
            make(place)
        with tally.case(f"{name}: {command or 'open_index'}"):
            said = _opened(place) if command is None else _called(*command, "--index", str(place))
            assert words in said, f"says {said!r}"
            assert "`searchkit reindex`" in said, f"does not say what to do: {said!r}"
    return tally


def rebuilt(scratch: Path, effort: int) -> Tally:
    """A plain reindex of every index of another version, compared with a fresh one."""
    tally = Tally(remark="compared: articles, answers, scores, facets")
    corpus = write_files(scratch / "corpus")
    searchkit.reindex(corpus, scratch / "fresh", jobs=1)
    fresh = answers(scratch / "fresh")
    names = list(OTHERS)
    for number in spread(len(names), effort):
        place = scratch / names[number]
        OTHERS[names[number]][0](place)
        with tally.case(names[number]), _without_leftovers(place):
            result = CliRunner().invoke(cli, ["reindex", str(corpus), "--index", str(place), "--jobs", "1"])
            assert result.exit_code == 0, result.output
            assert "3 added" in result.output, result.output
            assert answers(place) == fresh
    return tally


@contextmanager
def _without_leftovers(place: Path) -> Iterator[None]:
    yield
    left = sorted(path.name for path in place.iterdir() if path.name != "LOCK")
    assert left == ["CURRENT", "_MAIN_2.toc", "generation-000002"], f"left over: {left}"
    shutil.rmtree(place)


def _opened(place: Path) -> str:
    try:
        searchkit.open_index(place).close()
    except IndexOutdated as error:
        return str(error)
    raise AssertionError("it was opened")


def _called(*command: str) -> str:
    """What the command says of what is wrong."""
    result = CliRunner().invoke(cli, command)
    assert result.exit_code == 2, f"exit code {result.exit_code}: {result.output}"
    assert not result.stdout, f"prints {result.stdout!r}"
    return result.stderr


PROOFS = (
    Proof(
        "An index of another version is never searched: every command says what it is and what to do",
        recognised,
        24,
    ),
    Proof("Reindex makes of an index of another version what it makes of nothing", rebuilt, 4),
)
