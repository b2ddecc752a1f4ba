"""Dates and amounts of a text in one form, however they are written: 2024年5月, 2024/05, 二〇二四年五月; 3亿."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from searchkit.patterns import lazy_pattern

_DIGITS = "〇零一二三四五六七八九"
_VALUES = {digit: max(0, value - 1) for value, digit in enumerate(_DIGITS)}
_NUMBER = rf"\d{{1,2}}|[{_DIGITS}十]{{1,3}}"
_AFTER_YEAR = lazy_pattern(rf"年(?<=[\d{_DIGITS}]{{4}}年)(?P<month>{_NUMBER})月(?:份|(?P<day>{_NUMBER})[日号])?")
_YEAR = lazy_pattern(rf"(?:[12]\d{{3}}|[一二][{_DIGITS}]{{3}})$")
_DATE = lazy_pattern(
    r"(?:19|20)(?<![\dvV./-]..)\d\d(?P<joint>[-/.])(?P<month>\d{1,2})"
    r"(?:(?P=joint)(?P<day>\d{1,2})|(?<!\.\d)(?<!\.\d\d))(?![\d./-]\d|\d)"
)
"""With a dot it is a date only if it has a day: 2000.5 is a price, 2024.1 a version."""
_UNIT = lazy_pattern(r"[万亿](?<=\d.)亿?")
_AMOUNT = lazy_pattern(r"(?<!\d)(?<!\d\.)(?!(?<=\d,)\d{3}(?!\d))\d{1,6}(?:\.\d{1,4})?$")
"""Each begins with what is rare in a text, which is found many times faster than a number is."""
NUMERALS = frozenset("0123456789" + _DIGITS)
"""What a date or an amount may begin with."""
_UNITS = {"万": 10**4, "亿": 10**8, "万亿": 10**12}


class Numeral(NamedTuple):
    """A date or an amount as *text* has it, and the term that all its spellings share."""

    text: str
    term: str


def numerals_in(text: str) -> list[Numeral]:
    """The dates that name a month, and the amounts in 万 and 亿, of a folded text.

    >>> [found.term for found in numerals_in("二〇二四年五月十四日,2024/5,3.5亿,版本 2024.5.1.2,2000.5元")]
    ['2024-05-14', '2024-05', '350000000']
    """
    found = sorted((*_dates_in_words(text), *_dates_in_digits(text), *_amounts(text)))
    return [numeral for _, numeral in found]


def _dates_in_words(text: str) -> Iterator[tuple[int, Numeral]]:
    for found in _AFTER_YEAR.finditer(text):
        start = found.start() - 4
        year = text[start : found.start()]
        if _YEAR.match(year) and not text[start - 1 : start].isdecimal():
            yield from _date(found, start, "".join(str(_value(digit)) for digit in year))


def _dates_in_digits(text: str) -> Iterator[tuple[int, Numeral]]:
    for found in _DATE.finditer(text):
        yield from _date(found, found.start(), found[0][:4])


def _date(found: re.Match[str], start: int, year: str) -> Iterator[tuple[int, Numeral]]:
    """The date that ends where *found* does, if there is such a day."""
    month, day = _value(found["month"]), _value(found["day"] or "1")
    if 1 <= month <= 12 and 1 <= day <= 31:
        term = f"{year}-{month:02}" + (f"-{day:02}" if found["day"] else "")
        yield start, Numeral(found.string[start : found.end()], term)


def _amounts(text: str) -> Iterator[tuple[int, Numeral]]:
    for unit in _UNIT.finditer(text):
        number = _AMOUNT.search(text[max(0, unit.start() - 13) : unit.start()])
        value = float(number[0]) * _UNITS[unit[0]] if number and unit[0] in _UNITS else 0.5
        if number and value.is_integer():
            start = unit.start() - len(number[0])
            yield start, Numeral(text[start : unit.end()], f"{value:.0f}")


def numeral_texts(term: str) -> list[str]:
    """How texts write the date or the amount that *term* is.

    >>> numeral_texts("2024-05-14")
    ['2024年5月14日', '2024年05月14日', '二〇二四年五月十四日', '2024/5/14']
    >>> numeral_texts("350000000"), numeral_texts("10000")
    (['350,000,000', '350 000 000', '3.5亿'], ['10,000', '10 000', '1万'])
    """
    if term.isdecimal():
        return _amount_texts(int(term))
    year, *rest = term.split("-")
    numbers = [int(part) for part in rest]
    han = "".join(_DIGITS[int(digit) + (digit != "0")] for digit in year)
    return list(
        dict.fromkeys(
            (
                _joined(year, map(str, numbers)),
                _joined(year, rest),
                _joined(han, map(_in_han, numbers)),
                "/".join((year, *map(str, numbers))),
            )
        )
    )


def _amount_texts(amount: int) -> list[str]:
    texts = [f"{amount:,}", f"{amount:,}".replace(",", " ")]
    unit = "亿" if amount >= _UNITS["亿"] else "万"
    whole, rest = divmod(amount, _UNITS[unit])
    digits = f"{rest:0{len(str(_UNITS[unit])) - 1}}".rstrip("0")
    if whole and len(digits) <= 2:
        texts.append(f"{whole}{'.' if digits else ''}{digits}{unit}")
    return texts


def _joined(year: str, parts: Iterable[str]) -> str:
    return f"{year}年" + "".join(part + unit for part, unit in zip(parts, "月日", strict=False))


def _in_han(number: int) -> str:
    """A number below a hundred in Han numerals."""
    tens, ones = divmod(number, 10)
    ten = ("" if tens == 1 else _DIGITS[tens + 1]) + "十" if tens else ""
    return ten + (_DIGITS[ones + 1] if ones else "")


def _value(numeral: str) -> int:
    """What up to three digits or Han numerals below a hundred mean: 二十三, 十四, 〇."""
    if numeral.isdecimal():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return int("".join(str(_VALUES[digit]) for digit in ones))
    return (_value(tens) if tens else 1) * 10 + (_value(ones) if ones else 0)
