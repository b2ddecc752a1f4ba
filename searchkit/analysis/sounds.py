"""How Han characters are read: pinyin without tones, `v` for ü, in words and in all other ways.

Readings are of the characters that texts fold to. They come from pypinyin's table of characters when an index is
made, and are stored with it, so a search needs no pypinyin.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path

from searchkit.analysis.normalize import to_one_variant, to_simplified
from searchkit.patterns import lazy_pattern

_BLURS = (
    (lazy_pattern("^([zcs])h"), r"\1"),
    (lazy_pattern("^[nr](?=[aeiouv])"), "l"),
    (lazy_pattern("^h(?=[aeiouv])"), "f"),
    (lazy_pattern("([aei])ng$"), r"\1n"),
)
"""What speakers of many regions do not tell apart: zh ch sh from z c s, n and r from l, h from f, ang eng ing from
an en in."""


@dataclass(frozen=True)
class Sounds:
    """The readings of characters in words, from `syllables`: those of `known_syllables`."""

    syllables: Mapping[str, str]

    def readings(self, char: str) -> tuple[str, ...]:
        """The syllables that *char*, folded, is read as in words; none if it is not known.

        >>> Sounds({"chang": "长常", "zhang": "长张"}).readings("长")
        ('chang', 'zhang')
        """
        return self._readings.get(char, ())

    def same(self, char: str) -> str:
        """Other characters with a reading of *char*."""
        return _without(char, "".join(self._in_words[syllable] for syllable in self.readings(char)))

    def near(self, char: str) -> str:
        """Other characters with a reading that is often taken for one of *char* (see `blurred`), but not the same.

        >>> sounds = Sounds({"shi": "是事", "si": "四"})
        >>> sounds.same("是"), sounds.near("是")
        ('事', '四')
        """
        blurs = dict.fromkeys(map(blurred, self.readings(char)))
        alike = "".join(self._in_words[syllable] for blur in blurs for syllable in self._blurred[blur])
        return _without(char + self.same(char), alike)

    @cached_property
    def _in_words(self) -> Mapping[str, str]:
        found = ((syllable, chars.partition(" ")[0]) for syllable, chars in self.syllables.items())
        return {syllable: chars for syllable, chars in found if chars}

    @cached_property
    def _readings(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for syllable, chars in self._in_words.items():
            for char in chars:
                found[char] = (*found.get(char, ()), syllable)
        return found

    @cached_property
    def _blurred(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for syllable in self._in_words:
            found[blurred(syllable)] = (*found.get(blurred(syllable), ()), syllable)
        return found


def blurred(syllable: str) -> str:
    """What *syllable* shares with those that it is often taken for.

    >>> blurred("zhang"), blurred("zan"), blurred("niu"), blurred("liu")
    ('zan', 'zan', 'liu', 'liu')
    """
    for pattern, one in _BLURS:
        syllable = pattern.sub(one, syllable)
    return syllable


@lru_cache(maxsize=1)
def known_syllables() -> dict[str, str]:
    """A syllable -> the characters that may be read so, of all Han of the first block, folded: those that are read
    so in a word or first of all, and after a space the others, such as 胞 as pao. None where pypinyin is not
    installed.

    Its tables are read as files: to import the package takes half a second.
    """
    spec = find_spec("pypinyin")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    if folder is None or not (folder / "pinyin_dict.json").is_file():  # versions before 0.52 have tables as code
        return {}
    table = json.loads((folder / "pinyin_dict.json").read_bytes())
    han = "".join(map(chr, range(0x4E00, 0xA000)))
    folded = "".join(map(to_one_variant, to_simplified(han)))
    readings = _toneless("\n".join(table.get(str(ord(char)), "") for char in han)).split("\n")
    in_words = _readings_in_words((folder / "phrases_dict.json").read_bytes())
    usual: dict[str, dict[str, None]] = {}
    rare: dict[str, dict[str, None]] = {}
    for char, itself, syllables in zip(folded, han, readings, strict=True):
        for number, syllable in enumerate(filter(_is_plain, syllables.split(","))):
            found = rare if number and (itself, syllable) not in in_words else usual
            found.setdefault(syllable, {})[char] = None
    return {
        syllable: _joined(usual.get(syllable, {}), rare.get(syllable, {})) for syllable in sorted({*usual, *rare})
    }


def _is_plain(syllable: str) -> bool:
    """Whether it can be typed, unlike ê̄."""
    return syllable.isascii() and syllable.isalpha()


def _joined(usual: Mapping[str, None], rare: Mapping[str, None]) -> str:
    others = "".join(char for char in rare if char not in usual)
    return f"{''.join(usual)} {others}" if others else "".join(usual)


def _readings_in_words(phrases: bytes) -> set[tuple[str, str]]:
    """Each character and how it is read in a word, of pypinyin's table of *phrases*."""
    words: dict[str, list[list[str]]] = json.loads(phrases)
    readings = _toneless(",".join(one for syllables in words.values() for one, *_ in syllables)).split(",")
    return set(zip("".join(words), readings, strict=True))


def _toneless(readings: str) -> str:
    """
    >>> _toneless("lǜ,lù")
    'lv,lu'
    """
    return readings.translate(_PLAIN)


_PLAIN = str.maketrans(
    "āáǎàēéěèōóǒòīíǐìūúǔùüǖǘǚǜńňǹḿ", "aaaaeeeeooooiiiiuuuuvvvvvnnnm", "\u0300\u0304\u030c\u0302êế"
)


def _without(some: str, chars: str) -> str:
    """The distinct *chars* that are none of *some*."""
    return "".join(char for char in dict.fromkeys(chars) if char not in some)
