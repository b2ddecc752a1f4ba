"""Bytes that are not UTF-8 -> the encoding they are likely in: the one that gives the most common characters.

A declared encoding is the first guess, then GB18030 and Big5. Other languages in their encodings are told from
Chinese by the characters that every text has.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from searchkit.errors import ArticleError

_ENOUGH_TO_JUDGE, _FEWEST_OF_THESE = 40, 0.04
_IN_EVERY_SENTENCE = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种"
    "事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "這個們來為國說時會對於著過發後裡種經麼學現當沒動還進樣開從實"
)
"""The first hundred of Jun Da's list of characters by frequency in modern Chinese, in both scripts.

They are a third of a text, and a tenth of one that is mostly names; of Korean read as GB18030 they are 1 %.
"""
_IN_EVERY_SENTENCE_OF_KOREAN = frozenset(
    "은는이가을를에의로으와과도만게서다요니까습고지며면라자어아여네세던하한해했할함합있었았였없않것수들적그저나우리"
    "사대시인기부일제보정주장스구상선원안성동생공음신비말관경국미모소조실중유내계연무오거화분마치려반방진학문물위행용"
    "개당바더될된되같때러람날녕좋맛간본"
)
"""Syllables of its particles and endings, and of common words, of the 2,350 that EUC-KR has."""
_FEWEST_SYLLABLES, _COMMON_IN_KOREAN = 3, 0.5
"""How many different ones of these, and what share of all characters. Of 424,000 pieces of Chinese texts in GBK
with 3 to 40 characters, 6 have so many; of 27 Korean titles 22."""
_DAMAGE_ALLOWED = 0.01
_OF_THREE_BYTES = re.compile("[\u0800-\uffff]+")


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding: what a reader calls it, and Python's codec. `letters` are common in its texts,
    in addition to common Han characters."""

    name: str
    codec: str
    letters: re.Pattern[str] = re.compile("(?!)")


