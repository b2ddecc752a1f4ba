"""The archive as it was: no article of later, days that count from then, and the newest of then as the newest."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit.config import Config
from searchkit.model import Article, Filters
from tests.conftest import make_article
from tests.test_timeline import articles, check, made, queries

DAY = date(2021, 6, 30)


def of_then(texts: list[Article], day: date = DAY) -> list[Article]:
    return [article for article in texts if article.date and article.date.date() <= day]


def test_what_is_found_is_what_there_was_by_hand(tmp_path: Path) -> None:
    texts, dice = articles(), random.Random(8)
    with made(texts, tmp_path, "whoosh") as index:
        for query, filters, options in queries(200):
            day = date(2019, 6, 1) + timedelta(dice.randrange(2300))
            now = Filters(filters.tags, author=filters.author, since=filters.since)
            then = replace(now, as_of=day)
            there = {article.id for article in of_then(texts, day)} & set(index.ids(filters=now))
            every = index.hits("", index.ids(filters=then))
            assert {hit.id for hit in every} == there
            results = index.search(query, limit=None, filters=then, **options)
            assert {hit.id for hit in results} <= there
            timeline = index.timeline(query, filters=then, **options)
            if results.total:
                check(timeline, results.hits, every)
            assert timeline.undated == 0
            assert {rise.hit.id for rise in timeline.rises} <= there


def test_it_is_the_search_until_that_day(engine: str, tmp_path: Path) -> None:
    with made(articles(40), tmp_path, engine) as index:
        for query in ("人工智能 融资", "月亮 -渡轮", '"数据"'):
            for as_of, until in ((DAY, DAY), ("2021-06", DAY), ("2020", "2020-12-31")):
                then = index.search(query, as_of=as_of, limit=None, facets=("year", "tag"))
                before = index.search(query, until=until, limit=None, facets=("year", "tag"))
                assert (then.hits, then.facets, then.total) == (before.hits, before.facets, before.total)


@pytest.mark.parametrize(("given", "first", "last"), [
    ({"since": "30d"}, "2021-05-31", "2021-06-30"), ({"since": "1y"}, "2020-06-30", "2021-06-30"),
    ({"until": "1m"}, None, "2021-05-30"), ({"since": "today"}, "2021-06-30", "2021-06-30"),
    ({"since": "2021-06-02", "until": "2030"}, "2021-06-02", "2021-06-30"),
    ({"until": "2020"}, None, "2020-12-31"),
])  # fmt: skip
@pytest.mark.parametrize("in_query", [False, True])
def test_days_ago_count_from_then(
    given: dict[str, str], first: str | None, last: str, in_query: bool, tmp_path: Path
) -> None:
    texts = [make_article(f"第{n}天", "渡轮", f"{datetime(2019, 12, 1) + timedelta(n)}") for n in range(0, 900, 3)]
    with made(texts, tmp_path, "memory") as index:
        query = " ".join(["渡轮", *(f"{name}:{day}" for name, day in given.items() if in_query)])
        filters = Filters(as_of=DAY, **({} if in_query else given))
        expected = index.ids("渡轮", Filters(since=first, until=last))
        assert sorted(index.ids(query, filters)) == sorted(expected)
        assert index.timeline(query, filters=filters).total == len(expected)
        assert index.search(query, filters=filters).total == len(expected)


def test_the_newest_of_then_is_as_new_as_can_be(engine: str, tmp_path: Path) -> None:
    texts = articles(40)
    recent = Config(engine=engine, recency=5.0)
    for name, some in (("all", texts), ("then", of_then(texts))):
        searchkit.reindex(some, tmp_path / name, jobs=1, config=recent)
    with (
        searchkit.open_index(tmp_path / "all", config=recent) as index,
        searchkit.open_index(tmp_path / "then", config=recent) as then,
    ):
        asked: dict[str, Any] = {"limit": None, "explain": True, "all_words": True}
        ours, theirs = index.search("人工智能", as_of=DAY, **asked), then.search("人工智能", **asked)
        assert recency(ours) == pytest.approx(recency(theirs))
        assert recency(ours)
        assert index.search("人工智能", as_of="1000", **asked).total == 0


def recency(results: searchkit.Results) -> dict[str, float]:
    """What each article gets for its age."""
    return {hit.id: one.score for hit in results for one in hit.explanation if one.name == "recency"}


def test_newest_first_begins_with_the_newest_of_then(tmp_path: Path) -> None:
    texts = articles(40)
    with made(texts, tmp_path, "memory") as index:
        newest = index.browse(filters=Filters(as_of=DAY))[0].date
        assert newest
        assert newest.date() == max(article.date.date() for article in of_then(texts) if article.date)


@pytest.mark.parametrize(
    ("as_of", "count"), [("2999", 2), ("1000", 0), ("0999-12-31", 0), ("2024-05-01", 1), (None, 3)]
)
def test_odd_days(tmp_path: Path, as_of: str | None, count: int) -> None:
    texts = [
        make_article("甲", "渡轮", "2024-05-01"),
        make_article("乙", "渡轮"),
        make_article("丙", "渡轮", "2998-05-01"),
    ]
    with made(texts, tmp_path, "memory") as index:
        assert index.search("渡轮", as_of=as_of).total == count
        assert index.timeline("", filters=Filters(as_of=as_of)).total == count


def test_what_is_no_day_is_an_error(tmp_path: Path) -> None:
    with made(articles(3), tmp_path, "memory") as index:
        for day in ("gestern", "2024-13", "9999-12-31", "2024..2025", "..2025", "2024.."):
            for name in ("as_of", "since", "until"):
                with pytest.raises(ValueError, match="is not a date"):
                    index.search("月亮", filters=Filters(**{name: day}))


def test_an_article_of_later_is_explained(tmp_path: Path) -> None:
    texts = [make_article("甲", "渡轮", "2024-05-01"), make_article("乙", "渡轮")]
    with made(texts, tmp_path, "memory") as index:
        then, later = Filters(as_of="2023", since="1y"), Filters(as_of="2026", since="1y")
        reasons = [
            index.explain("渡轮", name, filters=f).filtered
            for name, f in (("甲", then), ("甲", later), ("乙", then))
        ]
        assert reasons == [
            ("filtered out: its date 2024-05-01 is after 2023-12-31",),
            ("filtered out: its date 2024-05-01 is before 2025-12-31",),
            ("filtered out: it has no date",),
        ]
