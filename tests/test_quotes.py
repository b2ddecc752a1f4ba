"""A passage that is pasted in names the article it is from."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import searchkit
from tests.conftest import Library

LAKE = (
    "清晨的盐湖像一面镜子。守湖人每天走四十里路，看水位和风向，把数字写进蓝皮本子。"
    "他说盐是湖的骨头，雨水多的年份骨头就软，去年夏天水位涨了三十厘米，岸边的小屋差点没了门槛。"
)
TEA = "老茶客说，水要刚开，壶要先烫，第一泡不喝，第二泡才是茶的名字。春天的茶轻，秋天的茶重，夏天的茶不提。"


def test_a_changed_passage_names_its_article(library: Library) -> None:
    index = library(盐湖=LAKE, 茶=TEA)
    quote = index.find_quote("守湖老人每天走四十里山路，看水位和风力，把数字抄进蓝皮本子")
    assert quote
    assert (quote.article.title, quote.text) == ("盐湖", LAKE[11:38])
    assert [(LAKE[d.start : d.end], d.given) for d in quote.differences] == [
        ("", "老"), ("", "山"), ("向", "力"), ("写", "抄"),
    ]  # fmt: skip
    assert quote.identity == pytest.approx(23 / 27)


def test_any_passage_of_the_samples_names_its_article(sample_index: searchkit.Index) -> None:
    chance = random.Random(7)
    articles = [article for article in sample_index if len(article.own_text) > 100]
    for article in articles:
        start = chance.randrange(len(article.own_text) - 80)
        quote = sample_index.find_quote(article.own_text[start : start + 80])
        assert quote
        assert quote.article.id == article.id or article.own_text[start : start + 80] in quote.article.body
    assert len(articles) >= 20


def test_the_same_words_elsewhere_are_no_passage(library: Library) -> None:
    """Each word of it is in the articles, and the sentence is in none."""
    index = library(盐湖=LAKE, 茶=TEA)
    assert index.find_quote("春天的水位像一壶茶，去年的老茶客每天提着本子走过清晨的小屋") is None


@pytest.mark.parametrize("text", ["", "，。！", "盐", "守湖人每天", "鲸鱼在极夜里歌唱，没有人记下它唱的是什么"])
def test_what_is_too_little_or_strange_is_from_nowhere(library: Library, text: str) -> None:
    assert library(盐湖=LAKE).find_quote(text) is None


def test_of_two_versions_the_nearer_one_is_named(library: Library) -> None:
    other = LAKE.replace("三十厘米", "四十厘米").replace("蓝皮", "红皮")
    index = library(旧稿=LAKE, 新稿=other)
    for title, text in {"旧稿": LAKE, "新稿": other}.items():
        quote = index.find_quote(text[20:80])
        assert quote
        assert (quote.article.title, quote.identity) == (title, 1.0)


def test_a_latin_passage_names_its_article(library: Library) -> None:
    english = "The keeper of the salt lake walks forty miles a day and writes down the level of the water."
    quote = library(lake=english, 茶=TEA).find_quote(
        "the keeper of the lake walks forty miles each day and writes it down"
    )
    assert quote
    assert quote.article.title == "lake"


def test_the_place_and_the_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "茶.md").write_text(f"# 茶\n\n说明。\n\n{TEA}\n", encoding="utf-8")
    searchkit.reindex(tmp_path / "notes", tmp_path / "index", jobs=1)
    with searchkit.open_index(tmp_path / "index") as index:
        quote = index.find_quote("第一泡不喝，第二泡才是茶的名字")
    assert quote
    assert quote.path == str(tmp_path / "notes" / "茶.md")
    assert [(place.line, place.is_found) for place in searchkit.locate(quote.hit)] == [(5, True)]


# in a search


def test_a_long_query_names_the_article_it_is_from(library: Library) -> None:
    index = library(盐湖=LAKE, 茶=TEA)
    results = index.search(
        "守湖老人每天走四十里路，看水位和风向，把数字抄进蓝皮本子。他说“盐是湖的骨头”，雨水多的年份"
    )
    assert results.quote
    assert results.quote.article.title == "盐湖"


@pytest.mark.parametrize(
    "query",
    [
        f"（{LAKE[11:80]}）",
        f"标题：盐湖 {LAKE[11:80]}",
        f"{LAKE[11:50]} - {LAKE[50:80]}",
        f"{LAKE[11:50]} OR {LAKE[50:80]}",
        f"“{LAKE[11:80]}”",
        f"{LAKE[11:80]} https://example.org/a/very/long/address?of=the&web=site -p2",
    ],
)
def test_what_looks_like_syntax_hides_no_passage(library: Library, query: str) -> None:
    results = library(盐湖=LAKE, 茶=TEA).search(query)
    assert results.quote
    assert results.quote.text.startswith(LAKE[11:30])


@pytest.mark.parametrize(
    "query", [LAKE[11:40], "守湖人 OR 老茶客 " * 10, "title:盐湖 -" + LAKE[11:80], "盐湖* " * 30]
)
def test_other_queries_are_no_passages(library: Library, query: str) -> None:
    assert library(盐湖=LAKE, 茶=TEA).search(query).quote is None


def test_filters_leave_out_articles_that_have_the_passage(library: Library) -> None:
    index = library(旧稿=LAKE, 新稿=LAKE.replace("三十厘米", "四十厘米"))
    passage = LAKE[20:85]
    assert index.search(passage).hits[0].title == "旧稿"
    found = index.search(passage, filters=searchkit.Filters(path="新稿"))
    assert found.quote
    assert found.quote.article.title == "新稿"
    assert index.search(passage, path="nowhere").quote is None


def test_it_is_named_with_the_first_hits_only(library: Library) -> None:
    index = library(旧稿=LAKE, 新稿=LAKE.replace("三十厘米", "四十厘米"))
    assert index.search(LAKE[11:80], offset=1).quote is None


def test_lines_that_many_articles_have_are_no_source(tmp_path: Path) -> None:
    footer = "长按识别下方二维码关注我们，每天晚上八点，陪你读一篇写得好的文章，转发给爱读书的朋友"
    chance = random.Random(3)
    for n in range(12):
        text = "".join(chance.choices(LAKE + TEA, k=300))
        (tmp_path / f"{n}.md").write_text(f"# 第{n}天\n\n{text}\n\n{footer}\n", encoding="utf-8")
    searchkit.reindex(tmp_path, tmp_path / "index", jobs=1)
    with searchkit.open_index(tmp_path / "index") as index:
        assert footer in index.get("3.md").body
        assert index.find_quote(footer) is None
        quote = index.find_quote(index.get("3.md").own_text[100:160])
        assert quote
        assert quote.article.id == "3.md"


def test_the_passage_may_be_as_long_as_the_article(library: Library) -> None:
    long = "".join(f"第{n}天，守湖人写下水位{n * 7 % 90}厘米和风向{'东南西北'[n % 4]}。" for n in range(900))
    index = library(日志=long, 盐湖=LAKE)
    quote = index.find_quote(long)
    assert quote
    assert (quote.article.title, quote.start, quote.differences) == ("日志", 0, ())
