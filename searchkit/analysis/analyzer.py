"""The one pipeline for articles and queries.

    text -> fold -> runs by script -> whole blocks and parts | jieba's search mode     the word channel
    text -> fold -> case fold -> one token per Han character, run of letters, symbol   the character channel

A dictionary sees a text folded but for the last fold, which then folds the terms.

`STEPS` lists the steps. Nothing is dropped on the way: no stop words, no single characters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from searchkit.analysis.character_tables import EDGE, variants
from searchkit.analysis.normalize import FOLDS, fold, fold_case, fold_to_cut, fold_with_offsets
from searchkit.analysis.numerals import numerals_in
from searchkit.analysis.scripts import (
    MAX_TERM,
    Runs,
    characters,
    is_segmented,
    runs_of,
    split_runs,
    terms_of_blocks,
)
from searchkit.analysis.segmenter import Dictionary


def block_parts(runs: Runs, dictionary: Dictionary) -> Iterable[str]:
    """Blocks of letters and digits, whole and in parts."""
    return terms_of_blocks(runs.blocks)


def han_words(runs: Runs, dictionary: Dictionary) -> Iterable[str]:
    """The words of Han in jieba's search mode, each after the shorter ones inside it."""
    return dictionary.cut_for_search(runs.han)


def mixed_words(runs: Runs, dictionary: Dictionary) -> Iterable[str]:
    """The words of the user that are not wholly Han, such as R语言, wherever they stand."""
    return dictionary.find_mixed(runs.text)


def numerals(runs: Runs, dictionary: Dictionary) -> Iterable[str]:
    """Dates and amounts in the form all their spellings share, if they have another; the month of a day."""
    for found in numerals_in(runs.text):
        if found.term != found.text:
            yield found.term
        if found.term.count("-") == 2:
            yield found.term[:-3]


MAKERS: tuple[Callable[[Runs, Dictionary], Iterable[str]], ...] = (
    block_parts,
    han_words,
    mixed_words,
    numerals,
)
"""The steps that make terms of the word channel, case folded; what one makes, no other takes away."""

STEPS: tuple[Callable[..., object], ...] = (*FOLDS, split_runs, *MAKERS)
"""What is done to a text, one step after the other. To add a step, such as the pinyin of words or letters without
their accents, write a function and put it in `FOLDS` or `MAKERS`. The names of the steps are part of an index's
fingerprint, so another list asks for a reindex by itself."""


class WordCut(Struct, frozen=True):
    """A word of a query: `tokens` are it in the character channel, `term` is it in the word channel, `text` as it
    was typed: OpenAI, 軟體."""

    term: str
    tokens: tuple[str, ...]
    text: str = ""


def spans_of(tokens: Sequence[str], cuts: Sequence[WordCut]) -> list[tuple[int, int]]:
    """Where each of *cuts* stands among the *tokens* of the same text."""
    spans: list[tuple[int, int]] = []
    at = 0
    for cut in cuts:
        at = next((n for n in range(at, len(tokens)) if tuple(tokens[n : n + len(cut.tokens)]) == cut.tokens), at)
        spans.append((at, at + len(cut.tokens)))
        at += len(cut.tokens)
    return spans


def _word_cut(word: str, typed: str) -> WordCut:
    term = fold(word.casefold())
    return WordCut(term, tuple(characters(term)), typed)


def _typed(text: str, words: Iterable[str]) -> Iterator[str]:
    """Each of *words*, which are those of *text* folded, as it stands there; a part of a character, such as half
    of ㍿, as it is."""
    marked, offsets = fold_with_offsets(text)
    folded = marked.replace(EDGE, "")
    if EDGE in marked:
        offsets = [*(at for at, char in zip(offsets, marked, strict=False) if char != EDGE), len(text)]
    end = 0
    for word in words:
        plain = fold(word).replace(EDGE, "")
        begin = folded.find(plain, end)
        end = begin + len(plain) if begin >= 0 else end
        yield (text[offsets[begin] : offsets[end]] if begin >= 0 else "") or word


def _with_one_variant(terms: list[str], text: str) -> list[str]:
    """*terms*, which are of *text*, with the fold that a dictionary does not see."""
    found = [char for char in variants() if char in text]
    if not found:
        return terms
    joined = "\n".join(terms)
    for char in found:
        joined = joined.replace(char, variants()[char])
    return joined.split("\n")


class Analyzer:
    """Turns text into terms. `user_words` are lines of a user dictionary, in jieba's format. *for_queries*,
    each text is short, and there may be many."""

    def __init__(self, user_words: Iterable[str] = (), *, for_queries: bool = False) -> None:
        lines = (fold_to_cut(line).replace(EDGE, "").strip() for line in user_words)
        self.user_words = tuple(dict.fromkeys(line for line in lines if line))
        self._dictionary = Dictionary(self.user_words, for_queries=for_queries)

    def load(self) -> None:
        """Load the dictionary that cuts many articles."""
        self._dictionary.load()

    def words(self, text: str) -> list[str]:
        """The terms of the word channel, repeats and all.

        >>> Analyzer().words("用FindMarkers看数据")
        ['findmarkers', 'find', 'markers', '用', '看', '数据']
        """
        runs = split_runs(fold_to_cut(text))
        terms: list[str] = []
        for make in MAKERS:
            terms += make(runs, self._dictionary)
        return _with_one_variant(terms, runs.text)

    def characters(self, text: str) -> list[str]:
        """The terms of the character channel; their positions are 0, 1, 2, …"""
        return characters(fold_case(text))

    def cut(self, text: str) -> list[WordCut]:
        """The words of a query in their order, each as short as the dictionary makes whole words.

        A run of Han is cut the same whether or not a space stands between two of its words.
        """
        words: list[str] = []
        folded = fold_to_cut(text)
        for found in runs_of(folded):
            run = found.replace(EDGE, "")
            if is_segmented(run):
                words += [part for word in self._dictionary.segmenter.cut(run) for part in self._finest(word)]
            else:
                words.append(run[:MAX_TERM])
        as_typed = words if folded == text else _typed(text, words)
        return [_word_cut(word, typed) for word, typed in zip(words, as_typed, strict=True)]

    def _finest(self, word: str) -> list[str]:
        """*word* as two or more dictionary words of at least two characters, if it can be laid out so."""
        if len(word) < 4:
            return [word]
        inner = set(self._dictionary.segmenter.cut_for_search(word)) - {word}
        layouts: list[list[str] | None] = [[], *[None] * len(word)]
        for end in range(2, len(word) + 1):
            for length in (3, 2):
                before = layouts[end - length] if end >= length else None
                if before is not None and word[end - length : end] in inner:
                    layouts[end] = [*before, word[end - length : end]]
                    break
        return layouts[-1] or [word]
