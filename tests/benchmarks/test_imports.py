"""Figures under our name are of what a user can call: benchmarks import public names of searchkit only."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import benchmarks
import searchkit

FOLDER = Path(benchmarks.__file__).parent
MODULES = {".".join(path.relative_to(FOLDER).with_suffix("").parts): path for path in sorted(FOLDER.rglob("*.py"))}

ALLOWED = {
    ("assistants", "assistants"): "what is measured is what `searchkit mcp` starts",
    ("new_words", "analysis"): "which words of jieba's dictionary are nouns, the dictionary says",
    ("new_words", "evaluation"): "as of `relevance`",
    ("new_words", "new_words"): "the test that new words must pass is given to known ones",
    ("relevance", "analysis"): "a variant gives words of one Han character another weight",
    ("relevance", "bm25f"): "a variant ranks with other weights",
    ("relevance", "evaluation"): "it is what `searchkit evaluate` runs; no figure of time or size comes from it",
    ("relevance", "query"): "a variant changes what a query is ranked by",
    ("relevance", "index"): "a variant asks the reader of an index itself",
    ("reposts", "analysis"): "a reindex does not say what its part takes that finds the reposts",
    ("reposts", "articles"): "the same",
    ("sounds", "index"): "an index without readings is made of the reader of one that has them",
    ("scale", "engines"): "the CPU of the nodes and the size of the shards are asked of the cluster itself",
    ("scale", "index"): "the size of the manifest is asked of the reader",
}
"""(benchmark, part of searchkit) -> why it needs more than the public names."""


def inside(text: str) -> Iterator[str]:
    """The parts of searchkit that a module imports beside the public names, wherever in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            package, _, rest = name.partition(".")
            if package == "searchkit" and rest and rest not in searchkit.__all__:
                yield rest.split(".")[0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("import searchkit\nfrom searchkit import Article, open_index", []),
        ("import searchkit.engines.whoosh", ["engines"]),
        ("from searchkit import engines, reindex", ["engines"]),
        ("def f():\n    from searchkit.query.plan import Plan", ["query"]),
        ("from searchkit.model import Article", ["model"]),
    ],
)
def test_what_is_inside_is_seen(text: str, parts: list[str]) -> None:
    assert list(inside(text)) == parts


@pytest.mark.parametrize("name", MODULES)
def test_a_benchmark_imports_public_names_only(name: str) -> None:
    found = set(inside(MODULES[name].read_text(encoding="utf-8")))
    assert found == {part for module, part in ALLOWED if module == name}


def test_every_exception_is_of_a_module() -> None:
    assert {module for module, _ in ALLOWED} <= set(MODULES)
