"""The lock files: what is installed has a version and a hash, and nothing that is needed is missing."""

from __future__ import annotations

import re
import tomllib

import pytest

from tests.conftest import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = {
    "run": (),
    "opensearch": ("opensearch",),
    "dev": ("dev",),
    "all": tuple(PROJECT["optional-dependencies"]),
}


def entries(name: str) -> list[str]:
    """The requirements of a lock file, each with its hashes."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.startswith("#")]


def canonical(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_everything_in_a_lock_file_has_a_version_and_hashes(path: object) -> None:
    for entry in entries(getattr(path, "stem", "")):
        assert re.match(r"[\w.-]+==[\w.]+ ", entry), entry
        assert "--hash=sha256:" in entry, entry


@pytest.mark.parametrize("name", EXTRAS)
def test_a_lock_file_has_all_that_the_project_names(name: str) -> None:
    wanted = [
        *PROJECT["dependencies"],
        *(r for extra in EXTRAS[name] for r in PROJECT["optional-dependencies"][extra]),
    ]
    locked = {canonical(entry) for entry in entries(name)}
    assert {canonical(requirement) for requirement in wanted} <= locked, "run `make lock`"


def test_a_lock_file_names_no_server() -> None:
    assert not [path.name for path in LOCKS if "://" in path.read_text(encoding="utf-8")]
