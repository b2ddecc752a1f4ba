"""What is shown of an article that was found."""

from __future__ import annotations

from searchkit.engines.base import Found
from searchkit.hits import make_hits
from searchkit.index import reader_of
from searchkit.model import Article, Hit
from tests.conftest import Library, make_article, marked

ARTICLE = make_article(
    "怎么修", "怎么说呢，天气很好，大家都出门了。\n后来我们在路边修车，修车的人很多，等了很久。"
)


def shown(library: Library, query: str, article: Article = ARTICLE) -> Hit:
    """The *article* as shown for *query*."""
    index = library("别的文章，什么也没有说。", 甲="修车怎么修", 乙="铁路和设计")
    planned = index.plan(query)
    found = Found(1, ((article.id, 1.0),), articles=(article,))
    (hit,) = make_hits(found, planned, reader_of(index), lambda _: "", snippets=True)
    return hit


def test_a_word_of_asking_is_neither_marked_nor_shown(library: Library) -> None:
    hit = shown(library, "怎么 修车")
    assert hit.title_highlights == ()
    assert set(marked(hit)) == {"修车"}
    assert [snippet.text[:5] for snippet in hit.snippets] == ["后来我们在"]


def test_a_word_of_asking_that_is_alone_is_marked(library: Library) -> None:
    hit = shown(library, "怎么")
    assert hit.title_highlights == ((0, 2),)
    assert set(marked(hit)) == {"怎么"}


def test_words_in_a_row_as_typed_are_shown_before_the_same_words_apart(library: Library) -> None:
    apart = "这条铁路很长，设计它的人却很年轻，铁路修好了，设计图还在。"
    article = make_article("旧事", f"{apart}\n展览馆里有一间屋子，专门讲铁路设计的历史。\n{apart}")
    assert [snippet.text[:5] for snippet in shown(library, "铁路设计", article).snippets] == ["展览馆里有"]
