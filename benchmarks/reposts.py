"""How surely a changed copy of an article of the archive is found to be a repost of it."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import searchkit
from benchmarks.promises import HAN, SEED, Outcome, edited_text
from searchkit.analysis.normalize import fold_case
from searchkit.articles.duplicates import Group
from searchkit.articles.file_facts import Facts
from searchkit.articles.reposts import with_clusters
from searchkit.articles.shingles import shingles_of
from searchkit.model import Article

BARS = {0.05: 0.99, 0.15: 0.97, 0.30: 0.90}
"""A share of characters that are edited -> the least share of copies that must be found."""
_LEAST = 200  # characters of an article that is copied
_HEADER, _FOOTER = "关注我们，不迷路", "本文转载自网络，如有侵权请联系删除"


def check_copies(index: searchkit.Index, count: int, *, edited: float) -> Outcome:
    """So many copies of articles that are mostly Han, with a share of their characters *edited*, another header
    and a line more, among all articles: each is in the cluster of its article. Times are of the processor, of the
    shingles of a copy."""
    chance = random.Random(f"{SEED} {edited}")
    articles = list(index)
    chosen = chance.sample([article for article in articles if _is_han(article)], count)
    others = HAN.findall(
        "".join(article.body[:200] for article in chance.sample(articles, min(200, len(articles))))
    )
    outcome = Outcome(tried=count)
    groups = [_group(article.id, article.own_text) for article in articles]
    for article in chosen:
        copy = f"{_HEADER}\n{edited_text(article.own_text, edited, others, chance)}\n{_FOOTER}"
        began = time.process_time()
        groups.append(_group(_copy_of(article.id), copy))
        outcome.took_ms.append((time.process_time() - began) * 1000)
    clusters = {group.id: group.cluster for group in with_clusters(groups)}
    found = [one.id for one in chosen if clusters[one.id] and clusters[one.id] == clusters[_copy_of(one.id)]]
    outcome.lost = [article.id for article in chosen if article.id not in found]
    return outcome


def clustering_ms(index: searchkit.Index) -> float:
    """How long it takes, a thousandth of a second of the processor an article, to find the clusters of all."""
    texts: Sequence[tuple[str, str]] = [(article.id, article.own_text) for article in index]
    began = time.process_time()
    with_clusters([_group(*text) for text in texts])
    return (time.process_time() - began) * 1000 / max(1, len(texts))


def _is_han(article: Article) -> bool:
    text = "".join(article.own_text.split())
    return len(text) >= _LEAST and len(HAN.findall(text)) >= 0.6 * len(text)


def _copy_of(article_id: str) -> str:
    return f"copy of {article_id}"


def _group(article_id: str, text: str) -> Group:
    shingles = shingles_of(text, fold_case(text))
    return Group((Facts(article_id, "", article_id, "", (), (), None, shingles=shingles),))
