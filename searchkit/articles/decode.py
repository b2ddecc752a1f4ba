"""Bytes of a file -> text, in any encoding.

The order is: byte order mark, UTF-16 without a mark, UTF-8, UTF-8 with a few damaged bytes, then the encoding
that the file declares, GB18030 and Big5: whichever gives the most common characters. Text that is still not
plausible is rejected, so that no mojibake is indexed.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from searchkit.articles.encoding_guess import BIG5, UTF8, Encoding, guess_encoding, is_common, read_in
from searchkit.errors import ArticleError

_BOMS = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_SAMPLE = 64_000
_PLAIN = 0.85
_CONTROLS = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_QUESTIONABLE = re.compile(
    "[^\t-\r -\x7f\xa0-\u024f\u2010-\u2027\u3000-\u303e\u3041-\u3096\u4e00-\u9fd5\uff01-\uff5e]"
)
"""All but the most common characters, which are certainly text, so that their category is not looked up."""
_TWICE = re.compile("[\x80-\xff]{2,}")
_ASCII_WORD = re.compile(rb"[A-Za-z]{3}|\s")


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of *data*, and a remark if bytes had to be replaced.

    Raises:
        ArticleError: no encoding gives plausible text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_marked(data.removeprefix(codecs.BOM_UTF8), encoding)
    unmarked = _utf16_without_mark(data)
    if unmarked is not None:
        return unmarked, None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(data)
    try:
        return _checked(text, "UTF-8"), None
    except ArticleError:
        return _checked(_TWICE.sub(_decoded_again, text), "UTF-8"), "was encoded in UTF-8 twice"


def _decoded_again(found: re.Match[str]) -> str:
    """The characters whose UTF-8 was read as Latin-1 and encoded again, or these as they are."""
    try:
        return found[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def _decode_marked(data: bytes, encoding: str) -> tuple[str, str | None]:
    """Like `decode`, for what begins with a byte order mark."""
    text = _checked(data.decode(encoding, "replace"), encoding)
    return text, None if _try(data, encoding) == text else _damage(text, encoding)


def encoding_of(data: bytes) -> Encoding:
    """The encoding of the lines in *data*, which are the beginning of a file.

    Raises:
        ArticleError: it is none in which a line can be read alone.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ArticleError("a table in UTF-16; save it as UTF-8")
    return UTF8 if _try(data, "utf-8") is not None else guess_encoding(data)[0]


def decode_in(data: bytes, encoding: Encoding) -> tuple[str, str | None]:
    """The text of *data* in this *encoding*, and a remark if bytes had to be replaced.

    Raises:
        ArticleError: they are too many.
    """
    text = _try(data, encoding.codec) if encoding != BIG5 else None
    if text is not None:
        return text, None
    text = _checked(read_in(data, encoding), encoding.name)
    return text, _damage(text, encoding.name)


def _decode_other(data: bytes) -> tuple[str, str | None]:
    """Like `decode`, for what is not UTF-8 from beginning to end."""
    encoding, text = guess_encoding(data)
    return _checked(text, encoding.name), _damage(text, encoding.name)


def _damage(text: str, encoding: str) -> str | None:
    """A remark about the characters of *text* that were replaced, if there are any."""
    damaged = text.count("\ufffd")
    if not damaged:
        return None
    line = text.count("\n", 0, text.index("\ufffd")) + 1
    if damaged == 1:
        return f"1 character is not {encoding}, in line {line}"
    return f"{damaged} characters are not {encoding}, the first in line {line}"


def _utf16_without_mark(data: bytes) -> str | None:
    """*data* as UTF-16, if nearly all of it is ASCII and common Chinese in one byte order."""
    if len(data) % 2 or not _may_be_utf16(data[:_SAMPLE]):
        return None
    texts = [text for name in ("utf-16-le", "utf-16-be") if (text := _try(data, name)) is not None]
    best = max(texts, key=_plainness, default="")
    return best if _plainness(best) > _PLAIN else None


def _may_be_utf16(sample: bytes) -> bool:
    """Whether the bytes are not plausible as UTF-8: not UTF-8, control characters, or ASCII without a word.

    The rule about words prevents English from being read as Chinese: any two letters are a UTF-16 character.
    """
    if len(sample.translate(None, _CONTROLS)) < len(sample):
        return True
    if sample.isascii():
        return len(sample) > 2 and not _ASCII_WORD.search(sample)
    is_whole = len(sample) < _SAMPLE  # the last character of a sample may be incomplete
    return len(sample) > 2 and "\ufffd" in codecs.utf_8_decode(sample, "replace", is_whole)[0]


def _plainness(text: str) -> float:
    sample = text[:_SAMPLE]
    plain = sum(" " <= c <= "~" or c in "\n\r\t" or (c > "\x7f" and is_common(c)) for c in sample)
    return plain / len(sample) if sample else 0.0


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _checked(text: str, encoding: str) -> str:
    """*text*.

    Raises:
        ArticleError: too many of its characters are control characters, unassigned or replaced.
    """
    sample = text[:_SAMPLE]
    strange = sum(map(_is_strange, _QUESTIONABLE.findall(sample)))
    if strange > max(min(8, len(sample) * 0.25), len(sample) * 0.05):
        raise ArticleError(f"not text in {encoding}: {strange} of {len(sample)} characters are not valid")
    return text


def _is_strange(char: str) -> bool:
    return char < " " or char == "\ufffd" or unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs")
