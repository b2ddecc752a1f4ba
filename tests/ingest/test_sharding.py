"""Parts of a corpus: each article belongs to one, and only an engine that several can fill takes them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import searchkit
from searchkit.cli.reindex import shard_of
from searchkit.engines import ENGINES, load_engine
from searchkit.engines.distributed import Distributed, Shard
from tests.conftest import make_article


@given(st.text(), st.integers(1, 50))
def test_an_article_belongs_to_exactly_one_part(article_id: str, count: int) -> None:
    assert sum(Shard(number, count).has(article_id) for number in range(1, count + 1)) == 1


def test_parts_are_the_same_on_every_machine_and_about_equal() -> None:
    counts = [sum(Shard(number, 4).has(f"{n}.md") for n in range(4000)) for number in (1, 2, 3, 4)]
    assert sum(counts) == 4000
    assert min(counts) > 900
    assert [n for n in range(12) if Shard(1, 4).has(f"{n}.md")] == [2, 4, 6, 11]


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "a/b", "1/2/3", "-1/2", "1/"])
def test_what_is_no_part_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="1/8"):
        shard_of(text)


def test_a_part_is_a_number_of_a_count() -> None:
    assert (shard_of("2/8"), str(shard_of("2/8"))) == (Shard(2, 8), "2/8")


def test_a_folder_is_not_filled_by_several(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="needs opensearch"):
        searchkit.reindex([make_article("甲", "正文")], tmp_path / "index", jobs=1, shard=Shard(1, 2))
    assert not (tmp_path / "index" / "CURRENT").exists()


@pytest.mark.parametrize("name", ENGINES)
def test_only_an_engine_on_a_cluster_is_for_many(tmp_path: Path, name: str) -> None:
    assert isinstance(load_engine(name, tmp_path), Distributed) == (name == "opensearch")


def test_a_dry_run_has_no_parts(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dry run"):
        searchkit.reindex([make_article("甲", "正文")], tmp_path, jobs=1, dry_run=True, shard=Shard(1, 2))
