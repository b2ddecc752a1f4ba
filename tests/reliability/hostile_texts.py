"""Hostile texts by kind: what files are filled with to stop, starve or mislead whoever reads them.

`.md` where nothing else is said.
"""

# ruff: noqa: E501 - a kind a line
from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from itertools import chain, product
from string import ascii_lowercase

from tests.reliability.hostile_front_matter import front_matter, values
from tests.reliability.hostile_pieces import HostileText, fixed, nested, numbered, repeated


def texts() -> list[HostileText]:
    """Every kind."""
    return [*chain(front_matter(), values(), _markup(), _markdown(), _signs(), _encodings())]


def _markup() -> Iterator[HostileText]:
    names = ("div", "b", "a", "p", "font", "pre", "code", "script", "style", "svg", "math", "table", "ul", "li", "select",
             "option", "form", "object", "noscript", "head", "ruby", "rt", "iframe", "textarea", "title", "html", "body", "x-y")  # fmt: skip
    for name in names:
        yield HostileText(f"html: <{name}> in <{name}>", nested(f"<{name}>", f"</{name}>"), ".html")
        yield HostileText(f"html: <{name}> left open", repeated(f"<{name}>字"), ".html")
    yield HostileText("html: <pre><code> in each other", nested("<pre><code>", "</code></pre>"), ".html")
    yield HostileText("html: tables in tables", nested("<table><tr><td>", "</td></tr></table>"), ".html")
    yield HostileText("html: tables left open", repeated("<table><tr><td>"), ".html")
    yield HostileText("html: formatting left open", repeated("<b><i><a href=x><font size=1><p>字"), ".html")
    yield HostileText("html: closing tags", repeated("</div></b>", before="<div>字"), ".html")
    yield HostileText("html: <", repeated("<"), ".html")
    yield HostileText("html: >", repeated(">", before="<p"), ".html")
    yield HostileText("html: </", repeated("</", before="<p>"), ".html")
    yield HostileText("html: <!", repeated("<!", before="<p>"), ".html")
    yield HostileText("html: <?", repeated("<?", before="<p>"), ".html")
    yield HostileText("html: comments left open", repeated("<!--", before="<p>字"), ".html")
    yield HostileText("html: comments", repeated("<!---->字", before="<p>"), ".html")
    yield HostileText("html: CDATA left open", repeated("<![CDATA[", before="<p>"), ".html")
    yield HostileText("html: CDATA", repeated("<![CDATA[字]]>", before="<p>"), ".html")
    yield HostileText("html: &", repeated("&", before="<p>"), ".html")
    yield HostileText(
        "html: entities", repeated("&notit;&#x10FFFF;&#0;&#xD800;&#99999999999999;", before="<p>"), ".html"
    )
    yield HostileText("html: digits of an entity", repeated("9", before="<p>&#"), ".html")
    yield HostileText("html: a long name of an entity", repeated("a", before="<p>&"), ".html")
    yield HostileText("html: a long attribute", repeated("a", before="<p title='", after="'>字"), ".html")
    yield HostileText("html: an attribute left open", repeated("a ", before="<p title='"), ".html")
    yield HostileText("html: many attributes", numbered(" a%d=1", before="<p", after=">字"), ".html")
    yield HostileText("html: equal attributes", repeated(" a=1", before="<p", after=">字"), ".html")
    yield HostileText("html: a long name", repeated("a", before="<", after=">字"), ".html")
    yield HostileText("html: many names", numbered("<a%d>字", before="<p>"), ".html")
    yield HostileText("html: doctypes", repeated("<!DOCTYPE html>", before="<p>"), ".html")
    yield HostileText(
        "html: entities of a doctype",
        fixed(
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><p>&b;&c;字'
        ),
        ".html",
    )
    yield HostileText(
        "html: another charset", fixed('<html><head><meta charset="utf-16"></head><p>字 &c;'), ".html"
    )
    yield HostileText("html: headings left open", repeated("<h1>", before="<p>"), ".html")
    yield HostileText("html: closed headings", repeated("<h2></h1>", before="<p>"), ".html")
    yield HostileText("html: <br>", repeated("<br>", before="<p>字"), ".html")
    yield HostileText("html: NUL", repeated("\0字", before="<p>"), ".html")
    yield HostileText("html: form feeds", repeated("\f\v\x85\u2028", before="<p>字"), ".html")
    yield HostileText("html: deep and unclosed words", repeated("<span>", before="<p>字", after="末尾"), ".html")


