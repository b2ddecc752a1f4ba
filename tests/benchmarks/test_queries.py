from __future__ import annotations

import random
from pathlib import Path

import pytest

pytest.importorskip("rjieba")

import searchkit
from benchmarks.articles import Words, cut, iter_articles, words_of
from benchmarks.queries import KINDS, article_frequencies, make_bands, make_phrases, make_queries, make_texts


@pytest.fixture(scope="module")
def articles() -> list[Words]:
    """Three hundred articles of words as unevenly spread as words are."""
    chance = random.Random(1)
    vocabulary = [f"词{number}" for number in range(3000)]
    weights = [1 / (number + 1) for number in range(3000)]

    def article() -> Words:
        body = chance.choices(vocabulary, weights, k=80)
        return {"title": chance.sample(vocabulary, 3), "tags": [], "body": body}

    return [article() for _ in range(300)]


def test_all_articles_of_an_index_are_read(tmp_path: Path) -> None:
    articles = [searchkit.Article(f"{n}.md", f"题{n}", f"融资新闻，第{n}篇") for n in (3, 1, 2)]
    searchkit.reindex(articles, tmp_path / "index")
    assert [article.title for article in iter_articles(tmp_path / "index")] == ["题1", "题2", "题3"]


def test_words_are_in_small_letters_without_spaces() -> None:
    assert cut("OpenAI 融资新闻\n") == ["openai", "融资", "新闻"]
    article = searchkit.Article("a.md", "融资", "OpenAI 新闻", tags=("算力", "芯片"))
    assert words_of(article) == {"title": ["融资"], "tags": ["算力", "芯片"], "body": ["openai", "新闻"]}


def test_a_word_counts_once_an_article() -> None:
    articles = [{"title": ["融资"], "tags": [], "body": ["融资", "融资", "算力"]}, {"title": ["融资"]}]
    assert article_frequencies(articles) == {"融资": 2, "算力": 1}


def test_queries_are_the_same_every_time(articles: list[Words]) -> None:
    queries = make_queries(articles)
    assert queries == make_queries(articles)
    assert len(queries) == sum(KINDS.values()) == 240
    assert make_phrases(articles, 20) == make_phrases(articles, 20)


def test_queries_are_of_the_bands_they_are_called_after(articles: list[Words]) -> None:
    bands, frequency = make_bands(articles), article_frequencies(articles)
    assert all(frequency[word] > 30 for word in bands.common)
    assert all(2 <= frequency[w] <= 20 for w in bands.rare)
    lengths = {"rare": {1}, "common": {1}, "two": {2}, "three": {3}, "long": set(range(6, 13))}
    for query in make_queries(articles):
        assert len(query.words) in lengths[query.kind]
        assert len(set(query.words)) == len(query.words)
        assert query.kind != "rare" or query.words[0] in bands.rare
        assert query.kind != "common" or query.words[0] in bands.common


def test_a_phrase_stands_in_a_body(articles: list[Words]) -> None:
    bodies = [f" {' '.join(article['body'])} " for article in articles]
    assert all(any(f" {' '.join(phrase)} " in body for body in bodies) for phrase in make_phrases(articles, 20))


def test_texts_have_quotes_beginnings_and_dates(articles: list[Words]) -> None:
    texts = make_texts(make_queries(articles), ['"一段"', '"两段"'])
    assert len(texts) == 240
    for sign, least in (('"', 40), ("*", 20), ("since:", 40)):
        assert sum(sign in text for text in texts) >= least