_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
UTF8 = Encoding("UTF-8", "utf-8-sig")
_GB18030 = Encoding("GB18030", "gb18030")
BIG5 = Encoding("Big5", "big5hkscs")
_LABELS = {
    **dict.fromkeys(["gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "gb18030", "chinese"], _GB18030),
    **dict.fromkeys(["big5", "big5-hkscs", "cn-big5", "x-x-big5", "cp950"], BIG5),
    **dict.fromkeys(
        ["euc-kr", "cp949", "windows-949", "korean", "ks_c_5601-1987", "ks_c_5601-1989", "ksc5601", "ksc_5601"],
        Encoding("EUC-KR", "cp949", _HANGUL),
    ),
    **dict.fromkeys(["euc-jp", "x-euc-jp"], Encoding("EUC-JP", "euc_jp", _KANA)),
    **dict.fromkeys(
        ["shift_jis", "shift-jis", "sjis", "x-sjis", "ms_kanji", "windows-31j", "cp932"],
        Encoding("Shift_JIS", "cp932", _KANA),
    ),
}
"""What a page declares -> what it means: the labels of https://encoding.spec.whatwg.org, and Python's names."""
_DECLARED_WITHIN = 4096
"""Bytes. The HTML standard looks at 1,024; pages of old editors have long comments before."""
_DECLARATION = re.compile(
    rb"""<meta\b[^>]*?\bcharset\s*=\s*["']?\s*([\w.:-]+) | <\?xml\b[^>]*?\bencoding\s*=\s*["']\s*([\w.:-]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_AS_IN_CP950 = tuple(zip("•､‾∼♁☉", "‧﹑¯～⊕⊙", strict=True))
"""Where big5hkscs and cp950 read the same two bytes as two characters, browsers read them as cp950 does."""


def guess_encoding(data: bytes) -> tuple[Encoding, str]:
    """The likeliest encoding, and the text in it.

    Raises:
        ArticleError: none is likely.
    """
    patched = data.decode("utf-8", "replace")
    if _is_mostly_utf8(patched):
        return UTF8, patched
    declared = _declared(data)
    encodings = dict.fromkeys((declared, _GB18030, BIG5) if declared else (_GB18030, BIG5))
    best = _commonest([_guess_in(data, encoding) for encoding in encodings])
    if _is_plausible(best) and (best.encoding is declared or not _is_other_language(best, data)):
        return best.encoding, best.text
    if patched.count("\ufffd") <= len(patched) * _DAMAGE_ALLOWED:
        return UTF8, patched
    raise ArticleError("the encoding is not UTF-8, UTF-16, GB18030 or Big5; save the file as UTF-8")


def _is_mostly_utf8(patched: str) -> bool:
    """Whether few bytes were replaced, and most characters outside of ASCII were not.

    Two bytes of GB18030 may happen to be a character of UTF-8, three hardly ever are; so fewer are enough of
    characters of three bytes, such as Han.
    """
    damaged = patched.count("\ufffd")
    if damaged * 4 <= sum(map(len, _OF_THREE_BYTES.findall(patched))) - damaged:
        return True
    others = len(patched) - len(patched.encode("ascii", "ignore"))
    return damaged <= len(patched) * _DAMAGE_ALLOWED and damaged * 2 <= others


def _declared(data: bytes) -> Encoding | None:
    """The encoding that a page says it has, if it is one of those that are guessed."""
    found = _DECLARATION.search(data, 0, _DECLARED_WITHIN)
    return encoding_named((found[1] or found[2]).decode("ascii", "replace")) if found else None


def encoding_named(label: str) -> Encoding | None:
    """The encoding that a page or a mail calls *label*, if it is one of those that are guessed."""
    return _LABELS.get(label.lower())


@dataclass(frozen=True, slots=True)
class _Guess:
    """A text in an encoding it may have, and its characters that tell."""

    encoding: Encoding
    text: str
    others: Counter[str]


def _commonest(guesses: list[_Guess]) -> _Guess:
    """The one with the most common characters. The first one is the likeliest.

    A few characters in one encoding are often common characters in another one as well. So another one than the
    first must be clearly better: by two characters for a title and by 2 % for a long text.
    """
    first, *others = guesses
    best = max(others, key=_score)
    return best if _score(best) - _score(first) > max(1.5, 0.02 * best.others.total()) else first


def _guess_in(data: bytes, encoding: Encoding) -> _Guess:
    text = read_in(data, encoding)
    return _Guess(encoding, text, _others(text))


def read_in(data: bytes, encoding: Encoding) -> str:
    if encoding != BIG5:
        return data.decode(encoding.codec, "replace")
    text = data.decode(encoding.codec, "searchkit.euro")
    for old, new in _AS_IN_CP950:
        text = text.replace(old, new)
    return text


def _or_euro(error: UnicodeError) -> tuple[str | bytes, int]:
    """The one character of cp950 that big5hkscs does not have; else what "replace" gives."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start : error.start + 2] == b"\xa3\xe1":
        return "€", error.start + 2
    return codecs.replace_errors(error)


codecs.register_error("searchkit.euro", _or_euro)


def _is_plausible(guess: _Guess) -> bool:
    """Whether at least half of a text is common characters, and nearly none are damaged or private.

    GB 2312 and the first plane of Big5 have the most used characters first; a wrong decoding gives mostly rare
    characters.
    """
    total = guess.others.total()
    is_whole = guess.others["\ufffd"] <= max(1, 0.05 * total) and _privates(guess) <= 0.05 * total
    return is_whole and _commons(guess) >= max(1, 0.5 * total)


def _is_other_language(guess: _Guess, data: bytes) -> bool:
    """Whether *data* are not Chinese, although the text is made of common Han characters.

    Syllables of Korean and small letters of Russian and Thai are where GB 2312 has its common characters, but not
    those of every sentence. The latter are where Japanese has its kana.
    """
    han = _count(guess.others, lambda char: "\u4e00" <= char <= "\u9fff")
    if han >= _ENOUGH_TO_JUDGE and _count(guess.others, _IN_EVERY_SENTENCE.__contains__) < _FEWEST_OF_THESE * han:
        return True
    return _is_korean(guess, data) or _is_japanese(data)


def _is_korean(guess: _Guess, data: bytes) -> bool:
    """Whether *data* are syllables of Korean, of which more are common than of *guess* are in Chinese."""
    korean = _others(data.decode("euc_kr", "replace"))
    letters = _count(korean, lambda char: char.isalpha() or char == "\ufffd")
    common = _count(korean, _IN_EVERY_SENTENCE_OF_KOREAN.__contains__)
    return (
        _count(korean, _HANGUL.match) >= 0.9 * letters
        and common >= _COMMON_IN_KOREAN * letters
        and len(_IN_EVERY_SENTENCE_OF_KOREAN & korean.keys()) >= _FEWEST_SYLLABLES
        and common > 2 * _count(guess.others, _IN_EVERY_SENTENCE.__contains__)
    )


def _is_japanese(data: bytes) -> bool:
    japanese = _others(data.decode("euc_jp", "replace"))
    total, kana = japanese.total(), _count(japanese, _KANA.match)
    return total >= 10 and japanese["\ufffd"] <= _DAMAGE_ALLOWED * total and kana > 0.2 * total


def _score(guess: _Guess) -> int:
    """The number of common characters minus those that were replaced and those of the private use area, which real
    text hardly has."""
    return _commons(guess) - _privates(guess) - guess.others["\ufffd"]


def _commons(guess: _Guess) -> int:
    return _count(guess.others, lambda char: is_common(char) or guess.encoding.letters.match(char))


def _privates(guess: _Guess) -> int:
    return _count(guess.others, lambda char: "\ue000" <= char <= "\uf8ff")


def _others(text: str) -> Counter[str]:
    """The characters that are not ASCII, without hard spaces and lines of tables: any language may have many."""
    counts = Counter(text)
    for char in [char for char in counts if char <= "\xa0" or "\u2500" <= char <= "\u259f"]:
        del counts[char]
    return counts


def _count(chars: Counter[str], is_wanted: Callable[[str], object]) -> int:
    return sum(count for char, count in chars.items() if is_wanted(char))


def is_common(char: str) -> bool:
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff5e" or "\u2010" <= char <= "\u2027":
        return True
    return char in _common_han()


@cache
def _common_han() -> frozenset[str]:
    """The first level of GB 2312, Big5 and JIS X 0208, which are the more frequent characters."""
    ranges = (("gb2312", range(0xB0, 0xD8)), ("big5", range(0xA4, 0xC7)), ("euc_jp", range(0xB0, 0xD0)))
    pairs = ((codec, bytes((lead, trail))) for codec, leads in ranges for lead in leads for trail in range(256))
    return frozenset(char for codec, pair in pairs if (char := pair.decode(codec, "ignore")) >= "\u4e00")
