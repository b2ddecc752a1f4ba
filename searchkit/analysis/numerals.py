"""Dates and amounts of a text in one form, however they are written: 2024年5月, 2024/05, 二〇二四年五月; 3亿."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

_DIGITS = "〇零一二三四五六七八九"
_VALUES = {digit: max(0, value - 1) for value, digit in enumerate(_DIGITS)}
_NUMBER = rf"\d{{1,2}}|[{_DIGITS}十]{{1,3}}"
_NUMERAL = re.compile(
    rf"(?<!\d)(?P<year>[12]\d{{3}}|[一二][{_DIGITS}]{{3}})年(?P<month>{_NUMBER})月(?:份|(?P<day>{_NUMBER})[日号])?"
    r"|(?<![\d./-])(?P<year_>[12]\d{3})(?P<joint>[-/.])(?P<month_>\d{1,2})(?:(?P=joint)(?P<day_>\d{1,2}))?(?![\d./-]\d|\d)"
    r"|(?<![\d.,])(?P<amount>\d{1,6}(?:\.\d{1,4})?)(?P<unit>万亿|万|亿)"
)
NUMERALS = frozenset("0123456789" + _DIGITS)
"""What a date or an amount may begin with."""
_UNITS = {"万": 10**4, "亿": 10**8, "万亿": 10**12}


class Numeral(NamedTuple):
    """A date or an amount as *text* has it, and the term that all its spellings share."""

    text: str
    term: str


def numerals_in(text: str) -> list[Numeral]:
    """The dates that name a month, and the amounts in 万 and 亿, of a folded text.

    >>> [found.term for found in numerals_in("二〇二四年五月十四日，2024/5，3.5亿，版本 2024.5.1.2")]
    ['2024-05-14', '2024-05', '350000000']
    """
    found = ((match[0], _term(match)) for match in _NUMERAL.finditer(text))
    return [Numeral(text, term) for text, term in found if term]


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


def _term(found: re.Match[str]) -> str:
    if found["amount"]:
        value = float(found["amount"]) * _UNITS[found["unit"]]
        return f"{value:.0f}" if value.is_integer() else ""
    year = "".join(str(_value(digit)) for digit in found["year"] or found["year_"])
    month, day = _value(found["month"] or found["month_"]), _value(found["day"] or found["day_"] or "1")
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return ""
    return f"{year}-{month:02}" + (f"-{day:02}" if found["day"] or found["day_"] else "")


def _value(numeral: str) -> int:
    """What up to three digits or Han numerals below a hundred mean: 二十三, 十四, 〇."""
    if numeral.isdecimal():
        return int(numeral)
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return int("".join(str(_VALUES[digit]) for digit in ones))
    return (_value(tens) if tens else 1) * 10 + (_value(ones) if ones else 0)
