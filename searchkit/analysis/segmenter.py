"""Runs of Han -> words, by jieba and the dictionary of the user.

rjieba, the Rust port, cuts runs of Han exactly as jieba does and stands in for it where it is installed, and
so does the packed dictionary, for queries and a few articles. Each is loaded on first use. A segmenter never
changes a character, and the words of `cut` put together are the run.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import Any, Protocol

from searchkit.analysis.character_tables import EDGE
from searchkit.analysis.scripts import RUN, is_segmented
from searchkit.user_folder import user_folder

_MOST_OF_QUERY, _MOST_OF_ARTICLES = 500, 10_000
"""Characters of a query, and of all articles, that are cut in Python, which takes longer for each, but nothing
has to be loaded."""


class Segmenter(Protocol):
    """Cuts runs of Han, which may be several with spaces between them."""

    def cut(self, text: str) -> list[str]:
        """Words in their order."""

    def cut_for_search(self, text: str) -> list[str]:
        """The same words, each after the shorter dictionary words inside it."""


class Dictionary:
    """jieba's words and those of the user, *lines* in jieba's format. It is loaded when it is first used. The
    packed one, if there is one, cuts what takes it less time: of queries each short text, of articles the first
    10,000 characters."""

    def __init__(self, lines: Sequence[str] = (), *, for_queries: bool = False) -> None:
        self._lines = lines
        self._words = [line for line in lines if not _is_mixed(line)]
        self._for_queries = for_queries

    @cached_property
    def segmenter(self) -> Segmenter:
        """What cuts Han, and knows those words of the user that are wholly Han."""
        if self._for_queries or not self._words:  # for with other words ways may be as likely but for rounding
            with suppress(OSError, ImportError):
                return _Few(self._words, for_queries=self._for_queries)
        return load_segmenter(self._words)

    def load(self) -> None:
        """Load what cuts any text as fast as the next."""
        self.segmenter = load_segmenter(self._words)
        self.segmenter.cut("词")

    def cut_for_search(self, runs: Sequence[str]) -> list[str]:
        """The words of several runs of Han, each after the shorter ones inside it."""
        if not runs:
            return []
        return [word for word in self.segmenter.cut_for_search(" ".join(runs).replace(EDGE, "")) if word != " "]

    def find_mixed(self, text: str) -> list[str]:
        """The words of the user in *text* that are not wholly Han, case folded."""
        return self._mixed.findall(text.replace(EDGE, "").casefold()) if self._mixed else []

    @cached_property
    def _mixed(self) -> re.Pattern[str] | None:
        words = [parse_user_word(line)[0].casefold() for line in self._lines if _is_mixed(line)]
        longest_first = sorted(words, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, longest_first))) if words else None


def _is_mixed(line: str) -> bool:
    """Whether a user word is not wholly Han, so that jieba never sees it in one run."""
    found = RUN.match(line)
    return not (found and is_segmented(found[0]) and found[0] == parse_user_word(line)[0])


def load_segmenter(user_words: Iterable[str] = (), *, prefer_rust: bool = True) -> Segmenter:
    """A segmenter that also knows *user_words* (jieba's format: a word, then optionally its frequency)."""
    words = [parse_user_word(line) for line in user_words]
    if prefer_rust and importlib.util.find_spec("rjieba"):
        segmenter: Segmenter = _rust_jieba(words)
        return segmenter
    return _Jieba(words)


def load_plain_cut(user_words: Iterable[str] = ()) -> Callable[[str], list[str]]:
    """What cuts a text into words of the dictionary and of *user_words*, and the characters between them: jieba
    without its model, which makes words of these."""
    words = [parse_user_word(line) for line in user_words if not _is_mixed(line)]
    if importlib.util.find_spec("rjieba"):
        return partial(_rust_jieba(words).cut, hmm=False)
    return _Jieba(words).cut_plainly


def parse_user_word(line: str) -> tuple[str, int | None]:
    """A line of a user dictionary -> the word and its frequency, None for one that keeps the word whole.

    >>> parse_user_word("雾凇拼音 500 nz"), parse_user_word("云计算")
    (('雾凇拼音', 500), ('云计算', None))
    """
    word, *rest = line.split() or [""]
    return word, int(rest[0]) if rest and rest[0].isdecimal() else None


class _Few:
    """Cuts few characters with the packed dictionary, and loads a segmenter for more.

    Raises:
        OSError, ImportError: as of `PackedJieba`.
    """

    def __init__(self, user_words: Sequence[str], *, for_queries: bool) -> None:
        from searchkit.analysis.packed_jieba import PackedJieba

        self._user_words = user_words
        self._packed = PackedJieba(map(parse_user_word, user_words))
        self._for_queries = for_queries
        self._size = 0

    def cut(self, text: str) -> list[str]:
        return self._for(text).cut(text)

    def cut_for_search(self, text: str) -> list[str]:
        return self._for(text).cut_for_search(text)

    def _for(self, text: str) -> Segmenter:
        if self._for_queries:
            return self._packed if len(text) <= _MOST_OF_QUERY else self._loaded
        self._size += len(text)
        return self._packed if self._size <= _MOST_OF_ARTICLES else self._loaded

    @cached_property
    def _loaded(self) -> Segmenter:
        return load_segmenter(self._user_words)


def _rust_jieba(words: list[tuple[str, int | None]]) -> Any:
    import rjieba

    jieba: Any = rjieba.Jieba() if words else rjieba  # the module has a dictionary loaded already
    for word, frequency in words:
        jieba.add_word(word, frequency or jieba.suggest_freq(word), None)
    return jieba


class _Jieba:
    def __init__(self, words: list[tuple[str, int | None]]) -> None:
        import logging  # with jieba, which few need

        import jieba

        jieba.setLogLevel(logging.WARNING)
        self._jieba = jieba.Tokenizer()
        folder = user_folder("cache")
        folder.mkdir(parents=True, exist_ok=True)
        self._jieba.tmp_dir = os.fspath(folder)
        self._jieba.cache_file = "jieba.cache"
        for word, frequency in words:
            self._jieba.add_word(word, frequency)

    def cut(self, text: str) -> list[str]:
        return list(self._jieba.cut(text))

    def cut_for_search(self, text: str) -> list[str]:
        return list(self._jieba.cut_for_search(text))

    def cut_plainly(self, text: str) -> list[str]:
        return list(self._jieba.cut(text, HMM=False))
