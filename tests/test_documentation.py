"""The documents say what is so: examples run, transcripts are what is printed, nothing is left undescribed."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import pkgutil
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import searchkit
from searchkit.articles.facts import FACTS
from searchkit.articles.read import FORMATS
from searchkit.articles.records import OTHER_NAMES, SHORT_TEXTS, TEXTS
from searchkit.cli.app import COMMANDS, cli
from searchkit.config import Config
from tests.conftest import ROOT, SAMPLES

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FOR_USERS = [path for path in DOCUMENTS if path.name == "README.md" or path.parent.name == "docs"]
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(searchkit.__path__, "searchkit.")
    if not module.name.endswith("__main__")
)
MACHINE_PATHS = re.compile(r"(?<![\w.~}])/(?:home/(?!me/|you/|user/)\w|Users/\w|root/|work/)[\w.-]*")
CONFLICT_MARKS = re.compile(r"^(?:<{7} |={7}$|>{7} )", re.MULTILINE)


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks_of(path: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(path), re.DOTALL | re.MULTILINE)


def with_blocks(language: str) -> list[Path]:
    return [path for path in FOR_USERS if blocks_of(path, language)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: an empty one with the samples as `corpus`."""
    for setting in fields(Config):
        monkeypatch.delenv(f"SEARCHKIT_{setting.name.upper()}", raising=False)
    monkeypatch.setenv("SEARCHKIT_JOBS", "1")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    shutil.copytree(SAMPLES, tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# tables


def test_the_page_on_articles_has_every_name_and_every_ending() -> None:
    page = text_of(ROOT / "docs" / "articles.md")
    for fact, names in {**{fact: spec.names for fact, spec in FACTS.items()}, **OTHER_NAMES}.items():
        rows = [line for line in page.split("\n") if line.startswith((f"| {fact} |", f"| {fact}, "))]
        assert [name for name in names if f"`{name}`" not in "".join(rows)] == []
    assert [name for name in (*TEXTS, *SHORT_TEXTS) if f"`{name}`" not in page] == []
    assert [ending for ending in FORMATS if f"`{ending}`" not in page.lower()] == []


# examples


@pytest.mark.parametrize("path", with_blocks("python"), ids=lambda path: path.name)
def test_python_examples_run(path: Path, folder: Path) -> None:
    examples = "\n".join(blocks_of(path, "python"))
    test = doctest.DocTestParser().get_doctest(examples, {}, path.name, str(path), 0)
    assert test.examples
    output: list[str] = []
    failed = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=output.append).failed
    assert not failed, "".join(output)


@pytest.mark.parametrize("path", with_blocks("console"), ids=lambda path: path.name)
def test_transcripts_are_what_is_printed(path: Path, folder: Path) -> None:
    transcript = "".join(blocks_of(path, "console"))
    lines = re.findall(r"^\$ searchkit (.+)$", transcript, re.MULTILINE)
    if not lines[0].startswith("reindex"):
        searchkit.reindex("corpus", "index", jobs=1)
    printed = [f"$ searchkit {line}\n{CliRunner().invoke(cli, shlex.split(line)).output}" for line in lines]
    assert without_times("".join(printed)) == without_times(transcript)


