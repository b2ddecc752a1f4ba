"""Books: chapters in the order they are read in, and what the package says of the book."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from searchkit.errors import ArticleError
from tests.articles.formats.makers import book, chapter, read, recovered, zipped

METADATA = """<dc:title>萤火虫之书</dc:title><dc:title>副题</dc:title><dc:creator>李四</dc:creator>
<dc:creator>王五</dc:creator><dc:subject>自然，科普</dc:subject><dc:subject>昆虫</dc:subject>
<dc:date>2024-05-14</dc:date><meta property="dcterms:modified">2024-06-01T00:00:00Z</meta>
<dc:description>&lt;p&gt;一本写给夜里的书。&lt;/p&gt;</dc:description>"""
TWO = {"b.xhtml": chapter("第一章", "萤火虫怕光。"), "a.xhtml": chapter("第二章", "夜里去看。")}


def test_chapters_come_in_the_order_of_the_spine() -> None:
    assert read(book(TWO), "书.epub").body == "第一章\n萤火虫怕光。\n第二章\n夜里去看。"


def test_the_package_says_whose_book_it_is() -> None:
    article = read(book(TWO, METADATA), "书.epub")
    assert (article.title, article.author) == ("萤火虫之书", "李四, 王五")
    assert article.tags == ("自然", "科普", "昆虫")
    assert article.date == datetime(2024, 5, 14, tzinfo=UTC)
    assert article.lastmod == datetime(2024, 6, 1, tzinfo=UTC)
    assert article.body.startswith("一本写给夜里的书。\n第一章")


def test_the_date_that_calibre_writes_for_none_is_none() -> None:
    assert read(book(TWO, "<dc:date>0101-01-01T00:00:00+00:00</dc:date>"), "书.epub").date is None


def test_a_book_without_a_title_has_that_of_its_file() -> None:
    assert read(book(TWO, ""), "书架/萤火虫.epub").title == "萤火虫"


def test_pictures_and_style_sheets_may_be_missing() -> None:
    items = (
        '<item id="s" href="style.css" media-type="text/css"/><item id="p" href="p.jpg" media-type="image/jpeg"/>'
    )
    assert recovered(book(TWO, items=items), "书.epub") == ""


def test_a_missing_chapter_is_reported_and_the_others_are_read() -> None:
    data = book({**TWO, "c.xhtml": ""})
    assert read(data, "书.epub").body.endswith("夜里去看。")
    assert recovered(data, "书.epub") == "1 of 3 chapters are missing or damaged"


def test_a_damaged_chapter_is_reported_and_the_others_are_read() -> None:
    data = bytearray(book({**TWO, "c.xhtml": chapter("损坏" * 500)}))
    start = data.index(b"OEBPS/c.xhtml") + 20
    data[start : start + 8] = b"\xff" * 8
    assert read(bytes(data), "书.epub").body.endswith("夜里去看。")
    assert "1 of 3" in recovered(bytes(data), "书.epub")


@pytest.mark.parametrize(
    ("href", "name"), [("第一章.xhtml", "第一章.xhtml"), ("a%20b.xhtml", "a b.xhtml"), ("A.XHTML", "a.xhtml")]
)
def test_names_of_chapters_are_found_however_they_are_written(href: str, name: str) -> None:
    assert read(book({href: ""}, **{f"OEBPS/{name}": chapter("正文")}), "书.epub").body == "正文"


def test_a_table_of_contents_is_not_read_twice() -> None:
    nav = '<item id="n" href="nav.xhtml" properties="nav"/>'
    data = book(TWO, items=nav, **{"OEBPS/nav.xhtml": chapter("目录")})
    assert "目录" not in read(data, "书.epub").body


def test_declarations_and_empty_elements_of_xhtml_are_read() -> None:
    text = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "乙">]><html><head><title/><script src="a"/></head>'
        '<body><p>甲<a id="x"/>&nbsp;丙</p><div/><p>丁</p></body></html>'
    )
    assert read(book({"1.xhtml": text}), "书.epub").body == "甲 丙\n丁"


def test_a_package_that_cannot_be_read_leaves_the_chapters_by_name() -> None:
    data = zipped(
        {"OEBPS/2.html": chapter("乙"), "OEBPS/1.html": chapter("甲"), "mimetype": "application/epub+zip"}
    )
    assert read(data, "书.epub").body == "甲\n乙"
    assert read(data, "书.epub").title == "书"


def test_a_book_with_encrypted_chapters_is_refused_and_one_with_encrypted_fonts_is_not() -> None:
    def encryption(name: str) -> str:
        return f'<encryption><CipherData><CipherReference URI="{name}"/></CipherData></encryption>'

    with pytest.raises(ArticleError, match="encrypted"):
        read(book(TWO, **{"META-INF/encryption.xml": encryption("OEBPS/a.xhtml")}), "书.epub")
    assert read(book(TWO, **{"META-INF/encryption.xml": encryption("OEBPS/font.otf")}), "书.epub").body


ENCRYPTION = '<encryption><CipherData><CipherReference URI="{}"/></CipherData></encryption>'


@pytest.mark.parametrize("uri", ["OEBPS/a.xhtml", "/OEBPS/a.xhtml", "OEBPS/./%61.xhtml"])
def test_a_book_whose_chapters_are_no_text_because_they_are_encrypted_says_so(uri: str) -> None:
    noise = bytes(range(255, 0, -1)) * 9
    parts: dict[str, Any] = {f"OEBPS/{name}": noise for name in TWO}
    data = book(dict.fromkeys(TWO, ""), **parts, **{"META-INF/encryption.xml": ENCRYPTION.format(uri)})
    with pytest.raises(ArticleError, match="encrypted"):
        read(data, "书.epub")


@pytest.mark.parametrize("noise", [bytes(range(256)) * 40, b"\1\2\3\4" * 50, "été à Nîmes ".encode("latin-1") * 9])
def test_a_chapter_that_is_no_text_is_reported_and_the_others_are_read(noise: bytes) -> None:
    data = book({**TWO, "c.xhtml": ""}, **dict[str, Any]({"OEBPS/c.xhtml": noise}))
    assert read(data, "书.epub").body == "第一章\n萤火虫怕光。\n第二章\n夜里去看。"
    assert recovered(data, "书.epub") == "1 of 3 chapters are missing or damaged"


@pytest.mark.parametrize("listed", ["", "不是"])
def test_a_list_of_encrypted_parts_that_cannot_be_read_costs_nothing(listed: str) -> None:
    assert read(book(TWO, **{"META-INF/encryption.xml": listed}), "书.epub").body.startswith("第一章")


@pytest.mark.parametrize("data", [b"", b"PK", "正文".encode(), book(TWO)[:-30], b"%PDF-1.4"])
def test_what_is_no_whole_file_says_so(data: bytes) -> None:
    with pytest.raises(ArticleError, match="not a whole file"):
        read(data, "书.epub")


@pytest.mark.parametrize(
    "parts", [{}, {"a.txt": "文"}, {"META-INF/container.xml": "不是"}, {"META-INF/container.xml": ""}]
)
def test_what_holds_no_chapter_says_so(parts: dict[str, str | bytes]) -> None:
    with pytest.raises(ArticleError, match="not a book"):
        read(zipped(parts), "书.epub")
