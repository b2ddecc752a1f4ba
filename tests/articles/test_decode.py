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
WINDOWS = "裏面的牆上掛著恒溫器，售價三百€，作者約翰‧史密斯說用途很廣。"
CANTONESE = "佢哋喺度做緊嘢，冇人知點解，我哋今晚去邊度食飯好呢？"
ETEN = "①準備工具②量好尺寸，の字形的鉤子掛在門後。"
KOREAN = "오늘은 날씨가 좋아서 친구와 함께 공원에 갔습니다. 강가에는 꽃이 피어 있었습니다."
JAPANESE = "今日は天気がよかったので、友達と一緒に公園へ行きました。夜は家で本を読みました。"
KANJI = "東京都知事選挙、投票結果公開。経済産業省、新規事業計画発表。"
RUSSIAN = "Сегодня была хорошая погода, и мы с другом пошли в парк. У реки цвели цветы."
THAI = "วันนี้อากาศดีมาก เราจึงไปสวนสาธารณะกับเพื่อน มีดอกไม้บานอยู่ริมแม่น้ำ"


def page(text: str, charset: str) -> str:
    return f'<html><head><meta charset="{charset}"><title>{text[:4]}</title></head><body>{text}</body></html>'


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
    assert remark == "1 character is not UTF-8, in line 1"


def test_a_character_cut_in_half_at_the_end_is_replaced_with_a_remark() -> None:
    text, remark = decode((SIMPLIFIED + "\n").encode("utf-8") + "尾".encode()[:-1])
    assert text == SIMPLIFIED + "\n\ufffd"
    assert remark == "1 character is not UTF-8, in line 2"


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


@pytest.mark.parametrize("text", [SIMPLIFIED, TRADITIONAL, "<html><head><title>春天来了</title>" + SIMPLIFIED])
def test_a_text_that_was_encoded_twice_is_read_with_a_remark(text: str) -> None:
    twice = text.encode("utf-8").decode("latin-1").encode("utf-8")
    assert decode(twice) == (text, "was encoded in UTF-8 twice")
    assert decode(twice + "也有好的。".encode()) == (text + "也有好的。", "was encoded in UTF-8 twice")


def test_a_short_text_of_control_characters_is_refused() -> None:
    with pytest.raises(ArticleError):
        decode(b"\x01\x02\x03\x04a")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (WINDOWS, "cp950"),
        ("裏面恒溫", "cp950"),
        (WINDOWS.replace("€", "元").replace("‧", "·"), "big5hkscs"),
        (CANTONESE, "big5hkscs"),
        (ETEN, "big5hkscs"),
    ],
)
def test_big5_of_windows_of_hong_kong_and_of_eten_is_read(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == (text, None)


@pytest.mark.parametrize(
    ("text", "encoding", "charset"),
    [
        ("朱镕基与囍字，台灣的體字。", "gb18030", "gb2312"),
        ("朱镕基与囍字。", "gb18030", "GBK"),
        ("模糊", "gb18030", "gb2312"),
        (WINDOWS, "cp950", "big5"),
        (CANTONESE, "big5hkscs", "Big5-HKSCS"),
        (KOREAN, "euc_kr", "euc-kr"),
        (KOREAN, "cp949", "ks_c_5601-1987"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (KANJI, "euc_jp", "x-euc-jp"),
        (JAPANESE, "cp932", "Shift_JIS"),
        (KANJI, "cp932", "windows-31j"),
    ],
)
def test_a_page_is_read_in_the_encoding_it_declares(text: str, encoding: str, charset: str) -> None:
    whole = page(text, charset)
    assert decode(whole.encode(encoding)) == (whole, None)


@pytest.mark.parametrize(
    "head",
    [
        "<META http-equiv=Content-Type content='text/html; charset=euc-kr'>",
        '<meta content="text/html;charset=EUC-KR" http-equiv="content-type" />',
        '<?xml version="1.0" encoding="euc-kr"?>\n<html>',
        "<!-- 주석 -->\n<meta\n  charset = euc-kr>",
    ],
)
def test_an_encoding_is_declared_in_many_ways(head: str) -> None:
    assert decode((head + KOREAN).encode("euc_kr")) == (head + KOREAN, None)


@pytest.mark.parametrize(
    ("text", "encoding", "charset"),
    [
        (SIMPLIFIED, "gb18030", "big5"),
        (SIMPLIFIED, "gb18030", "euc-kr"),
        (SIMPLIFIED, "gb18030", "shift_jis"),
        (SIMPLIFIED, "gb18030", "iso-8859-1"),
        (SIMPLIFIED, "gb18030", "utf-8"),
        (SIMPLIFIED, "utf-8", "gb2312"),
        (TRADITIONAL, "big5", "gb2312"),
        (TRADITIONAL, "big5", "utf-8"),
        (TRADITIONAL, "utf-8", "big5"),
    ],
)
def test_a_wrong_declaration_is_not_believed(text: str, encoding: str, charset: str) -> None:
    whole = page(text * 2, charset)
    assert decode(whole.encode(encoding)) == (whole, None)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (KOREAN, "euc_kr"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "cp932"),
        (RUSSIAN, "koi8_r"),
        (RUSSIAN, "cp1251"),
        (THAI, "tis_620"),
        ("Schöne Grüße aus München, die Straße ist groß.", "latin_1"),
    ],
)
@pytest.mark.parametrize("times", [2, 5])
def test_another_language_without_a_declaration_is_refused(text: str, encoding: str, times: int) -> None:
    with pytest.raises(ArticleError, match="save the file as UTF-8"):
        decode((text * times).encode(encoding))


