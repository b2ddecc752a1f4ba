from __future__ import annotations

import random

import pytest

np = pytest.importorskip("numpy")

from benchmarks.queries import KINDS, make_bands, make_phrases, make_queries, make_texts  # noqa: E402
from benchmarks.terms import FIELDS, Terms, lay_out_joined, make_terms, multiply  # noqa: E402


@pytest.fixture(scope="module")
def terms() -> Terms:
    """Three hundred articles of words as unevenly spread as words are."""
    chance = random.Random(1)
    vocabulary = [f"词{number}" for number in range(3000)]
    weights = [1 / (number + 1) for number in range(3000)]

    def article() -> dict[str, list[str]]:
        return {
            "title": chance.sample(vocabulary, 3),
            "tags": [],
            "body": chance.choices(vocabulary, weights, k=80),
        }

    return make_terms(article() for _ in range(300))


def test_articles_come_back_as_they_went_in() -> None:
    article = {"title": ["融资", "新闻"], "tags": [], "body": ["融资", "融资", "算力"]}
    made = make_terms([article, article])
    assert made.article(1) == article
    assert lay_out_joined(made)[0]["body"] == "融资 融资 算力"
    assert dict(zip(made.vocabulary, made.frequencies().tolist(), strict=True)) == {
        "融资": 2,
        "新闻": 2,
        "算力": 2,
    }


def test_copies_differ_and_the_vocabulary_grows(terms: Terms) -> None:
    sizes = [len(multiply(terms, times).vocabulary) for times in (1, 2, 4)]
    assert sizes == sorted(set(sizes))
    many = multiply(terms, 3)
    assert len(many) == 900 and len(set(many.vocabulary)) == len(many.vocabulary)
    assert many.article(5) == terms.article(5) != many.article(305) != many.article(605)
    assert 0.85 < many.columns["body"].words.size / (3 * terms.columns["body"].words.size) < 1


def test_copies_are_the_same_every_time(terms: Terms) -> None:
    first, second = multiply(terms, 3), multiply(terms, 3)
    assert first.vocabulary == second.vocabulary
    assert all(np.array_equal(first.columns[n].words, second.columns[n].words) for n in FIELDS)


def test_queries_are_the_same_every_time(terms: Terms) -> None:
    queries = make_queries(terms)
    assert queries == make_queries(terms)
    assert len(queries) == sum(KINDS.values()) == 240
    assert make_phrases(terms, 20) == make_phrases(terms, 20)


def test_queries_are_of_the_bands_they_are_called_after(terms: Terms) -> None:
    bands = make_bands(terms)
    frequency = dict(zip(terms.vocabulary, terms.frequencies().tolist(), strict=True))
    assert all(frequency[word] > 30 for word in bands.common) and all(2 <= frequency[w] <= 20 for w in bands.rare)
    lengths = {"rare": {1}, "common": {1}, "two": {2}, "three": {3}, "long": set(range(6, 13))}
    for query in make_queries(terms):
        assert len(query.words) in lengths[query.kind] and len(set(query.words)) == len(query.words)
        assert query.kind != "rare" or query.words[0] in bands.rare
        assert query.kind != "common" or query.words[0] in bands.common


def test_a_phrase_stands_in_a_body(terms: Terms) -> None:
    bodies = [f" {article['body']} " for article in lay_out_joined(terms)]
    assert all(any(f" {' '.join(phrase)} " in body for body in bodies) for phrase in make_phrases(terms, 20))


def test_texts_have_quotes_beginnings_and_dates(terms: Terms) -> None:
    texts = make_texts(make_queries(terms), ['"一段"', '"两段"'])
    assert len(texts) == 240
    for sign, least in (('"', 40), ("*", 20), ("since:", 40)):
        assert sum(sign in text for text in texts) >= least
