"""Bytes to text in every encoding an archive holds."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.articles.decode import decode
from searchkit.errors import ArticleError

SIMPLIFIED = "今天我们讨论云计算的发展，以及大数据在医院里的应用。"
TRADITIONAL = "今天我們討論雲端運算的發展，以及大數據在醫院裡的應用。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_simplified_text_in_every_encoding(encoding: str) -> None:
    assert decode(SIMPLIFIED.encode(encoding)) == (SIMPLIFIED, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_traditional_text_in_every_encoding(encoding: str) -> None:
    assert decode(TRADITIONAL.encode(encoding)) == (TRADITIONAL, None)


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_utf16_in_either_byte_order(mark: bytes) -> None:
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    assert decode(mark + SIMPLIFIED.encode(encoding)) == (SIMPLIFIED, None)


def test_two_characters_of_gbk_are_enough() -> None:
    assert decode("中文".encode("gbk")) == ("中文", None)


def test_a_page_of_gbk_that_is_mostly_markup() -> None:
    page = "<html><body>" + '<div class="row"></div>' * 200 + SIMPLIFIED + "</body></html>"
    assert decode(page.encode("gbk")) == (page, None)


def test_ascii_and_nothing_at_all_are_text() -> None:
    assert decode(b"plain text") == ("plain text", None)
    assert decode(b"") == ("", None)


def test_a_few_damaged_bytes_are_replaced_with_a_remark() -> None:
    data = SIMPLIFIED.encode("utf-8") * 50
    text, remark = decode(data + b"\xff" + "结尾".encode())
    assert text.endswith("\ufffd结尾")
    assert remark == f"1 characters are not UTF-8, the first at byte {len(data)}"


def test_a_character_cut_in_half_at_the_end_is_replaced_with_a_remark() -> None:
    text, remark = decode((SIMPLIFIED * 20).encode("utf-8")[:-1])
    assert text.startswith(SIMPLIFIED)
    assert remark


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 40,
        b"\x89PNG\r\n\x1a\n" + bytes(range(255, 0, -1)) * 10,
        b"\x00\x01\x02\x03" * 100,
        "déjà vu, café ".encode("latin-1") * 20,
        codecs.BOM_UTF16_LE + b"\x00\xd8" * 100,
    ],
    ids=["all bytes", "picture", "control characters", "latin", "half surrogates"],
)
def test_what_decodes_to_nothing_sensible_is_refused(data: bytes) -> None:
    with pytest.raises(ArticleError):
        decode(data)


@given(st.binary(max_size=200))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except ArticleError:
        return
    text.encode("utf-8")


def test_one_stray_byte_in_an_english_text_is_replaced_with_a_remark() -> None:
    text, remark = decode(b"A long note about a caf" + b"\xe9" + b" in town. " * 30)
    assert text.startswith("A long note about a caf\ufffd")
    assert remark


@pytest.mark.parametrize("text", ["你好", "花开了", "龙", "北京", "简介", "李四", "读书笔记"])
def test_a_few_characters_of_gbk_are_not_taken_for_big5(text: str) -> None:
    assert decode(text.encode("gbk")) == (text, None)


@pytest.mark.parametrize("text", ["你好", "繁體中文", "程式設計師", "天氣真好", "台灣的天氣很好", "讀書筆記"])
def test_a_title_in_big5_is_read(text: str) -> None:
    assert decode(text.encode("big5")) == (text, None)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize(
    "text", ["你好", "hi", "# Plain text\n", SIMPLIFIED, TRADITIONAL, f"# 云\n\n{SIMPLIFIED}"]
)
def test_utf16_without_a_mark_is_read(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, None)


@pytest.mark.parametrize(
    "text", ["Bush hid the facts", "docs", "TODO", "v2", "a=b;", "**ok**", "\x1b[1m粗\x1b[0m"]
)
def test_utf8_is_not_taken_for_utf16(text: str) -> None:
    assert decode(text.encode("utf-8")) == (text, None)


def test_a_short_text_of_control_characters_is_refused() -> None:
    with pytest.raises(ArticleError):
        decode(b"\x01\x02\x03\x04a")
