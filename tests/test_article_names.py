"""What a user calls an article, and the id that it means."""

from __future__ import annotations

import pytest

from searchkit.article_names import find_id

IDS = ("hugo/月全食.md", "hugo/月亮.md", "mp/Git 入门.md")


@pytest.mark.parametrize("name", ["hugo/月全食.md", "月全食.md", "全食", "月全食", "/x/hugo/月全食.md"])
def test_an_article_can_be_named_by_id_path_or_part(name: str) -> None:
    assert find_id(name, IDS, "/x") == "hugo/月全食.md"


def test_case_does_not_count_in_a_part() -> None:
    assert find_id("git", IDS, "") == "mp/Git 入门.md"


def test_a_decomposed_name_is_the_same_name() -> None:
    assert find_id("caf\u00e9", ["a/cafe\u0301.md", "b.md"], "") == "a/cafe\u0301.md"


def test_a_part_of_several_ids_lists_them() -> None:
    with pytest.raises(ValueError, match=r"2 articles .*\n  hugo/月亮.md\n  hugo/月全食.md"):
        find_id("月", IDS, "")


@pytest.mark.parametrize("name", ["太阳", "", "/x/太阳.md"])
def test_a_name_that_fits_nothing_is_not_found(name: str) -> None:
    assert find_id(name, IDS, "/x") is None
