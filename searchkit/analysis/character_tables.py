"""Which characters are one: signs, letters with strokes, radicals, Traditional and Simplified, variants.

Sources: `RADICALS` is EquivalentUnifiedIdeograph.txt of the Unicode Character Database, as far as NFKC does not do
the same. Han come from OpenCC's tables TSCharacters, STCharacters, TWVariants, HKVariants and JPVariants.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from searchkit.analysis.table_cache import CachedTable

EDGE = "\x1f"
"""White space that no text has: where a superscript, a circled number, a middle dot or × parts two words."""

_SIGNS = {
    "'": "‘’‚‛′‵ʹʻʼʽ´՚׳ꞌ❛❜",
    '"': "“”„‟″‶«»‹›「」『』〝〞〟❝❞⹂ʺ״",
    "-": "‐‑‒–—―−⁃˗─━➖⸺⸻⸗֊־﹘︱︲",
    "~": "〜∼∽∿˜⁓〰",
    "/": "⁄∕⧸",
    "*": "∗⁎",
    ":": "∶꞉",
    "|": "∣",
    "°": "˚",
    "...": "⋯",
    " ": "\u2800",
    f"{EDGE}x{EDGE}": "×✕⨯",  # 10× is 10x, but CELL×GENE two words
    EDGE: "·・•‧∙⋅⸱ㆍ᛫\u0387\uff65\u20dd\u20de\u20df\u20e0\u20e2\u20e3\u20e4",
}
SIGNS = {sign: one for one, signs in _SIGNS.items() for sign in signs}
"""A typographic variant of a sign -> that sign."""

LETTERS = dict(zip("ØøĐđŁłĦħŦŧıȷƗɨŊŋÐð", "OoDdLlHhTtijIiNnDd", strict=True)) | {
    **{"Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Þ": "Th", "þ": "th"},
}
"""A letter whose stroke or ligature is no accent in Unicode -> the letters that are typed for it."""

_RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示"
    "⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝"
    "⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀㇆𠃌㇏乀㇐一㇑丨㇒丿㇓丿㇔丶㇕𠃍㇖乛㇗𠃊㇘𠃎㇙𠄌㇚亅㇛𡿨㇜𠃋㇝乀"
    "㇞𠃑㇟乚㇠乙㇡𠄎"
)
RADICALS = dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))
"""A radical or a stroke -> the Han character that looks like it."""

_TABLES = ("TSCharacters", "STCharacters", "TWVariants", "HKVariants", "JPVariants")
_ALSO = {"著": "着", "甚": "什"}
"""Variants of Taiwan that are common Simplified characters too; others of that kind are different words."""
_COMMONEST = "着什复划借"  # where GB 2312, which orders its first level by sound, does not tell


def simplified() -> dict[str, str]:
    """A Traditional or rare character -> the Simplified one that a dictionary has words with: the first choice of
    OpenCC's table, and for a variant what stands for its class."""
    return _tables()[0]


def variants() -> dict[str, str]:
    """A common Simplified character -> the one that stands for its class, if that is another.

    A class is what any choice of OpenCC's tables connects, so 計畫 meets 计划, and 看著 meets 看着.
    """
    return _tables()[1]


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, str], dict[str, str]]:
    return CHARACTERS.load()


def _made_tables() -> tuple[dict[str, str], dict[str, str]]:
    standing = _standing()
    rare = {char: one for char, one in standing.items() if not _is_common(char)}
    first = {char: rare.get(one, one) for char, one in _first_choices().items()}
    common = {char: one for char, one in standing.items() if _is_common(char)}
    return {**rare, **first}, common


def sources() -> tuple[Path, ...]:
    """The files that `simplified` and `variants` are made of."""
    return (*map(opencc_file, _TABLES), Path(__file__))


CHARACTERS = CachedTable("characters", tuple[dict[str, str], dict[str, str]], _made_tables, sources)
"""`simplified` and `variants`."""


def _standing() -> dict[str, str]:
    """A character that is not Traditional -> the one of its class that stands for it, if that is another."""
    above: dict[str, str] = {}

    def top(char: str) -> str:
        while (higher := above.get(char, char)) != char:
            char = higher
        return char

    for one, other in _pairs():
        first, second = sorted((top(one), top(other)), key=_commonness)
        above[second] = first
    return {char: top(char) for char in above if top(char) != char}


def _pairs() -> Iterator[tuple[str, str]]:
    """Two characters that are not Traditional and that a row of the tables connects."""
    first = _first_choices()
    for table in _TABLES:
        for char, *choices in opencc_rows(table):
            one = first.get(char, char)
            for choice in choices:
                other = first.get(choice, choice)
                if one != other and _is_one_word(table, one, other):
                    yield one, other
    yield from _ALSO.items()


def _is_one_word(table: str, one: str, other: str) -> bool:
    """Whether a text may have either: Japanese writes 欠 for 缺, but in Chinese both are common and differ."""
    return "Variants" not in table or not (_is_common(one) and _is_common(other))


@lru_cache(maxsize=1)
def _first_choices() -> dict[str, str]:
    return {char: choices[0] for char, *choices in opencc_rows("TSCharacters") if choices and char != choices[0]}


def _is_common(char: str) -> bool:
    """Whether it is a character of Simplified texts."""
    return len(_gb2312(char)) == 2


def _commonness(char: str) -> tuple[bool, bool, bytes, str]:
    """The commonest character first: of those in GB 2312, the ones of its first level, then of its second."""
    return char not in _COMMONEST, not _is_common(char), _gb2312(char), char


def _gb2312(char: str) -> bytes:
    return char.encode("gb2312", "ignore")


def opencc_rows(table: str) -> list[list[str]]:
    """The rows of a table of OpenCC: a character and its choices; none where it is not installed."""
    try:
        text = opencc_file(table).read_text("utf-8")
    except FileNotFoundError:
        return []
    return list(filter(None, map(str.split, text.splitlines())))


def opencc_file(table: str) -> Path:
    """The file of a table of OpenCC.

    Raises:
        FileNotFoundError: OpenCC is not installed.
    """
    if (folder := _opencc_folder()) is None:
        raise FileNotFoundError(table)
    return folder / f"{table}.txt"


@lru_cache(maxsize=1)
def _opencc_folder() -> Path | None:
    spec = find_spec("opencc")
    return Path(spec.origin).parent / "dictionary" if spec and spec.origin else None