def _markdown() -> Iterator[HostileText]:
    pieces = ("[", "]", "![", "[]", "[](", "[a](", "[a](<", "[a](b \"", "](", "[[a]", "*", "**a", "*a_", "_a*", "a**b", "_", "~~", "~~a",
              "`", "`a``", "\\", "<", "<a", "<a ", "<a href=", "<!--", "<?", "<![CDATA[", "</", "&", "&#", "&a", "http://", "a@", "<http:", "!", "|", "||", "|a|\n",
              "> ", ">", "- ", "-", "+ ", "1. ", "1.", "#", "# ", "=\n", "-\n", "a\n=\n", "a\n", "\n", "    a\n", "\t", " ", "   \n",
              "```\n", "~~~\n", "``` a\n", "{{< ", "{{<", "{{% %}}", "{{< a >}}", "[a]: b\n", "[a]:\n", "[a]: <\n", "[a]: b 'c\n", "[^a]", "[a][b]", "<b>", "<div>\n", "<div>\n\n",
              "<pre>\n", "<script>\n", "* a\n\n", "* * ", ">- ", "> > a\n", "- a\n> b\n", "a  \n", "a\\\n", "|-|\n", "a|b\n-|-\n", "字", "字*", "*字", "**字**", ":---|")  # fmt: skip
    for piece in pieces:
        yield HostileText(f"markdown: {piece!r}", repeated(piece, before="正文 "))
        yield HostileText(f"markdown: {piece!r} on a line", repeated(piece, before="正文\n\n", after="\n末尾"))
    for opening, closing in (
        ("[", "](u)"),
        ("*", "*"),
        ("**", "**"),
        ("*a **b ", "** *"),
        ("![", "](u)"),
        ("`", "`"),
        ("<b>", "</b>"),
        ("~~", "~~"),
        ("[", "]"),
        ("(", ")"),
        ("[a](", ")"),
        ("<", ">"),
    ):
        yield HostileText(f"markdown: {opening} … {closing} in itself", nested(opening, closing, before="正文 "))
    yield HostileText("markdown: backticks of all lengths", _backticks)
    yield HostileText("markdown: stars of all lengths", _stars)
    yield HostileText("markdown: lists a level deeper each", lambda size: _steps(size, "- a\n"))
    yield HostileText("markdown: quotes a level deeper each", lambda size: _steps(size, "a\n", ">"))
    yield HostileText("markdown: references", numbered("[a%d]: b\n", before="正文\n\n"))
    yield HostileText(
        "markdown: references and their uses",
        numbered(
            "[a%d]: b\n\n[a%d]\n\n".replace("%d", "%d", 1).replace("[a%d]\n\n", "[a]\n\n"), before="正文\n\n"
        ),
    )
    yield HostileText(
        "markdown: one reference that is used often", repeated("[a]", before="[a]: " + "b" * 1000 + "\n\n正文")
    )
    yield HostileText(
        "markdown: a table of many columns",
        lambda n: b"|a" * (n // 8) + b"|\n" + b"|-" * (n // 8) + b"|\n" + b"|\n" * (n // 8),
    )
    yield HostileText(
        "markdown: a table of many empty rows",
        lambda n: b"|a" * 500 + b"|\n" + b"|-" * 500 + b"|\n" + b"|\n" * (n // 2),
    )
    yield HostileText("markdown: underlines", lambda n: b"a\n" + b"-" * (n // 2) + b" " * (n // 2) + b"x")


def _backticks(size: int) -> bytes:
    return b" ".join(b"`" * n for n in range(1, int((2 * size) ** 0.5)))


def _stars(size: int) -> bytes:
    return b" a ".join(b"*" * n + b"b" for n in range(1, int((2 * size) ** 0.5)))


def _steps(size: int, text: str, indent: str = "  ") -> bytes:
    return "".join(indent * n + text for n in range(1, int(size**0.5))).encode("utf-8")


def _signs() -> Iterator[HostileText]:
    pieces = {
        "NUL": "\0", "bell": "\x07", "tab": "\t", "carriage return": "\r", "next line": "\x85", "line separator": "\u2028", "no-break space": "\u00a0",
        "zero width": "\u200b", "soft hyphen": "\u00ad", "right to left": "\u202e", "byte order mark": "\ufeff", "replacement": "\ufffd",
        "a letter": "a", "a capital": "A", "a digit": "1", "a Han character": "字", "a rare Han character": "\U00020000", "a Traditional character": "與",
        "a full-width letter": "Ａ", "an accent": "\u0301", "an accented letter": "e\u0301", "accents on one letter": "\u0300\u0316", "a Hangul vowel": "\u1161", "Hangul": "한", "a voiced mark": "\u3099", "a half-width mark": "ﾞ",
        "a phrase in one sign": "\ufdfa", "a sign that unfolds": "㍿", "a fraction": "½", "an ellipsis": "…", "sharp s": "ß", "a dotted I": "İ", "a ligature": "ﬃ",
        "camelCase": "aB", "CamelHump": "AaBb", "camelCases": "FindMarkers", "snake case": "a_", "dots": "a.", "dotted digits": "1.2.", "a comma and a digit": "1,", "slashes": "a/", "plus signs": "a+", "signs": "!?", "dashes": "-", "a dash and a letter": "-a", "three signs and a letter": "a---", "four signs and a letter": "a----",
        "underscores": "_", "emoji": "👩‍👩‍👧‍👦", "a flag": "🇨🇳", "a private sign": "\ue000", "a tag": "\U000e0041", "a noncharacter": "\uffff", "quotes": "\"'", "parentheses": "(", "Thai": "ก็", "Arabic": "ﷺع", "Hindi": "क्", "a Han in brackets": "「字」", "an ideographic space": "\u3000", "a half-width kana": "ｶﾞ", "sentence ends": "。", "closing marks": "！』", "commas": "，",
    }  # fmt: skip
    for name, sign in pieces.items():
        yield HostileText(f"one line of {name}", repeated(sign, before="正文 "))
        yield HostileText(f"lines of {name}", repeated(sign + "\n", before="正文\n\n"))
    yield HostileText("different words", numbered("w%dx ", before="正文 "))
    yield HostileText("different letters", _letters)
    yield HostileText(
        "different Han", lambda size: "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(size // 3)).encode()
    )
    yield HostileText(
        "every character",
        lambda size: "".join(
            chr(c) for c in range(0x20, min(0x110000, size // 3)) if not 0xD800 <= c < 0xE000
        ).encode(),
    )


def _letters(size: int) -> bytes:
    words = map("".join, product(ascii_lowercase, repeat=5))
    return " ".join(word for word, _ in zip(words, range(size // 6), strict=False)).encode()


def _encodings() -> Iterator[HostileText]:
    text = "正文里有普通的句子。"
    yield HostileText("encoding: UTF-16", lambda size: text.encode("utf-16") * max(1, size // 22))
    yield HostileText(
        "encoding: UTF-16 of an odd length",
        lambda size: codecs.BOM_UTF16_LE + text.encode("utf-16-le") * (size // 20) + b"x",
    )
    yield HostileText(
        "encoding: the wrong byte order",
        lambda size: codecs.BOM_UTF16_BE + text.encode("utf-16-le") * (size // 20),
    )
    yield HostileText("encoding: UTF-32", lambda size: text.encode("utf-32") * max(1, size // 44))
    yield HostileText("encoding: UTF-7", lambda size: b"+ZeVnaA- " * (size // 9))
    yield HostileText(
        "encoding: UTF-8 of surrogates", lambda size: "\ud800\udc00".encode("utf-8", "surrogatepass") * (size // 6)
    )
    yield HostileText("encoding: UTF-8 that is too long", lambda size: b"\xc0\xaf\xe0\x80\xaf" * (size // 5))
    yield HostileText("encoding: UTF-8 cut short", lambda size: (text.encode()[:-1] + b"x") * (size // 30))
    yield HostileText("encoding: all bytes", lambda size: bytes(range(256)) * max(1, size // 256))
    yield HostileText("encoding: 0xFF", lambda size: b"\xff" * size)
    yield HostileText("encoding: 0x81", lambda size: b"\x81" * size)
    yield HostileText("encoding: GB18030 of rare characters", lambda size: b"\x81\x30\x81\x30" * (size // 4))
    yield HostileText("encoding: GB18030", lambda size: text.encode("gb18030") * max(1, size // 20))
    yield HostileText("encoding: Big5", lambda size: "正文裡有普通的句子。".encode("big5") * max(1, size // 20))
    yield HostileText("encoding: ISO 2022", lambda size: b"\x1b$B!!\x1b(B" * (size // 8))
    yield HostileText(
        "encoding: Shift JIS", lambda size: "これはテストです。".encode("shift_jis") * max(1, size // 18)
    )
    yield HostileText("encoding: tags and a few bytes", lambda size: b"<" * (size - 200) + b"\xb0\xa1" * 100)
    yield HostileText(
        "encoding: PNG", lambda size: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * (size // 256)
    )
    yield HostileText("encoding: nothing", fixed(""))
    yield HostileText("encoding: a byte order mark alone", lambda _: codecs.BOM_UTF8)
    yield HostileText("encoding: two byte order marks", lambda _: codecs.BOM_UTF8 * 2 + b"---\ntitle: a\n---\nb")
    yield HostileText("encoding: half a UTF-16 mark", lambda _: b"\xff")
    yield HostileText(
        "encoding: random bytes",
        lambda size: bytes((n * n * 31 + n * 7) >> 3 & 255 for n in range(min(size, 300_000))),
    )


def json_lines(size: int) -> Iterator[tuple[str, bytes]]:
    """Kinds of lines for a file of JSON Lines; none of them holds a line end."""
    text = {"title": "一行", "text": "正文"}
    ids = (
        "../../x",
        "/etc/passwd",
        "a\0b",
        "a\x1b[31mb\nc",
        "a\u202eb",
        "\ud800",
        "x" * 100_000,
        " ",
        ".",
        "CON",
        "a;b",
        "[red]",
        "%s%n",
    )
    for number, line_id in enumerate(ids):
        yield f"id {number}", json.dumps({**text, "id": line_id}).encode()
    yield "nested", b'{"id": "nested", "text": ' + b"[" * (size // 2) + b"]" * (size // 2) + b"}"
    yield "left open", b"[" * size
    yield "objects", b'{"a":' * (size // 5)
    yield "digits", b'{"id": "digits", "text": ' + b"9" * size + b"}"
    yield "id of digits", b'{"text": "a", "id": ' + b"9" * size + b"}"
    yield "a nested id", b'{"text": "a", "id": [[{}]]}'
    yield "NaN", b'{"id": NaN, "text": "a", "date": Infinity, "tags": -Infinity}'
    yield "surrogates", b'{"id": "surrogates", "text": "' + b"\\ud800" * (size // 6) + b'"}'
    yield "equal names", b"{" + b'"id": "equal names", ' * (size // 21) + b'"text": "a"}'
    yield "not UTF-8", b'{"id": "not UTF-8", "text": "\xff\xfe"}'
    yield "UTF-16", '{"id": "utf16"}'.encode("utf-16-le")
    yield "a list of text", b'{"id": "a list of text", "text": [' + b'"a",' * (size // 4) + b'"b"]}'
    yield "wrong types", b'{"id": "wrong types", "text": {"a": 1}, "tags": {"a": [1]}, "date": [[]], "draft": {}}'
    yield "long", b'{"id": "long", "text": "' + b"a " * (size // 2) + b'"}'
