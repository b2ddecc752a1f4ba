"""Indexes whose checksums are right and whose terms are not those of their texts."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import searchkit
from searchkit.analysis.analyzer import Analyzer
from searchkit.documents import make_document
from searchkit.engines.base import Document
from searchkit.engines.memory import MemoryEngine
from searchkit.engines.whoosh.listing import read_listing
from searchkit.engines.whoosh.rereading import MOST_TOLD
from searchkit.model import Article, Problem
from tests.conftest import SAMPLES, make_article
from tests.reliability.forging import with_arrays
from tests.reliability.observing import make_index

Arrays = dict[str, Any]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with segments of three runs, with documents deleted in some."""
    return make_index(tmp_path_factory.mktemp("rereading"))[1]


@pytest.fixture
def index(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "index"))


def analyze(article: Article) -> Document:
    return make_document(article, Analyzer())


def lies(index: Path, analyze: Callable[[Article], Document] = analyze) -> list[Problem]:
    """What only a look at the texts tells."""
    with searchkit.open_index(index) as opened:
        assert list(opened.reader.verify()) == []
        return list(opened.reader.verify(analyze))


def segments(index: Path) -> list[Path]:
    return sorted(index.glob("generation-*/*.columns"))


def largest(index: Path) -> Path:
    return max(segments(index), key=lambda path: path.stat().st_size)


def forge(path: Path, change: Callable[[Arrays], None]) -> None:
    data = with_arrays(change, path.read_bytes())
    path.unlink()
    path.write_bytes(data)


def other_last_term(field: str, arrays: Arrays) -> None:
    """The last term of *field* becomes another that comes last as well."""
    arrays[f"{field}/terms"][-1] += 1


@pytest.mark.parametrize("field", ["body", "body_bigrams", "body_characters", "title", "tags_characters"])
def test_one_term_that_is_not_in_the_text_is_told(index: Path, field: str) -> None:
    path = segments(index)[-1]
    forge(path, partial(other_last_term, field))
    told = [Problem(str(path), f"the stored article 0 has other terms in {field}")]
    assert lies(index) == told


@pytest.mark.parametrize("field", ["body", "body_bigrams", "body_characters"])
def test_it_is_told_in_a_segment_with_deleted_documents(index: Path, field: str) -> None:
    path = largest(index)
    forge(path, partial(other_last_term, field))
    (problem,) = lies(index)
    assert problem.path == str(path)
    assert re.fullmatch(rf"the stored article \d+ has other terms in {field}", problem.reason)


def test_characters_that_changed_their_places_are_told(tmp_path: Path) -> None:
    searchkit.reindex([make_article("千字文", "天地玄黄")], tmp_path, jobs=1)
    (path,) = segments(tmp_path)
    forge(path, lambda arrays: arrays.update({"body_characters/positions": np.array([0, 1, 2, 3], "<u1")}))
    assert lies(tmp_path) == [Problem(str(path), "the stored article 0 has other terms in body_characters")]


def test_words_that_changed_their_articles_are_told(tmp_path: Path) -> None:
    searchkit.reindex([make_article("甲", "天地"), make_article("乙", "玄黄")], tmp_path, jobs=1)
    (path,) = segments(tmp_path)
    forge(path, lambda arrays: arrays.update({"body/documents": arrays["body/documents"][::-1]}))
    assert {problem.reason for problem in lies(tmp_path)} == {
        f"the stored article {number} has other terms in body" for number in (0, 1)
    }


def test_a_whole_index_with_deleted_documents_is_what_its_texts_say(whole: Path) -> None:
    assert len(segments(whole)) > 1
    assert any(listed.deleted for listed in read_listing(segments(whole)[0].parent))
    assert lies(whole) == []


def test_repeats_are_what_their_texts_say(tmp_path: Path) -> None:
    body = "月全食开始的时候，红光落在屋顶上。"
    repeats = [make_article(title, body, tags=(title,), categories=("天文", title)) for title in ("月食", "红光")]
    searchkit.reindex(repeats, tmp_path, jobs=1)
    with searchkit.open_index(tmp_path) as opened:
        assert opened.get("红光").other_titles or opened.get("月食").other_titles
    assert lies(tmp_path) == []


@pytest.mark.parametrize("body", ["", " \n", "\ud800 𠮷野家 ＡＢＣ ａｂｃ 數據 1,000", "的" * 4000])
def test_odd_texts_are_what_they_say(tmp_path: Path, body: str) -> None:
    searchkit.reindex([make_article("题", body), make_article("空", "")], tmp_path, jobs=1)
    assert lies(tmp_path) == []


