"""The public names: complete, sorted, documented, and cheap to import."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import searchkit
from searchkit import errors, model

HEAVY = (
    "jieba",
    "rjieba",
    "numpy",
    "rich",
    "whoosh",
    "bs4",
    "lxml",
    "yaml",
    "click",
    "markdown_it",
)


def loaded_after(code: str) -> set[str]:
    """The modules a fresh interpreter has loaded after it ran *code*."""
    script = f"{code}\nimport sys; print(*sorted(sys.modules))"
    path = os.pathsep.join(filter(None, (str(Path(searchkit.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    run = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path},
        check=True,
    )
    return set(run.stdout.split())


def test_the_public_names_are_sorted_and_distinct() -> None:
    assert searchkit.__all__ == sorted(set(searchkit.__all__))


@pytest.mark.parametrize("name", searchkit.__all__)
def test_a_public_name_resolves_and_is_documented(name: str) -> None:
    value = getattr(searchkit, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        assert value.__name__ == name
        assert inspect.getdoc(value)


def test_every_error_and_every_value_of_the_model_is_public() -> None:
    classes = {
        name
        for module in (errors, model)
        for name, value in vars(module).items()
        if inspect.isclass(value) and value.__module__ == module.__name__
    }
    assert classes <= set(searchkit.__all__)


def test_every_name_for_type_checkers_is_public() -> None:
    source = inspect.getsource(searchkit).split("if TYPE_CHECKING:")[1].split("__version__")[0]
    assert all(name in source for name in searchkit.__all__)


def test_the_names_are_listed() -> None:
    assert dir(searchkit) == sorted([*searchkit.__all__, "__version__"])


def test_a_name_that_does_not_exist_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'serach'"):
        getattr(searchkit, "serach")  # noqa: B009 - a type checker knows that it is not there


def test_every_error_is_a_searchkit_error() -> None:
    for name in searchkit.__all__:
        value = getattr(searchkit, name)
        if inspect.isclass(value) and issubclass(value, BaseException):
            assert issubclass(value, searchkit.SearchkitError)


def test_the_tree_of_errors_is_drawn_at_the_top_of_its_module() -> None:
    drawn = errors.__doc__ or ""
    for name in searchkit.__all__:
        value = getattr(searchkit, name)
        if inspect.isclass(value) and issubclass(value, BaseException):
            assert name in drawn


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded_after("import searchkit") & set(HEAVY)


def test_using_the_model_and_the_settings_loads_nothing_heavy() -> None:
    assert not loaded_after("import searchkit; searchkit.Article; searchkit.Config; searchkit.load_config") & set(
        HEAVY
    )


def test_opening_an_index_loads_neither_html_nor_colour() -> None:
    light = {"bs4", "lxml", "rich", "yaml", "markdown_it", "jieba", "rjieba"}
    assert not loaded_after("import searchkit; searchkit.open_index") & light


def test_searching_loads_no_whoosh(tmp_path: Path) -> None:
    searchkit.reindex([searchkit.Article("a", "title", "text")], tmp_path, jobs=1)
    search = f"import searchkit; assert searchkit.open_index({str(tmp_path)!r}).search('text').hits"
    assert not loaded_after(search) & {"whoosh", "opensearchpy"}


def test_the_package_is_typed() -> None:
    assert (Path(searchkit.__file__).parent / "py.typed").exists()
