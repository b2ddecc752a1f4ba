"""Bytes of a file -> text, whatever encoding it was saved in.

The order is: byte order mark, UTF-8, UTF-8 with a few damaged bytes, then detection among the Chinese
encodings. Text that is not sensible afterwards is refused rather than indexed as mojibake.
"""

from __future__ import annotations

import codecs
import unicodedata

from searchkit.errors import ArticleError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHINESE = ("gb18030", "big5")
_SAMPLE = 64_000
_DAMAGE_ALLOWED = 0.01


def decode(data: bytes) -> tuple[str, str | None]:
    """The text of *data*, and a remark where bytes had to be replaced.

    Raises:
        ArticleError: no encoding gives sensible text.
    """
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(data.decode(encoding, "replace"), encoding), None
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
    """Text in whichever Chinese encoding makes the most common characters of it."""
    from charset_normalizer import from_bytes

    matches = from_bytes(data[:_SAMPLE], cp_isolation=list(_CHINESE), threshold=0.6)
    encodings = [match.encoding for match in matches] or list(_CHINESE)
    texts = [_try(data, encoding) for encoding in dict.fromkeys([*encodings, *_CHINESE])]
    best = max((text for text in texts if text is not None), key=_commonness, default=None)
    if best is None or _commonness(best) < 0.5:
        raise ArticleError("the encoding is none of UTF-8, UTF-16, GB18030, Big5; save the file as UTF-8")
    return _checked(best, "the detected encoding")


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _commonness(text: str) -> float:
    """Share of the non-ASCII characters that everyday Chinese text is made of.

    GB 2312 and the first plane of Big5 order their most used characters first; a wrong decoding scatters
    over the rare ones.
    """
    others = [c for c in text[:_SAMPLE] if c > "\x7f"]
    return sum(map(_is_common, others)) / len(others) if others else 0.0


def _is_common(char: str) -> bool:
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff5e":
        return True
    for encoding, low, high in (("gb2312", 0xB0, 0xD7), ("big5", 0xA4, 0xC6)):
        try:
            lead = char.encode(encoding)[0]
        except UnicodeEncodeError:
            continue
        if low <= lead <= high:
            return True
    return False


def _checked(text: str, encoding: str) -> str:
    """*text*, unless a good part of it is control characters, unassigned or replaced."""
    sample = text[:_SAMPLE]
    strange = sum(c == "\ufffd" or (c not in "\n\r\t\f\v" and _category(c)) for c in sample)
    if strange > max(8, len(sample) * 0.05):
        raise ArticleError(f"not text in {encoding}: {strange} of {len(sample)} characters make no sense")
    return text


def _category(char: str) -> bool:
    return char < " " or (char > "\x7f" and unicodedata.category(char) in ("Cc", "Cn", "Co", "Cs"))
