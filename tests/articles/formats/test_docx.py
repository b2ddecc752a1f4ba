"""Documents of Word."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import pytest

from searchkit.errors import ArticleError
from tests.articles.formats.makers import document, paragraph, read, zipped

pytest.importorskip("mammoth")


def test_paragraphs_tables_and_what_the_document_says_of_itself() -> None:
    table = f"<w:tbl><w:tr><w:tc>{paragraph('城市')}</w:tc><w:tc>{paragraph('人口')}</w:tc></w:tr></w:tbl>"
    article = read(document(paragraph("院子里的番茄红了。"), table, title="春天的菜园"), "a.docx")
    assert (article.title, article.author, article.tags) == ("春天的菜园", "李四", ("读书", "写作"))
    assert article.date == datetime(2024, 5, 14, 10, 26, 42, tzinfo=UTC)
    assert article.body.split() == ["院子里的番茄红了。", "城市", "人口"]


@pytest.mark.parametrize("title", ["", "Word 文档", "Microsoft Word Document", "文档1", "无标题"])
def test_without_a_title_the_first_heading_is_it(title: str) -> None:
    data = document(paragraph("前言"), paragraph("春天的菜园", "Heading1"), paragraph("正文"), title=title)
    assert read(data, "a.docx").title == "春天的菜园"


def test_else_the_name_of_the_file_is_the_title() -> None:
    assert read(document(paragraph("正文")), "文件/菜园.docx").title == "菜园"


def test_a_word_in_several_runs_is_whole_and_deleted_text_is_gone() -> None:
    runs = "<w:p><w:r><w:t>萤火</w:t></w:r><w:ins><w:r><w:t>虫</w:t></w:r></w:ins>"
    deleted = "<w:del><w:r><w:delText>蚊子</w:delText></w:r></w:del></w:p>"
    assert read(document(runs + deleted), "a.docx").body == "萤火虫"


def test_an_empty_document_is_an_article_without_text() -> None:
    assert read(document(), "空.docx").body == ""


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", "正文".encode(), document(paragraph("文"))[:-30]])
def test_what_is_no_whole_file_says_so(data: bytes) -> None:
    with pytest.raises(ArticleError, match="not a whole file"):
        read(data, "a.docx")


def test_an_old_or_encrypted_document_says_so() -> None:
    with pytest.raises(ArticleError, match="encrypted, or of an old version"):
        read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.docx")


@pytest.mark.parametrize(
    "parts", [{}, {"xl/workbook.xml": "<a/>"}, {"word/document.xml": ""}, {"word/document.xml": "<a>"}]
)
def test_other_files_are_refused(parts: dict[str, str | bytes]) -> None:
    with pytest.raises(ArticleError, match="not a document of Word"):
        read(zipped(parts), "a.docx")


def test_declared_entities_are_refused() -> None:
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "哈"}">' for n in range(10))
    text = f"<!DOCTYPE a [{laughs}]><w:document><w:body>&a9;</w:body></w:document>"
    with pytest.raises(ArticleError, match="declares entities"):
        read(document(**{"word/document.xml": text}), "a.docx")


def test_elements_nested_without_end_are_refused() -> None:
    with pytest.raises(ArticleError, match="not a document of Word"):
        read(document("<w:sdt><w:sdtContent>" * 5_000 + "</w:sdtContent></w:sdt>" * 5_000), "a.docx")


def test_without_mammoth_the_reason_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mammoth", None)
    with pytest.raises(ArticleError, match="run `pip install mammoth`") as found:
        read(document(paragraph("文")), "a.docx")
    assert isinstance(found.value.__cause__, ImportError)
