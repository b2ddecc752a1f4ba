"""Clusters of reposts: the same ones whatever order the files are read in, in one run or in many."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.ingest.reindex import reindex
from searchkit.model import Article
from searchkit.reports import IndexReport
from tests.articles.copies import edited, prose
from tests.conftest import make_article

ENGINES = ("memory", "whoosh")


def post(name: str, text: str, date: str = "2024-01-01") -> Article:
    return make_article(f"说说{name}", text, date, id=f"信/{name}.md")


FIRST = post("渡口", prose("渡口"), "2024-02-01")
COPY = post("码头", f"点击上方蓝字关注\n{edited(FIRST.body, 0.05)}", "2024-03-01")
LATER = post("灯塔", f"{FIRST.body}\n补记：今年又去了一次。", "2024-05-01")
OTHER = post("茶馆", prose("茶馆"), "2024-01-01")


def build(articles: Iterable[Article], place: Path, engine: str = "whoosh", *, full: bool = False) -> IndexReport:
    return reindex(list(articles), place, jobs=1, full=full, allow_removals=True, config=Config(engine=engine))


def clusters(place: Path, engine: str = "whoosh") -> dict[str, str]:
    """The cluster of each article that is in one, by the names of both."""
    with searchkit.open_index(place, engine=engine) as index:
        return {Path(article.id).stem: Path(article.cluster).stem for article in index if article.cluster}


@pytest.mark.parametrize("engine", ENGINES)
def test_reposts_are_found_when_they_come_one_after_the_other(tmp_path: Path, engine: str) -> None:
    build([LATER, OTHER], tmp_path, engine)
    assert clusters(tmp_path, engine) == {}
    report = build([LATER, OTHER, COPY], tmp_path, engine)
    assert (report.added, report.updated, report.unchanged) == (1, 1, 1)
    assert clusters(tmp_path, engine) == {"灯塔": "码头", "码头": "码头"}
    build([LATER, OTHER, COPY, FIRST], tmp_path, engine)
    assert clusters(tmp_path, engine) == dict.fromkeys(("渡口", "码头", "灯塔"), "渡口")


def test_many_copies_in_a_folder_are_one_cluster_and_no_boilerplate(tmp_path: Path) -> None:
    copies = [
        post(f"转载{number:02}", f"第{number}个账号转载\n{FIRST.body}", f"2024-01-{number + 1:02}")
        for number in range(14)
    ]
    for count in (9, 10, 14):
        build([OTHER, *copies[:count]], tmp_path)
        assert clusters(tmp_path) == {f"转载{number:02}": "转载00" for number in range(count)}


def test_what_is_left_of_a_cluster_is_one_without_what_went(tmp_path: Path) -> None:
    build([FIRST, COPY, LATER], tmp_path)
    report = build([COPY, LATER], tmp_path)
    assert (report.updated, report.removed) == (2, 1)
    assert clusters(tmp_path) == {"码头": "码头", "灯塔": "码头"}
    build([LATER], tmp_path)
    assert clusters(tmp_path) == {}


def test_a_run_that_finds_nothing_new_writes_nothing(tmp_path: Path) -> None:
    folder, place = tmp_path / "信", tmp_path / "index"
    folder.mkdir()
    for one in (FIRST, COPY, LATER, OTHER):
        (folder / Path(one.id).name).write_text(f"---\ntitle: {one.title}\n---\n{one.body}", "utf-8")
    assert reindex(folder, place, jobs=1).added == 4
    before = clusters(place)
    assert len(before) == 3
    report = reindex(folder, place, jobs=1)
    assert (report.read, report.unchanged) == (0, 4)
    assert clusters(place) == before
    with searchkit.open_index(place) as index:
        assert not index.check().damaged


def test_incremental_runs_find_what_one_run_finds(tmp_path: Path) -> None:
    chance = random.Random(5)
    articles = [
        post(f"{n:02}", edited(prose(n % 4), 0.03 * n, n), f"2024-01-{1 + 7 * n % 12:02}") for n in range(12)
    ]
    whole = tmp_path / "whole"
    build(articles, whole)
    wanted = clusters(whole)
    assert len(set(wanted.values())) == 4
    for round_ in range(3):
        place, there = tmp_path / str(round_), chance.sample(articles, 12)
        for count in (3, 8, 5, 12):
            chance.shuffle(there)
            build(there[:count], place)
        assert clusters(place) == wanted


@pytest.mark.parametrize("engine", ENGINES)
def test_single_articles_come_into_clusters_and_leave_them(tmp_path: Path, engine: str) -> None:
    config = Config(engine=engine, jobs=1)
    build([FIRST, OTHER], tmp_path, engine)
    searchkit.add(COPY, tmp_path, config=config)
    assert clusters(tmp_path, engine) == {"渡口": "渡口", "码头": "渡口"}
    searchkit.remove(FIRST.id, tmp_path, config=config)
    assert clusters(tmp_path, engine) == {}
    searchkit.update([FIRST, LATER], tmp_path, config=config)
    assert clusters(tmp_path, engine) == dict.fromkeys(("渡口", "码头", "灯塔"), "渡口")


def test_an_article_of_another_index_brings_no_cluster(tmp_path: Path) -> None:
    build([FIRST, COPY], tmp_path / "both")
    with searchkit.open_index(tmp_path / "both") as index:
        build([index.get(COPY.id)], tmp_path / "one")
    assert clusters(tmp_path / "one") == {}
