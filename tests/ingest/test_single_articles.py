"""Single articles are added, replaced and removed: the index is then that of a reindex of what is left."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import searchkit
from searchkit import Article, ArticleError, Config, IndexLocked, IndexNotFound, IndexReport, add, remove, update
from searchkit.engines import load_engine
from searchkit.index import reader_of
from tests.conftest import make_article
from tests.ingest.runs import assert_adds_up

TEA = "广州人喝早茶，一盅两件，点心一笼一笼地端上来。" * 12
LAKE = "惠州有西湖，东坡先生在湖边住过两年，修了一道堤。" * 12
FOOTER = "本文由茶馆编辑部整理，转载请注明出处。"


@pytest.fixture(params=["memory", "whoosh"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Config:
    return Config(index=str(tmp_path / "index"), engine=request.param, jobs=1)


def articles_in(config: Config) -> dict[str, Article]:
    with searchkit.open_index(config=config) as index:
        report = index.check()
        assert not report.damaged, report
        return {article.id: article for article in index}


def ids(config: Config, query: str) -> tuple[str, ...]:
    with searchkit.open_index(config=config) as index:
        return index.ids(query)


def counted(report: IndexReport) -> tuple[int, int, int, int, int]:
    assert_adds_up(report)
    return report.added, report.updated, report.unchanged, report.removed, report.duplicates


def test_the_first_article_makes_an_index(config: Config) -> None:
    assert counted(add(make_article("早茶", TEA), config=config)) == (1, 0, 0, 0, 0)
    assert counted(add([make_article("西湖", LAKE)], config=config)) == (1, 0, 1, 0, 0)
    assert ids(config, "东坡") == ("西湖",)
    assert not articles_in(config)["早茶"].duplicates


def test_what_is_added_must_be_new_and_nothing_is_added_if_one_is_not(config: Config) -> None:
    add(make_article("早茶", TEA), config=config)
    with pytest.raises(ArticleError, match="早茶: the index has an article with this id; `update` puts another"):
        add([make_article("西湖", LAKE), make_article("早茶", LAKE)], config=config)
    assert articles_in(config).keys() == {"早茶"}


def test_an_update_replaces_adds_and_may_be_done_twice(config: Config) -> None:
    add([make_article("早茶", TEA), make_article("西湖", LAKE)], config=config)
    newer = [make_article("早茶", "如今也喝下午茶。"), make_article("马拉松", "清晨六点起跑。")]
    assert counted(update(newer, config=config)) == (1, 1, 1, 0, 0)
    assert counted(update(newer, config=config)) == (0, 0, 3, 0, 0)
    assert (ids(config, "点心"), ids(config, "下午茶"), ids(config, "起跑")) == ((), ("早茶",), ("马拉松",))


def test_of_two_articles_with_one_id_the_last_is_the_newer_one(config: Config) -> None:
    versions = [make_article("早茶", body) for body in (TEA, "如今也喝下午茶。")]
    assert counted(update(iter(versions), config=config)) == (1, 0, 0, 0, 0)
    assert articles_in(config)["早茶"].body == "如今也喝下午茶。"
    assert counted(update([*versions, versions[0]], config=config)) == (0, 1, 0, 0, 0)
    assert articles_in(config)["早茶"].body == TEA


def test_two_new_articles_with_one_id_are_an_error_and_none_is_added(config: Config) -> None:
    add(make_article("西湖", LAKE), config=config)
    with pytest.raises(ArticleError, match="早茶: two articles with this id; add one of them"):
        add([make_article("马拉松"), make_article("早茶", TEA), make_article("早茶", LAKE)], config=config)
    assert articles_in(config).keys() == {"西湖"}


def test_ids_that_nobody_knows_are_reported_and_the_others_removed(config: Config) -> None:
    add([make_article("早茶", TEA), make_article("西湖", LAKE)], config=config)
    report = remove(["早茶", "没有"], config=config)
    assert counted(report) == (0, 0, 1, 1, 0)
    assert [(problem.path, problem.reason) for problem in report.skipped] == [("没有", "no article has this id")]
    assert articles_in(config).keys() == {"西湖"}
    assert remove("西湖", config=config).removed == 1  # a text is one id, not one for each character
    assert articles_in(config) == {}


def test_a_change_that_changes_nothing_publishes_nothing(config: Config) -> None:
    add(make_article("早茶", TEA), config=config)
    with searchkit.open_index(config=config) as index:
        update(make_article("早茶", TEA), config=config)
        remove(["没有"], config=config)
        add([], config=config)
        assert index.is_current


def test_a_repeat_is_one_article_with_what_it_repeats(config: Config) -> None:
    add(make_article("早茶", TEA, "2024-01-02", tags=("茶",)), config=config)
    report = add(make_article("饮茶", TEA, "2024-05-06", tags=("广州",)), config=config)
    assert counted(report) == (0, 1, 0, 0, 1)
    assert [(repeat.path, repeat.of) for repeat in report.repeats] == [("饮茶", "早茶")]
    (found,) = articles_in(config).values()
    assert (found.id, found.duplicates, found.tags) == ("早茶", ("饮茶",), ("茶", "广州"))


def test_a_repeat_with_an_earlier_date_is_the_one_that_is_shown(config: Config) -> None:
    add(make_article("饮茶", TEA, "2024-05-06"), config=config)
    assert counted(add(make_article("早茶", TEA, "2024-01-02"), config=config)) == (1, 0, 0, 1, 1)
    assert articles_in(config)["早茶"].duplicates == ("饮茶",)


@pytest.mark.parametrize("gone", ["removed", "changed", "a draft"])
def test_a_repeat_comes_back_when_the_original_is_gone(config: Config, gone: str) -> None:
    original = make_article("早茶", TEA, "2024-01-02", tags=("茶",), author="张三", url="https://example.com/1")
    repeat = make_article("饮茶", TEA, "2024-05-06T07:08", tags=("广州",), author="李四")
    add([original, repeat], config=config)
    if gone == "removed":
        remove("早茶", config=config)
    else:
        update(replace(original, body=LAKE) if gone == "changed" else replace(original, draft=True), config=config)
    found = articles_in(config)["饮茶"]
    assert (found.tags, found.author, found.date, found.url) == (("广州",), "李四", repeat.date, "")
    assert ids(config, "author:李四") == ("饮茶",)
    assert ids(config, "author:张三") == (("早茶",) if gone == "changed" else ())


def test_what_is_not_known_of_a_repeat_comes_back_with_the_next_reindex(config: Config) -> None:
    repeat = make_article("饮茶", TEA, "2024-05-06T07:08+08:00", url="https://example.com/2")
    add([make_article("早茶", TEA, "2024-01-02"), repeat], config=config)
    remove("早茶", config=config)
    assert articles_in(config)["饮茶"].url == ""
    assert counted(add(make_article("西湖", LAKE), config=config)) == (1, 0, 1, 0, 0)  # it is not made once more
    assert searchkit.reindex([repeat], config=config).updated == 1
    found = articles_in(config)["饮茶"]
    assert (found.url, found.date) == (repeat.url, repeat.date)


def test_lines_that_come_to_stand_under_many_texts_are_boilerplate_of_all(config: Config) -> None:
    texts = [f"第{n}篇。{LAKE}{n}\n{FOOTER}" for n in "一二三四五六"]
    written = [make_article(text[:3], text, author="茶馆") for text in texts]
    add(written[:4], config=config)
    assert {article.boilerplate for article in articles_in(config).values()} == {()}
    assert counted(add(written[4], config=config)) == (1, 4, 0, 0, 0)
    assert all(article.boilerplate for article in articles_in(config).values())
    assert counted(add(written[5], config=config)) == (1, 0, 5, 0, 0)
    assert counted(remove(["第一篇", "第二篇"], config=config)) == (0, 4, 0, 2, 0)
    assert {article.boilerplate for article in articles_in(config).values()} == {()}


def test_drafts_count_as_the_index_was_made(config: Config) -> None:
    add(make_article("早茶", TEA), config=config)
    report = add(make_article("草稿", LAKE, draft=True), config=replace(config, drafts=True))
    assert (report.drafts, articles_in(config).keys()) == (1, {"早茶"})
    assert update(make_article("草稿", LAKE), config=config).added == 1


def test_words_of_the_user_are_those_of_the_index(config: Config, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("一盅两件\n", "utf-8")
    own = replace(config, user_dictionary=str(tmp_path / "words.txt"))
    add(make_article("西湖", LAKE), config=own)
    add(make_article("早茶", TEA), config=config)
    with searchkit.open_index(config=config) as index:
        assert reader_of(index).state.user_words == ("一盅两件",)
        assert reader_of(index).article_frequencies(["一盅两件"]) == [1]


def test_a_reindex_makes_the_index_that_of_its_corpus_again(config: Config, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "tea.md").write_text(f"---\ntitle: 早茶\nurl: /tea\n---\n{TEA}\n", "utf-8")
    (folder / "tea2.md").write_text(f"---\ntitle: 饮茶\ndate: 2024-05-06\n---\n{TEA}\n", "utf-8")
    (folder / "lake.md").write_text(f"---\ntitle: 西湖\n---\n{LAKE}\n", "utf-8")
    searchkit.reindex(folder, config=config)
    before = articles_in(config)
    add(make_article("马拉松", "清晨六点起跑。"), config=config)
    remove("tea2.md", config=config)
    update(make_article("换了", "湖水", id="lake.md"), config=config)
    with searchkit.open_index(config=config) as index:
        report = index.check()
        assert (report.damaged, report.new, report.changed, report.gone) == (
            False, ("tea2.md",), ("lake.md",), ("马拉松",),
        )  # fmt: skip
        assert index.path_of("tea.md") == str(folder / "tea.md")
    searchkit.reindex(folder, config=config)
    assert articles_in(config) == before


def test_the_index_is_opened_once(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = load_engine(config.engine, Path(config.index))
    opened: list[object] = []
    read = type(engine).read
    add([make_article("早茶", "广州人喝早茶。"), make_article("湖", "湖边有人钓鱼。")], config=config)
    monkeypatch.setattr(type(engine), "read", lambda self: opened.append(self) or read(self))
    for times, change in enumerate((partial(remove, "早茶"), partial(add, make_article("茶", "喝茶。"))), 1):
        change(config=config)
        assert len(opened) == times


def test_other_things_than_articles_are_errors_and_make_no_index(config: Config, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text("# 早茶\n\n广州人喝早茶。\n", "utf-8")
    path = tmp_path / "corpus"
    for change, folder in ((add, path), (add, str(path)), (update, [str(path)]), (add, (path, path))):
        with pytest.raises(
            ArticleError, match=r"a corpus is made of Article, not of .* only `reindex` takes a folder"
        ):
            change(folder, config=config)  # type: ignore[arg-type]  # what is tested
    with pytest.raises(ArticleError, match="not of dict"):
        update([{"id": "早茶"}], config=config)  # type: ignore[list-item]
    with pytest.raises(ArticleError, match="5: not an id, which is text"):
        remove([5], config=config)  # type: ignore[list-item]
    with pytest.raises(IndexNotFound, match="no index here"):
        remove(["早茶"], tmp_path / "nowhere")
    assert list(tmp_path.iterdir()) == [path]


def test_one_changes_an_index_at_a_time(config: Config) -> None:
    add(make_article("早茶", TEA), config=config)
    with load_engine(config.engine, config.index).locked(), pytest.raises(IndexLocked, match="at work"):
        remove("早茶", config=config)
    assert articles_in(config).keys() == {"早茶"}


def test_an_index_of_other_terms_is_not_added_to(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("searchkit.ingest.job.fingerprint", lambda: {"analyzer": "0"})
    searchkit.reindex([make_article("早茶", TEA)], config=config)
    with pytest.raises(searchkit.IndexOutdated, match=r"reindex needed: .*run `searchkit reindex`"):
        add(make_article("西湖", LAKE), config=config)


_BODIES = (TEA, LAKE, f"{TEA}\n{FOOTER}", f"{LAKE}\n{FOOTER}", *(f"{n}。{LAKE}{n}\n{FOOTER}" for n in "甲乙丙"))
_ARTICLES = st.builds(
    lambda name, body, day, tags: make_article(f"题{name}", body, f"2024-01-0{day}", tags=tags, author="茶馆",
                                              id=f"篇{name}"),
    st.integers(0, 7), st.sampled_from(_BODIES), st.integers(1, 9), st.sampled_from([(), ("茶",), ("湖", "茶")]),
)  # fmt: skip
_STEPS = st.lists(st.lists(_ARTICLES, max_size=4) | st.lists(st.integers(0, 7), max_size=3), max_size=6)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(_ARTICLES, max_size=8), steps=_STEPS)
def test_however_it_came_about_the_index_is_that_of_its_articles(
    first: list[Article], steps: list[list[Article] | list[int]], config: Config
) -> None:
    have = {article.id: article for article in reversed(first)}
    searchkit.reindex(first, config=config, full=True, allow_removals=True)
    for step in steps:
        articles = [item for item in step if isinstance(item, Article)]
        gone = [f"篇{item}" for item in step if not isinstance(item, Article)]
        report = remove(gone, config=config) if gone else update(articles, config=config)
        have.update((article.id, article) for article in articles)
        have = {article_id: article for article_id, article in have.items() if article_id not in gone}
        assert_adds_up(report)
    anew = replace(config, index=f"{config.index}-anew")
    expected = searchkit.reindex(list(have.values()), config=anew, full=True, allow_removals=True)
    assert report_of(config) == report_of(anew)
    changed = searchkit.reindex(list(have.values()), config=config, allow_removals=True)
    assert (changed.added, changed.removed, changed.duplicates) == (0, 0, expected.duplicates)
    assert report_of(config) == report_of(anew)


def report_of(config: Config) -> object:
    """Whatever an index says; scores but for what additions in another order change."""
    articles = articles_in(config)
    with searchkit.open_index(config=config) as index:
        reader = reader_of(index)
        terms = tuple(reader.terms())
        queries = ("早茶 点心", "东坡", "转载", FOOTER, "tag:茶", "题3")
        scored = {query: [(found, round(score, 9)) for found, score in index.scored(query)] for query in queries}
        return articles, terms, reader.article_frequencies(["早茶", "东坡", "转载", "题"]), scored
