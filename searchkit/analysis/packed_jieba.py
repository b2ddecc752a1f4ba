"""jieba's dictionary in a small file, for queries: a search as a process does not wait for rjieba to load its own.

The cut is that of jieba: the likeliest words by their frequencies; where several characters in a row are left
alone, a hidden Markov model says which of them are words. Its states are the begin, middle and end of a word,
and a character alone. Both are in one trie, whose file is in the user's cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from importlib.util import find_spec
from math import log, prod
from pathlib import Path
from typing import Any
from zlib import crc32

from searchkit.analysis.table_cache import write_whole
from searchkit.user_folder import user_folder

_NAME = "jieba-0.42.1-1.trie"
"""The version of the dictionary, and of the file."""
_CHECKSUM, _WHOLE = 4, 0x2144DF1C
"""Bytes at the end, and the checksum of any bytes with theirs behind them."""
_CHUNK_SIZE = 1 << 16
_NUMBER = "<d"
_MODEL = "\t"
"""Begins the keys that are no words: alone, the sum of all frequencies; with a state, how likely that begins a
run; with two, how likely one follows the other; with a state and a character, how likely it is that."""
_LONGEST = 16
"""Characters of the longest word. The trie takes long to look for what a long text begins with."""
_BEFORE = {"B": "ES", "M": "MB", "S": "SE", "E": "BM"}
_NEVER = -3.14e100
_REMEMBERED = 4096
"""Runs whose words are kept: those of a query come again, with its next page and its next letter."""


class PackedJieba:
    """Cuts runs of Han as jieba does that knows *words* too, each with its frequency or None.

    Raises:
        OSError: there is no file, or it is damaged.
        ImportError: marisa-trie is not installed.
    """

    def __init__(self, words: Iterable[tuple[str, int | None]] = ()) -> None:
        self._trie = _mapped(_path())
        self._total = self._number(_MODEL)
        self._added: dict[str, float] = {}
        self._added_at: dict[str, list[str]] = {}
        """Those that begin with a character."""
        for word, frequency in words:
            self._add(word, float(frequency or self._least(word)))
        self._words = lru_cache(maxsize=_REMEMBERED)(self._words_of)

    def cut(self, text: str) -> list[str]:
        """The words of *text* in their order."""
        first, *others = text.split(" ")
        words = [*self._words(first)]
        for run in others:
            words += (" ", *self._words(run))
        return words

    def cut_for_search(self, text: str) -> list[str]:
        """The same words, each after the shorter ones inside it."""
        found: list[str] = []
        for word in self.cut(text):
            for length in (2, 3):
                if len(word) > length:
                    pieces = (word[at : at + length] for at in range(len(word) - length + 1))
                    found += filter(self._knows, pieces)
            found.append(word)
        return found

    def _add(self, word: str, frequency: float) -> None:
        if word not in self._added:
            self._added_at.setdefault(word[0], []).append(word)
        self._added[word] = frequency
        self._total += frequency

    def _least(self, word: str) -> int:
        """How frequent *word* must be to stay whole."""
        likely = prod(self._frequency(piece) / self._total for piece in self._likeliest(word))
        return max(int(likely * self._total) + 1, int(self._frequency(word)))

    def _words_of(self, run: str) -> list[str]:
        words: list[str] = []
        alone = ""
        for word in self._likeliest(run):
            if len(word) == 1:
                alone += word
                continue
            words += self._of_unknown(alone)
            words.append(word)
            alone = ""
        return words + self._of_unknown(alone)

    def _likeliest(self, run: str) -> Iterator[str]:
        """*run* as words of the dictionary, and characters between them."""
        log_total = log(self._total)
        best: list[tuple[float, int]] = [(0.0, 0)] * (len(run) + 1)
        for start in range(len(run) - 1, -1, -1):
            ways = [
                (log(self._frequency(run[start:end])) - log_total + best[end][0], end)
                for end in self._ends_at(run, start)
            ]
            best[start] = max(ways)
        start = 0
        while start < len(run):
            end = best[start][1]
            yield run[start:end]
            start = end

    def _ends_at(self, run: str, start: int) -> set[int]:
        """Where the words that begin at *start* end; a character that begins none is one."""
        found = {start + len(word) for word in self._trie.prefixes(run[start : start + _LONGEST])}
        added = self._added_at.get(run[start], ())
        found |= {start + len(word) for word in added if run.startswith(word, start)}
        return found or {start + 1}

    def _frequency(self, word: str) -> float:
        """Of *word* in the dictionary; 1 if it is not there."""
        return self._added.get(word) or max(1.0, self._number(word))

    def _of_unknown(self, chars: str) -> list[str]:
        """Characters in a row that are no words, as words."""
        if len(chars) < 2 or self._knows(chars):
            return list(chars)
        states = self._states(chars)
        ends = [at + 1 for at, state in enumerate(states) if state in "ES"]
        return [chars[start:end] for start, end in zip([0, *ends], ends, strict=False)]

    def _states(self, chars: str) -> str:
        """The likeliest states of *chars*, by Viterbi's algorithm."""
        paths = {s: (self._number(_MODEL + s) + self._emitted(s, chars[0]), s) for s in _BEFORE}
        for char in chars[1:]:
            before, paths = paths, {}
            for state, others in _BEFORE.items():
                emitted = self._emitted(state, char)
                likely, other = max((before[o][0] + self._number(_MODEL + o + state) + emitted, o) for o in others)
                paths[state] = likely, before[other][1] + state
        return max((paths[state][0], state, paths[state][1]) for state in "ES")[2]

    def _emitted(self, state: str, char: str) -> float:
        return self._number(_MODEL + state + char)

    def _knows(self, word: str) -> bool:
        return word in self._trie or word in self._added

    def _number(self, key: str) -> float:
        found = self._trie.get(key)
        return float(found[0][0]) if found else _NEVER


