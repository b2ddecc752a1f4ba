"""The lock files: what is installed has a version and a hash, and nothing that is needed is missing."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.conftest import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT, GROUPS = PYPROJECT["project"], PYPROJECT["dependency-groups"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKED = {
    "run": ((), ()),
    "opensearch": (("opensearch",), ()),
    "serve": (("web", "watch"), ()),
    "dev": (tuple(EXTRAS), ("dev",)),
    "web": (tuple(EXTRAS), ("dev", "web")),
    "all": (tuple(EXTRAS), tuple(GROUPS)),
}
"""Lock file -> the extras and the dependency groups that are in it."""


def entries(name: str) -> list[str]:
    """The requirements of a lock file, each with its hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def pins(name: str) -> set[str]:
    """`package==version`, with its condition, for each line of a lock file."""
    return {entry.partition("--hash")[0].strip() for entry in entries(name)}


def canonical(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_everything_in_a_lock_file_has_a_version_and_hashes(path: object) -> None:
    for entry in entries(getattr(path, "stem", "")):
        assert re.match(r"[\w.-]+==[\w.]+ ", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("name", LOCKED)
def test_a_lock_file_has_all_that_the_project_names(name: str) -> None:
    extras, groups = LOCKED[name]
    wanted = [*PROJECT["dependencies"], *(r for extra in extras for r in EXTRAS[extra])]
    wanted += [requirement for group in groups for requirement in GROUPS[group]]
    locked = {canonical(entry) for entry in entries(name)}
    assert {canonical(requirement) for requirement in wanted} <= locked, "run `make lock`"


def test_users_are_not_offered_what_only_developers_need() -> None:
    assert sorted(EXTRAS) == ["docx", "eval", "mcp", "opensearch", "pdf", "pinyin", "semantic", "watch", "web"]
    assert sorted(GROUPS) == ["audit", "bench", "dev", "fuzz", "web"]


@pytest.mark.parametrize("name", LOCKED)
def test_what_is_in_two_lock_files_has_one_version(name: str) -> None:
    assert pins(name) - pins("all") == set()


def test_a_lock_file_names_no_server() -> None:
    assert not [path.name for path in LOCKS if "://" in path.read_text(encoding="utf-8")]
