"""That a mistake of a writer is found, whichever array it is in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import searchkit
from searchkit.engines.whoosh.segment.array_file import Array
from searchkit.engines.whoosh.segment.postings_writer import FieldWriter
from searchkit.engines.whoosh.segment_meta import read_sealed, write_sealed
from tests.conftest import make_article
from tests.engines.whoosh.invariants import unchecked_commits, violations
from tests.reliability.forging import read_arrays, write_arrays

Change = Callable[[Array], Array]


@pytest.fixture
def index(tmp_path: Path) -> Path:
    articles = [
        make_article(f"篇{n}", f"第{n}篇说的是数据，数据。" * (n % 7), f"202{n % 5}-01-02", tags=(f"类{n % 5}",))
        for n in range(40)
    ]
    searchkit.reindex(articles, tmp_path, jobs=1)
    searchkit.reindex(articles[3:], tmp_path, jobs=1)
    return tmp_path


def swapped(values: Array) -> Array:
    """The last neighbours that differ are exchanged."""
    at = int(np.flatnonzero(np.diff(values.astype(np.int64)) != 0)[-1])
    values[[at, at + 1]] = values[[at + 1, at]]
    return values


def lower(values: Array) -> Array:
    """The last value that is not zero is one less."""
    values[np.flatnonzero(values)[-1]] -= 1
    return values


def test_what_a_writer_makes_has_no_violations(index: Path) -> None:
    assert violations(index) == []


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("body/term_lengths", swapped, "body: "),
        ("body/documents", swapped, "body: a posting list is not sorted"),
        ("body/frequencies", lower, "body: lengths are not the sums of frequencies"),
        ("body/bounds", lower, "body: a score bound is too low"),
        ("body/lengths", lower, "body: lengths do not add up to their total"),
        ("body_bigrams/frequencies", lower, "body_bigrams: not as many positions as occurrences"),
        ("body_bigrams/lengths", lower, "body_bigrams: lengths do not add up to their total"),
        ("body_bigrams/positions", swapped, "body_bigrams: positions are not sorted"),
        ("body_bigrams/positions", lower, "body_bigrams: a place of a text has no token, or has two"),
        ("body_bigrams/positions", lambda v: v + 99, "body_bigrams: a position is beyond the end of its text"),
        ("body_bigrams/occurrence_ends", lower, "body_bigrams: not as many positions as occurrences"),
        ("body_characters/documents", swapped, "body_characters: a posting list is not sorted"),
        ("body_characters/positions", lambda v: v + 99, "a position is beyond the end of its text"),
        ("body_characters/occurrence_ends", lower, "body_characters: not as many positions as occurrences"),
        ("tag/documents", swapped, "tag: a posting list is not sorted"),
        ("tag/terms", lambda values: values + (values == ord("4")), "is filed under another tag"),
        ("tag/lengths", lambda values: values + values.dtype.type(1), "tag: a keyword has a length"),
        ("column/clock", lower, "has another date"),
    ],
)
def test_one_number_that_differs_is_a_violation(index: Path, name: str, change: Change, reason: str) -> None:
    (path,) = next(index.glob("generation-*")).glob("*.columns")
    arrays, facts = read_arrays(path.read_bytes())
    arrays[name] = change(arrays[name].copy())
    path.write_bytes(write_arrays(arrays, facts))
    assert any(reason in violation for violation in violations(index)), violations(index)


def test_an_array_too_many_is_a_violation(index: Path) -> None:
    (path,) = next(index.glob("generation-*")).glob("*.columns")
    arrays, facts = read_arrays(path.read_bytes())
    path.write_bytes(write_arrays({**arrays, "more": np.zeros(1)}, facts))
    assert violations(index) == [f"{path.name}: an array too many or too few: more"]


def test_one_article_in_two_segments_is_a_violation(tmp_path: Path) -> None:
    for text in ("数据", "分析"):
        searchkit.reindex([*map(make_article, "乙丙丁"), make_article("甲", text)], tmp_path, jobs=1)
    path = next(tmp_path.glob("generation-*")) / "segments.json"
    write_sealed(path, [{**entry, "deleted": []} for entry in read_sealed(path)])
    assert "two articles have the id 甲" in violations(tmp_path)


def test_a_commit_with_a_mistake_fails_in_whatever_test_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add = FieldWriter.add
    monkeypatch.setattr(
        FieldWriter, "add", lambda self, counts, ids, often, *more: add(self, counts, ids, often + 1, *more)
    )
    with unchecked_commits():
        searchkit.reindex([make_article("甲", "数据")], tmp_path / "one", jobs=1)
    with pytest.raises(AssertionError, match="lengths are not the sums of frequencies"):
        searchkit.reindex([make_article("甲", "数据")], tmp_path / "other", jobs=1)
