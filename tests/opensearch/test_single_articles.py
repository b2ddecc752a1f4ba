"""Single articles of an index on the cluster."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from tests.conftest import make_article
from tests.ingest.test_single_articles import (  # noqa: F401 - with the engine of this `config`
    test_a_change_that_changes_nothing_publishes_nothing,
    test_a_repeat_comes_back_when_the_original_is_gone,
    test_an_update_replaces_adds_and_may_be_done_twice,
    test_ids_that_nobody_knows_are_reported_and_the_others_removed,
    test_lines_that_come_to_stand_under_many_texts_are_boilerplate_of_all,
    test_one_changes_an_index_at_a_time,
    test_what_is_added_must_be_new_and_nothing_is_added_if_one_is_not,
)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(index=str(tmp_path / "index"), engine="opensearch", jobs=1)


def test_threads_search_while_articles_are_added_and_loaded(config: Config) -> None:
    searchkit.add(make_article("第0篇", "惠州有西湖。"), config=config)
    totals, ended = [], threading.Event()
    with searchkit.open_index(config=config) as index:

        def search() -> None:
            while not ended.wait(0.01):
                totals.append(index.search("西湖").total)

        threads = [threading.Thread(target=search) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(1, 4):
            searchkit.add(make_article(f"第{number}篇", f"惠州有西湖，第{number}次。"), config=config)
            assert index.reload()
        ended.set()
        for thread in threads:
            thread.join()
        assert index.search("西湖").total == 4
    assert set(totals) <= {1, 2, 3, 4}
    assert 1 in totals
