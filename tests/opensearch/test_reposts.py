"""Reposts on the cluster are those of the reference, in every list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit.config import Config
from tests.test_folding import OTHERS, VERSIONS


def _answers(place: Path, engine: str) -> list[Any]:
    with searchkit.open_index(place, engine=engine) as index:
        clusters = [[repost.article.id for repost in cluster.reposts] for cluster in index.reposts()]
        lists = [
            index.search(query, limit=None, sort=sort, fold=fold, facets=("tag", "year"))
            for query in ("渡口", "茶馆 南岸", "盐湖结冰")
            for sort in ("relevance", "newest")
            for fold in (True, False)
        ]
        shown = [[(hit.id, hit.reposts, hit.newest) for hit in found] for found in lists]
        return [clusters, shown, [(found.total, found.complete, found.facets) for found in lists]]


@pytest.mark.parametrize("ahead", [0, 2], ids=["at once", "in two runs"])
def test_reposts_are_those_of_the_reference(tmp_path: Path, ahead: int) -> None:
    answers = []
    for engine in ("whoosh", "opensearch"):
        place = tmp_path / engine
        articles = [*VERSIONS, *OTHERS]
        if ahead:
            searchkit.reindex(articles[ahead:], place, jobs=1, config=Config(engine=engine))
        searchkit.reindex(articles, place, jobs=1, config=Config(engine=engine))
        answers.append(_answers(place, engine))
    assert answers[0] == answers[1]
    assert answers[0][0] == [["甲.md", "乙.md", "丙.md"], ["丁.md", "戊.md"]]
