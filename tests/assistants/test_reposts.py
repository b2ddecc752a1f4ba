"""An article that stands for others says so, and names the newest."""

from __future__ import annotations

from pathlib import Path

import searchkit
from searchkit.assistants.lists import search, similar
from searchkit.assistants.overview import overview
from tests.test_folding import OTHERS, VERSIONS


def test_a_hit_says_how_many_reposts_it_has_and_which_is_the_newest(tmp_path: Path) -> None:
    searchkit.reindex([*VERSIONS, *OTHERS], tmp_path, jobs=1)
    with searchkit.open_index(tmp_path) as index:
        answer = search(index, query="渡口 茶馆")
    hits = {hit["id"]: hit for hit in answer.values["hits"]}
    assert (hits["甲.md"]["reposts"], hits["甲.md"]["newest"]) == (2, "丙.md")
    assert "reposts: 2, the newest id: 丙.md" in answer.text
    assert not any("reposts" in hit or "newest" in hit for id_, hit in hits.items() if id_.startswith("别/"))


def test_in_a_list_with_each_repost_no_hit_says_that_it_stands_for_others(tmp_path: Path) -> None:
    searchkit.reindex([*VERSIONS, *OTHERS], tmp_path, jobs=1)
    with searchkit.open_index(tmp_path) as index:
        answers = [search(index, query="", limit=20), similar(index, id="乙.md")]
    assert {"甲.md", "丙.md"} <= {hit["id"] for hit in answers[0].values["hits"]}
    assert not any("reposts" in hit or "newest" in hit for answer in answers for hit in answer.values["hits"])
    assert not any("reposts" in answer.text for answer in answers)


def test_an_overview_counts_each_repost_wherever_it_counts(tmp_path: Path) -> None:
    searchkit.reindex([*VERSIONS, *OTHERS], tmp_path, jobs=1)
    with searchkit.open_index(tmp_path) as index:
        values = overview(index, query="渡口 茶馆").values
        each = index.search("渡口 茶馆", fold=False).total
        assert index.search("渡口 茶馆").total < each
    timeline = values["timeline"]
    assert values["total"] == sum(period["count"] for period in timeline["periods"]) + timeline["undated"] == each
