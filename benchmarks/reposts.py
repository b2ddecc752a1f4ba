"""How surely a changed copy of an article of the archive is found to be a repost of it, and what that takes."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from pathlib import Path

import searchkit
from benchmarks.promises import HAN, SEED, Outcome, edited_text
from searchkit.analysis.normalize import fold_case
from searchkit.articles.duplicates import Group
from searchkit.articles.file_facts import Facts
from searchkit.articles.reposts import with_clusters
from searchkit.articles.shingles import shingles_of

BARS = {0.05: 0.99, 0.15: 0.97, 0.30: 0.90}
"""A share of characters that are edited -> the least share of copies that must be found."""
COPIES = 300
_LEAST = 200  # characters of an article that is copied
_HEADER, _FOOTER = "关注我们，不迷路", "本文转载自网络，如有侵权请联系删除"


def check_copies(index: searchkit.Index, place: Path) -> dict[float, Outcome]:
    """An index in *place* of all articles and of `COPIES` for each share of `BARS`: copies of articles that are
    mostly Han, with so many of their characters edited, another header and a line more, by another author. Each
    has to be in the cluster of its article, which has no other copy."""
    chance = random.Random(SEED)
    articles = list(index)
    some = chance.sample(articles, min(200, len(articles)))
    others = HAN.findall("".join(article.body[:200] for article in some))
    chosen = chance.sample([article for article in articles if _is_han(article)], COPIES * len(BARS))
    shares = [edited for edited in BARS for _ in range(COPIES)]
    copies = [
        replace(article, id=_copy_of(article.id), author="another", body=_changed(article, edited, others, chance))
        for article, edited in zip(chosen, shares, strict=True)
    ]
    searchkit.reindex([*articles, *copies], place)
    outcomes = {edited: Outcome(tried=COPIES) for edited in BARS}
    with searchkit.open_index(place) as copied:
        for article, edited in zip(chosen, shares, strict=True):
            cluster = copied.get(article.id).cluster
            if not cluster or cluster != copied.get(_copy_of(article.id)).cluster:
                outcomes[edited].lost.append(article.id)
    return outcomes


def finding_ms(index: searchkit.Index) -> float:
    """How long it takes, a thousandth of a second of the processor an article, to find the clusters of all."""
    texts = [(article.id, article.own_text) for article in index]
    began = time.process_time()
    with_clusters([_group(*text) for text in texts])
    return (time.process_time() - began) * 1000 / max(1, len(texts))


def _is_han(article: searchkit.Article) -> bool:
    text = "".join(article.own_text.split())
    return len(text) >= _LEAST and len(HAN.findall(text)) >= 0.6 * len(text)


def _changed(article: searchkit.Article, edited: float, others: list[str], chance: random.Random) -> str:
    return f"{_HEADER}\n{edited_text(article.own_text, edited, others, chance)}\n{_FOOTER}"


def _copy_of(article_id: str) -> str:
    return f"copy of {article_id}"


def _group(article_id: str, text: str) -> Group:
    shingles = shingles_of(text, fold_case(text))
    return Group((Facts(article_id, "", article_id, "", (), (), None, shingles=shingles),))
