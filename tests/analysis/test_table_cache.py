"""A table of the cache is what is made anew, and nothing is lost without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from searchkit.analysis.character_tables import CHARACTERS, sources
from searchkit.analysis.table_cache import CachedTable
from searchkit.query.regional import REGIONAL


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "searchkit"


class Table(CachedTable[dict[str, str]]):
    """A table of the file *source*, which counts how often it was made."""

    def __init__(self, source: Path) -> None:
        super().__init__("table", dict[str, str], self._made, lambda: [source])
        self.source = source
        self.times = 0

    def _made(self) -> dict[str, str]:
        self.times += 1
        return {"體": self.source.read_text(encoding="utf-8")}


@pytest.fixture
def table(tmp_path: Path) -> Table:
    (tmp_path / "source").write_text("体", encoding="utf-8")
    return Table(tmp_path / "source")


def test_the_tables_are_those_that_are_made_anew() -> None:
    made = [CHARACTERS.load(), *(table.load() for table in REGIONAL.values())]
    CHARACTERS.store()
    for table in REGIONAL.values():
        table.store()
    loaded = [CHARACTERS.load(), *(table.load() for table in REGIONAL.values())]
    assert repr(loaded) == repr(made)


def test_a_table_that_was_stored_is_not_made_again(table: Table) -> None:
    table.store()
    table.store()
    assert (table.load(), table.times) == ({"體": "体"}, 1)


def test_what_was_not_stored_is_made(table: Table, cache: Path) -> None:
    assert (table.load(), table.times) == ({"體": "体"}, 1)
    assert not cache.exists()


def test_a_table_of_another_source_is_made_anew(table: Table) -> None:
    table.store()
    table.source.write_text("躰", encoding="utf-8")
    assert table.load() == {"體": "躰"}
    table.store()
    assert (table.load(), table.times) == ({"體": "躰"}, 3)


@pytest.mark.parametrize("damage", ["cut short", "changed", "empty", "of another type"])
def test_a_damaged_file_is_passed_over(table: Table, cache: Path, damage: str) -> None:
    table.store()
    (file,) = cache.iterdir()
    data = file.read_bytes()
    _checksum, made_of, _rest = data.split(b"\n", 2)
    changed = {
        "cut short": data[:-1],
        "changed": data.replace("体".encode(), "休".encode()),
        "empty": b"",
        "of another type": b"%08x\n%s\n[1]" % (0x4C2F32B8, made_of),
    }
    file.write_bytes(changed[damage])
    assert (table.load(), table.times) == ({"體": "体"}, 2)
    table.store()
    assert (table.load(), table.times) == ({"體": "体"}, 3)


def test_what_is_no_file_is_not_waited_for(table: Table, cache: Path) -> None:
    cache.mkdir()
    os.mkfifo(cache / "table.json")
    assert table.load() == {"體": "体"}


def test_nothing_is_read_or_written_where_nobody_has_a_home(
    table: Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("searchkit.analysis.table_cache.user_folder", lambda _: Path())
    table.store()
    assert list(tmp_path.rglob("*.json")) == []
    (tmp_path / "table.json").write_bytes(b"00000000\n\n{}")
    assert (table.load(), table.times) == ({"體": "体"}, 1)


def test_words_of_regions_depend_on_all_that_folds_them() -> None:
    assert set(sources()) < set(REGIONAL[True]._sources())


def test_without_its_source_a_table_is_what_is_made_without(table: Table, cache: Path) -> None:
    table.store()
    missing = CachedTable("table", dict[str, str], dict, lambda: [cache / "missing"])
    assert missing.load() == {}
