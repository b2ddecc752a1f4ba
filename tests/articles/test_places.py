"""Where a hit stands in its file: the line, and the column in bytes, of the first mark of each passage."""

from __future__ import annotations

import gc
import time
import unicodedata
from pathlib import Path

import pytest

from searchkit import Article, Hit, Place, Snippet, locate
from searchkit.articles.read import FORMATS, read_article

MARKDOWN = '---\ntitle: "红色的月亮"\ndescription: 月全食时月亮是红色的\n---\n\n# 月相\n\n{}\n'


def hit_of(path: Path, passage: str, mark: str, *, title_mark: str = "", at: int = 0) -> Hit:
    """The hit that shows *passage* of the file at *path*, with its mark number *at*."""
    article = read_article(path.read_bytes(), path.name).article
    assert passage in article.body
    start = -1
    for _ in range(at + 1):
        start = passage.index(mark, start + 1)
    begin = article.title.index(title_mark) if title_mark else 0
    marks = ((begin, begin + len(title_mark)),) if title_mark else ()
    return Hit(article, 1.0, str(path), marks, (Snippet(passage, ((start, start + len(mark)),)),))


def pointed_at(place: Place, encoding: str = "utf-8") -> str:
    """The rest of the line of a file from the place on, as an editor shows it."""
    lines = Path(place.path).read_bytes().decode(encoding).removeprefix("\ufeff").split("\n")
    return lines[place.line - 1].encode()[place.column - 1 :].decode()


@pytest.mark.parametrize(
    ("written", "passage", "mark", "line"),
    [
        ("阳光穿过大气层，红光落在月面上。", "红光落在月面上", "月面", 8),
        ("阳光穿过**大气**层，红光落在*月面*上。", "阳光穿过大气层，红光落在月面上。", "月面", 8),
        ("阳光穿过[大气层](https://example.org/月面)，\n落在月面上。", "落在月面上。", "月面", 9),
        (
            "<p>阳光穿过<b>大气</b>层</p>\n\n<p>落在<i class='a'>月</i>面上</p>",
            "落在月面上",
            "月面",
            10,
        ),
        ("<div>AT&amp;T 的月面&middot;电话</div>", "AT&T 的月面·电话", "月面", 8),
        ("- 月海\n- 月陆\n  - 月面的环形山", "月面的环形山", "环形山", 10),
        ("| 名 | 径 |\n|---|---|\n| 第谷 | 86 千米 |", "第谷", "第谷", 10),
        ("访问 <https://example.org/moon> 看月面", "看月面", "月面", 8),
        ("```python\nprint('月面')\n```", "print('月面')", "月面", 9),
        ("用 .NET 写的月历", "用 .NET 写的月历", ".NET", 8),
        ("今晚看月食🌕好极了", "今晚看月食🌕好极了", "🌕", 8),
    ],
)
def test_the_mark_is_found_in_the_markup(tmp_path: Path, written: str, passage: str, mark: str, line: int) -> None:
    path = tmp_path / "月.md"
    path.write_text(MARKDOWN.format(written), encoding="utf-8")
    (place,) = locate(hit_of(path, passage, mark))
    assert (place.line, place.is_found) == (line, True)
    assert pointed_at(place).replace("</i>", "").startswith(mark)


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>var 说 = '阳光穿过大气层，红光落在月面上。';</script>",
        '<script type="application/ld+json">{"说": "阳光穿过大气层，红光落在月面上。"}</script >',
        "<STYLE>p::after { content: '阳光穿过大气层，红光落在月面上。' }</style>",
        "<!-- 阳光穿过大气层，红光落在月面上。 -->",
        "<img src='月.jpg' alt='阳光穿过大气层，红光落在月面上。'>",
        "<!-- <script> 阳光穿过大气层，红光落在月面上。 -->",
    ],
)
@pytest.mark.parametrize(
    "shown", ["阳光穿过<b>大气</b>层，红光落在<i>月</i>面上。", "阳光穿过大气层，红光落在月面上。"]
)
def test_what_a_page_does_not_show_is_not_pointed_at(tmp_path: Path, hidden: str, shown: str) -> None:
    path = tmp_path / "月.html"
    path.write_text(
        f"<html><head><title>月</title></head>\n<body><h1>月相</h1>\n{hidden}\n<p>{shown}</p>\n</body></html>",
        encoding="utf-8",
    )
    article = Article(path.name, "月", "月相\n阳光穿过大气层，红光落在月面上。")
    sentence = "阳光穿过大气层，红光落在月面上。"
    (place,) = locate(Hit(article, 1.0, str(path), (), (Snippet(sentence, ((12, 14),)),)))
    assert (place.line, place.is_found) == (4, True)
    assert pointed_at(place).replace("</i>", "").startswith("月面上")


