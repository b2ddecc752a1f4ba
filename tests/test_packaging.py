"""The package: its metadata is true, its version is in one place, no text leads to another project of its name."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import searchkit
from tests.conftest import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
PACKAGE = ROOT / "searchkit"
READ_BY_PEOPLE = (
    "*.md",
    "*.py",
    "*.toml",
    "*.yaml",
    "*.yml",
    "*.service",
    "*.timer",
    "Containerfile",
    "Makefile",
    "run",
)
FROM_AN_INDEX = re.compile(
    r"\b(?:(?:pip|pipx|uv|uv\s+pip|uv\s+tool)\s+(?:install|add|run)|uvx)\s+(?:-\S+\s+)*['\"`]?searchkit",
    re.IGNORECASE,
)


def project_files() -> Iterator[Path]:
    folders = (PACKAGE, *(ROOT / name for name in ("benchmarks", "deploy", "docs", "tests", ".ci", ".github")))
    for pattern in READ_BY_PEOPLE:
        yield from ROOT.glob(pattern)
        for folder in folders:
            yield from folder.rglob(pattern)


@pytest.fixture(scope="module")
def metadata(tmp_path_factory: pytest.TempPathFactory) -> Message:
    """What setuptools writes from a copy of the files that the container copies, too."""
    pytest.importorskip("setuptools", minversion="77", reason="requirements/build.txt is not installed")
    copy = tmp_path_factory.mktemp("package")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(PACKAGE, copy / "searchkit", ignore=shutil.ignore_patterns("__pycache__"))
    build = "from setuptools.build_meta import prepare_metadata_for_build_wheel as p; p('.')"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    (info,) = copy.glob("*.dist-info")
    assert (info / "licenses" / "LICENSE").exists()
    return Parser().parsestr((info / "METADATA").read_text(encoding="utf-8"))


def test_the_metadata_say_whose_it_is_and_under_what_licence(metadata: Message) -> None:
    assert metadata["Name"] == "searchkit-zh"
    assert metadata["License-Expression"] == "MIT"
    assert metadata["Author"] == "the searchkit developers"
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert licence.startswith("MIT License")
    assert f"the {metadata['Author'].removeprefix('the ')}" in licence


def test_the_metadata_have_the_version_of_the_package(metadata: Message) -> None:
    assert metadata["Version"] == searchkit.__version__


def test_the_supported_pythons_begin_with_the_required_one() -> None:
    names = [name.rpartition(" :: ")[2] for name in PROJECT["classifiers"] if ":: 3." in name]
    assert names == ["3.11", "3.12", "3.13", "3.14"]
    assert PROJECT["requires-python"] == f">={names[0]}"
    assert PYPROJECT["tool"]["mypy"]["python_version"] == names[0]
    assert PYPROJECT["tool"]["ruff"]["target-version"] == "py" + names[0].replace(".", "")


def test_the_version_is_a_literal_that_stands_in_one_place() -> None:
    assert "version" in PROJECT["dynamic"]
    assert "version" not in PROJECT
    assert PYPROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "searchkit.__version__"}
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    literals = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__"
    ]
    assert literals == [searchkit.__version__]
    literal = re.compile(rf"(?i)version.*['\"]{re.escape(searchkit.__version__)}['\"]")
    holders = {path for path in project_files() if literal.search(path.read_text(encoding="utf-8"))}
    assert holders == {PACKAGE / "__init__.py"}


def test_nobody_is_told_to_install_another_project_of_the_same_name() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in project_files()
        for match in FROM_AN_INDEX.finditer(path.read_text(encoding="utf-8"))
        if path != Path(__file__)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "pip install searchkit",
        "run `pip install 'searchkit[eval]'`",
        "uv pip install --quiet searchkit-zh",
        "uv tool install searchkit",
        "uvx searchkit search",
        "pipx run searchkit",
    ],
)
def test_such_advice_is_recognised(text: str) -> None:
    assert FROM_AN_INDEX.search(text)


@pytest.mark.parametrize(
    "text",
    ["pip install -e '.[eval]'", "uvx --from . searchkit search", "pip install ir-measures", "pipx install ."],
)
def test_other_advice_is_not(text: str) -> None:
    assert not FROM_AN_INDEX.search(text)


def test_every_package_that_is_imported_is_a_dependency() -> None:
    named = [*PROJECT["dependencies"], *(r for extra in PROJECT["optional-dependencies"].values() for r in extra)]
    wanted = {canonical(requirement) for requirement in named}
    owners = packages_distributions()
    own = {"searchkit", "_typeshed"}  # the second is known to type checkers only
    foreign = imported_modules() - set(sys.stdlib_module_names) - own
    assert foreign
    missing = [name for name in sorted(foreign) if not {canonical(owner) for owner in owners[name]} & wanted]
    assert missing == []


def canonical(requirement: str) -> str:
    found = re.match(r"[\w.-]+", requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def imported_modules() -> set[str]:
    """The top-level modules that the package imports anywhere."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found
