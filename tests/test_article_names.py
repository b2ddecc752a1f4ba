"""What a user calls an article, and the id that it means."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from searchkit import Article, ArticleNotFound
from searchkit.article_names import resolve
from searchkit.engines.base import Reader
from searchkit.index import reader_of

IDS = {
    "hugo/月全食.md": "红色的月亮",
    "hugo/月亮.md": "潮汐",
    "mp/Git 入门.md": "分支",
    "a1.md": "一",
    "a10.md": "十",
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    place = tmp_path_factory.mktemp("names")
    articles = [Article(name, title) for name, title in IDS.items()]
    searchkit.reindex([*articles, Article("x.md", "月亮"), Article("caf\u0065\u0301.md", "咖啡")], place, jobs=1)
    return reader_of(searchkit.open_index(place))


def found(name: str, reader: Reader) -> str:
    return resolve(name, reader.ids(), reader)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("hugo/月全食.md", "hugo/月全食.md"),
        ("月全食.md", "hugo/月全食.md"),
        ("全食", "hugo/月全食.md"),
        ("月全食", "hugo/月全食.md"),
        ("git", "mp/Git 入门.md"),
        ("caf\u00e9", "caf\u0065\u0301.md"),
        ("月亮", "x.md"),  # a whole title comes before a name without its ending
        ("红色的 月亮", "hugo/月全食.md"),
        ("a1", "a1.md"),
        ("潮", "hugo/月亮.md"),
    ],
)
def test_an_article_is_named_by_id_path_title_or_part(reader: Reader, name: str, wanted: str) -> None:
    assert found(name, reader) == wanted


def test_a_part_of_several_ids_lists_them(reader: Reader) -> None:
    with pytest.raises(ValueError, match=r"2 articles .*\n  hugo/月亮.md\n  hugo/月全食.md"):
        found("hugo/", reader)


@pytest.mark.parametrize("name", ["太阳", "", " ", "/x/太阳.md", "名" * 300])
def test_a_name_that_fits_nothing_is_not_found(reader: Reader, name: str, tmp_path: Path) -> None:
    with pytest.raises(ArticleNotFound):
        found(name, reader)
