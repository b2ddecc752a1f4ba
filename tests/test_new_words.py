"""Names and terms that jieba's dictionary lacks are found in the articles that use them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

import searchkit
from searchkit.model import Article

NAMES = ("鹊桥仪", "绣球算子", "砚台鸟")
"""Invented: the dictionary has parts of them."""
BEFORE = (
    "我们试过",
    "安装了",
    "文章介绍",
    "很多人喜欢",
    "团队选择",
    "大家讨论",
    "昨天升级",
    "作者推荐",
    "这里使用",
)
BEHIND = ("的配置", "很稳定", "和数据库", "，然后重启", "可以处理日志", "已经发布", "的性能", "在夜里运行", "。")


def sentences(word: str, count: int, seed: int) -> str:
    """Different sentences with *word*."""
    dice = random.Random(seed)
    pairs = dice.sample([(before, behind) for before in BEFORE for behind in BEHIND], count)
    return "\n".join(f"{before}{word}{behind}" for before, behind in pairs)


@pytest.fixture
def texts(sample_index: searchkit.Index) -> list[str]:
    """What people write who know nothing of the names."""
    return [article.body for article in sample_index if "大模型" not in article.body]


def articles(texts: Sequence[str], *words: str) -> list[Article]:
    """Two articles of each of five accounts, which use all *words*."""
    return [
        Article(
            f"篇{n}",
            "笔记",
            "\n".join([texts[n], *(sentences(word, 3, n) for word in words)]),
            author=f"账号{n % 5}",
        )
        for n in range(10)
    ]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"


def new_words(every: Sequence[Article], place: Path, engine: str = "whoosh") -> dict[str, searchkit.NewWord]:
    config = searchkit.Config(engine=engine)
    searchkit.reindex(every, place, jobs=1, config=config)
    with searchkit.open_index(place, config=config) as index:
        return {word.word: word for word in index.new_words()}


def posts(texts: Sequence[str], *bodies: str, author: str | None = None) -> list[Article]:
    """An article of each of *bodies* with one of *texts* behind it, each of another account or all by *author*."""
    return [
        Article(f"帖{n}", "帖子", f"{body}\n{texts[n]}", author=f"账号{n}" if author is None else author)
        for n, body in enumerate(bodies)
    ]


@pytest.mark.parametrize("kind", ["whoosh", "memory"])
def test_names_of_several_accounts_are_found_and_nothing_else(texts: list[str], place: Path, kind: str) -> None:
    found = new_words(articles(texts, *NAMES), place, kind)
    assert set(found) == set(NAMES)
    word = found["鹊桥仪"]
    assert (word.count, word.accounts, word.articles, word.changes) == (len(set(word_lines())), 5, 10, 10)
    assert (word.cut, word.cut_then) == (("鹊桥", "仪"), ("鹊桥仪",))
    assert word.example is not None
    (begin, end), *_rest = word.example.snippets[0].highlights
    assert word.example.snippets[0].text[begin:end] == word.word


def word_lines() -> list[str]:
    return [line for n in range(10) for line in sentences("鹊桥仪", 3, n).replace("。", "\n").split("\n") if line]


def test_of_two_longer_words_a_query_stays_two(texts: list[str], place: Path) -> None:
    word = new_words(articles(texts, "绣球算子"), place)["绣球算子"]
    assert word.cut == word.cut_then == ("绣球", "算子")


def test_a_part_of_a_name_is_no_word(texts: list[str], place: Path) -> None:
    assert set(new_words(articles(texts, "青绣球算子"), place)) == {"青绣球算子"}


def test_words_of_grammar_around_a_name_are_no_part_of_it(texts: list[str], place: Path) -> None:
    said = [f"{one}鹊桥仪{other}" for one in ("这个", "那台", "把", "和", "他们的") for other in "的和在是了"]
    told = ["。".join(said[n::5]) for n in range(5)]
    assert set(new_words(posts(texts, *told), place)) == {"鹊桥仪"}


def test_what_fewer_than_three_accounts_say_is_left_out(texts: list[str], place: Path) -> None:
    own = [Article(f"自语{n}", "", sentences("砚台鸟", 9, n), author=f"账号{n}") for n in range(2)]
    assert set(new_words([*articles(texts, "鹊桥仪"), *own], place)) == {"鹊桥仪"}


def test_sites_are_accounts_where_there_are_no_authors(texts: list[str], place: Path) -> None:
    told = [sentences("鹊桥仪", 4, n) + "\n" + sentences("砚台鸟", 4 * (n % 5 < 2), n) for n in range(10)]
    every = [
        Article(f"帖{n}", "帖子", f"{body}\n{texts[n]}", url=f"https://{'abcde'[n % 5]}.example/{n}")
        for n, body in enumerate(told)
    ]
    assert set(new_words(every, place)) == {"鹊桥仪"}


@pytest.mark.parametrize("author", ["", "林远"])
def test_of_nobody_or_one_author_articles_are_counted(texts: list[str], place: Path, author: str) -> None:
    told = [sentences("鹊桥仪", 4, n) + "\n" + sentences("砚台鸟", 8 * (n < 2), n) for n in range(6)]
    assert set(new_words(posts(texts, *told, author=author), place)) == {"鹊桥仪"}


def test_a_line_that_stands_again_and_again_counts_once(texts: list[str], place: Path) -> None:
    told = [f"{sentences('鹊桥仪', 3, n)}\n长按关注砚台鸟，学习更多。" for n in range(9)]
    assert set(new_words(posts(texts, *told), place)) == {"鹊桥仪"}


def test_a_repost_counts_once(texts: list[str], place: Path) -> None:
    repost = sentences("砚台鸟", 9, 1)
    told = [f"{sentences('鹊桥仪', 3, n)}\n{repost}" for n in range(9)]
    counted = new_words(posts(texts, *told), place)
    assert set(counted) == {"鹊桥仪"}


def test_traditional_text_counts_too(texts: list[str], place: Path) -> None:
    told = [sentences("鹊桥仪" if n < 3 else "鵲橋儀", 3, n) for n in range(6)]
    found = new_words(posts(texts, *told), place)
    assert {name: word.accounts for name, word in found.items()} == {"鹊桥仪": 6}


@pytest.mark.parametrize("bodies", [(), ("",), ("no Han at all, 123",), ("月全食",)])
def test_an_index_with_hardly_anything_has_no_new_words(place: Path, bodies: Sequence[str]) -> None:
    assert new_words([Article(f"a{n}", "", body) for n, body in enumerate(bodies)], place) == {}


def test_a_limit_takes_the_first_ones(texts: list[str], place: Path) -> None:
    searchkit.reindex(articles(texts, *NAMES), place, jobs=1)
    with searchkit.open_index(place) as index:
        every = index.new_words(None)
        assert index.new_words(2) == every[:2] != every
        assert index.new_words(0) == ()
        with pytest.raises(ValueError, match="limit"):
            index.new_words(-1)


def test_words_of_queries_are_first_and_counted(texts: list[str], place: Path) -> None:
    searchkit.reindex(articles(texts, *NAMES), place, jobs=1)
    with searchkit.open_index(place) as index:
        every = index.new_words(None)
        last = every[-1].word
        first, *others = index.new_words(None, queries=[f"什么是{last}", last, "没有的词"])
        assert (first.word, first.asked) == (last, 2)
        assert [word.word for word in others] == [word.word for word in every[:-1]]
        assert not any(word.asked for word in others)
        (only,) = index.new_words(1, queries=[last])
        assert only.word == last


def test_a_word_that_was_taken_is_whole_and_proposed_no_more(
    texts: list[str], place: Path, tmp_path: Path
) -> None:
    words = tmp_path / "words.txt"
    words.write_text("鹊桥仪\n", encoding="utf-8")
    config = searchkit.Config(user_dictionary=str(words))
    searchkit.reindex(articles(texts, *NAMES), place, jobs=1, config=config)
    with searchkit.open_index(place) as index:
        assert {word.word for word in index.new_words()} == {*NAMES} - {"鹊桥仪"}
        assert [term for term, _tokens in index.analyze("试试鹊桥仪").query] == ["试试", "鹊桥仪"]
