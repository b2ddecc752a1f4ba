"""Reposts in a list are one hit; what is counted is the list that is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit import Filters, Index
from searchkit.config import Config
from searchkit.json_form import cluster_to_dict
from tests.articles.copies import edited, prose
from tests.conftest import make_article

TEXT, TEA = prose("渡口"), prose("茶馆")
VERSIONS = [
    make_article("渡口的一年", TEXT, "2024-02-01", id="甲.md", author="甲", tags=("水",)),
    make_article("渡口纪事", edited(TEXT, 0.03, "乙"), "2024-03-01", id="乙.md", author="乙", tags=("水",)),
    make_article("渡口的一年", f"{TEXT}\n补记：盐湖结冰了。", "2024-05-01", id="丙.md", author="丙"),
    make_article("南岸的茶", TEA, "2024-01-01", id="丁.md"),
    make_article("南岸的茶", f"{TEA}\n又记。", "2024-06-01", id="戊.md"),
]
OTHERS = [make_article(f"别的渡口{n}", prose(n, 12), id=f"别/{n}.md", tags=("水",)) for n in range(6)]


@pytest.fixture(scope="module", params=["memory", "whoosh"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    place = tmp_path_factory.mktemp("folding")
    searchkit.reindex([*VERSIONS, *OTHERS], place, jobs=1, config=Config(engine=request.param))
    with searchkit.open_index(place, engine=request.param) as opened:
        yield opened


def ids(found: searchkit.Results) -> list[str]:
    return [hit.id for hit in found]


def test_the_earliest_article_stands_for_its_reposts_and_the_newest_is_named(index: Index) -> None:
    (hit,) = (hit for hit in index.search("渡口", limit=None) if hit.article.cluster == "甲.md")
    assert (hit.id, hit.reposts, hit.newest) == ("甲.md", ("乙.md", "丙.md"), "丙.md")
    (tea,) = (hit for hit in index.search("茶", limit=None) if hit.article.cluster == "丁.md")
    assert (tea.id, tea.reposts, tea.newest) == ("丁.md", ("戊.md",), "戊.md")


def test_where_the_newest_are_first_the_newest_article_stands_for_its_reposts(index: Index) -> None:
    newest = index.search("渡口 茶馆", limit=None, sort="newest")
    dated = [hit for hit in newest if hit.date]
    assert [(hit.id, hit.reposts, hit.newest) for hit in dated] == [
        ("戊.md", ("丁.md",), ""),
        ("丙.md", ("甲.md", "乙.md"), ""),
    ]
    assert newest.hits[: len(dated)] == tuple(dated)
    oldest = index.search("渡口 茶馆", limit=None, sort="oldest")
    assert [hit.id for hit in oldest if hit.date] == ["丁.md", "甲.md"]
    assert newest.total == oldest.total == index.search("渡口 茶馆").total
    earlier = index.search("渡口 茶馆", limit=None, sort="newest", filters=Filters(until="2024-03"))
    assert [hit.id for hit in earlier] == ["乙.md", "丁.md"]


@pytest.mark.parametrize(("sort", "first"), [("newest", "乙.md"), ("oldest", "甲.md"), ("relevance", "甲.md")])
def test_an_article_without_a_date_stands_for_no_newer_one(
    tmp_path: Path, sort: searchkit.Sort, first: str
) -> None:
    undated = make_article("渡口的一年", edited(TEXT, 0.02), id="未.md")
    searchkit.reindex([*VERSIONS[:2], undated], tmp_path, jobs=1)
    with searchkit.open_index(tmp_path) as opened:
        assert ids(opened.search("渡口", sort=sort)) == [first]


def test_without_folding_each_repost_is_a_hit(index: Index) -> None:
    found = index.search("渡口", limit=None, fold=False)
    assert {"甲.md", "乙.md", "丙.md"} <= set(ids(found))
    newest = next(hit for hit in found if hit.id == "丙.md")
    assert (newest.reposts, newest.newest) == (("甲.md", "乙.md"), "")
    assert all(not hit.reposts for hit in found if hit.id.startswith("别/"))


def test_what_only_one_version_says_finds_that_one(index: Index) -> None:
    assert ids(index.search("盐湖结冰", all_words=True)) == ["丙.md"]
    assert ids(index.search("盐湖结冰"))[0] == "丙.md"


def test_a_filter_leaves_the_earliest_that_meets_it(index: Index) -> None:
    found = index.search("渡口", limit=None, filters=Filters(since="2024-03"))
    assert "乙.md" in ids(found)
    assert not {"甲.md", "丙.md"} & set(ids(found))


def test_a_title_brings_its_article(index: Index) -> None:
    assert ids(index.search("渡口纪事"))[0] == "乙.md"
    assert ids(index.search("渡口的一年"))[0] == "甲.md"


@pytest.mark.parametrize("query", ["渡口", "茶馆 南岸", "渡口 OR 盐湖", "灯塔 -盐湖", "渡口记事"])
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_what_is_counted_is_the_list_that_is_shown(index: Index, query: str, sort: searchkit.Sort) -> None:
    found = index.search(query, limit=None, sort=sort, facets=("author", "tag", "year"))
    assert found.total == len(found)
    assert found.complete == sum(not hit.without for hit in found) or found.suggestion
    authors = [hit.author for hit in found if hit.author]
    assert dict(found.facets["author"]) == {name: authors.count(name) for name in authors}
    pages = [index.search(query, limit=2, offset=offset, sort=sort) for offset in range(0, found.total, 2)]
    assert [hit for page in pages for hit in page] == list(found)
    assert all(page.total == found.total for page in pages)
    assert index.timeline(query).total == index.search(query, fold=False).total  # each repost is of its time


@pytest.mark.parametrize("query", ["渡口", "茶馆 南岸", "渡口 盐湖", "灯塔 没有的词", "南岸的茶 盐湖结冰"])
@pytest.mark.parametrize("all_words", [False, True])
def test_a_cluster_is_in_the_list_where_one_of_its_articles_is(
    index: Index, query: str, *, all_words: bool
) -> None:
    apart = index.search(query, limit=None, fold=False, all_words=all_words)
    found = index.search(query, limit=None, all_words=all_words)
    clusters = [hit.article.cluster or hit.id for hit in found]
    assert len(set(clusters)) == len(clusters)
    assert set(clusters) == {hit.article.cluster or hit.id for hit in apart}
    assert set(ids(found)) <= set(ids(apart))


def test_what_a_program_asks_for_by_score_is_not_folded(index: Index) -> None:
    apart = ids(index.search("渡口", limit=None, fold=False))
    assert list(index.ids("渡口")) == apart
    assert len(index.search("渡口", limit=None)) == len(apart) - 3


def test_an_index_without_reposts_is_searched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searchkit.reindex(OTHERS, tmp_path, jobs=1)
    monkeypatch.setattr("searchkit.planning.folded", None)
    with searchkit.open_index(tmp_path) as opened:
        assert opened.search("渡口").total == 6


@pytest.mark.parametrize(
    ("as_of", "reposts", "newest"),
    [("2024-02", (), ""), ("2024-03-01", ("乙.md",), "乙.md"), ("2024-05", ("乙.md", "丙.md"), "丙.md")],
)
def test_reposts_of_the_archive_as_it_was_are_those_that_were_there(
    index: Index, as_of: str, reposts: tuple[str, ...], newest: str
) -> None:
    filters = Filters(as_of=as_of)
    for hits in (index.search("渡口", limit=None, filters=filters), index.browse(limit=None, filters=filters)):
        hit = next(hit for hit in hits if hit.id == "甲.md")
        assert (hit.reposts, hit.newest) == (reposts, newest)
    first = index.timeline("渡口", filters=filters).first
    assert first is None or set(first.reposts) <= set(reposts)


@pytest.mark.parametrize(
    ("dates", "newest"),
    [
        ((None, None, None), ""),
        (("2024-02-01", None, None), "甲.md"),
        ((None, "2024-02-01", "2024-01-01"), "乙.md"),
        (("2024-02-01", "2024-02-01", None), "甲.md"),
    ],
)
def test_the_newest_is_the_latest_with_a_date_wherever_it_is_named(
    tmp_path: Path, dates: tuple[str | None, ...], newest: str
) -> None:
    names = ("甲.md", "乙.md", "丙.md")
    versions = [
        make_article("渡口", edited(TEXT, 0.02, name), date, id=name)
        for name, date in zip(names, dates, strict=True)
    ]
    searchkit.reindex(versions, tmp_path, jobs=1)
    with searchkit.open_index(tmp_path) as opened:
        (cluster,) = opened.reposts()
        assert (cluster.newest.article.id if cluster.newest else "") == newest
        assert cluster_to_dict(cluster)["newest"] == newest
        for hit in opened.search("渡口", fold=False):
            assert hit.newest == ("" if hit.id == newest else newest)


@pytest.mark.parametrize(
    ("asked", "compared", "ids"),
    [
        ("丙.md", None, {"甲.md", "乙.md", "丙.md"}),
        ("丙.md", 2, {"甲.md", "丙.md"}),
        ("丙.md", 1, {"丙.md"}),
        ("丙.md", 0, set()),
        ("别/1.md", 2, set()),
        (None, 1, {"甲.md", "丁.md"}),
    ],
)
def test_as_many_articles_are_compared_as_are_asked_for(
    index: Index, asked: str | None, compared: int | None, ids: set[str]
) -> None:
    reposts = [repost for cluster in index.reposts(asked, compared=compared) for repost in cluster.reposts]
    assert {repost.article.id for repost in reposts if repost.identity is not None} == ids
    assert not any(repost.differences for repost in reposts if repost.identity is None)
