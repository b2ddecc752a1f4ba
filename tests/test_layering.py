"""Who may import whom, read from the imports themselves. ARCHITECTURE.md explains the rules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "searchkit"
MODULES = sorted(PACKAGE.rglob("*.py"))

ALLOWED = {
    "model": (),
    "errors": (),
    "parallel": (),
    "config": ("errors",),
    "schema": (),
    "articles": ("articles", "errors", "model"),
    "analysis": ("analysis",),
    "query": ("query", "analysis", "errors", "schema"),
    "snippets": ("snippets", "analysis", "query", "model"),
    "engines": ("engines", "analysis", "query", "model", "errors", "schema"),
}
"""What the files of a room may import of ours; one that is not named all but the command line."""

PRODUCTS = {
    "whoosh": ("engines/whoosh",),
    "jieba": ("analysis/segmenting.py",),
    "rjieba": ("analysis/segmenting.py",),
    "opencc": ("analysis/folding.py",),
    "lxml": ("articles",),
    "bs4": ("articles",),
    "frontmatter": ("articles",),
    "yaml": ("articles",),
    "markdown_it": ("articles",),
    "charset_normalizer": ("articles",),
    "filelock": ("engines/whoosh",),
    "platformdirs": ("analysis/segmenting.py",),
    "click": ("cli",),
    "rich": ("cli",),
}
"""Each library is used in one place, where it is adapted."""


def imports_of(path: Path) -> set[str]:
    """Every module a file names in an import, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
            if node.module == "searchkit":
                found.update(f"searchkit.{alias.name}" for alias in node.names)
    return found


def room_of(path: Path) -> str:
    """The first folder or module below the package."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_what_it_may(path: Path) -> None:
    ours = {name.split(".")[1] for name in imports_of(path) if name.startswith("searchkit.")}
    room = room_of(path)
    if room in ALLOWED:
        assert ours <= set(ALLOWED[room])
    elif room not in ("cli", "__main__"):
        assert "cli" not in ours


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_product_is_used_only_where_it_is_adapted(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    for name in {name.split(".")[0] for name in imports_of(path)} & PRODUCTS.keys():
        assert place.startswith(PRODUCTS[name]), f"{name} in {place}"


def test_an_engine_is_only_known_by_its_contract() -> None:
    for path in MODULES:
        if room_of(path) != "engines":
            names = [
                name
                for name in imports_of(path)
                if name.startswith(("searchkit.engines.whoosh", "searchkit.engines.memory"))
            ]
            assert names == [], path


def test_an_engine_does_not_import_another() -> None:
    for path in (PACKAGE / "engines" / "whoosh").glob("*.py"):
        assert "searchkit.engines.memory" not in imports_of(path)
    assert not any("whoosh" in name for name in imports_of(PACKAGE / "engines" / "memory.py"))


def test_no_file_is_much_longer_than_300_lines() -> None:
    lengths = {str(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {path: length for path, length in lengths.items() if length > 320} == {}
