"""The index as a Python user holds it: what it says of itself and of its articles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit import ArticleNotFound, Config, Filters, Index, open_index
from tests.conftest import make_article


@pytest.fixture
def place(tmp_path: Path) -> Path:
    corpus = tmp_path / "corpus"
    (corpus / "夜").mkdir(parents=True)
    (corpus / "夜" / "moon.md").write_text(
        "---\ntitle: 月全食为什么是红色的\ntags: [天文]\n---\n红光落在月面上。\n", "utf-8"
    )
    tea = f"广州人喝早茶。{'点心一笼一笼地端上来，茶一杯一杯地添。' * 12}"
    (corpus / "tea.md").write_text(f"---\ntitle: 一盅两件\n---\n{tea}\n", "utf-8")
    (corpus / "tea2.md").write_text(f"---\ntitle: 早茶\n---\n{tea}\n", "utf-8")
    (corpus / "draft.md").write_text("---\ntitle: 草稿\ndraft: true\n---\n还没写完。\n", "utf-8")
    searchkit.reindex(corpus, tmp_path / "index", jobs=1)
    return tmp_path / "index"


def test_an_index_is_a_collection_of_articles(place: Path) -> None:
    with open_index(place) as index:
        assert [article.id for article in index] == ["tea.md", "夜/moon.md"]
        assert "tea.md" in index
        assert "tea2.md" in index  # a repeat
        assert "draft.md" not in index
        assert 5 not in index
        assert len(index) == 2
        assert repr(index) == f"<Index {str(place)!r}: 2 articles>"
    assert repr(index) == f"<Index {str(place)!r}: closed>"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("tea.md", "tea.md"),
        ("tea2.md", "tea2.md"),
        ("moon.md", "夜/moon.md"),
        ("MOON", "夜/moon.md"),
        ("月全食为什么是红色的", "夜/moon.md"),
        ("月全食", "夜/moon.md"),
        ("一盅 两件", "tea.md"),
        ("早茶", "tea.md"),
    ],
)
def test_an_article_is_known_by_its_id_its_title_or_a_part_of_them(place: Path, name: str, found: str) -> None:
    with open_index(place) as index:
        assert index.resolve(name) == found


def test_an_article_is_known_by_the_path_of_its_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place.parent)
    with open_index(place) as index:
        assert index.resolve("corpus/夜/moon.md") == "夜/moon.md"


def test_a_name_that_fits_none_or_several_is_an_error(place: Path) -> None:
    with open_index(place) as index:
        with pytest.raises(ArticleNotFound, match="no article has this in its id or title"):
            index.resolve("惠州")
        with pytest.raises(ValueError, match=r"te: 2 articles .*\n  tea.md\n  tea2.md"):
            index.resolve("te")


def test_an_explanation_is_a_value(place: Path) -> None:
    with open_index(place) as index:
        found = index.explain("月 红光", "moon")
        missed = index.explain("早茶", "moon", filters=Filters(tags=("饮食",)))
    assert (found.id, found.rank, found.total, found.outside) == ("夜/moon.md", 1, 1, ())
    assert sum(c.score for c in found.contributions) == pytest.approx(found.score)
    assert (missed.rank, missed.wants) == (None, (("早茶", False),))
    assert missed.filtered == ("filtered out: its tag is not 饮食 but 天文",)


def test_a_draft_is_explained_though_it_is_not_in_the_index(place: Path) -> None:
    with open_index(place) as index:
        assert "it is a draft" in index.explain("草稿", "draft").outside[0]


def test_a_check_compares_with_the_settings_it_was_opened_with(place: Path) -> None:
    with open_index(place) as index:
        assert (index.check().damaged, index.check().outdated) == (False, False)
    with open_index(place, config=Config(drafts=True)) as index:
        assert index.check().settings == ("drafts",)
        (place.parent / "corpus" / "new.md").write_text("# 新的\n", "utf-8")
        assert index.check().new == ("new.md",)


def test_statistics_are_a_value(place: Path) -> None:
    with open_index(place) as index:
        stats = index.stats()
    assert (stats.articles, stats.files, stats.drafts, stats.failed) == (2, 4, 1, 0)
    assert stats.facets["tag"] == (("天文", 1),)
    assert stats.built is not None
    assert stats.size > 1000


def test_a_text_is_analysed_with_the_words_of_the_index(tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("红光落\n", "utf-8")
    config = Config(user_dictionary=str(tmp_path / "words.txt"))
    searchkit.reindex([make_article("甲", "红光落在月面上")], tmp_path / "index", jobs=1, config=config)
    with open_index(tmp_path / "index") as index:
        analysis = index.analyze("红光落在")
    assert "红光落" in analysis.words
    assert analysis == searchkit.analyze("红光落在", config=config)
    assert analysis.characters == ("红", "光", "落", "在")


def test_a_suggestion_can_be_asked_for_alone(place: Path) -> None:
    with open_index(place) as index:
        assert index.suggest("广州人喝晚茶") is None
        assert index.suggest("月全食") is None


def test_settings_serve_searching_as_they_serve_a_reindex(place: Path) -> None:
    config = Config(index=str(place), synonyms=(("满月", "月全食"),))
    with open_index(config=config) as index:
        assert index.ids("满月") == ("夜/moon.md",)
    with open_index(place, config=config, synonyms=()) as index:
        assert index.ids("满月") == ()


def test_filters_are_a_value_and_the_single_ones_build_it(place: Path) -> None:
    with open_index(place) as index:
        wanted = Filters(tags=("天文",))
        assert index.search("月", filters=wanted).hits == index.search("月", tags=("天文",)).hits
        with pytest.raises(ValueError, match="give one or the other"):
            index.search("月", filters=wanted, author="甲")
        with pytest.raises(ValueError, match=r"write tags=\('天文',\)"):
            index.search("月", tags="天文")
        with pytest.raises(ValueError, match=r"write facets=\('tag',\)"):
            index.search("月", facets="tag")  # type: ignore[arg-type]


def test_the_reader_of_an_index_is_not_public() -> None:
    assert [name for name in dir(Index) if not name.startswith("_")] == [
        "analyze", "browse", "check", "close", "config", "explain", "find_quote", "get", "highlights", "hits",
        "ids", "is_current", "new_words", "path_of", "pinned", "plan", "reload", "reposts", "resolve", "scored",
        "search", "similar", "stats", "suggest", "timeline", "user_words", "values",
    ]  # fmt: skip


def test_ids_without_a_query_are_those_of_all_articles(place: Path) -> None:
    with open_index(place) as index:
        assert index.ids() == tuple(article.id for article in index) != ()
        assert index.ids(filters=Filters(path="夜")) == ("夜/moon.md",)
        assert index.ids("没有的词") == index.ids("") == ()


def test_a_name_that_no_file_can_have_is_not_found(place: Path) -> None:
    with open_index(place) as index, pytest.raises(ArticleNotFound):
        index.explain("月", "名" * 300)


def test_an_index_can_be_indexed_again(place: Path, tmp_path: Path) -> None:
    with open_index(place) as index:
        searchkit.reindex(list(index), tmp_path / "copy", jobs=1)
    with open_index(tmp_path / "copy") as copy:
        assert (len(copy), copy.check().damaged) == (2, False)
        assert copy.get("tea.md").duplicates == ()


@pytest.mark.parametrize("call", [lambda i: i.scored("月", limit=-1), lambda i: i.similar("tea.md", limit=-1)])
def test_a_negative_limit_is_an_error_that_says_so(place: Path, call: Callable[[Index], object]) -> None:
    with open_index(place) as index, pytest.raises(ValueError, match="must not be negative"):
        call(index)


@pytest.mark.parametrize(
    "wrong", [{"tags": [1]}, {"tags": None}, {"author": 5}, {"filters": {"tags": ["茶"]}}, {"filters": {}}]
)
def test_filters_of_another_kind_are_errors_that_name_them(place: Path, wrong: dict[str, Any]) -> None:
    with open_index(place) as index, pytest.raises(ValueError, match=r"^(tags|author|filters)="):
        index.search("月", **wrong)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda index: index.get(5), "article_id=5 must be text"),
        (lambda index: index.similar(None), "article_id=None must be text"),
        (lambda index: index.resolve(5), "name=5 must be text"),
        (lambda index: index.search(None), "query=None must be text"),
        (lambda index: index.scored(b"x"), "query=b'x' must be text"),
        (lambda index: index.suggest(5), "query=5 must be text"),
        (lambda index: index.hits("月", "tea.md"), r"'tea.md' is a single text; write article_ids=\('tea.md',\)"),
        (lambda index: index.values("tag", filters={}), r"filters=\{\} must be a searchkit.Filters"),
        (lambda index: index.ids(filters={}), r"filters=\{\} must be"),
        (lambda index: index.ids("月", {}), r"filters=\{\} must be"),
        (lambda index: index.explain("月", "moon", filters={}), r"filters=\{\} must be"),
    ],
)
def test_an_argument_of_another_type_is_an_error_that_names_it(
    place: Path, call: Callable[[Any], object], message: str
) -> None:
    with open_index(place) as index, pytest.raises(ValueError, match=message):
        call(index)


def test_no_id_has_no_file(place: Path) -> None:
    with open_index(place) as index:
        assert index.path_of("tea.md") == str(place.parent / "corpus" / "tea.md")
        assert index.path_of("") == ""


def test_a_corpus_is_made_of_articles(tmp_path: Path) -> None:
    with pytest.raises(searchkit.ArticleError, match="a corpus is made of Article, not of dict"):
        searchkit.reindex([{"id": "1"}], tmp_path, jobs=1)  # type: ignore[list-item]
    assert searchkit.reindex(make_article("甲"), tmp_path, jobs=1).added == 1  # type: ignore[arg-type]


def test_synonyms_are_groups(place: Path) -> None:
    with pytest.raises(ValueError, match="synonyms are groups of words"):
        open_index(place, synonyms="ab")
    with pytest.raises(ValueError, match="not groups of words"):
        open_index(place, synonyms=["ab"])
    groups = ("满月", "月全食"), ("早茶", "一盅两件")
    with open_index(place, synonyms=(iter(group) for group in groups)) as index:
        assert index.ids("满月") == ("夜/moon.md",)


@pytest.mark.parametrize("corpus", ["", [""], ("夜", "")])
def test_an_empty_path_is_no_corpus(
    place: Path, monkeypatch: pytest.MonkeyPatch, corpus: str | list[str] | tuple[str, ...]
) -> None:
    monkeypatch.chdir(place.parent / "corpus")
    with pytest.raises(searchkit.CorpusNotFound, match=r"the path of the corpus is empty; write \."):
        searchkit.reindex(corpus, place, jobs=1)


def test_an_empty_path_is_no_index(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    with pytest.raises(searchkit.ConfigError, match=r"a path is empty; write \."):
        searchkit.add(make_article("惠州"), "")
    with open_index(".") as index:
        assert len(index) == 2


def test_the_settings_of_an_open_index_are_checked(place: Path) -> None:
    with pytest.raises(searchkit.ConfigError, match="recency: not a number: 'x'"):
        open_index(place, recency="x")  # type: ignore[arg-type]
    with pytest.raises(searchkit.ConfigError, match="recency: not a number from 0 to 1000: nan"):
        open_index(place, recency=float("nan"))
    with pytest.raises(searchkit.ConfigError, match="index: empty"):
        open_index("")


def test_a_reindex_takes_folder_and_index_from_its_settings(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text("# 甲\n", "utf-8")
    config = Config(corpus=(str(tmp_path / "corpus"),), index=str(tmp_path / "own"), jobs=1)
    assert searchkit.reindex(config=config).added == 1
    with open_index(config=config) as index:
        assert len(index) == 1


def test_statistics_can_be_asked_for_while_files_are_replaced(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_index(place) as index:
        monkeypatch.setattr(
            "searchkit.inspection.os.walk", lambda _: iter([(str(place), [], ["gone", "CURRENT"])])
        )
        assert index.stats().size == (place / "CURRENT").stat().st_size


def test_an_open_index_stays_where_it_is_when_the_program_goes_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    searchkit.reindex([make_article("月", "红光落在月面上。")], "own", jobs=1)
    with searchkit.open_index("own") as index:
        monkeypatch.chdir("/")
        assert index.is_current
        assert (index.stats().location, index.stats().size > 0) == (str(tmp_path / "own"), True)
        searchkit.reindex([make_article("月", "红光又落在月面上。")], tmp_path / "own", jobs=1)
        assert index.reload()
