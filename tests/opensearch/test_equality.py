"""Every answer of the cluster equals that of the reference, on random documents and conditions."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from searchkit.engines.base import Document, Engine, Reader, Request
from searchkit.engines.memory import MemoryEngine
from searchkit.engines.opensearch import OpenSearchEngine
from searchkit.query import plan
from searchkit.query.plan import Condition, RankTerm
from searchkit.schema import SORTS, Sort
from tests.engines.contract import EVERYTHING, document, searched, titled, write
from tests.engines.whoosh.test_equality import WORDS, conditions, documents, ending

_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
_MANY = st.lists(conditions, min_size=30, max_size=40)
_RANK = st.lists(st.sampled_from(WORDS), max_size=3)


def _answers_alike(reference: Reader, reader: Reader, request: Request) -> None:
    expected, found = searched(reference, request), searched(reader, request)
    assert (found.complete, found.missing) == (expected.complete, expected.missing)
    assert (found.total, found.facets, found.articles) == (expected.total, expected.facets, expected.articles)
    assert [i for i, _ in found.hits] == [i for i, _ in expected.hits]
    assert [s for _, s in found.hits] == pytest.approx([s for _, s in expected.hits], abs=1e-9)


def _readers(place: object, made: list[Document]) -> tuple[Reader, Reader]:
    """Readers of both engines, after a full and an incremental run that removes an article again."""
    engines: tuple[Engine, ...] = (MemoryEngine(place), OpenSearchEngine(place))  # type: ignore[arg-type]
    for engine in engines:
        half = len(made) // 2
        write(engine, *made[:half], document("gone", "数据 分析 gone"))
        write(engine, *made[half:], remove=("gone",))
    reference, reader = (engine.read() for engine in engines)
    return reference, reader


def _terms(rank: list[str]) -> tuple[RankTerm, ...]:
    return (
        *(RankTerm(text.lower()) for text in rank),
        *(RankTerm(text[:2], 0.5, None, "bigrams") for text in rank),
        *(RankTerm(text[:1].lower(), 0.25, ("title", "body"), "characters") for text in rank),
    )


@settings(max_examples=10, deadline=None, suppress_health_check=_PATIENT, phases=[Phase.generate])
@given(documents, _MANY, _RANK)
def test_every_answer_equals_the_reference(
    tmp_path_factory: pytest.TempPathFactory,
    texts: list[tuple[Any, ...]],
    wanted: list[Condition],
    rank: list[str],
) -> None:
    place = tmp_path_factory.mktemp("equal")
    made = [
        document(f"{title} {n}", f"{body}\n{left}", date, tags=tags, boilerplate=ending(body, left))
        for n, (title, body, tags, date, left) in enumerate(texts)
    ]
    reference, reader = _readers(place, made)
    for condition, complete in pairwise([*wanted, EVERYTHING]):
        request = Request(
            condition, _terms(rank), limit=None, facets=("tag", "year"), bonuses=(titled("数据"),), recency=2.0
        )
        words = (condition,)
        _answers_alike(reference, reader, replace(request, articles=True, complete=complete, words=words))
    reader.close()


BODY = "".join(WORDS[n % len(WORDS)] + ("" if n % 3 else " ") for n in range(0, 200, 7))


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reader, Reader]:
    """Readers of the same articles by both engines: of forty, with words in many places."""
    made = [
        document(f"{WORDS[n % 13]} {n}", BODY[n : n + 3 * n % 40], "2024-01-01" if n % 3 else None, tags=("甲",))
        for n in range(40)
    ]
    return _readers(tmp_path_factory.mktemp("several"), made)


@settings(max_examples=300, deadline=None, suppress_health_check=_PATIENT)
@given(
    conditions,
    st.none() | conditions,
    _RANK,
    st.sampled_from(list(SORTS)),
    st.integers(0, 45),
    st.integers(0, 9),
    st.sampled_from([0.0, 3.0]),
)
def test_every_page_equals_the_reference(
    several: tuple[Reader, Reader],
    condition: Condition,
    complete: Condition | None,
    rank: list[str],
    sort: Sort,
    offset: int,
    limit: int,
    best: float,
) -> None:
    page: dict[str, Any] = {"sort": sort, "offset": offset, "limit": limit}
    request = Request(condition, _terms(rank), **page, facets=("tag",), complete=complete, best=best)
    _answers_alike(*several, replace(request, articles=True))


@settings(max_examples=300, deadline=None, suppress_health_check=_PATIENT)
@given(st.integers(0, len(BODY)), st.integers(1, 12), st.booleans(), st.booleans())
def test_every_piece_of_a_text_equals_the_reference(
    several: tuple[Reader, Reader], start: int, length: int, open_start: bool, open_end: bool
) -> None:
    tokens = document("", BODY[start : start + length], id="甲").texts["body"]
    from searchkit.analysis.scripts import characters

    piece = plan.Phrase(tuple(characters(tokens)), None, open_start, open_end)
    if piece.tokens:
        _answers_alike(*several, Request(piece, limit=None))