@pytest.mark.parametrize(
    ("code", "passage", "mark"),
    [
        ("```html\n<script>\n  alert('月面');\n</script>\n```", "alert('月面');", "月面"),
        ("```html\n<!-- 这里写月面 -->\n<p>字</p>\n```", "这里写月面", "月面"),
        ("```html\n<meta name='月面' content='红'>\n```", "name='月面' content='红'", "月面"),
        ("先写 `<script>`，再写月面的代码，最后写 `</script>`。", "再写月面的代码", "月面"),
    ],
)
def test_markup_that_a_text_shows_is_pointed_at(tmp_path: Path, code: str, passage: str, mark: str) -> None:
    path = tmp_path / "码.md"
    path.write_text(f"# 码\n\n说到月面。\n\n{code}\n\n月面又来了。\n", encoding="utf-8")
    (place,) = locate(hit_of(path, passage, mark))
    lines = path.read_text(encoding="utf-8").split("\n")
    assert (mark in lines[place.line - 1], 5 <= place.line <= len(lines) - 3) == (True, True)
    assert pointed_at(place).startswith("月面")


OPENINGS = (
    *(
        "<!-- a",
        "<script>甲",
        "<style>",
        "</script",
        "<a ",
        "<a",
        "](",
        "](a(b)",
        '](a "',
        "](a '",
        "](a ",
        "[a](",
    ),
    *(
        "\n",
        "- \n",
        "- ",
        "\t",
        "\r",
        "---\n",
        "+++\n",
        "\n---x",
        "<html",
        "<body",
        "&#1",
        "&a",
        "`<!--",
        "\\u00",
        "𝐚",
    ),
)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ["月.md", "月.html", "月.ipynb"])
@pytest.mark.parametrize("before", ["", "---\n", "+++\n", "<html>", "<script>", "</style></script>-->"])
def test_many_openings_take_linear_time(tmp_path: Path, name: str, before: str) -> None:
    for piece in OPENINGS:
        few, many = (_seconds(tmp_path / name, before + piece * count) for count in (2_000, 8_000))
        assert many < 10 * few + 0.1, f"four times as many {piece!r} take more than ten times as long"


def _seconds(path: Path, text: str) -> float:
    path.write_text(text + "\n末尾的月面</style>", encoding="utf-8")
    hit = Hit(
        Article(path.name, "月", "中间的月面"), 1.0, str(path), ((0, 1),), (Snippet("中间的月面", ((3, 5),)),)
    )
    gc.disable()  # a collection of what other tests left would be counted
    began = time.process_time()
    assert len(locate(hit)) == 2
    took = time.process_time() - began
    gc.enable()
    return took


