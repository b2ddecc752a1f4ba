"""Articles -> the words of the dictionary, and the characters between them, that their sentences are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from searchkit.analysis.character_tables import EDGE
from searchkit.analysis.normalize import fold_to_cut
from searchkit.analysis.scripts import HAN_RUN
from searchkit.analysis.segmenter import load_plain_cut
from searchkit.analysis.sites import site_of
from searchkit.model import Article
from searchkit.patterns import lazy_pattern

Array = NDArray[Any]

BREAK = "\n"
"""The piece before and behind each sentence. Its number is 0."""
LEAST_ACCOUNTS = 3
"""What fewer say is their own way of talking."""
_SENTENCE = lazy_pattern(r"[^\n。！？；!?;]+")


class Pieces(Struct, frozen=True):
    """The pieces of all sentences: `ids` are numbers in `vocabulary`, in their order. The pieces of an article
    begin at its place in `starts`; `accounts` has the number of its account. Where there are too few accounts to
    compare, each article counts as one."""

    vocabulary: tuple[str, ...]
    ids: Array
    starts: Array
    accounts: Array

    def accounts_at(self, positions: Array) -> Array:
        """The account that wrote what is at each of *positions*."""
        return self.accounts[np.searchsorted(self.starts, positions, side="right") - 1]


def read_pieces(articles: Iterable[Article], user_words: Iterable[str]) -> Pieces:
    """The pieces of *articles*, cut by jieba's dictionary and that of the user. What is said again in the same
    words, as in a repost or at the foot of every article, counts once."""
    cut = load_plain_cut(user_words)
    numbers = {BREAK: 0}
    names: dict[str, int] = {}
    said: set[int] = set()
    parts = [np.zeros(1, np.int32)]
    accounts = []
    for article in articles:
        text = "".join(sentence + BREAK for sentence in _new_sentences(article, said))
        parts.append(np.array([numbers.setdefault(piece, len(numbers)) for piece in cut(text)], np.int32))
        accounts.append(names.setdefault(_account_of(article), len(names)))
    return Pieces(
        vocabulary=tuple(numbers),
        ids=np.concatenate(parts),
        starts=np.cumsum([part.size for part in parts])[:-1],
        accounts=np.array(accounts if len(names) >= LEAST_ACCOUNTS else range(len(accounts)), np.int32),
    )


def _new_sentences(article: Article, said: set[int]) -> Iterator[str]:
    """The sentences of *article* with Han in them that nobody *said* before."""
    text = fold_to_cut(f"{article.title}{BREAK}{article.own_text}").replace(EDGE, "")
    for sentence in map(str.strip, _SENTENCE.findall(text)):
        number = hash(sentence)
        if number not in said and HAN_RUN.search(sentence):
            said.add(number)
            yield sentence


def _account_of(article: Article) -> str:
    """Who speaks: the author, or the site; an article of neither speaks for itself."""
    return article.author or site_of(article.url) or article.id
