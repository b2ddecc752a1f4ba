"""The texts of a query -> what is to be marked in articles: what was matched, not what it is made of."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from searchkit.analysis.analyzer import Analyzer, WordCut
from searchkit.analysis.scripts import characters, is_han
from searchkit.query.asking import is_asking
from searchkit.query.limits import MAX_PHRASE, MAX_TERMS
from searchkit.query.plan import Highlight
from searchkit.query.synonyms import MAX_KEY


class Marks:
    """What is to be marked, collected one text after the other."""

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._found: dict[Highlight, str] = {}
        """What is to be marked -> the word that it is only a part of, or ""."""

    @property
    def highlights(self) -> tuple[Highlight, ...]:
        """What was added, but words of asking beside others: they do not tell why an article was found."""
        every = tuple(replace(mark, whole=tuple(characters(whole))) for mark, whole in self._found.items())
        return tuple(mark for mark in every if not is_asking("".join(mark.tokens))) or every

    def add_words(self, text: str, cuts: Sequence[WordCut], weight: float) -> None:
        """Mark *text* and its runs as typed, then its words, then what these are made of."""
        if weight <= 0:
            return
        for run in (*text.split(), text):
            self.add(tuple(self._analyzer.characters(run)), weight)
        terms = list(dict.fromkeys(self._analyzer.words(text)))[:MAX_TERMS]
        compounds = _compounds([cut.term for cut in cuts], set(terms))
        for compound in filter(None, compounds):
            self.add(tuple(characters(compound)), weight)
        for cut, compound in zip(cuts, compounds, strict=True):
            if len(cut.tokens) > 1 or _is_telling(cut.term):
                self.add(cut.tokens, weight, whole=compound)
        wholes = dict.fromkeys([*compounds, *(cut.term for cut in cuts)])
        for term in terms:
            whole = next((whole for whole in wholes if term in whole and term != whole), "")
            if whole and len(term) > 1 and any(map(str.isalpha, term)):
                self.add(tuple(characters(term)), weight, whole=whole)

    def add(self, tokens: tuple[str, ...], weight: float, *, open_ends: bool = False, whole: str = "") -> None:
        """Mark *tokens*; those of a part only where the *whole* is missing, unless they are a word elsewhere."""
        if weight > 0 and tokens and len(tokens) <= MAX_PHRASE and len(self._found) < MAX_TERMS:
            mark = Highlight(tokens, open_ends, open_ends)
            self._found[mark] = self._found.get(mark, whole) and whole

    def add_beginning(self, tokens: tuple[str, ...], weight: float) -> None:
        """Mark *tokens* where a word begins with them."""
        if weight > 0 and tokens:
            self._found[Highlight(tokens, open_end=True)] = ""

    def add_as_typed(self, tokens: tuple[str, ...]) -> None:
        """Mark *tokens*, which are the whole query."""
        self._found[Highlight(tokens, True, True)] = ""


def _compounds(words: Sequence[str], terms: set[str]) -> list[str]:
    """For each of *words* the longer one of *terms* that it and its neighbours are together, or ""."""
    compounds = [""] * len(words)
    for start in range(len(words)):
        for end in range(start + 2, min(start + MAX_KEY, len(words)) + 1):
            if (joined := "".join(words[start:end])) in terms:
                compounds[start:end] = [joined] * (end - start)
    return compounds


def _is_telling(token: str) -> bool:
    """Whether a token alone is worth a mark in a longer text: a Han character or a digit is not."""
    return token.isalnum() and not is_han(token[0]) and not (token.isdecimal() and len(token) == 1)
