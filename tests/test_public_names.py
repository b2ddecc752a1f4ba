"""The flat public namespace."""

from __future__ import annotations

import subprocess
import sys

import pytest

import searchkit


def test_the_public_names_are_sorted_and_complete() -> None:
    assert searchkit.__all__ == sorted(searchkit.__all__)
    assert set(searchkit.__all__) == set(searchkit._HOME_OF)


@pytest.mark.parametrize("name", searchkit.__all__)
def test_a_public_name_is_there_and_documented(name: str) -> None:
    assert getattr(searchkit, name).__doc__


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = searchkit.nothing_like_it


def test_every_error_is_public_and_below_one_root() -> None:
    from searchkit import errors

    classes = {n: c for n, c in vars(errors).items() if isinstance(c, type) and issubclass(c, Exception)}
    assert set(classes) <= set(searchkit.__all__)
    assert all(issubclass(cls, searchkit.SearchkitError) for cls in classes.values())


def test_importing_loads_nothing_heavy() -> None:
    heavy = "jieba", "rjieba", "numpy", "rich", "whoosh", "bs4", "lxml", "click"
    code = f"import sys, searchkit; print([name for name in {heavy!r} if name in sys.modules])"
    output = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert output.strip() == "[]"
