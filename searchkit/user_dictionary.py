"""Words that a user takes -> lines of the user dictionary, which keeps all that it has; its words in an index."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.normalize import fold_case
from searchkit.analysis.segmenter import parse_user_word
from searchkit.analysis.table_cache import write_whole
from searchkit.config import Config, dictionary_lines, dictionary_text, expanded
from searchkit.engines.base import Reader
from searchkit.errors import ConfigError
from searchkit.reports import AcceptedWords
from searchkit.translation import gettext as _
from searchkit.user_folder import locked, user_folder

_NAME = "words.txt"
_PATIENCE = 30.0
"""Seconds for the lock; whoever has it reads and writes one file."""


def accept_words(words: str | Iterable[str], *, config: Config | None = None) -> AcceptedWords:
    """Add *words*, one or several, to the user dictionary of *config* or, if it names none, to `words.txt` in the
    folder of your own settings. The file is made if it is not there; a `reindex` with it makes them words of the
    index.

    Raises:
        ConfigError: the file cannot be read or is not UTF-8, or none is named and you have no home.
        OSError: it cannot be written, or another process writes it for long; it is as it was.
        ValueError: one of *words* is none, such as a text with spaces in it.
    """
    given = (config or Config()).user_dictionary
    path = expanded(given) if given else user_folder("config") / _NAME
    if not given and not path.is_absolute():
        raise ConfigError(_("you have no home for a user dictionary; name a file with user_dictionary"))
    path = path.resolve()
    wanted = {_folded(word): word for word in ((words,) if isinstance(words, str) else words)}
    with locked(path, _PATIENCE):
        before = dictionary_text(path) if path.exists() else ""
        there = {parse_user_word(line)[0] for line in Analyzer(dictionary_lines(before)).user_words}
        added = tuple(word for folded, word in wanted.items() if folded not in there)
        if added:
            _write(path, before, added)
    known = tuple(word for folded, word in wanted.items() if folded in there)
    return AcceptedWords(path=str(path), added=added, known=known, configured=bool(given))


def counted_words(lines: Iterable[str], prefix: str, reader: Reader) -> tuple[tuple[str, int], ...]:
    """The words of *lines*, a user dictionary, that begin with *prefix*, folded, and how many articles have each,
    the most frequent first; without those that none has."""
    folded = fold_case(prefix)
    found = (fold_case(parse_user_word(line)[0]) for line in lines if fold_case(line).startswith(folded))
    words = list(dict.fromkeys(found))
    counts = zip(words, reader.article_frequencies(words), strict=True)
    return tuple(sorted(((word, n) for word, n in counts if n), key=lambda pair: (-pair[1], pair[0])))


def _folded(word: str) -> str:
    """*word* as the index knows it.

    Raises:
        ValueError: a line of a dictionary would not be this word.
    """
    folded = Analyzer([word]).user_words
    is_one = len(word.split()) == 1 and word.isprintable() and not word.startswith("#")
    if not is_one or not folded or not re.search(r"[^\W_]", folded[0]):
        raise ValueError(_("not a word for a dictionary: {word!r:.80}").format(word=word))
    return parse_user_word(folded[0])[0]


def _write(path: Path, before: str, added: Iterable[str]) -> None:
    """Write the lines *before* and those *added*, which end as they do, with the rights that the file has."""
    mode = path.stat().st_mode if path.exists() else None
    end = "\r\n" if "\r\n" in before else "\n"
    begin = before if before.endswith(("\n", "\ufeff")) or not before else before + end
    write_whole(path, (begin + "".join(f"{word}{end}" for word in added)).encode("utf-8"))
    if mode is not None:
        path.chmod(mode)