@pytest.mark.parametrize("together", [1, 3, 1000])
def test_it_does_not_matter_how_many_articles_are_analysed_together(
    index: Path, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    monkeypatch.setattr("searchkit.engines.whoosh.rereading._ARTICLES", together)
    assert lies(index) == []
    forge(largest(index), partial(other_last_term, "body_bigrams"))
    assert lies(index)


def test_a_long_article_is_analysed_with_few_others(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from searchkit.engines.whoosh import rereading

    sizes: list[int] = []
    pack = rereading.pack
    monkeypatch.setattr("searchkit.engines.whoosh.rereading._TEXT", 0)
    monkeypatch.setattr(rereading, "pack", lambda documents: (sizes.append(len(documents)), pack(documents))[1])
    assert lies(whole) == []
    assert set(sizes) == {1}


def test_words_of_deleted_documents_may_be_cut_by_an_older_dictionary(tmp_path: Path) -> None:
    """The new version of an article is cut with the new words; the old one stays in its segment as it was."""
    corpus, index, words = tmp_path / "corpus", tmp_path / "index", tmp_path / "words.txt"
    shutil.copytree(SAMPLES, corpus)
    article = corpus / "own.md"
    article.write_text("# 红光\n\n红光落在屋顶上。", "utf-8")
    config = searchkit.Config(user_dictionary=str(words))
    words.write_text("屋顶上\n", "utf-8")
    searchkit.reindex(corpus, index, jobs=1, config=config)
    words.write_text("红光落在\n", "utf-8")
    searchkit.reindex(corpus, index, jobs=1, config=config)
    assert any(listed.deleted for listed in read_listing(segments(index)[0].parent))
    with searchkit.open_index(index) as opened:
        used = opened.reader.state["user_words"]
    assert used == ["红光落在"]
    assert lies(index, partial(make_document, analyzer=Analyzer(used))) == []


def test_a_text_that_a_new_dictionary_cuts_otherwise_is_no_lie(tmp_path: Path) -> None:
    """What a word is worth depends on all of them: a new one may tip a cut in texts that do not have it."""
    words = tmp_path / "words.txt"
    config = searchkit.Config(user_dictionary=str(words))
    article = make_article("题", "一张掏心掏肺的纸")
    words.write_text("", "utf-8")
    searchkit.reindex([article], tmp_path / "index", jobs=1, config=config)
    words.write_text("雾凇拼音 100000000\n", "utf-8")
    assert Analyzer().words(article.body) != Analyzer(["雾凇拼音 100000000"]).words(article.body)
    searchkit.reindex([article], tmp_path / "index", jobs=1, config=config)
    with searchkit.open_index(tmp_path / "index") as opened:
        analyzer = Analyzer(opened.reader.state["user_words"])
    assert analyzer.user_words
    assert lies(tmp_path / "index", partial(make_document, analyzer=analyzer)) == []


def test_at_most_some_articles_of_a_segment_are_named(tmp_path: Path) -> None:
    searchkit.reindex([make_article(f"篇{n}", f"第{n}篇说的是数据") for n in range(60)], tmp_path, jobs=1)
    told = lies(tmp_path, lambda article: analyze(make_article(article.title, "别的")))
    assert len(told) == MOST_TOLD


def test_texts_are_not_looked_at_where_numbers_are_wrong(index: Path) -> None:
    searchkit.reindex([make_article("题", "正文是数据")], index, jobs=1, full=True)
    (path,) = segments(index)
    forge(path, lambda arrays: arrays.update({"body/documents": arrays["body/documents"] + 1}))

    def never(_: Article) -> Document:
        raise AssertionError("looked at a text")

    with searchkit.open_index(index) as opened:
        assert {problem.path for problem in opened.reader.verify(never)} == {str(path)}


def test_the_reference_compares_its_documents(tmp_path: Path) -> None:
    engine = MemoryEngine(tmp_path)
    true, false = analyze(make_article("真", "数据")), analyze(make_article("假", "数据"))
    with engine.locked(), engine.write(full=True) as writer:
        writer.add([true, Document(false.article, true.words, true.texts, false.keywords)])
        writer.commit({}, b"")
    assert list(engine.read().verify()) == []
    (problem,) = engine.read().verify(analyze)
    assert (problem.path, problem.reason) == (str(tmp_path), "the stored article 假 has other terms")