def without_times(text: str) -> str:
    return re.sub(r"[\d.,]+ (m?s)$", r"… \1", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", MODULES)
def test_modules_have_docstrings_with_examples_that_hold(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__, f"{name} has no docstring"
    assert doctest.testmod(module).failed == 0


# everything is described


def test_every_command_is_in_the_readme() -> None:
    readme = text_of(ROOT / "README.md")
    assert [name for name in COMMANDS if f"`searchkit {name}" not in readme] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_is_described_under_its_name(name: str) -> None:
    described = text_of(ROOT / "docs" / "configuration.md")
    section = re.search(rf"^### `searchkit {name}\b.*?(?=^##|\Z)", described, re.DOTALL | re.MULTILINE)
    assert section, f"docs/configuration.md has no heading for {name}"
    command: click.Command = importlib.import_module(f"searchkit.cli.{name}").command
    flags = {flag for option in command.params if isinstance(option, click.Option) for flag in flags_of(option)}
    named = set(re.findall(r"(?<![\w-])--?\w[\w-]*", section[0]))
    assert flags - named == set()
    assert {flag for flag in named if flag.startswith("--")} - flags == set()


def flags_of(option: click.Option) -> list[str]:
    return [*option.opts, *option.secondary_opts]


def test_every_setting_is_described_with_its_default() -> None:
    rows = {
        cells[1].strip(): cells
        for line in text_of(ROOT / "docs" / "configuration.md").splitlines()
        if len(cells := line.split("|")) == 7
    }
    for setting in fields(Config):
        cells = rows[f"`{setting.name}`"]
        assert f"`SEARCHKIT_{setting.name.upper()}`" in cells[3]
        assert cells[4].strip() == described_default(setting.name, setting.default)


def described_default(name: str, value: object) -> str:
    if name == "index":  # it is looked for
        return "`./index` if there, or else in your data folder"
    if value in ("", (), None):
        return "none"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{item}"' for item in value) + "]`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def test_every_public_name_of_the_library_is_described() -> None:
    described = text_of(ROOT / "docs" / "library.md")
    assert [name for name in searchkit.__all__ if not re.search(rf"\b{name}\b", described)] == []


def test_signatures_of_the_library_are_those_of_its_functions() -> None:
    text = re.sub(r"^```.*?^```$", "", text_of(ROOT / "docs" / "library.md"), flags=re.DOTALL | re.MULTILINE)
    spans = re.findall(r"`(index\.|searchkit\.|)([a-z_]+)\(([^`]*)\)`", text)
    shown = {(owner, name): found for owner, name, arguments in spans if (found := parameters(arguments))}
    functions = {
        (owner, name): getattr(searchkit.Index if owner == "index." else searchkit, name)
        for owner, name in shown
        if owner or name in searchkit.__all__
    }
    assert len(functions) >= 20
    assert {each: shown[each] for each in functions} == {
        each: signature_of(function) for each, function in functions.items()
    }


def parameters(arguments: str) -> str:
    """The *arguments* of a signature as Python writes them; "" for those of a call, and where there are none."""
    try:
        (function,) = ast.parse(f"def f({arguments}): ...").body
    except SyntaxError:
        return ""
    assert isinstance(function, ast.FunctionDef)
    return ast.unparse(function.args)


def signature_of(function: Callable[..., object]) -> str:
    """The parameters of a function, without types and `self`."""
    found = inspect.signature(function).parameters.values()
    bare = [parameter.replace(annotation=parameter.empty) for parameter in found if parameter.name != "self"]
    return parameters(str(inspect.Signature(bare))[1:-1])


def test_every_module_and_folder_has_its_place_in_the_architecture() -> None:
    described = text_of(ROOT / "ARCHITECTURE.md")
    package = ROOT / "searchkit"
    names = [path.name for path in package.glob("*.py") if not path.name.startswith("__")]
    names += [f"{path.parent.name}/" for path in package.glob("*/__init__.py")]
    assert [name for name in names if f"`{name}" not in described] == []


def test_the_changelog_has_this_version() -> None:
    assert searchkit.__version__ in text_of(ROOT / "CHANGELOG.md")


# links and paths


@pytest.mark.parametrize("path", [*DOCUMENTS, ROOT / "corpus" / "README.md"], ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", text_of(path), flags=re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    for target in targets:
        name, _, anchor = target.partition("#")
        linked = path.parent / name if name else path
        assert linked.exists(), f"{path.name}: {target}"
        if anchor:
            assert anchor in anchors_of(linked), f"{path.name}: {target}"


def anchors_of(path: Path) -> list[str]:
    """The anchors that headings get where Markdown is shown."""
    headings = re.findall(r"^#+ (.+)$", text_of(path), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings]


def test_no_file_names_a_place_of_one_machine_or_holds_conflict_marks() -> None:
    wrong = {}
    for path in files_of_the_project():
        text = path.read_bytes().decode("utf-8", "ignore")
        found = [*MACHINE_PATHS.findall(text), *CONFLICT_MARKS.findall(text)]
        if found:
            wrong[str(path.relative_to(ROOT))] = found
    assert wrong == {}


def files_of_the_project() -> list[Path]:
    git = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, capture_output=True, check=False) if shutil.which("git") else None
    if listed is None or listed.returncode:
        pytest.skip("not a checkout of git")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]
