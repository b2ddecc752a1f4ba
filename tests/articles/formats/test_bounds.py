"""What packed files may cost, whatever they say of themselves."""

from __future__ import annotations

import struct

import pytest

from searchkit.articles.formats import bounds
from searchkit.articles.formats.bounds import Damaged, Zip, bounded
from searchkit.errors import ArticleError
from tests.articles.formats.makers import book, chapter, read, zipped


def test_a_part_that_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(ArticleError, match="unpacks to more than 40,000,000 bytes"):
        read(book({"1.xhtml": "a" * 50_000_000}), "书.epub")


def test_parts_that_are_too_much_together_are_refused() -> None:
    packed = Zip(zipped({"甲": b"a" * 60, "乙": b"b" * 60}), most=100)
    assert packed.read("甲") == b"a" * 60
    with pytest.raises(ArticleError, match="unpacks to more than 100 bytes"):
        packed.read("乙")


def test_a_size_that_is_forged_is_not_believed() -> None:
    data = zipped({"甲": b"a" * 1_000_000})
    small = data.replace(struct.pack("<I", 1_000_000), struct.pack("<I", 10))
    with pytest.raises(Damaged, match="is damaged"):
        Zip(small, most=100).read("甲")


def test_a_missing_part_is_named() -> None:
    with pytest.raises(Damaged, match="甲 is missing"):
        Zip(zipped({})).read("甲")


def test_a_book_of_too_much_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_TEXT", 1_000)
    with pytest.raises(ArticleError, match="more than 1,000 characters"):
        read(book({f"{n}.xhtml": chapter("番茄" * 60) for n in range(10)}), "书.epub")


def test_texts_that_fit_pass() -> None:
    assert list(bounded(["甲", "乙"])) == ["甲", "乙"]