@pytest.mark.parametrize(
    "text",
    [
        "안녕하세요",
        "오늘은 날씨가 좋다",
        "감사합니다",
        "이것은 책입니다!",
        "친구와 함께",
        "여행 일기 2024년 5월",
        "우리 동네 고양이 이야기",
        "# 나는 학생이다\n\n“강가에는 꽃이 피어 있었습니다.”",
    ],
)
def test_a_few_words_of_korean_are_refused_too(text: str) -> None:
    with pytest.raises(ArticleError, match="save the file as UTF-8"):
        decode(text.encode("euc_kr"))


@pytest.mark.parametrize(
    "text",
    [
        "国家大剧院",
        "北京大学",
        "黑客帝国",
        "高等工程教育",
        "大家好",
        "工会干部",
        "公共厨房管道",
        "等等等等",
        "福尔马林",
        "菜单",
        "广告",
    ],
)
def test_a_few_characters_of_gbk_where_korean_has_its_syllables_are_chinese(text: str) -> None:
    assert decode(text.encode("gbk")) == (text, None)


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [(SIMPLIFIED, "gb18030", "GB18030"), (TRADITIONAL, "big5", "Big5"), (KOREAN, "euc_kr", "EUC-KR")],
)
def test_a_cut_character_is_replaced_with_a_remark_in_every_encoding(text: str, encoding: str, name: str) -> None:
    before, after = page(text, name).rsplit("\n" if "\n" in text else "</body>", 1)
    half = text[-1].encode(encoding)[:1] if name != "EUC-KR" else "강".encode(encoding)[:1]
    found, remark = decode(f"{before}\n".encode(encoding) + half + f"</body>{after}".encode(encoding))
    assert found == f"{before}\n\ufffd</body>{after}"
    assert remark == f"1 character is not {name}, in line 2"


def test_damage_is_counted_and_its_first_line_named() -> None:
    lines = [f"{SIMPLIFIED}\n".encode("gb18030")] * 5
    data = lines[0] + lines[1] + b"\xbd\n" + lines[2] + b"\xff\n" + lines[3]
    assert decode(data)[1] == "2 characters are not GB18030, the first in line 3"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_damage_after_a_byte_order_mark_has_a_remark(encoding: str) -> None:
    data = codecs.BOM_UTF8 * (encoding == "utf-8") + SIMPLIFIED.encode(encoding)
    assert decode(data[:-1])[1] == f"1 character is not {encoding.upper()}, in line 1"
    assert decode(codecs.BOM_UTF8 + f"{SIMPLIFIED}\ufffd".encode()) == (f"{SIMPLIFIED}\ufffd", None)


@given(
    st.sampled_from(
        [
            (SIMPLIFIED, "utf-8"),
            (SIMPLIFIED, "gb18030"),
            (TRADITIONAL, "utf-8"),
            (TRADITIONAL, "gb18030"),
            (TRADITIONAL, "big5"),
            (WINDOWS, "cp950"),
            (CANTONESE, "big5hkscs"),
            (page(KOREAN, "euc-kr"), "cp949"),
            (page(JAPANESE, "euc-jp"), "euc_jp"),
            (page(JAPANESE, "shift_jis"), "cp932"),
        ]
    ),
    st.data(),
)
def test_a_text_cut_at_any_byte_is_right_or_refused(case: tuple[str, str], data: st.DataObject) -> None:
    text, encoding = case
    whole = text.encode(encoding)
    cut = data.draw(st.integers(10, len(whole)))  # fewer bytes are text in several encodings
    try:
        found, remark = decode(whole[:cut])
    except ArticleError:
        assert cut < 40 + whole.find(b"<body>")
        return
    assert text.startswith(found.removesuffix("\ufffd"))
    assert bool(remark) == found.endswith("\ufffd")
    assert len(found.encode(encoding, "ignore")) >= cut - 3


def test_characters_after_a_long_head_of_markup_are_judged() -> None:
    whole = '<div class="row"></div>' * 4_000 + SIMPLIFIED
    assert decode(whole.encode("gb18030")) == (whole, None)
