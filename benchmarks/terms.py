"""The words of every article by field, as numbers in a vocabulary: what engines get that are measured without
analysis. At ten times the archive, copies have their words in another order and some of them turned into new
ones, so that the vocabulary grows with the articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.corpora import archive_folder, cache

FIELDS = ("title", "tags", "body")
Numbers = npt.NDArray[np.int64]
Words = dict[str, list[str]]
"""The words of an article by field, repeats and all."""

_SHIFTED, _DROPPED, _TURNED, _VARIANTS = 16, 0.1, 0.02, 8


@dataclass(frozen=True)
class Column:
    """The words of a field of all articles, one article after the other; `starts` has one entry more than
    there are articles."""

    words: Numbers
    starts: Numbers

    def of(self, article: int) -> Numbers:
        """The words of one article."""
        return self.words[self.starts[article] : self.starts[article + 1]]

    def owners(self) -> Numbers:
        """The article of each word."""
        return np.repeat(np.arange(self.starts.size - 1), np.diff(self.starts))


@dataclass(frozen=True)
class Terms:
    """A corpus as words: `vocabulary` by number, a column a field."""

    vocabulary: list[str]
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        """How many articles there are."""
        return int(self.columns["body"].starts.size - 1)

    def article(self, number: int) -> Words:
        """The words of an article."""
        words = self.vocabulary
        return {name: [words[i] for i in column.of(number).tolist()] for name, column in self.columns.items()}

    def frequencies(self) -> Numbers:
        """In how many articles each word of the vocabulary occurs, in any field."""
        size = len(self.vocabulary)
        keys = [column.owners() * size + column.words for column in self.columns.values()]
        return np.bincount(np.unique(np.concatenate(keys)) % size, minlength=size)


def lay_out(terms: Terms) -> list[Words]:
    """Every article as lists of words."""
    return [terms.article(number) for number in range(len(terms))]


def lay_out_joined(terms: Terms) -> list[dict[str, str]]:
    """Every article as words joined by blanks."""
    return [{name: " ".join(words) for name, words in terms.article(n).items()} for n in range(len(terms))]


def terms_of_archive(times: int) -> Terms:
    """The words of the archive *times* over, from the cache if they are there."""
    file = cache() / f"terms-{times}.npz"
    if not file.exists():
        found = make_terms(_analysed()) if times == 1 else multiply(terms_of_archive(1), times)
        _save(found, file)
    return _load(file)


def make_terms(articles: Iterable[Mapping[str, Sequence[str]]]) -> Terms:
    """The columns of *articles*, each with the words of its fields."""
    numbers: dict[str, int] = {}
    words: dict[str, list[int]] = {name: [] for name in FIELDS}
    starts: dict[str, list[int]] = {name: [0] for name in FIELDS}
    for article in articles:
        for name in FIELDS:
            words[name].extend(numbers.setdefault(word, len(numbers)) for word in article[name])
            starts[name].append(len(words[name]))
    columns = {n: Column(np.array(words[n], np.int64), np.array(starts[n], np.int64)) for n in FIELDS}
    return Terms(list(numbers), columns)


def multiply(terms: Terms, times: int) -> Terms:
    """*terms* and *times* - 1 copies of them that differ."""
    size = len(terms.vocabulary)
    copies = [{name: _copy(terms.columns[name], copy, size) for name in FIELDS} for copy in range(times)]
    turned = np.unique(np.concatenate([c.words[c.words >= size] for copy in copies for c in copy.values()]))
    columns = {name: _chained([copy[name] for copy in copies]) for name in FIELDS}
    for column in columns.values():
        new = column.words >= size
        column.words[new] = size + np.searchsorted(turned, column.words[new])
    known = set(terms.vocabulary)
    names = (terms.vocabulary[key // _VARIANTS] + "abcdefgh"[key % _VARIANTS] for key in (turned - size).tolist())
    return Terms([*terms.vocabulary, *(f"{name}_" if name in known else name for name in names)], columns)


def _copy(column: Column, copy: int, size: int) -> Column:
    """Copy number *copy* of a field: short runs of words shuffled in each article, some dropped, some words
    turned into a variant, numbered from *size* on. Copy 0 is the field as it is."""
    if copy == 0:
        return column
    chance = np.random.default_rng(copy)
    owners = column.owners()
    runs = owners * (1 << 24) + (np.arange(owners.size) - column.starts[owners]) // _SHIFTED
    _, first, run = np.unique(runs, return_index=True, return_inverse=True)
    order = np.lexsort((chance.random(first.size)[run], owners))
    order = order[chance.random(first.size)[run[order]] >= _DROPPED] if first.size else order
    words, kept = column.words[order].copy(), owners[order]
    turned = np.flatnonzero(chance.random(words.size) < _TURNED)
    words[turned] = size + words[turned] * _VARIANTS + chance.integers(0, _VARIANTS, turned.size)
    counts = np.bincount(kept, minlength=column.starts.size - 1)
    return Column(words, np.concatenate(([0], np.cumsum(counts))))


def _chained(columns: list[Column]) -> Column:
    before = np.cumsum([0, *(column.words.size for column in columns)])
    starts = [column.starts[:-1] + offset for column, offset in zip(columns, before, strict=False)]
    return Column(np.concatenate([c.words for c in columns]), np.concatenate([*starts, before[-1:]]))


def _analysed() -> Iterator[Words]:
    """Every article of the archive, read and analysed as searchkit does."""
    from searchkit.analysis.analyzer import Analyzer
    from searchkit.articles.corpus import Entry, entries_of, load

    analyzer = Analyzer()
    for entry in entries_of(archive_folder()):
        if isinstance(entry, Entry):
            article = load(entry, ignored_tags=()).article
            texts = {"title": article.title, "tags": "\n".join(article.tags), "body": article.body}
            yield {name: [w for w in analyzer.words(text) if len(w.split()) == 1] for name, text in texts.items()}


def _save(terms: Terms, file: Path) -> None:
    arrays = {f"{name}_words": column.words.astype(np.uint32) for name, column in terms.columns.items()}
    arrays.update({f"{name}_starts": column.starts for name, column in terms.columns.items()})
    packed = "\n".join(terms.vocabulary).encode("utf-8", "surrogatepass")
    half = file.with_name("half." + file.name)
    np.savez(half, vocabulary=np.frombuffer(packed, np.uint8), **arrays)  # type: ignore[arg-type]
    half.rename(file)


def _load(file: Path) -> Terms:
    with np.load(file) as arrays:
        vocabulary = arrays["vocabulary"].tobytes().decode("utf-8", "surrogatepass").split("\n")
        return Terms(
            vocabulary,
            {n: Column(arrays[f"{n}_words"].astype(np.int64), arrays[f"{n}_starts"]) for n in FIELDS},
        )
