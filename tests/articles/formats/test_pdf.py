"""PDFs: the text of pages, as paragraphs."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone

import pytest

from searchkit.errors import ArticleError
from tests.articles.formats.makers import pdf, read, recovered

pytest.importorskip("pypdfium2")

LINES = [
    "院子里的番茄红了的时候，我和爷爷每天傍",
    "晚都去浇水，顺便把长得太密的枝条剪掉一",
    "些，好让底下的果子也晒到太阳，然后把剪",
    "下来的枝条堆在墙角。",
]


def utf16(text: str) -> str:
    marked = "\ufeff" + text
    return f"<{marked.encode('utf-16-be').hex()}>"


@pytest.mark.parametrize("unicode_map", [True, False])
def test_fonts_that_say_nothing_of_unicode_are_read_too(unicode_map: bool) -> None:
    data = pdf([["春天的菜园"], ["第二页"]], unicode_map=unicode_map)
    assert read(data, "a.pdf").body == "春天的菜园\n第二页"


def test_lines_are_paragraphs_again_on_a_page_and_across_pages() -> None:
    assert read(pdf([LINES[:2], LINES[2:]]), "a.pdf").body == "".join(LINES)


def test_headers_and_footers_are_read_once() -> None:
    birds = ("喜鹊", "麻雀", "燕子", "乌鸦")
    pages = [["园艺年鉴", bird, *LINES, bird, f"第 {n} 页"] for n, bird in enumerate(birds)]
    body = read(pdf(pages), "a.pdf").body
    assert (body.count("园艺年鉴"), body.count("页"), body.count("燕子")) == (1, 1, 2)
    assert body.count("".join(LINES)) == 4


@pytest.mark.parametrize(
    "heading",
    [
        "步骤{}",
        "步骤 {}",
        "第{}章",
        "第 {} 课",
        "{}. 浇水",
        "图 {}",
        "Step {}",
        "202{}年收入",
        "202{} 年收入",
        "202{}",
        "{}月",
    ],
)
def test_headings_that_differ_by_a_number_are_kept(heading: str) -> None:
    headings = [heading.format(number) for number in range(1, 6)]
    ends = (
        ("喜鹊飞走了。", "麻雀来了。", "燕子回来了。", "乌鸦叫了。", "鸽子睡了。"),
        ("春天。", "夏天。", "秋天。", "冬天。", "又一年。"),
    )
    body = read(pdf(list(zip(headings, *ends, strict=True))), "a.pdf").body
    assert [line for line in body.split("\n") if line in headings] == headings


@pytest.mark.parametrize(
    "footer",
    [
        "{}",
        "- {} -",
        "第{}页",
        "第 {} 页 共 9 页",
        "共 9 页 第 {} 页",
        "{} / 9",
        "Page {} of 9",
        "P. {}",
        "年鉴 第{}页",
    ],
)
@pytest.mark.parametrize("first", [1, 7, 345])
def test_a_number_that_rises_with_the_page_is_that_of_the_page(footer: str, first: int) -> None:
    footers = [footer.format(first + number) for number in range(4)]
    body = read(
        pdf([[bird, *LINES, footer] for bird, footer in zip("鹊雀燕鸦", footers, strict=True)]), "a.pdf"
    ).body
    assert [line for line in body.split("\n") if line in footers] == footers[:1]


def test_a_number_alone_that_does_not_rise_with_the_page_is_text() -> None:
    pages = [["12", "喜鹊飞走了。"], ["3", "麻雀来了。"], ["48", "燕子回来了。"]]
    body = read(pdf(pages), "a.pdf").body
    assert [line for line in body.split("\n") if line.isdecimal()] == ["12", "3", "48"]


@pytest.mark.parametrize("header", ["园艺年鉴 {}", "{} 园艺年鉴"])
def test_a_number_next_to_words_is_that_of_the_page_on_many_pages(header: str) -> None:
    pages = [[header.format(number), "喜鹊" * number, *LINES] for number in range(3, 15)]
    assert read(pdf(pages), "a.pdf").body.count("园艺年鉴") == 1


def test_what_is_there_twice_is_no_header() -> None:
    assert read(pdf([["喜鹊", "树上"], ["喜鹊", "云上"]]), "a.pdf").body == "喜鹊\n树上\n喜鹊\n云上"


def test_the_document_says_who_wrote_it_and_when() -> None:
    names = f"/Title {utf16('春天的菜园')} /Author {utf16('李四')} /Keywords (a, b)"
    article = read(pdf([["正文"]], f"{names} /CreationDate (D:20240514102642+08'00')"), "a.pdf")
    assert (article.title, article.author, article.tags) == ("春天的菜园", "李四", ("a", "b"))
    assert article.date == datetime(2024, 5, 14, 10, 26, 42, tzinfo=timezone(timedelta(hours=8)))


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Microsoft Word - 春天的菜园.docx", "春天的菜园"),
        ("春天的菜园.doc", "春天的菜园"),
        ("untitled", "年鉴"),
        ("PowerPoint 演示文稿", "年鉴"),
        ("Microsoft Word - 文档1", "年鉴"),
        ("", "年鉴"),
    ],
)
def test_titles_that_programs_make_say_nothing(title: str, wanted: str) -> None:
    assert read(pdf([["正文"]], f"/Title {utf16(title)}"), "书/年鉴.pdf").title == wanted


@pytest.mark.parametrize("date", ["D:2024", "D:202413", "D:20240231", "2024", "D:", "x"])
def test_dates_of_every_kind_are_read_or_left_out(date: str) -> None:
    assert read(pdf([["正文"]], f"/CreationDate ({date})"), "a.pdf").date in (
        None,
        datetime.fromisoformat("2024-01-01T00:00Z"),
    )


def test_a_scanned_document_says_that_it_has_no_text() -> None:
    data = pdf([[], []])
    assert read(data, "扫描.pdf").title == "扫描"
    assert "recognised (OCR)" in recovered(data, "扫描.pdf")


def test_characters_that_a_missing_font_hides_are_reported() -> None:
    in_no_font = map(chr, range(0xE000, 0xE010))  # of private use: whatever fonts are installed here
    data = pdf([["有字的一页"], [*in_no_font, "送人"]])
    assert recovered(data, "a.pdf").startswith("the text of 1 of 2 pages is incomplete")
    assert recovered(pdf([["有字的一页"]]), "a.pdf") == ""


def test_a_password_is_the_reason() -> None:
    keys = f"/O <{'00' * 32}> /U <{'11' * 32}> /P -4"
    data = pdf([["正文"]], trailer=f"/Encrypt << /Filter /Standard /V 1 /R 2 {keys} >> /ID [<00> <00>]")
    with pytest.raises(ArticleError, match="asks for a password"):
        read(data, "a.pdf")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", "正文".encode(), b"PK\x03\x04", b"\0" * 1000])
def test_what_is_no_pdf_says_so(data: bytes) -> None:
    with pytest.raises(ArticleError, match="not a PDF"):
        read(data, "a.pdf")


def test_a_file_without_its_end_is_read() -> None:
    assert read(pdf([["春天的菜园"]])[:-20], "a.pdf").body == "春天的菜园"


def test_too_many_pages_are_refused() -> None:
    pages = pdf([["一"]]).replace(b"[6 0 R] /Count 1", b"[6 0 R] /Count 99999")
    with pytest.raises(ArticleError, match="more than 20,000 pages"):
        read(pages, "a.pdf")


def test_without_pdfium_the_reason_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(ArticleError, match="run `pip install pypdfium2`") as found:
        read(pdf([["文"]]), "a.pdf")
    assert isinstance(found.value.__cause__, ImportError)
