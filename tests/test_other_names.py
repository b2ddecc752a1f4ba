"""An article is found by everything it is called, and by what its author says of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit.index import Index

_FILES = {
    "如何给自行车补胎.md": "先把内胎取出来。\n\n### 参考\n\n一本旧书。",
    "co2.md": "---\ntitle: 二氧化碳\naliases: [碳酸气, /old/path/]\ndescription: 呼出来的那一种\n---\n无色无味。",
    "别的.md": "自行车和内胎，碳酸气和呼吸，都在这里写了很多很多遍：碳酸气，碳酸气。",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("names")
    corpus: Path = folder / "corpus"
    corpus.mkdir()
    for name, text in _FILES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    searchkit.reindex(corpus, folder / "index", jobs=1)
    with searchkit.open_index(folder / "index") as opened:
        yield opened


def found(index: Index, query: str) -> list[str]:
    return [hit.id for hit in index.search(query)]


def test_an_article_is_found_by_the_name_of_its_file(index: Index) -> None:
    assert found(index, "补胎") == ["如何给自行车补胎.md"]


def test_an_alias_as_typed_is_a_title_as_typed(index: Index) -> None:
    assert found(index, "碳酸气")[0] == "co2.md"
    assert found(index, "title:碳酸气") == ["co2.md"]


def test_an_old_path_among_the_aliases_is_no_title(index: Index) -> None:
    assert found(index, "title:path") == []


def test_an_article_is_found_by_its_description(index: Index) -> None:
    assert found(index, "呼出来的那一种")[0] == "co2.md"
    assert found(index, "摘要:呼出") == found(index, "description:呼出") == ["co2.md"]
