"""A filter on the path: a folder of the corpus, or a pattern as in `.gitignore`."""

from __future__ import annotations

import pytest

import searchkit
from tests.conftest import titles


@pytest.mark.parametrize("path", ["mp", "mp/", "./mp", "/mp/", "mp/**", "mp/*"])
def test_a_folder_is_all_that_is_in_it(sample_index: searchkit.Index, path: str) -> None:
    expected = {article.id for article in sample_index if article.id.startswith("mp/")}
    found = sample_index.search("-zzzqqq", path=path, limit=None)
    assert {hit.id for hit in found if hit.id.startswith("mp/")} == expected
    others = [hit for hit in found if not hit.id.startswith("mp/")]
    assert all(any(file.startswith("mp/") for file in hit.duplicates) for hit in others)


def test_a_path_is_one_of_the_filters(sample_index: searchkit.Index) -> None:
    hugo = searchkit.Filters(path="hugo/*月全食*")
    assert titles(sample_index.search("月", filters=hugo)) == ["月全食为什么是红色的"]
    assert sample_index.ids("月", hugo) == tuple(hit.id for hit in sample_index.search("月", path="hugo/*月全食*"))


@pytest.mark.parametrize("path", [".", "/", "./", "**", "*", ""])
def test_the_corpus_itself_is_everything(sample_index: searchkit.Index, path: str) -> None:
    assert sample_index.search("月", path=path).total == sample_index.search("月").total


def test_a_path_that_no_article_has_is_named(sample_index: searchkit.Index) -> None:
    results = sample_index.search("月全食", path="corpus/mp")
    assert results.total == 0
    assert results.notes == ("no article has a path like corpus/mp; paths begin below the corpus folder",)
    assert sample_index.search("没有的词没有的词", path="mp").notes == ()


def test_an_explanation_says_that_the_path_is_another(sample_index: searchkit.Index) -> None:
    reasons = sample_index.explain("月全食", "月全食为什么是红色的", filters=searchkit.Filters(path="mp"))
    assert reasons.filtered == (
        "filtered out: its path hugo/posts__2025-09__月全食为什么是红色的.md does not fit mp",
    )


def test_a_pattern_that_is_too_long_is_an_error(sample_index: searchkit.Index) -> None:
    with pytest.raises(ValueError, match="at most 200 characters"):
        sample_index.search("月", path="月" * 201)
    with pytest.raises(ValueError, match="path=3 must be text"):
        sample_index.search("月", path=3)  # type: ignore[arg-type]