def make_dictionary() -> None:
    """Make the file, unless it is there; that it cannot be made is no error, as a search does without."""
    path = _path()
    with suppress(OSError, ImportError):
        if path.exists():
            return
        data = _trie_of(_numbers()).tobytes()
        write_whole(path, data + crc32(data).to_bytes(_CHECKSUM, "little"))


@lru_cache(maxsize=1)
def _mapped(path: Path) -> Any:
    """The trie in the file at *path*, one for all indexes that are open; a query looks at little of it."""
    from marisa_trie import RecordTrie

    trie = RecordTrie(_NUMBER)
    if _checksum_of(path) != _WHOLE:  # of bytes with their own checksum after them
        raise OSError(f"{path}: damaged")
    return trie.mmap(str(path))


def _checksum_of(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while data := file.read(_CHUNK_SIZE):
            checksum = crc32(data, checksum)
    return checksum


def _path() -> Path:
    return user_folder("cache") / _NAME


def _trie_of(numbers: dict[str, float]) -> Any:
    from marisa_trie import RecordTrie

    return RecordTrie(_NUMBER, ((key, (number,)) for key, number in numbers.items()))


def dictionary_entries() -> Iterator[list[str]]:
    """The words of jieba's dictionary, each with its frequency and the letters of its class.

    Raises:
        OSError, ImportError: there is none.
    """
    text = (_folder() / "dict.txt").read_text(encoding="utf-8")
    return (line.split(" ") for line in text.splitlines())


def _folder() -> Path:
    """Where the files of jieba are, which need not be imported."""
    spec = find_spec("jieba")
    if spec is None or spec.origin is None:
        raise ImportError(name="jieba")
    return Path(spec.origin).parent


def _numbers() -> dict[str, float]:
    """What is in the file, from the files of jieba."""
    folder = _folder()
    numbers = {word: float(frequency) for word, frequency, _kind in dictionary_entries()}
    numbers[_MODEL] = sum(numbers.values())
    for state, probability in _table(folder, "start").items():
        numbers[_MODEL + state] = probability
    for name in ("trans", "emit"):
        for state, others in _table(folder, name).items():
            numbers |= {_MODEL + state + other: probability for other, probability in others.items()}
    return numbers


def _table(folder: Path, name: str) -> dict[str, Any]:
    import runpy  # a query reads none

    table: dict[str, Any] = runpy.run_path(str(folder / "finalseg" / f"prob_{name}.py"))["P"]
    return table
