"""Bytes of a file -> text, in any encoding.

The order is: byte order mark, UTF-16 without a mark, UTF-8, UTF-8 with a few damaged bytes, then detection of the
Chinese encodings. Text that is still not plausible is rejected, so that no mojibake is indexed.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from searchkit.errors import ArticleError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 64_000
_DAMAGE_ALLOWED = 0.01
_ENOUGH_TO_GUESS = 100  # bytes that are not ASCII
_PLAIN = 0.85
_CONTROLS = bytes([*range(0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_QUESTIONABLE = re.compile(
    "[^\t-\r -\x7f\xa0-\u024f\u2010-\u2027\u3000-\u303e\u3041-\u3096\u4e00-\u9fd5\uff01-\uff5e]"
)
"""All but the most common characters, which are certainly text, so that their category is not looked up."""
_TAG = re.compile(rb"<[^<>]*>")
_ASCII_WORD = re.compile(rb"[A-Za-z]{3}|\s")


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of *data*, and a remark if bytes had to be replaced.

    Raises:
        ArticleError: no encoding gives plausible text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(data.decode(encoding, "replace"), encoding), None
    unmarked = _utf16_without_mark(data)
    if unmarked is not None:
        return unmarked, None
    try:
        return _checked(data.decode("utf-8"), "UTF-8"), None
    except UnicodeDecodeError as error:
        first_bad = error.start
    patched = data.decode("utf-8", "replace")
    damaged = patched.count("\ufffd")
    remark = f"{damaged} characters are not UTF-8, the first at byte {first_bad}"
    if damaged > len(patched) * _DAMAGE_ALLOWED:
        return _detect(data), None
    if damaged * 2 <= sum(char > "\x7f" for char in patched):
        return patched, remark
    try:
        return _detect(data), None
    except ArticleError:
        return patched, remark


def _detect(data: bytes) -> str:
    """Text in GB18030 or Big5. charset-normalizer distinguishes them, but needs more text than a title."""
    best = _guessed(data)
    best = _commoner(data) if best is None else best
    if best is None or _commonness(best) < 0.5:
        raise ArticleError("the encoding is not UTF-8, UTF-16, GB18030 or Big5; save the file as UTF-8")
    return _checked(best, "the detected encoding")


def _guessed(data: bytes) -> str | None:
    """Text in the encoding that charset-normalizer detects from the words between the tags, if they are enough."""
    from charset_normalizer import from_bytes

    words = _TAG.sub(b" ", data[:_SAMPLE])
    if len(words) - len(words.decode("ascii", "ignore")) < _ENOUGH_TO_GUESS:
        return None
    guess = from_bytes(words, cp_isolation=["gb18030", "big5"], threshold=0.6).best()
    return _try(data, guess.encoding) if guess else None


def _commoner(data: bytes) -> str | None:
    """Text in the encoding that gives the most common characters.

    GB18030 is by far more frequent, and a few of its characters are often common characters of Big5 as well. So
    Big5 must be clearly better: by two characters for a title and by 2 % for a long text.
    """
    gb, big5 = _try(data, "gb18030"), _try(data, "big5")
    if gb and big5 and _score(big5) - _score(gb) > max(1.5, 0.02 * len(_others(big5))):
        return big5
    return gb if gb is not None else big5


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
    plain = sum(" " <= c <= "~" or c in "\n\r\t" or (c > "\x7f" and _is_common(c)) for c in sample)
    return plain / len(sample) if sample else 0.0


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _commonness(text: str) -> float:
    """The share of common Chinese characters among the non-ASCII characters.

    GB 2312 and the first plane of Big5 have the most used characters first; a wrong decoding gives mostly rare
    characters.
    """
    others = _others(text)
    return sum(map(_is_common, others)) / len(others) if others else 0.0


def _score(text: str) -> int:
    """The number of common characters minus those of the private use area, which real text hardly has."""
    return sum(_is_common(char) - ("\ue000" <= char <= "\uf8ff") for char in _others(text))


def _others(text: str) -> list[str]:
    """The characters of the sample that are not ASCII."""
    return [char for char in text[:_SAMPLE] if char > "\x7f"]


def _is_common(char: str) -> bool:
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff5e" or "\u2010" <= char <= "\u2027":
        return True
    if not "\u4e00" <= char <= "\u9fff":
        return False
    for encoding, low, high in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            lead = char.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
        if low <= lead <= high:
            return True
    return False


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
