"""Queries nobody would type: each is a name and a text. They are the same on every run."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from string import ascii_lowercase

LONG = 1_000_000
"""Characters: more than is ever read."""

_HAN = (
    "的一是了我不人在他有这上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能"
    "对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美"
)
_RARE_HAN = (0x4E00, 0x9FA5)
Case = tuple[str, str]


def _of_length(text: str, length: int = LONG) -> str:
    return (text * (length // len(text) + 1))[:length]


def hostile_queries() -> Iterator[Case]:
    """Every query that has a name, in the order of what it aims at."""
    yield from _long_ones()
    yield from _parentheses_and_quotes()
    yield from _operators()
    yield from _patterns()
    yield from _fuzzy_ones()
    yield from _numbers()
    yield from _phrases()
    yield from _sounds()
    yield from _odd_characters()


def random_queries(count: int, seed: int = 1) -> Iterator[Case]:
    """*count* queries put together from pieces of hostile ones, with spaces and without."""
    chance = random.Random(seed)
    pieces = [text for _, text in hostile_queries()]
    for number in range(count):
        parts = []
        for _ in range(chance.randrange(2, 12)):
            piece = chance.choice(pieces)
            start = chance.randrange(max(1, min(len(piece), 25_000)))
            parts.append(piece[start : start + chance.choice((1, 3, 20, 300, 4_000, 20_000))])
        yield f"random composition {number}", chance.choice(("", " ", " OR ", " -", ' "')).join(parts)


def _long_ones() -> Iterator[Case]:
    chance = random.Random(2)
    rare = [chr(chance.randrange(*_RARE_HAN)) for _ in range(25_000)]
    latin = ["".join(chance.choices(ascii_lowercase, k=chance.randrange(3, 10))) for _ in range(5_000)]
    common = chance.choices(_HAN, k=25_000)
    yield "nothing", ""
    yield "1 MB of spaces", " " * LONG
    yield "1 MB of one letter", "a" * LONG
    yield "1 MB of one Han character", "的" * LONG
    yield "1 MB of two Han characters", _of_length("中国")
    yield "1 MB of digits", "1" * LONG
    yield "1 MB of random Han", _of_length("".join(rare))
    yield "1 MB of common Han", _of_length("".join(common))
    yield "1 MB of common Han with spaces", _of_length(" ".join(common))
    yield "1 MB of Latin words", _of_length(" ".join(latin))
    yield "400 Latin words no article has", " ".join(word + "q" for word in latin[:400])
    misspelt = "modeel claudde exampel modul functoin artcle systm dataa langauge trainng pytohn servr"
    yield "12 Latin words one letter off", misspelt
    yield "1 MB of one word", _of_length("model ")
    yield "1 MB of camelCase", _of_length("FindMarkersOfCells")
    yield "1 MB of a letter and a Han character in turn", _of_length("a的")
    yield "1 MB of single letters", _of_length("a b c d e f g h i j k l m n o p q r s t u v w x y z ")
    yield "1 MB of hyphenated blocks", _of_length("gpt-5.2/")
    yield "5,000 numbers", " ".join(map(str, range(5_000)))
    yield "half Han, half Latin", _of_length("".join(f"{a}{b}" for a, b in zip(common, latin, strict=False)))


def _parentheses_and_quotes() -> Iterator[Case]:
    yield "100,000 parentheses opened and closed", "(" * 100_000 + "x" + ")" * 100_000
    yield "9,000 parentheses opened and closed", "(" * 9_000 + "x" + ")" * 9_000
    yield "100,000 parentheses opened", "(" * 100_000
    yield "100,000 parentheses closed", ")" * 100_000
    yield "pairs of parentheses", "()" * 50_000
    yield "pairs of parentheses with a word", "(x)" * 50_000
    yield "pairs of parentheses with a word and a blank", "(x) " * 50_000
    yield "groups in rows, 39 deep", _of_length("(" * 39 + "中国 x" + ")" * 39 + " ")
    yield "groups side by side in groups", "(" * 30 + "(a b) OR (c d) " * 1_200 + ")" * 30
    yield "alternatives in groups, 39 deep", "(a OR -" * 39 + "b" + ")" * 39
    yield "wide parentheses", "（" * 50_000 + "猫" + "）" * 50_000
    yield "1 MB of quotes", '"' * LONG
    yield "1 MB of wide quotes", "“" * LONG
    yield "quotes of every kind", _of_length('"＂“「『”」』')
    yield "quotes opened, none closed", "「 " * 100_000
    yield "phrases of one character", '"的" ' * 5_000
    yield "different phrases", " ".join(f'"{a}{b}"' for a in _HAN for b in _HAN)
    yield "phrases in each other's quotes", _of_length('“「"的"」” ')
    yield "backslashes in quotes", '"' + "\\" * 10_000 + '"'
    yield "backslashes before quotes", '"' + '\\"' * 9_000 + '"'
    yield "backslashes and a quote, again and again", '"' + ("\\" * 1_000 + '"') * 19
    yield "10,000 backslashes", "\\" * 10_000


def _operators() -> Iterator[Case]:
    words = [a + b for a in _HAN for b in _HAN]
    for name in ("OR", "AND", "NOT", "与", "或", "非", "ＯＲ"):
        yield f"1 MB of {name}", _of_length(f"{name} ")
    yield "one word, OR, again and again", "猫 OR " * 50_000
    yield "one word, AND, again and again", "猫 AND " * 50_000
    yield "different words, OR", " OR ".join(words)
    yield "different words, AND", " AND ".join(words)
    yield "different words, AND and OR", " ".join(f"{w} {'AND' if n % 2 else 'OR'}" for n, w in enumerate(words))
    yield "different words, all excluded", " ".join(f"-{word}" for word in words)
    yield "different words, all required", " ".join(f"+{word}" for word in words)
    yield "common words, all required", " ".join(f"+{word}" for word in _HAN) * 80
    yield "different words in a row", " ".join(words)
    yield "different words, none apart", "".join(words)
    yield "NOT, again and again, then a word", "NOT " * 4_900 + "猫"
    yield "20,000 minus signs", "-" * 20_000
    yield "20,000 plus signs", "+" * 20_000
    yield "signs with spaces", "- + " * 5_000
    yield "minus signs and parentheses", "-(" * 9_000 + "猫" + ")" * 9_000
    yield "plus signs and parentheses", "+(" * 39 + "猫 狗" + ")" * 39
    yield "one word of minus signs and letters", "-a" * 10_000
    yield "fields in fields", "title:(body:(tag:(" * 13 + "猫" + ")))" * 13
    yield "fields with no end", "title:" * 20_000
    yield "fields and names that are none", _of_length("a:b:c:d:title:")
    yield "fields before quotes", 'title:"的" ' * 2_000
    yield "fields before words", " ".join(f"category:{word}" for word in words)


def _patterns() -> Iterator[Case]:
    chance = random.Random(3)
    made = ["".join(chance.choices(ascii_lowercase, k=3)) for _ in range(5_000)]
    yield from {
        "five stars": "*****",
        "1 MB of stars": "*" * LONG,
        "stars with spaces": _of_length("* "),
        "six question marks": "??????",
        "question marks with spaces": _of_length("?? "),
        "a star, a letter, a star": "*a*",
        "e anywhere": "*e*",
        "a Han character anywhere": "*的*",
        "a letter first": "a*",
        "a letter last": "*s",
        "every letter first": " ".join(f"{letter}*" for letter in ascii_lowercase * 400),
        "every letter last": " ".join(f"*{letter}" for letter in ascii_lowercase * 400),
        "every letter anywhere": " ".join(f"*{letter}*" for letter in ascii_lowercase * 400),
        "alternatives of every letter anywhere": " OR ".join(f"*{letter}*" for letter in ascii_lowercase),
        "every letter anywhere, required": " ".join(f"+*{letter}*" for letter in ascii_lowercase),
        "stars that repeat a letter": "*a*a*a*a*a*b",
        "60 stars that repeat a letter": "*a" * 60 + "*b",
        "9,000 stars that repeat a letter": "*a" * 9_000 + "*b",
        "stars and question marks": "*a?*a?*?a*?*b",
        "a pattern of a long word": "*" + "a" * 1_000 + "*",
        "the alphabet and stars": "*".join(ascii_lowercase),
        "the alphabet and question marks": "?".join(ascii_lowercase),
        "a pattern of 20,000 letters and question marks": _of_length("a?b?", 20_000),
        "a pattern of 20,000 question marks": "a" + "?" * 19_000 + "a",
        "different prefixes": " ".join(f"{word}*" for word in made),
        "different endings": " ".join(f"*{word}" for word in made),
        "different pieces": " ".join(f"*{word}*" for word in made),
        "different holes": " ".join(f"{word[0]}*{word[2]}" for word in made),
        "different letters left out": " ".join(f"{word[0]}?{word[2]}" for word in made),
        "different prefixes of Han": " ".join(f"{a}{b}*" for a in _HAN for b in _HAN),
        "excluded patterns": " ".join(f"-*{word}*" for word in made),
        "patterns in fields": " ".join(f"title:*{word}*" for word in made),
        "patterns in groups": " ".join(f"(*{word[0]}* OR *{word[1]}*)" for word in made),
        "character classes": "[a-z]* [!a]* *[*]* [[[[*",
    }.items()


def _fuzzy_ones() -> Iterator[Case]:
    chance = random.Random(4)
    made = ["".join(chance.choices(ascii_lowercase, k=chance.randrange(3, 12))) for _ in range(2_000)]
    yield "one letter, fuzzy", "a~2"
    yield "two letters, fuzzy", "ab~2"
    yield "one word, fuzzy, 1,000 times", "model~2 " * 1_000
    yield "different fuzzy words", " ".join(f"{word}~2" for word in made)
    yield "different fuzzy words, OR", " OR ".join(f"{word}~" for word in made)
    yield "different fuzzy words, required", " ".join(f"+{word}~2" for word in made)
    yield "a fuzzy word of 20,000 letters", "a" * 19_000 + "~2"
    yield "a fuzzy word of 1,000 letters", "ab" * 500 + "~2"
    yield "tildes", "~" * 20_000
    yield "tildes and numbers", _of_length("a~1~2")


def _numbers() -> Iterator[Case]:
    for weight in ("1e999", "0", "0.0", "99999999999999999999", "9" * 19_000, "-1", "nan", ".5"):
        yield f"a weight of {weight[:25]}", f'猫^{weight} "月食"^{weight} (模型 数据)^{weight} find*^{weight}'
    yield "weights of weights", "猫" + "^2" * 9_000
    yield "weights of weights of a group", "(猫)" + "^2" * 9_000
    yield "carets", "^" * LONG
    yield "a slop of 999999999", '"数据 模型"~999999999'
    yield "a slop of thousands of digits", '"数据 模型"~' + "9" * 15_000
    yield "dates", _of_length("date:2024 ")
    yield "different dates", " ".join(f"date:{year}-{month:02}" for year in range(1000, 2000) for month in (1, 7))
    yield "a date of dates", "date:" + "2024.." * 20_000
    yield "a date of digits", "date:" + "9" * 20_000
    yield "impossible dates", " ".join(f"date:{n:04}-99-99" for n in range(2_000))
    yield "spans of dates, OR", " OR ".join(f"date:{year}..{year + 1}" for year in range(1000, 3000))


def _phrases() -> Iterator[Case]:
    chance = random.Random(5)
    words = [a + b for a in _HAN for b in _HAN]
    common = "".join(chance.choices(_HAN, k=19_990))
    yield "a phrase of 20,000 common characters", f'"{common}"'
    yield "a phrase of one character, 20,000 times", '"' + "的" * 19_990 + '"'
    yield "a phrase of one letter and spaces", '"' + "a " * 9_990 + '"'
    yield "a phrase of signs", '"' + ", " * 9_990 + '"'
    yield "a phrase of full stops", '"' + "。" * 200 + '"'
    yield "common signs, typed", "，。" * 9_000
    yield "near words, 1,000 of them", '"' + " ".join(words[:1_000]) + '"~999'
    yield "near characters, all common", '"' + " ".join(_HAN) + '"~999'
    yield "near characters, two common ones", '"的 是"~999'
    yield "near characters, the same 1,000 times", '"' + "的 " * 1_000 + '"~999'
    yield "near characters, ten common ones", '"的 一 是 了 我 不 人 在 他 有"~999'
    yield "many pairs of near words", " ".join(f'"{a} {b}"~99' for a in _HAN for b in _HAN[:20])
    yield "common near pairs, OR", " OR ".join(f'"{a} {b}"~2' for a in _HAN[:30] for b in _HAN[:30] if a != b)
    yield "one letter in quotes", '"a"'
    yield "letters in quotes", " ".join(f'"{letter}"' for letter in ascii_lowercase)
    yield "pairs of letters in quotes", " ".join(f'"{a}{b}"' for a in ascii_lowercase for b in ascii_lowercase)
    yield "two letters in quotes, apart", " ".join(f'"{a} {b}"' for a in ascii_lowercase for b in ascii_lowercase)


def _sounds() -> Iterator[Case]:
    chance = random.Random(4)
    syllables = re.findall("[a-z]+", "a ai an dan xi bao xian shi yi ji zhi li wei yu zhong guo wen zi lv nve er")
    pairs = ["".join(chance.choices(syllables, k=2)) for _ in range(400)]
    initials = ["".join(chance.choices("zsjdxyhg", k=3)) for _ in range(400)]
    yield "400 words of two syllables", " ".join(pairs)
    yield "400 words of two syllables, any of them", " OR ".join(pairs)
    yield "400 words of two syllables by name", " ".join(f"py:{pair}" for pair in pairs)
    yield "40 words of three initials", " ".join(initials[:40])
    yield "400 words of three initials by name", " ".join(f"py:{word}" for word in initials)
    yield "a row of 400 syllables", " ".join(chance.choices(syllables, k=400))
    yield "syllables and Han in turns", "".join(f"{pair}细胞" for pair in pairs[:200])
    yield "a word that splits in very many ways", "xian" * 10
    yield "1 MB of a word that splits in very many ways", _of_length("xian")
    yield "80 words that nearly are syllables", " ".join(["an" * 19 + "q"] * 80)


def _odd_characters() -> Iterator[Case]:
    yield "NULs", "\0" * LONG
    yield "NULs among words", _of_length("a\0的\0")
    yield "lone surrogates", "\ud800" * 20_000
    yield "lone surrogates in syntax", '\udfff* "\udc00" title:\ud800 \ud83d~2 (\udfff'
    yield "right to left", _of_length("‮שלום مرحبا ")
    yield "stacks of accents", "a" + "\u0301" * LONG
    yield "accents on everything", _of_length("a\u0301\u0302\u0303")
    yield "a ligature that becomes 18 characters", "\ufdfa" * 20_000
    yield "the ligature in quotes", '"' + "\ufdfa" * 19_000 + '"'
    yield "the ligature with spaces", "\ufdfa " * 10_000
    yield "families of emoji", _of_length("👨‍👩‍👧‍👦")
    yield "families of emoji with spaces", _of_length("👨‍👩‍👧‍👦 ")
    yield "flags and variation selectors", _of_length("🇨🇳\ufe0f")
    yield "invisible characters", "\u200b" * LONG
    yield "Hangul in pieces", _of_length("\u1100\u1161\u11a8")
    yield "regular expressions", r"(a+)+$ ^(.*)*$ [\s\S]{1,99999} (?:x|x|x)* \1 (?<!a) " * 300
    yield "escapes", r"\n\t\x00\u0000\N{BULLET} %s %d {0} ${x} `id` $(id) " * 300
    yield "every control character", "".join(map(chr, (*range(32), *range(127, 160)))) * 300
    yield "every character there is", "".join(chr(n) for n in range(0, 0x110000, 55))
    yield "all of the first 20,000 characters", "".join(map(chr, range(20_000)))