def test_columns_count_bytes(tmp_path: Path) -> None:
    path = tmp_path / "月.md"
    path.write_text("红光落在月面上。\n", encoding="utf-8")
    (place,) = locate(hit_of(path, "红光落在月面上。", "月面"))
    assert (place.line, place.column) == (1, len("红光落在".encode()) + 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16", "big5"])
def test_every_encoding_has_its_lines_and_the_columns_of_utf8(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "月.md"
    lines = ["今天天氣很好，我們在山上看見了月亮。", "月全食的時候，紅光落在月面上，大家都很高興。"]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    (place,) = locate(hit_of(path, "紅光落在月面上", "月面"))
    assert (place.line, pointed_at(place, encoding)[:2]) == (2, "月面")


def test_composed_and_wide_characters_are_the_same(tmp_path: Path) -> None:
    path = tmp_path / "咖啡.md"
    path.write_text(unicodedata.normalize("NFD", "一杯 café 和ＷｉＦｉ，\n再一杯 café 配月饼。"), encoding="utf-8")
    article = Article("咖啡.md", "咖啡", "一杯 café 和WiFi，\n再一杯 café 配月饼。")
    (place,) = locate(Hit(article, 1.0, str(path), (), (Snippet("再一杯 café 配月饼。", ((4, 8),)),)))
    assert (place.line, place.column, place.is_found) == (2, len("再一杯 ".encode()) + 1, True)


def test_a_sentence_that_is_there_twice_is_the_one_that_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "月.md"
    path.write_text(MARKDOWN.format("月全食时月亮是红色的\n\n后来云来了\n\n月食"), encoding="utf-8")
    (place,) = locate(hit_of(path, "月全食时月亮是红色的", "月亮"))
    assert place.line == 8  # the front matter says it too
    path.write_text("# 诗\n\n月光如水，月光如银，月光如雪。\n", encoding="utf-8")
    (place,) = locate(hit_of(path, "月光如水，月光如银，月光如雪。", "月光", at=2))
    assert pointed_at(place).startswith("月光如雪")


def test_a_title_is_in_the_front_matter(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\ntags: [月亮]\ntitle: 红色的月亮\n---\n月亮出来了。\n", encoding="utf-8")
    title, passage = locate(hit_of(path, "月亮出来了。", "月亮", title_mark="月亮"))
    assert (title.line, pointed_at(title)) == (3, "月亮")
    assert (passage.line, passage.column) == (5, 1)


def test_a_hit_without_marks_is_at_its_title(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("---\ntags: [天文]\ntitle: 红色的月亮\n---\n月亮出来了。\n", encoding="utf-8")
    article = read_article(path.read_bytes(), "a.md").article
    (place,) = locate(Hit(article, 1.0, str(path), (), (Snippet("月亮出来了。"),)))
    assert (place.line, pointed_at(place)) == (3, "红色的月亮")


def test_a_notebook_has_its_escapes(tmp_path: Path) -> None:
    path = tmp_path / "月.ipynb"
    cell = '{"cell_type": "markdown", "source": ["# 月历\\n", "今夜\\u6708\\u9762 \\"红\\""]}'
    path.write_text(f'{{"nbformat": 4, "metadata": {{}}, "cells": [\n{cell}]}}', encoding="utf-8")
    (place,) = locate(hit_of(path, '今夜月面 "红"', "月面"))
    assert (place.line, pointed_at(place)[:6]) == (2, "\\u6708")


@pytest.mark.parametrize("change", ["gone", "changed", "a folder", "not text"])
def test_a_file_that_is_another_now_is_its_first_line(tmp_path: Path, change: str) -> None:
    path = tmp_path / "月.md"
    path.write_text("一\n\n红光落在月面上。\n", encoding="utf-8")
    hit = hit_of(path, "红光落在月面上。", "月面")
    path.unlink()
    if change == "a folder":
        path.mkdir()
    elif change != "gone":
        path.write_bytes("改写了\n".encode() if change == "changed" else bytes(range(256)) * 9)
    (place,) = locate(hit)
    assert (place.path, place.line, place.column, place.is_found) == (str(path), 1, 1, False)


@pytest.mark.parametrize("name", ["", "月.pdf", "月.EPUB"])
def test_what_has_no_lines_is_the_first(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name) if name else ""
    hit = Hit(Article("月.jsonl:7", "月亮", "红光"), 1.0, path, (), (Snippet("红光", ((0, 2),)),))
    if name:
        assert [place.is_found for place in locate(hit)] == [False]
        Path(path).touch()
    (place,) = locate(hit)
    assert (place.path, place.line, place.column, place.is_found) == (path or "月.jsonl:7", 1, 1, True)


def test_every_format_is_located_or_has_no_lines() -> None:
    from searchkit.articles.places import _WITHOUT_LINES

    assert set(FORMATS) > _WITHOUT_LINES
