"""The periods in which a query rose: held against the exact chances, counted out by hand, and planted bursts."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import comb
from pathlib import Path

import pytest

from searchkit.model import Article, Filters, Hit
from searchkit.reports import Period
from searchkit.rises import find_rises
from tests.conftest import make_article
from tests.test_timeline import WORDS, articles, made, queries


def periods(*pairs: tuple[int, int]) -> list[Period]:
    """Days with so many of so many articles."""
    days = (date(2024, 1, 1) + timedelta(number) for number in range(len(pairs)))
    return [Period(str(day), day, day, *pair) for day, pair in zip(days, pairs, strict=True)]


def risen(*pairs: tuple[int, int], most: int = 3) -> list[int]:
    """The numbers of the periods that rose."""
    spans = periods(*pairs)
    return [spans.index(period) for period, _before in find_rises(spans, most)]


def chance_by_hand(pairs: list[tuple[int, int]], at: int) -> Fraction:
    """That so many articles are in the period, of all ways to deal them out to it and to the twelve before."""
    (count, of), window = pairs[at], pairs[max(at - 12, 0) : at]
    others = sum(pair[1] for pair in window)
    found = count + sum(pair[0] for pair in window)
    ways = sum(comb(of, more) * comb(others, found - more) for more in range(count, min(of, found) + 1))
    return Fraction(ways, comb(of + others, found))


def risen_by_hand(pairs: list[tuple[int, int]], most: int) -> list[int]:
    found = [at for at, (count, _of) in enumerate(pairs) if count]
    tested = found[-1] - found[0] + 1 if found else 1
    chances = {
        at: chance for at, (count, _of) in enumerate(pairs)
        if at and count >= 3 and (chance := chance_by_hand(pairs, at)) <= Fraction(1, 20 * tested)
    }  # fmt: skip
    runs: list[list[int]] = []
    for at in chances:
        if runs and runs[-1][-1] == at - 1:
            runs[-1].append(at)
        else:
            runs.append([at])
    peaks = [min(run, key=lambda at: (chances[at], at)) for run in runs]
    return sorted(sorted(peaks, key=lambda at: (chances[at], at))[:most])


def test_rises_are_those_of_the_exact_chances() -> None:
    dice, seen = random.Random(5), 0
    for _number in range(200):
        pairs = []
        for _period in range(dice.randint(1, 40)):
            of = dice.choice((0, 1, 3, 10, 30))
            share = dice.choice((0.0, 0.1, 0.1, 0.1, 0.6, 1.0))
            pairs.append((sum(dice.random() < share for _ in range(of)), of))
        most = dice.randint(0, 4)
        seen += len(risen_by_hand(pairs, most))
        assert risen(*pairs, most=most) == risen_by_hand(pairs, most), pairs
    assert seen > 100


def test_a_share_that_never_changes_hardly_ever_rises() -> None:
    dice, alarms = random.Random(1), 0
    for _query in range(300):
        share, growing = dice.uniform(0.01, 0.5), dice.choice((1, 2, 10))
        sizes = [dice.randint(5, 40) * (1 + number * growing // 30) for number in range(60)]
        alarms += bool(risen(*((sum(dice.random() < share for _ in range(of)), of) for of in sizes)))
    assert alarms <= 0.05 * 300


@pytest.mark.parametrize(
    "pairs",
    [
        [(1, 1)],
        [(3, 3)],
        [(500, 500)],
        [(0, 100), (1, 1)],
        [(0, 6000), (2, 2)],
        [(0, 0)] * 12 + [(9, 9)],
        [(10, 100), (20, 200), (400, 4000), (3000, 30000)],
        [(number, number) for number in range(60)],
        [(9, 10)] * 10 + [(1, 10)] * 20,
    ],
)
def test_there_is_no_rise(pairs: list[tuple[int, int]]) -> None:
    assert risen(*pairs) == []


def test_a_burst_is_one_rise_at_its_peak() -> None:
    calm = [(1, 50)] * 20
    assert risen(*calm, (15, 50), (40, 50), (18, 50), *calm) == [21]
    assert risen(*calm, (30, 50), *calm, (20, 50), *calm, (40, 50), *calm, (10, 50)) == [20, 41, 62]
    assert risen(*calm, (30, 50), *calm, (20, 50), *calm, (40, 50), most=1) == [62]


def test_what_begins_is_compared_with_what_was_before_it() -> None:
    assert risen(*[(0, 50)] * 12, (20, 50), (20, 50)) == [12]
    assert risen((20, 50), (20, 50)) == []


def test_what_is_compared_begins_with_the_archive() -> None:
    spans = periods(*[(0, 0)] * 5, (0, 9), (0, 0), (0, 90), (20, 50))
    ((_period, before),) = find_rises(spans, 3)
    assert (before.name, before.of) == ("2024-01-06..2024-01-08", 99)
    assert find_rises(periods(*[(0, 0)] * 5, (20, 50)), 3) == []


def test_what_was_frequent_long_ago_may_rise_again() -> None:
    assert 40 in risen(*[(40, 50)] * 20, *[(1, 50)] * 20, (25, 50))


def test_chances_that_no_float_can_hold_are_compared() -> None:
    calm = [(0, 100_000)] * 3
    assert risen(*calm, (40_000, 50_000), *calm * 5, (50_000, 50_000), most=1) == [19]


BURSTS = {"2021-03": 11, "2022-08": 14}


def planted() -> list[Article]:
    """Four articles a month of four years, one of them about a ferry, and a pile of those in two months."""
    texts = []
    for number in range(48):
        month = f"{2020 + number // 12}-{number % 12 + 1:02}"
        for n in range(4 + BURSTS.get(month, 0)):
            words = "渡轮 晚点" if not n or n >= 4 else "灯塔"
            texts.append(make_article(f"{month} 第{n}篇", words * (1 + n % 3), f"{month}-{n + 1:02}"))
    return texts


def test_planted_bursts_are_found_with_the_article_that_is_found_first(engine: str, tmp_path: Path) -> None:
    with made(planted(), tmp_path, engine) as index:
        timeline = index.timeline("渡轮", by="month")
        assert {rise.period.name: rise.period.count - 1 for rise in timeline.rises} == BURSTS
        for rise in timeline.rises:
            assert rise.period in timeline.periods
            during = Filters(since=rise.period.since, until=rise.period.until)
            assert rise.hit == index.search("渡轮", filters=during, limit=1)[0]
        assert timeline.rises[0].before.name == "2020-03..2021-02"
        assert (timeline.rises[0].before.count, timeline.rises[0].before.of) == (12, 48)
        assert [rise.period.name for rise in index.timeline("渡轮", by="month", rises=1).rises] == ["2022-08"]
        assert index.timeline("渡轮", by="month", rises=0) == replace(timeline, rises=())
        assert index.timeline("", by="month").rises == ()


def test_rises_are_of_the_articles_that_the_filters_leave(tmp_path: Path) -> None:
    with made(planted(), tmp_path, "memory") as index:
        later = index.timeline("渡轮", by="month", filters=Filters(since="2021-03"))
        assert [rise.period.name for rise in later.rises] == ["2022-08"]
        ferries = index.timeline("渡轮", by="month", filters=Filters(path="渡轮"))
        assert ferries.rises == ()


def rises_by_hand(hits: Sequence[Hit], every: Sequence[Hit]) -> list[str]:
    """The months in which there are more *hits* than in the year before, among *every* article."""
    found, of = (Counter(f"{hit.date:%Y-%m}" for hit in some if hit.date) for some in (hits, every))
    if not found:
        return []
    year, month = map(int, min(found).split("-"))
    months = [f"{year + at // 12}-{at % 12 + 1:02}" for at in range(month - 13, month + 1200)]
    pairs = [(found[name], of[name]) for name in months if name <= max(found)]
    return [months[at] for at in risen_by_hand(pairs, 3)]


def test_rises_of_random_queries_are_those_by_hand(tmp_path: Path) -> None:
    dice, seen = random.Random(2), 0
    texts = articles(200, days=900)
    for number, word in enumerate(WORDS):
        begin = datetime(2019, 3 + number, 1)
        texts += [make_article(f"{word}{n}", word, f"{begin + timedelta(n)}") for n in range(dice.randint(5, 20))]
    with made(texts, tmp_path, "whoosh") as index:
        for query, filters, options in queries(200):
            rises = index.timeline(query, filters=filters, by="month", **options).rises
            hits = index.search(query, limit=None, filters=filters, **options).hits
            every = index.hits("", index.ids(filters=filters))
            assert [rise.period.name for rise in rises] == rises_by_hand(hits, every)
            for rise in rises:
                assert rise.hit.id == next(
                    hit.id for hit in hits if hit.date and f"{hit.date:%Y-%m}" == rise.period.name
                )
                seen += 1
    assert seen > 30


def test_one_period_before_has_its_own_name() -> None:
    day = date(2022, 1, 1)
    periods = [Period(name, day, day, count, 50) for name, count in (("2021", 1), ("2022", 30))]
    assert [before.name for _period, before in find_rises(periods, 3)] == ["2021"]
