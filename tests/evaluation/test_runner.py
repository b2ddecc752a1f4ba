"""Queries searched in an index: what documents are called, and what is pooled."""

from __future__ import annotations

from pathlib import Path

import pytest

import searchkit
from searchkit.evaluation.pools import pool
from searchkit.evaluation.queries import Query
from searchkit.evaluation.runs import article_ids, ranked, search_run
from searchkit.index import reader_of
from tests.conftest import Library


def test_an_article_is_named_by_id_repeat_or_path(
    sample_index: searchkit.Index, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moon = next(samples.glob("hugo/*月全食*"))
    repeat = next(name for name in reader_of(sample_index).keywords("duplicate"))
    monkeypatch.chdir(samples.parent)
    names = [f"hugo/{moon.name}", str(moon), f"corpus/hugo/{moon.name}", repeat, "hugo/none.md", "", "a\0b"]
    found = article_ids(sample_index, names)
    assert [found.get(name) for name in names[:3]] == [f"hugo/{moon.name}"] * 3
    assert found[repeat] == sample_index.get(repeat).id != repeat
    assert set(names[4:]).isdisjoint(found)


def test_a_run_is_what_a_search_finds_in_its_order(sample_index: searchkit.Index) -> None:
    queries = [Query("q1", "月"), Query("q2", "qwertyuiop")]
    done: list[tuple[int, int]] = []
    run = search_run(sample_index, queries, {}, {}, progress=lambda *count: done.append(count))
    hits = sample_index.search("月", limit=100, snippets=False).hits
    assert ranked(run["q1"]) == [hit.id for hit in hits]
    assert run["q2"] == {}
    assert done == [(1, 2), (2, 2)]


def test_an_article_is_listed_as_what_the_judgements_call_it(sample_index: searchkit.Index) -> None:
    repeat = next(name for name in reader_of(sample_index).keywords("duplicate"))
    article = sample_index.get(repeat)
    queries = [Query("q1", article.title), Query("q2", article.title), Query("q3", article.title)]
    judgements = {"q1": {repeat: 1}, "q2": {article.id: 1, repeat: 1}}
    run = search_run(sample_index, queries, judgements, article_ids(sample_index, [repeat, article.id]))
    assert ranked(run["q1"])[0] == repeat
    assert set(ranked(run["q2"])[:2]) == {article.id, repeat}
    assert ranked(run["q3"])[0] == article.id
    assert article.id not in run["q1"]


def test_a_run_has_at_most_100_documents(library: Library) -> None:
    index = library(*(f"月亮的第{n}篇" for n in range(120)))
    (scores,) = search_run(index, [Query("q", "月亮")], {}, {}).values()
    assert len(scores) == 100


def test_a_pool_has_what_any_way_finds_first(library: Library) -> None:
    index = library(both="月全食 流星雨", one="月全食", other="流星雨", none="早茶")
    assert index.scored("月全食 流星雨", limit=1)[0][0] == "both"
    assert set(pool(index, "月全食 流星雨", depth=10)) == {"both", "one", "other"}


def test_a_pool_takes_the_first_of_a_ranking(library: Library) -> None:
    index = library(moon="月全食", tea="早茶", soup="雪梨汤")
    assert set(pool(index, "月全食", depth=1, rankings=[["tea", "soup"]])) == {"moon", "tea"}


def test_the_name_of_a_file_in_a_pool_may_be_no_utf8(library: Library) -> None:
    assert "a\udcff.md" in pool(library(moon="月全食"), "月全食", depth=5, rankings=[["a\udcff.md"]])


def test_the_order_of_a_pool_says_nothing_of_rank_and_stays(library: Library) -> None:
    index = library(*(f"{'月亮' * n}升起" for n in range(1, 30)))
    pooled = pool(index, "月亮", depth=20)
    assert pooled == pool(index, "月亮", depth=20)
    assert list(pooled) != list(index.ids("月亮"))[: len(pooled)]
    assert list(pooled) != sorted(pooled)


def test_hits_are_shown_as_a_search_shows_them(library: Library) -> None:
    index = library(moon="月全食为什么是红色的。", tea="广州人喝早茶。")
    moon, tea = index.hits("月全食", ["moon", "tea"])
    (found,) = index.search("月全食").hits
    assert moon.snippets == found.snippets
    assert (moon.score, tea.title) == (0.0, "tea")
