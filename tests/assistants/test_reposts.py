"""An article that stands for others says so, and names the newest."""

from __future__ import annotations

from pathlib import Path

import searchkit
from searchkit.assistants.lists import search
from tests.test_folding import OTHERS, VERSIONS


def test_a_hit_says_how_many_reposts_it_has_and_which_is_the_newest(tmp_path: Path) -> None:
    searchkit.reindex([*VERSIONS, *OTHERS], tmp_path, jobs=1)
    with searchkit.open_index(tmp_path) as index:
        answer = search(index, query="渡口 茶馆")
    hits = {hit["id"]: hit for hit in answer.values["hits"]}
    assert (hits["甲.md"]["reposts"], hits["甲.md"]["newest"]) == (2, "丙.md")
    assert "reposts: 2, the newest id: 丙.md" in answer.text
    assert not any("reposts" in hit or "newest" in hit for id_, hit in hits.items() if id_.startswith("别/"))
