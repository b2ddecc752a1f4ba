"""What a user of Whoosh finds in the folder of an index: the fields, the queries, the order and the groups."""

from __future__ import annotations

import pickle
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import whoosh.index
from whoosh import query, sorting
from whoosh.filedb.filestore import ReadOnlyError
from whoosh.qparser import FuzzyTermPlugin, MultifieldParser, QueryParser

import searchkit
from searchkit.config import Config
from searchkit.engines.whoosh import WhooshEngine
from searchkit.engines.whoosh.segment_meta import read_sealed, write_sealed
from searchkit.index import reader_of
from searchkit.model import Article
from tests.conftest import SAMPLES, make_article
from tests.reliability.disks import CountingDisk, RecordingDisk, Stopped, written_through

Open = Callable[[str], Any]
OPENERS = (whoosh.index.open_dir, searchkit.open_whoosh)
WORDS = ("人工智能", "融资", "大模型", "GPT-5.2", "月亮", "数据分析")
AUTHORS, TAGS = ("林远", "陈青", "Ann Lee"), ("天文", "AI", "数据", "R语言")


def articles(count: int, seed: int = 7) -> list[Article]:
    dice = random.Random(seed)
    return [
        Article(
            f"篇{n}", f"第{n}篇 {dice.choice(['人工智能', '融资新闻', '月亮'])}",
            f"{' '.join(dice.choices(WORDS, k=dice.randint(1, 9)))} 编号 {n}",
            tags=tuple(dice.sample(TAGS, dice.randint(0, 3))), categories=("笔记",) * dice.randint(0, 1),
            author=dice.choice(["", *AUTHORS]), url=f"https://example.org/{n}",
            date=dice.choice([None, datetime(2020 + n % 5, 1 + n % 12, 1 + n % 28, n % 24, 30, 15)]),
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def made() -> list[Article]:
    return articles(60)


@pytest.fixture(scope="module", params=OPENERS, ids=lambda opener: opener.__name__)
def opened(request: pytest.FixtureRequest, made: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Any:
    """An index of several segments, some of whose documents are deleted."""
    place = tmp_path_factory.mktemp("view")
    searchkit.reindex([*made[:40], make_article("gone", "人工智能 融资")], place, jobs=1)
    searchkit.reindex(made[:50], place, jobs=1)
    searchkit.reindex(made, place, jobs=1)
    return request.param(str(place))


@pytest.fixture
def searcher(opened: Any) -> Iterator[Any]:
    with opened.searcher() as found:
        yield found


def ids(results: Any) -> list[str]:
    return [hit["id"] for hit in results]


def found(searcher: Any, text: str, field: str = "body") -> set[str]:
    parser = QueryParser(field, searcher.schema, plugins=None)
    parser.add_plugin(FuzzyTermPlugin())
    return set(ids(searcher.search(parser.parse(text), limit=None)))


def test_a_hit_has_the_fields_of_the_article(searcher: Any, made: list[Article]) -> None:
    for article in made:
        (hit,) = searcher.search(query.Term("id", article.id))
        assert hit.fields() == {
            "id": article.id, "title": article.title, "body": article.body, "tags": list(article.tags),
            "categories": list(article.categories), "author": article.author, "date": article.date,
            "url": article.url,
        }  # fmt: skip


def test_queries_are_analysed_as_the_articles_were(searcher: Any, made: list[Article]) -> None:
    cases: dict[str, Callable[[searchkit.Article], object]] = {
        "人工智能 融资": lambda a: "人工智能" in a.body and "融资" in a.body,
        "人工智慧 OR 月亮": lambda a: "月亮" in a.body,
        "大模型 NOT 月亮": lambda a: "大模型" in a.body and "月亮" not in a.body,
        "gpt-5.2": lambda a: "GPT" in a.body,
        "ＧＰＴ": lambda a: "GPT" in a.body,
        "數據分析": lambda a: "数据分析" in a.body,
        "人工*": lambda a: "人工" in a.body,
        "GP*": lambda a: "GPT" in a.body,
        "?型": lambda a: "大模型" in a.body,
        "月?": lambda a: "月亮" in a.body,
        "gqt~1": lambda a: "GPT" in a.body,
        "title:月亮": lambda a: "月亮" in a.title,
        'body_characters:"模型"': lambda a: "模型" in a.body,
        'body_characters:"智能 融资"': lambda a: "智能 融资" in a.body,
        "body_characters:能融": lambda a: "能 融" in a.body,
        "body_bigrams:模型": lambda a: "模型" in a.body,
        "tags:r语言": lambda a: "R语言" in a.tags,
        "tag:R语言": lambda a: "R语言" in a.tags,
        "author:ann": lambda a: a.author == "Ann Lee",
        "author_name:'Ann Lee'": lambda a: a.author == "Ann Lee",
        "categories:笔记": lambda a: bool(a.categories),
        "year:2022": lambda a: a.date and a.date.year == 2022,
        "title_key:'第3篇 月亮'": lambda a: a.title == "第3篇 月亮",
        "date:2022": lambda a: a.date and a.date.year == 2022,
        "date:[2021 TO 202203]": lambda a: a.date and datetime(2021, 1, 1) <= a.date < datetime(2022, 4, 1),
        "date:[2023 TO]": lambda a: a.date and a.date.year >= 2023,
    }  # fmt: skip
    for text, is_wanted in cases.items():
        assert found(searcher, text) == {a.id for a in made if is_wanted(a)}, text


def test_every_term_of_the_samples_finds_its_article(tmp_path: Path) -> None:
    words = ("城市漫步", "C++20", "人工智能")
    (tmp_path / "words.txt").write_text("\n".join(words), "utf-8")
    config = Config(user_dictionary=str(tmp_path / "words.txt"))
    searchkit.reindex(SAMPLES, tmp_path / "index", jobs=1, config=config)
    dice = random.Random(3)
    stock = whoosh.index.open_dir(str(tmp_path / "index"))
    with searchkit.open_index(tmp_path / "index") as index, stock.searcher() as searcher:
        assert searcher.schema["body"].analyzer.user_words == index._analyzer.user_words == words
        for article in map(index.get, reader_of(index).ids()):
            for name in ("body", "body_characters", "body_bigrams"):
                terms = {token.text for token in searcher.schema[name].analyzer(article.body, mode="query")}
                for term in dice.sample(sorted(terms), min(5, len(terms))):
                    assert article.id in ids(searcher.search(query.Term(name, term), limit=None)), (name, term)


def test_a_query_of_several_fields_is_ranked_by_whoosh(searcher: Any, made: list[Article]) -> None:
    parser = MultifieldParser(["title", "body"], searcher.schema, fieldboosts={"title": 3.0})
    results = searcher.search(parser.parse("月亮 融资"), limit=None)
    assert set(ids(results)) == {a.id for a in made if all(word in a.title + a.body for word in ("月亮", "融资"))}
    scores = [hit.score for hit in results]
    assert scores == sorted(scores, reverse=True)
    assert [hit.score for hit in searcher.search(parser.parse("月亮 融资"), limit=5)] == scores[:5]


def test_ranges_of_dates_are_those_of_the_articles(searcher: Any, made: list[Article]) -> None:
    moments = sorted({a.date for a in made if a.date})
    for low, high in zip(moments[::3], moments[5::3], strict=False):
        wanted = {a.id for a in made if a.date and low <= a.date <= high}
        assert set(ids(searcher.search(query.DateRange("date", low, high), limit=None))) == wanted
        assert set(ids(searcher.search(query.Term("date", low), limit=None))) == {
            a.id for a in made if a.date == low
        }


@pytest.mark.parametrize("reverse", [False, True])
def test_hits_are_sorted_by_date_and_those_without_one_are_last(
    searcher: Any, made: list[Article], reverse: bool
) -> None:
    facet = sorting.FieldFacet("date", reverse=reverse)
    dates = [hit["date"] for hit in searcher.search(query.Every(), sortedby=facet, limit=None)]
    known = sorted((a.date for a in made if a.date), reverse=reverse)
    assert dates == [*known, *[None] * (len(made) - len(known))]
    facets = [sorting.FieldFacet("author_name", reverse=reverse), facet]
    authors = [hit["author"] for hit in searcher.search(query.Every(), sortedby=facets, limit=20)]
    assert authors == sorted((a.author for a in made), reverse=reverse)[:20]


def test_hits_are_grouped_by_each_of_their_keywords(searcher: Any, made: list[Article]) -> None:
    facets = [sorting.FieldFacet("tag", allow_overlap=True), "author_name", "year", "category"]
    results = searcher.search(query.Every(), groupedby=facets, maptype=sorting.Count, limit=None)
    tags = Counter(tag for a in made for tag in a.tags or (None,))
    assert results.groups("tag") == tags
    assert results.groups("author_name") == Counter(a.author for a in made)
    assert results.groups("year") == Counter(str(a.date.year) if a.date else "" for a in made)
    assert results.groups("category") == Counter("笔记" if a.categories else "" for a in made)
    by_date = searcher.search(query.Every(), groupedby="date", maptype=sorting.Count, limit=None)
    assert by_date.groups("date") == Counter(a.date for a in made)


def test_passages_are_marked_where_words_are(searcher: Any) -> None:
    parsed = QueryParser("body", searcher.schema).parse("gpt 智能")
    for hit in searcher.search(parsed):
        marked = hit.highlights("body")
        assert ">人工智能</b>" in marked or ">智能</b>" in marked
        assert ">GPT" in marked


def test_whoosh_is_told_who_writes(opened: Any) -> None:
    for write_ in (opened.writer, opened.optimize, lambda: opened.delete_by_term("id", "篇1")):
        with pytest.raises(ReadOnlyError, match="write it with `searchkit reindex`"):
            write_()


# opening, and publishing meanwhile


def test_an_index_is_opened_without_its_pickle(tmp_path: Path) -> None:
    searchkit.reindex([make_article("甲", "正文")], tmp_path, jobs=1)
    (tmp_path / "_MAIN_1.toc").write_bytes(pickle.dumps(_Plant(tmp_path / "planted")))
    with searchkit.open_whoosh(tmp_path).searcher() as searcher:
        assert searcher.doc_count() == 1
    assert not (tmp_path / "planted").exists()


class _Plant:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self._path,)


@pytest.mark.parametrize("opener", [searchkit.open_index, searchkit.open_whoosh])
def test_both_ways_of_opening_say_the_same_of_what_they_cannot_open(tmp_path: Path, opener: Open) -> None:
    with pytest.raises(searchkit.IndexNotFound, match="no index here"):
        opener(str(tmp_path))
    searchkit.reindex([make_article("甲", "正文")], tmp_path, jobs=1)
    generation = tmp_path / "generation-000001"
    state, listed = (read_sealed(generation / name) for name in ("state.json", "segments.json"))
    for changed, words in (
        ({"schema": 4}, "its schema is 4"),
        ({"analyzer": {"analyzer": "0"}}, "analyzer was 0"),
    ):
        write_sealed(generation / "state.json", {**state, **changed})
        with pytest.raises(searchkit.IndexOutdated, match=words):
            opener(str(tmp_path))
    write_sealed(generation / "state.json", state)
    for other in ({"id": "0" * 32}, {"documents": 2}):
        write_sealed(generation / "segments.json", [{**listed[0], **other}])
        with pytest.raises(searchkit.IndexCorrupted, match=r"\.columns: not the segment that segments.json lists"):
            opener(str(tmp_path))


def test_whoosh_sees_a_whole_state_wherever_publishing_is_stopped(tmp_path: Path) -> None:
    states = [{"甲"}, {"甲", "乙"}]
    done = CountingDisk()
    with written_through(done):
        searchkit.reindex([make_article(i, f"正文{i}") for i in states[0]], tmp_path / "whole", jobs=1)
        done.count = 0
        searchkit.reindex([make_article(i, f"正文{i}") for i in states[1]], tmp_path / "whole", jobs=1)
    seen = []
    for stop in range(done.count):
        place = tmp_path / str(stop)
        searchkit.reindex([make_article(i, f"正文{i}") for i in states[0]], place, jobs=1)
        disk = RecordingDisk()
        disk.left = stop
        with written_through(disk), suppress(Stopped):
            searchkit.reindex([make_article(i, f"正文{i}") for i in states[1]], place, jobs=1)
        seen.append(_ids_seen_by_whoosh(place))
        assert seen[-1] in states
        with WhooshEngine(place).locked():  # the next writer
            pass
        with searchkit.open_index(place) as index:
            assert _ids_seen_by_whoosh(place) == set(reader_of(index).ids())
    assert seen[0] == states[0]
    assert seen[-1] == states[1]


def _ids_seen_by_whoosh(place: Path) -> set[str]:
    with whoosh.index.open_dir(str(place)).searcher() as searcher:
        return {stored["id"] for stored in searcher.reader().all_stored_fields()}


@pytest.mark.parametrize("opener", OPENERS)
def test_whoosh_reads_while_reindexes_publish(tmp_path: Path, opener: Open) -> None:
    searchkit.reindex([make_article("0", "版本 0")], tmp_path, jobs=1)
    index, wrong, done = opener(str(tmp_path)), list[object](), threading.Event()

    def read() -> None:
        while not done.is_set():
            with index.searcher() as searcher:
                stored = list(searcher.reader().all_stored_fields())
                if len({value["body"] for value in stored}) != 1 or len(stored) != 1:
                    wrong.append(stored)

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for n in range(1, 15):
        searchkit.reindex([make_article("0", f"版本 {n}")], tmp_path, jobs=1)
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert index.latest_generation() == 15
