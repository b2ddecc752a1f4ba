"""The one pipeline for articles and queries.

    text -> fold -> runs by script -> jieba's search mode | whole blocks and parts     the word channel
    text -> fold -> case fold -> one token per Han character, run of letters, sign     the character channel

Nothing is dropped on the way: no stop words, no single characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from searchkit.analysis.latin import LONGEST_TERM, block_terms
from searchkit.analysis.normalize import fold, fold_case
from searchkit.analysis.scripts import RUN, characters, is_segmented
from searchkit.analysis.segmenter import Segmenter, load_segmenter, parse_user_word


@dataclass(frozen=True, slots=True)
class WordCut:
    """A word of a query: `tokens` are it in the character channel, `term` is it in the word channel."""

    term: str
    tokens: tuple[str, ...]


class Analyzer:
    """Turns text into terms. `user_words` are lines of a user dictionary, in jieba's format."""

    def __init__(self, user_words: Iterable[str] = (), *, prefer_rust: bool = True) -> None:
        self.user_words = tuple(dict.fromkeys(fold(line).strip() for line in user_words if line.strip()))
        self._prefer_rust = prefer_rust

    @cached_property
    def _segmenter(self) -> Segmenter:
        han_words = [line for line in self.user_words if not _is_mixed(line)]
        return load_segmenter(han_words, prefer_rust=self._prefer_rust)

    @cached_property
    def _mixed_words(self) -> re.Pattern[str] | None:
        words = [parse_user_word(line)[0].casefold() for line in self.user_words if _is_mixed(line)]
        longest_first = sorted(words, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first))) if words else None

    def words(self, text: str) -> list[str]:
        """The terms of the word channel, repeats and all.

        >>> Analyzer().words("用FindMarkers看数据")
        ['findmarkers', 'find', 'markers', '用', '看', '数据']
        """
        folded = fold(text)
        runs = RUN.findall(folded)
        terms = list(chain.from_iterable([block_terms(run) for run in runs if not is_segmented(run)]))
        han = [run for run in runs if is_segmented(run)]
        if han:
            terms += [term for term in self._segmenter.cut_for_search(" ".join(han)) if term != " "]
        if self._mixed_words:
            terms.extend(self._mixed_words.findall(folded.casefold()))
        return terms

    def characters(self, text: str) -> list[str]:
        """The terms of the character channel; their positions are 0, 1, 2, …"""
        return characters(fold_case(text))

    def cut(self, text: str) -> list[WordCut]:
        """The words of a query in their order, each as short as the dictionary makes whole words.

        A run of Han is cut the same whether or not a blank stands between two of its words.
        """
        cuts: list[WordCut] = []
        for run in RUN.findall(fold(text)):
            if is_segmented(run):
                words = [part for word in self._segmenter.cut(run) for part in self._finest(word)]
            else:
                words = [run.casefold()[:LONGEST_TERM]]
            cuts.extend(WordCut(word, tuple(characters(word))) for word in words)
        return cuts

    def _finest(self, word: str) -> list[str]:
        """*word* as two or more dictionary words of at least two characters, if it can be laid out so."""
        if len(word) < 4:
            return [word]
        inner = set(self._segmenter.cut_for_search(word)) - {word}
        layouts: list[list[str] | None] = [[], *[None] * len(word)]
        for end in range(2, len(word) + 1):
            for length in (3, 2):
                before = layouts[end - length] if end >= length else None
                if before is not None and word[end - length : end] in inner:
                    layouts[end] = [*before, word[end - length : end]]
                    break
        return layouts[-1] or [word]


def _is_mixed(line: str) -> bool:
    """Whether a user word is not wholly Han, so that jieba never sees it in one run."""
    found = RUN.match(line)
    return not (found and is_segmented(found[0]) and found[0] == parse_user_word(line)[0])
