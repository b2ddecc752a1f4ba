"""What the index of the real archive promises, on the cluster, and that it is what the folder gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from benchmarks import promises
from benchmarks.archive import find_archive, unpack
from searchkit.config import Config
from searchkit.index import reader_of
from tests.archive.conftest import MISSING

pytestmark = [pytest.mark.archive, pytest.mark.skipif(find_archive() is None, reason=MISSING)]
EVERY = 20
"""Every so many articles are compared one by one."""


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Where the archive is indexed: by the embedded engine, and on the cluster."""
    found = find_archive()
    assert found
    archive = unpack(found, tmp_path_factory.mktemp("archive"))
    embedded, remote = tmp_path_factory.mktemp("embedded"), tmp_path_factory.mktemp("remote")
    one = searchkit.reindex(archive, embedded)
    other = searchkit.reindex(archive, remote, config=Config(engine="opensearch"))
    assert (one.seen, one.added, one.duplicates) == (other.seen, other.added, other.duplicates)
    return embedded, remote


@pytest.fixture(scope="module")
def embedded(places: tuple[Path, Path]) -> Iterator[searchkit.Index]:
    with searchkit.open_index(places[0]) as index:
        yield index


@pytest.fixture(scope="module")
def remote(places: tuple[Path, Path]) -> Iterator[searchkit.Index]:
    with searchkit.open_index(places[1], engine="opensearch") as index:
        yield index


def test_titles_bring_their_article_first(places: tuple[Path, Path], embedded: searchkit.Index) -> None:
    cases = promises.title_cases(embedded, sample=400)
    outcome = promises.check_titles(places[1], cases, engine="opensearch")
    assert outcome.tried == 400
    assert outcome.counts["first"] >= 0.99 * outcome.tried, outcome.lost
    assert outcome.counts["three"] >= 0.998 * outcome.tried, outcome.lost


@pytest.mark.parametrize("quoted", [True, False])
def test_any_piece_finds_its_article(places: tuple[Path, Path], embedded: searchkit.Index, quoted: bool) -> None:
    count = 500 if quoted else 200  # without quotes a list may be of thousands
    cases = promises.piece_cases(embedded, count, quoted=quoted)
    outcome = promises.check_found(places[1], cases, engine="opensearch")
    assert (outcome.tried, outcome.lost) == (count, [])


def test_every_highlight_is_a_term_of_the_query(places: tuple[Path, Path], embedded: searchkit.Index) -> None:
    outcome = promises.check_highlights(places[1], promises.highlight_queries(embedded, 40), engine="opensearch")
    assert outcome.tried >= 100
    assert outcome.lost == []


def test_both_engines_give_the_same_lists(embedded: searchkit.Index, remote: searchkit.Index) -> None:
    for query in [
        *promises.highlight_queries(embedded, 40),
        '"的"',
        "人工 -智能",
        "tag:技术 数据",
        "find* OR 单细",
    ]:
        one, other = embedded.scored(query), remote.scored(query)
        assert [article_id for article_id, _ in other] == [article_id for article_id, _ in one], query
        assert [score for _, score in other] == pytest.approx([score for _, score in one], abs=1e-9)


def test_similar_articles_are_the_same(embedded: searchkit.Index, remote: searchkit.Index) -> None:
    for article_id in sorted(reader_of(embedded).ids())[:5]:
        one, other = embedded.similar(article_id), remote.similar(article_id)
        assert [(hit.id, round(hit.score, 6)) for hit in other.hits] == [
            (hit.id, round(hit.score, 6)) for hit in one.hits
        ]


def test_the_articles_and_the_vocabulary_are_the_same(embedded: searchkit.Index, remote: searchkit.Index) -> None:
    assert list(reader_of(remote).terms()) == list(reader_of(embedded).terms())
    assert list(reader_of(remote).terms("find")) == list(reader_of(embedded).terms("find"))
    for name in ("tag", "author_name", "year"):
        assert set(reader_of(remote).keywords(name)) == set(reader_of(embedded).keywords(name))
    assert sorted(reader_of(remote).ids()) == sorted(reader_of(embedded).ids())
    for article_id in sorted(reader_of(embedded).ids())[::EVERY]:
        assert remote.get(article_id) == embedded.get(article_id)


def test_a_check_of_all_articles_finds_nothing(remote: searchkit.Index) -> None:
    assert list(reader_of(remote).verify()) == []
