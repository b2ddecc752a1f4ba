"""What is done to a text, one step after the other: `STEPS` is the list, and its order is the order.

To add a step, such as the pinyin of words or letters without their accents, write a function and put it in the
list. The names of the steps are part of an index's fingerprint, so another list asks for a reindex by itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

from searchkit.analysis.scripts import Runs, block_terms, split_runs
from searchkit.analysis.segmenter import Dictionary


@dataclass(frozen=True, slots=True)
class Fold:
    """A character -> what stands for it, nothing at all or several characters too.

    It sees one character at a time, or one that was composed with its marks, so offsets of the original follow by
    themselves. It leaves ASCII alone, and Han of the first block that are not Traditional: `normalize` does not
    look at those.
    """

    apply: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Split:
    """A folded text, its case as it was -> its runs by script. It changes no character."""

    apply: Callable[[str], Runs]


@dataclass(frozen=True, slots=True)
class Make:
    """The runs of a text -> terms of the word channel, case folded. What one makes, no other takes away."""

    apply: Callable[[Runs, Dictionary], Iterable[str]]


Step = Fold | Split | Make


def drop_invisible(char: str) -> str:
    """Nothing for a character that is not seen: one of format, or one that chooses a variant of a glyph."""
    is_selector = "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
    return "" if is_selector or unicodedata.category(char) == "Cf" else char


def to_compatible(char: str) -> str:
    """The form of NFKC: half width for full width, parts for ligatures and squared words."""
    return unicodedata.normalize("NFKC", char)


def to_simplified(text: str) -> str:
    """The Simplified characters for Traditional ones."""
    table = simplified()
    return "".join(table.get(char, char) for char in text)


def block_parts(runs: Runs, dictionary: Dictionary) -> Iterable[str]:
    """Blocks of letters and digits, whole and in parts."""
    return chain.from_iterable([block_terms(block) for block in runs.blocks])


def han_words(runs: Runs, dictionary: Dictionary) -> Iterable[str]:
    """The words of Han in jieba's search mode, each after the shorter ones inside it."""
    return dictionary.cut_for_search(runs.han)


def mixed_words(runs: Runs, dictionary: Dictionary) -> Iterable[str]:
    """The words of the user that are not wholly Han, such as R语言, wherever they stand."""
    return dictionary.find_mixed(runs.text)


STEPS: tuple[Step, ...] = (
    Fold(drop_invisible),
    Fold(to_compatible),
    Fold(to_simplified),
    Split(split_runs),
    Make(block_parts),
    Make(han_words),
    Make(mixed_words),
)
FOLDS = tuple(step.apply for step in STEPS if isinstance(step, Fold))
MAKERS = tuple(step.apply for step in STEPS if isinstance(step, Make))


def fold_character(char: str) -> str:
    """What all steps that fold make of a character."""
    for fold in FOLDS:
        char = "".join(map(fold, char))
    return char


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Traditional character -> Simplified character, from OpenCC's table (its first choice of several)."""
    spec = find_spec("opencc")
    if spec is None or not spec.submodule_search_locations:
        return {}
    table = Path(next(iter(spec.submodule_search_locations)), "dictionary", "TSCharacters.txt")
    rows = (line.split() for line in table.read_text("utf-8").splitlines() if line.strip())
    found = {row[0]: row[1] for row in rows if len(row) > 1 and row[0] != row[1]}
    return {old: found.get(new, new) for old, new in found.items()}
