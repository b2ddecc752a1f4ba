"""The index of the present schema opens and answers as when it was packed, and there is one of every schema."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import searchkit
from searchkit.cli.app import cli
from searchkit.config import Config
from searchkit.schema import SCHEMA_VERSION
from tests.upgrade.fixtures import ARTICLES, answers, change_state, packed, recorded, unpack

PRESENT = f"schema-{SCHEMA_VERSION}"


@pytest.mark.parametrize("schema", range(1, SCHEMA_VERSION + 1))
def test_an_index_of_every_schema_is_kept(schema: int) -> None:
    assert f"schema-{schema}" in packed(), (
        f"tests/upgrade/indexes has no index of schema {schema}; "
        "run `python -m tests.upgrade` and commit what it makes"
    )


def test_the_packed_index_answers_as_when_it_was_packed(tmp_path: Path) -> None:
    assert answers(unpack(PRESENT, tmp_path)) == recorded(), (
        "an index that was written before opens and answers otherwise: raise SCHEMA_VERSION, "
        "and then run `python -m tests.upgrade`"
    )


def test_an_index_built_now_answers_as_the_packed_one(tmp_path: Path) -> None:
    searchkit.reindex(ARTICLES, tmp_path, jobs=1)
    assert answers(tmp_path) == recorded(), (
        "the same articles make another index now: raise SCHEMA_VERSION, and then run `python -m tests.upgrade`"
    )


def test_an_index_read_by_an_older_version_answers_and_is_read_again(tmp_path: Path) -> None:
    change_state(unpack(PRESENT, tmp_path), reading={"version": 1, "ignored_tags": list(Config().ignored_tags)})
    assert answers(tmp_path) == recorded()
    checked = CliRunner().invoke(cli, ["check", "--index", str(tmp_path)])
    assert (checked.exit_code, "reading_version" in checked.output) == (1, True)
    report = searchkit.reindex(ARTICLES, tmp_path, jobs=1)
    assert (report.read, report.unchanged, report.full) == (3, 3, False)
    assert CliRunner().invoke(cli, ["check", "--index", str(tmp_path)]).exit_code == 0
    assert answers(tmp_path) == recorded()
