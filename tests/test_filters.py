"""What is said of a tag, a category or an author that no article has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import searchkit
from tests.conftest import make_article, titles


@pytest.fixture
def index(tmp_path: Path) -> Iterator[searchkit.Index]:
    articles = [
        make_article(
            "补胎",
            "自行车的车胎。",
            author="山间骑行社",
            tags=("自行车", "维修"),
            categories=("生活",),
            url="https://bbs.example.com/1",
        ),
        make_article("换链", "自行车的链条。", author="山间骑行社", tags=("自行车",), categories=("生活",)),
        make_article("爬山", "山上的石头。", author="山间徒步社", tags=("登山",), categories=("户外运动",)),
    ]
    searchkit.reindex(articles, tmp_path / "index", jobs=1)
    with searchkit.open_index(tmp_path / "index") as opened:
        yield opened


@pytest.mark.parametrize(
    ("filters", "note"),
    [
        ({"author": "山间骑形社"}, "no article has the author 山间骑形社; nearest: 山间骑行社 (2)"),
        ({"author": "山間騎形社"}, "no article has the author 山間騎形社; nearest: 山间骑行社 (2)"),
        ({"author": "山间"}, "no article has the author 山间; nearest: 山间骑行社 (2)"),
        ({"author": "完全不同的人"}, "no article has the author 完全不同的人"),
        ({"tags": ("自行東",)}, "no article has the tag 自行東; nearest: 自行车 (2)"),
        ({"tags": ("自行车", "维秀")}, "no article has the tag 维秀; nearest: 维修 (1)"),
        ({"site": "bbs.exmple.com"}, "no article has the site bbs.exmple.com; nearest: bbs.example.com (1)"),
        ({"categories": ("户外",)}, "no article has the category 户外; nearest: 户外运动 (1)"),
    ],
)
def test_a_value_that_no_article_has_is_named_with_the_nearest(
    index: searchkit.Index, filters: dict[str, Any], note: str
) -> None:
    results = index.search("自行车", **filters)
    assert (results.total, results.notes) == (0, (note,))


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("李医", "李医生 (1)"),
        ("李醫", "李医生 (1)"),
        ("医生", "医生李四 (1)"),
        ("李思", "李四 (3)"),
        ("DR", "Dr. Wang (1)"),
        ("wang", "Dr. Wang (1)"),
    ],
)
def test_a_value_that_goes_on_is_nearer_than_one_that_differs(tmp_path: Path, typed: str, nearest: str) -> None:
    authors = ["李四", "李四", "李四", "李医生", "小李医生", "小李医生", "医生李四", "Dr. Wang", "Ward"]
    articles = [make_article(f"补胎 {n}", f"第 {n} 条车胎。", author=author) for n, author in enumerate(authors)]
    searchkit.reindex(articles, tmp_path / "index", jobs=1)
    with searchkit.open_index(tmp_path / "index") as opened:
        (note,) = opened.search("车胎", author=typed).notes
    assert note == f"no article has the author {typed}; nearest: {nearest}"


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("自行车", {"since": "2025", "until": "2024"}),
        ("自行车 date:2025..2024", {}),
        ("自行车 日期:2025..2024年", {}),
        ("自行车 (since:2025 链条) AND until:2024", {}),
        ("自行车 since:2025 since:2023", {"until": "2024"}),
    ],
)
def test_dates_that_leave_no_day_are_named(index: searchkit.Index, query: str, filters: dict[str, Any]) -> None:
    note = "no day is from 2025-01-01 to 2024-12-31; are the two dates reversed?"
    assert index.search(query, **filters).notes == (note,)


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("自行车", {"since": "2025"}),
        ("自行车", {"since": "2025", "until": "2026"}),
        ("自行车 date:2025", {}),
        ("自行车 since:2025", {"since": "2020"}),
    ],
)
def test_dates_after_that_of_the_archive_are_named(
    index: searchkit.Index, query: str, filters: dict[str, Any]
) -> None:
    note = "2025-01-01 is after 2024-06-30, the day that the archive is searched as of"
    assert index.search(query, as_of="2024-06", **filters).notes == (note,)


def test_a_range_that_is_reversed_is_named_in_the_archive_as_it_was_too(index: searchkit.Index) -> None:
    (note,) = index.search("自行车", since="2023", until="2022", as_of="2024").notes
    assert note == "no day is from 2023-01-01 to 2022-12-31; are the two dates reversed?"


@pytest.mark.parametrize("query", ["自行车 date:2024", "自行车 since:2024-05 until:2024-05", "-date:2025..2024"])
def test_nothing_is_said_of_dates_that_leave_a_day(index: searchkit.Index, query: str) -> None:
    assert index.search(query, since="2024", until="2024").notes == ()


@pytest.mark.parametrize(
    "filters", [{}, {"author": "山间骑行社"}, {"author": "山间徒步社", "tags": ("自行车",)}, {"since": "2030"}]
)
def test_nothing_is_said_of_values_that_articles_have(index: searchkit.Index, filters: dict[str, Any]) -> None:
    assert index.search("自行车", **filters).notes == ()


def test_filters_and_facets_may_be_read_only_once(index: searchkit.Index) -> None:
    tags = ("自行车", "维修")
    assert index.search("自行车", tags=(tag for tag in tags)).total == 1
    assert index.search("自行车", categories=iter(["户外运动"])).total == 0
    assert searchkit.Filters(tags=dict.fromkeys(tags).keys()) == searchkit.Filters(tags=tags)
    facets: list[searchkit.Facet] = ["author", "tag", "author"]
    assert tuple(index.search("自行车", facets=iter(facets)).facets) == ("author", "tag")
    with pytest.raises(ValueError, match="no facet is called 'tags'"):
        index.search("自行车", facets=iter(["tag", "tags"]))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="tags=5 must be texts"):
        index.search("自行车", tags=5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ("author:山间骑形社", ("no article has the author 山间骑形社; nearest: 山间骑行社 (2)",)),
        ('自行车 tag:"自行東"^2', ("no article has the tag 自行東; nearest: 自行车 (2)",)),
        ("author:骑行", ()),
        ("自行车 -author:没有的人", ()),
        ("title:没有的词 自行车", ()),
        ("author:。 自行车", ()),
    ],
)
def test_a_field_of_a_query_is_read_as_a_filter_is(
    index: searchkit.Index, query: str, notes: tuple[str, ...]
) -> None:
    assert index.search(query).notes == notes


def test_no_more_notes_are_made_than_are_shown(index: searchkit.Index) -> None:
    assert len(index.search("自行车", tags=[f"没有{n}" for n in range(100)]).notes) == 10


@pytest.mark.parametrize("site", ["bbs.example.com", "example.com", "HTTPS://BBS.Example.com/2", "*.example.com"])
def test_a_site_is_a_host_or_a_domain_that_it_is_in(index: searchkit.Index, site: str) -> None:
    assert titles(index.search("自行车", site=site)) == ["补胎"]
    assert titles(index.browse(filters=searchkit.Filters(site=site))) == ["补胎"]


def test_why_says_that_an_article_is_from_another_site(index: searchkit.Index) -> None:
    reasons = index.explain("自行车", "换链", filters=searchkit.Filters(site="example.com"))
    assert reasons.filtered == ("filtered out: its site is not example.com but none",)


def test_without_a_query_all_articles_of_a_filter_are_listed(index: searchkit.Index) -> None:
    everything = index.browse(limit=2, facets=("category",))
    assert (everything.total, len(everything.hits)) == (3, 2)
    assert everything.facets["category"] == (("生活", 2), ("户外运动", 1))
    assert titles(index.browse(filters=searchkit.Filters(author="山间徒步社"))) == ["爬山"]
    assert index.browse(filters=searchkit.Filters(author="谁")).notes == ("no article has the author 谁",)
    assert index.browse(offset=2).hits[0].snippets[0].highlights == ()
