"""Articles with nearly the same text: another header, an added line, a new version -> clusters of reposts.

All that is known of each text is a sample of its shingles (`shingles.py`), so a run that reads a few files knows
of all of them, and finds what a run that reads everything finds. Two are compared in `repost_pairs.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from searchkit.articles.duplicates import Group, earliest_first
from searchkit.articles.repost_pairs import repost_pairs
from searchkit.articles.shingles import sample_of

LEAST = 100
"""Shingles of a text, its boilerplate left out, about as many ideographs: shorter ones have the same form, such as
a notice or the entry of a list, and of one that was much changed too little is left. In an archive of 5,280
articles, of the texts with 15 to 99 no two are as like as reposts, and two with fewer are links."""


def with_clusters(groups: Sequence[Group]) -> list[Group]:
    """*groups* with the name of the cluster of each that is in one: the id of its earliest article. The order of
    *groups* does not count."""
    ordered = sorted(groups, key=lambda group: group.id)
    sampled = ((group, sample_of(group.files[0].shingles, group.left_out)) for group in ordered)
    long = [(group, sample) for group, sample in sampled if sample.hashes.size >= LEAST]
    pairs = repost_pairs([sample for _, sample in long])
    heads: dict[str, str] = {}
    firsts = {group.id: group.files[0] for group, _ in long}
    for cluster in clusters_of((long[one][0].id, long[other][0].id) for one, other in pairs):
        earliest = min((firsts[article_id] for article_id in cluster), key=earliest_first)
        heads.update(dict.fromkeys(cluster, earliest.id))
    return [replace(group, cluster=heads[group.id]) if group.id in heads else group for group in groups]


def clusters_of(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The ids that *pairs* connect, those of each cluster and the clusters in the order of the alphabet."""
    heads: dict[str, str] = {}
    for pair in pairs:
        one, other = (_head(heads, article_id) for article_id in pair)
        heads[max(one, other)] = min(one, other)
    together: dict[str, list[str]] = {}
    for article_id in sorted({*heads, *heads.values()}):
        together.setdefault(_head(heads, article_id), []).append(article_id)
    return list(together.values())


def _head(heads: Mapping[str, str], article_id: str) -> str:
    while (head := heads.get(article_id, article_id)) != article_id:
        article_id = head
    return article_id
