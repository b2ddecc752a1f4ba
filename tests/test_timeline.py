"""When the articles of a list are from: counted by the engine, as one counts the dates of the hits by hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest

import searchkit
from searchkit.config import Config
from searchkit.model import Article, Filters, Hit
from searchkit.schema import TimeUnit
from tests.conftest import make_article

WORDS = ("人工智能", "融资", "大模型", "GPT-5.2", "月亮", "数据分析", "FindMarkers", "渡轮", "的", "怎么")
TAGS, AUTHORS = ("天文", "AI", "R语言"), ("", "林远", "陈青")
UNITS: tuple[TimeUnit, ...] = get_args(TimeUnit)


def articles(count: int = 90, days: int = 2500, seed: int = 7) -> list[Article]:
    """Articles of *days*, one in eight without a date, in any time zone."""
    dice = random.Random(seed)
    begin = datetime(2019, 2, 3)
    return [
        Article(
            f"篇{n}", f"{dice.choice(WORDS)} {n}", " ".join(dice.choices(WORDS, k=dice.randint(1, 7))),
            tags=tuple(dice.sample(TAGS, dice.randint(0, 2))), author=dice.choice(AUTHORS),
            date=None if dice.random() < 0.125 else (begin + timedelta(days=days * dice.random())).replace(
                tzinfo=dice.choice([None, timezone(timedelta(hours=8)), timezone(timedelta(hours=-9))])
            ),
        )
        for n in range(count)
    ]  # fmt: skip


def queries(count: int, seed: int = 3) -> Iterator[tuple[str, Filters, dict[str, Any]]]:
    """Random queries, filters and options."""
    dice = random.Random(seed)
    for _number in range(count):
        words = dice.choices(
            (*WORDS, "人工智障", "fndmarkers", "-月亮", '"数据"', "find*", "OR"), k=dice.randint(1, 3)
        )
        filters = dice.choice(
            [Filters(), Filters(tags=[dice.choice(TAGS)]), Filters(author="林远"), Filters(since="2021-05"),
             Filters(since="2020", until="2022-11-20")]
        )  # fmt: skip
        yield " ".join(words), filters, {"all_words": dice.random() < 0.2, "prefix": dice.random() < 0.2}


@pytest.fixture(params=["memory", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[searchkit.Index]:
    with made(articles(), tmp_path, request.param) as index:
        yield index


def made(every: Sequence[Article], place: Path, engine: str) -> searchkit.Index:
    searchkit.reindex(every, place, jobs=1, config=Config(engine=engine))
    return searchkit.open_index(place, engine=engine)


def name_by_hand(by: TimeUnit, day: date) -> str:
    if by == "quarter":
        return f"{day.year}-Q{(day.month + 2) // 3}"
    return day.strftime({"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}[by])


def check(timeline: searchkit.Timeline, hits: Sequence[Hit], every: Sequence[Hit]) -> None:
    """Hold *timeline* against all *hits* of its query, and *every* article that the filters leave."""
    days = [hit.date.date() for hit in hits if hit.date]
    assert (timeline.total, timeline.undated) == (len(hits), len(hits) - len(days))
    counted = Counter(name_by_hand(timeline.by, day) for day in days)
    of = Counter(name_by_hand(timeline.by, hit.date.date()) for hit in every if hit.date)
    assert {period.name: period.count for period in timeline.periods if period.count} == counted
    assert all(period.of == of[period.name] >= period.count for period in timeline.periods)
    names = [name_by_hand(timeline.by, min(days) + timedelta(n)) for n in range((max(days) - min(days)).days + 1)]
    assert [period.name for period in timeline.periods] == list(dict.fromkeys(names))
    for period in timeline.periods:
        assert {name_by_hand(timeline.by, day) for day in (period.since, period.until)} == {period.name}
    for before, after in pairwise(timeline.periods):
        assert after.since - before.until == timedelta(days=1)
    clocks = sorted(hit.date.replace(microsecond=0, tzinfo=None) for hit in hits if hit.date)
    for end, clock in ((timeline.first, clocks[0]), (timeline.last, clocks[-1])):
        assert end is not None
        assert end.date is not None
        assert end.date.replace(microsecond=0, tzinfo=None) == clock
        shown = next(hit for hit in hits if hit.id == end.id)
        assert (end.snippets, end.title_highlights) == (shown.snippets, shown.title_highlights)


def test_counts_are_those_of_the_hits_by_hand(index: searchkit.Index) -> None:
    dice = random.Random(11)
    for query, filters, options in queries(200):
        hits = index.search(query, limit=None, filters=filters, **options).hits
        timeline = index.timeline(query, filters=filters, by=dice.choice([None, *UNITS]), **options)
        if not any(hit.date for hit in hits):
            assert (timeline.total, timeline.undated, timeline.periods) == (len(hits), len(hits), ())
            assert (timeline.first, timeline.last) == (None, None)
            continue
        check(timeline, hits, index.hits("", index.ids(filters=filters)))


def test_two_queries_are_counted_in_the_same_periods(index: searchkit.Index) -> None:
    asked = list(queries(80))
    for (one, filters, options), (other, _filters, _options) in zip(asked[::2], asked[1::2], strict=True):
        options["prefix"] = False
        both = index.timeline(one, against=other, filters=filters, by="month", **options)
        alone = [index.timeline(query, filters=filters, by="month", **options) for query in (one, other)]
        ids = [
            {hit.id for hit in index.search(query, limit=None, filters=filters, **options)}
            for query in (one, other)
        ]
        assert both.both == len(ids[0] & ids[1])
        assert both.against is not None
        assert [period.name for period in both.periods] == [period.name for period in both.against.periods]
        names = [period.name for timeline in alone for period in timeline.periods]
        assert [period.name for period in both.periods[:1]] == sorted(names)[:1]
        assert [period.name for period in both.periods[-1:]] == sorted(names)[-1:]
        for pair, single in zip((both, both.against), alone, strict=True):
            assert {p for p in pair.periods if p.count} == {p for p in single.periods if p.count}
            same = ("query", "undated", "total", "first", "last", "rises")
            assert [getattr(pair, name) for name in same] == [getattr(single, name) for name in same]


@pytest.mark.parametrize(("one", "other", "totals"), [
    ("渡轮", "渡轮", (2, 2, 2)), ("渡轮", "灯塔", (2, 1, 0)), ("魑魅", "渡轮", (0, 2, 0)),
    ("渡轮", "魑魅", (2, 0, 0)), ("魑魅", "魍魉", (0, 0, 0)), ("", "渡轮", (3, 2, 2)), ("渡轮", "", (2, 3, 2)),
])  # fmt: skip
def test_odd_pairs(tmp_path: Path, one: str, other: str, totals: tuple[int, int, int]) -> None:
    texts = [
        make_article("甲", "渡轮", "1024-05-01"),
        make_article("乙", "渡轮"),
        make_article("丙", "灯塔", "2999-05-01"),
    ]
    with made(texts, tmp_path, "memory") as index:
        timeline = index.timeline(one, against=other)
        assert timeline.against is not None
        assert (timeline.total, timeline.against.total, timeline.both) == totals
        assert len(timeline.periods) == len(timeline.against.periods)
        assert index.timeline(one).against is None


def test_a_few_queries_on_any_engine(engine: str, tmp_path: Path) -> None:
    with made(articles(40, days=400), tmp_path, engine) as index:
        for by in (None, *UNITS):
            hits = index.search("人工智能 融资", limit=None).hits
            check(index.timeline("人工智能 融资", by=by), hits, index.hits("", index.ids()))
        both = index.timeline("人工智能", against="融资").both
        assert both == len(set(index.ids("人工智能")) & set(index.ids("融资")))


def test_an_empty_query_stands_for_all_articles(index: searchkit.Index) -> None:
    for filters in (Filters(), Filters(author="林远"), Filters(since="2021", until="2021-07-09")):
        every = index.hits("", index.ids(filters=filters))
        timeline = index.timeline(" ", filters=filters)
        check(timeline, every, every)
        assert all(period.count == period.of for period in timeline.periods)


@pytest.mark.parametrize(
    ("first", "last", "by", "bars"),
    [
        ("2024-07-01", "2024-07-01", "day", 1),
        ("2024-07-01", "2024-08-31", "day", 62),
        ("2024-07-01", "2024-09-01", "month", 3),
        ("2020-01-01", "2025-02-01", "month", 62),
        ("2020-01-01", "2025-03-01", "quarter", 21),
        ("2010-01-01", "2025-04-01", "quarter", 62),
        ("2010-01-01", "2025-07-01", "year", 16),
        ("1000-01-01", "2025-07-01", "year", 1026),
    ],
)
def test_the_unit_is_the_finest_that_has_few_periods(
    tmp_path: Path, first: str, last: str, by: str, bars: int
) -> None:
    texts = [make_article("甲", "渡轮", first), make_article("乙", "渡轮", last)]
    with made(texts, tmp_path, "memory") as index:
        timeline = index.timeline("渡轮")
        assert (timeline.by, len(timeline.periods)) == (by, bars)


def test_the_first_and_the_last_day_of_time_have_their_periods(tmp_path: Path) -> None:
    texts = [make_article("甲", "渡轮", "0001-01-01"), make_article("乙", "渡轮", "9999-12-31T23:59:59")]
    with made(texts, tmp_path, "memory") as index:
        timeline = index.timeline("渡轮")
        ends = timeline.periods[0], timeline.periods[-1]
        assert [(period.name, period.count, period.of) for period in ends] == [("0001", 1, 1), ("9999", 1, 1)]
        assert (ends[0].since, ends[1].until) == (date.min, date.max)
        with pytest.raises(ValueError, match="by='day': 3,652,059 periods from 0001-01-01 to 9999-12-31"):
            index.timeline("渡轮", by="day")


def test_a_share_is_of_the_articles_that_the_filters_leave(tmp_path: Path) -> None:
    texts = [
        make_article("甲", "渡轮", "2024-05-01", author="林远"),
        make_article("乙", "灯塔", "2024-05-31", author="林远"),
        make_article("丙", "灯塔", "2024-05-31"),
        make_article("丁", "渡轮", "2024-09-01", author="林远"),
        make_article("戊", "渡轮"),
    ]
    with made(texts, tmp_path, "memory") as index:
        assert [period.share for period in index.timeline("渡轮", by="month").periods] == [1 / 3, 0, 0, 0, 1]
        mine = index.timeline("渡轮", by="month", filters=Filters(author="林远"))
        assert [period.share for period in mine.periods] == [1 / 2, 0, 0, 0, 1]
        assert index.timeline("渡轮").undated == 1


def test_a_unit_that_there_is_not_is_an_error(index: searchkit.Index) -> None:
    with pytest.raises(ValueError, match="no unit of time is called 'week'; there are day, month, quarter, year"):
        index.timeline("月亮", by="week")  # type: ignore[arg-type]


def test_months_and_days_are_facets_and_values(index: searchkit.Index) -> None:
    results = index.search("月亮", limit=None, facets=("year", "month", "day"))
    dates = [hit.date.date() for hit in results.hits if hit.date]
    for facet, by in (("year", "year"), ("month", "month"), ("day", "day")):
        assert dict(results.facets[facet]) == Counter(name_by_hand(by, day) for day in dates)  # type: ignore[index, arg-type]
    assert all(month.startswith("2021-") for month, _count in index.values("month", "2021"))
    assert sum(count for _day, count in index.values("day", "2021")) == dict(index.values("year"))["2021"]


def test_statistics_show_neither_months_nor_days(index: searchkit.Index) -> None:
    assert tuple(index.stats().facets) == ("tag", "category", "author", "site", "year")
