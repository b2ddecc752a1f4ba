"""The lists of the schema, and what must agree with them."""

from __future__ import annotations

from typing import get_args

from searchkit import schema
from searchkit.bm25f import BM25F, FIELD_B
from searchkit.engines.base import keywords_of
from searchkit.ingest.document import make_document
from tests.conftest import make_article
from tests.engines.contract import ANALYZER


def test_the_names_of_facets_and_sorts_are_those_of_their_lists() -> None:
    assert get_args(schema.Facet) == tuple(schema.FACETS)
    assert get_args(schema.Sort) == tuple(schema.SORTS)


def test_a_facet_counts_a_keyword() -> None:
    assert set(schema.FACETS.values()) <= set(schema.KEYWORDS)


def test_an_article_has_every_keyword() -> None:
    assert tuple(keywords_of(make_article("题"))) == schema.KEYWORDS


def test_a_document_has_every_field() -> None:
    document = make_document(make_article("题"), ANALYZER)
    assert (set(document.words), set(document.texts)) == (set(schema.FIELD_NAMES), set(schema.CHARACTER_FIELDS))


def test_every_ranked_field_has_its_numbers() -> None:
    assert tuple(FIELD_B) == schema.FIELD_NAMES
    assert all(BM25F.weight(name) > 0 for name in schema.FIELD_NAMES)


def test_no_two_fields_are_called_the_same() -> None:
    aliases = [alias for field in schema.FIELDS for alias in field.aliases]
    assert len(aliases) == len(set(aliases))


def test_what_is_shown_has_neither_months_nor_days() -> None:
    assert tuple(schema.FACETS)[:5] == schema.SHOWN_FACETS
    assert not {"month", "day"} & set(schema.SHOWN_FACETS)
