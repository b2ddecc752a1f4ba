"""Headers and footers of an account: found by phrase, not ranked, not shown, whoever reads the corpus when."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.index import reader_of
from searchkit.ingest.reindex import reindex
from searchkit.model import Article, Hit
from searchkit.reports import CheckReport, IndexReport
from tests.conftest import titles

HEADER = "点击上方蓝字关注渡口笔记"
FOOTER = "灯塔摄影大赛火热报名中，长按识别二维码参加\n转载请注明出处并保留本段文字"
SUBJECTS = ["茶叶", "铁路", "陶瓷", "雨伞", "风筝", "桥梁", "钟表", "面条", "书店", "竹子", "菜园", "轮船"]
ENGINES = ("memory", "whoosh")


def post(subject: str, *, around: bool = True, extra: str = "") -> Article:
    """A post on a *subject*, with what the account writes *around* it."""
    says = f"这一篇讲{subject}的历史。{subject}从很早的时候就有人研究，后来又慢慢被人忘记。{extra}"
    own = f"{says}\n{subject}现在怎么样了？{f'问了几位老人，都说{subject}和从前大不一样。' * 12}"
    body = f"{HEADER}\n\n{own}\n{FOOTER}" if around else own
    return Article(f"信/{subject}.md", f"说说{subject}", body, author="渡口笔记")


def posts(count: int = len(SUBJECTS)) -> list[Article]:
    return [post(subject) for subject in SUBJECTS[:count]]


def build(articles: list[Article], place: Path, engine: str = "whoosh", *, full: bool = False) -> IndexReport:
    return reindex(articles, place, jobs=1, full=full, config=Config(engine=engine))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_footer_is_found_by_any_piece_of_it_and_by_what_crosses_into_it(tmp_path: Path, engine: str) -> None:
    build(posts(), tmp_path, engine)
    with searchkit.open_index(tmp_path, engine=engine) as index:
        for piece in ("灯塔", "摄影大赛", "别二维码参", "笔记 这一篇讲茶叶", "大不一样。灯塔"):
            found = {hit.id for hit in index.search(f'"{piece}"', limit=None)}
            assert "信/茶叶.md" in found, piece
        assert index.search('"灯塔"', limit=None).total == len(SUBJECTS)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_footer_does_not_rank(tmp_path: Path, engine: str) -> None:
    """An article that mentions a lighthouse once comes before all that have it in their footer."""
    lighthouse = Article("信/夜航.md", "夜航", f"{post('夜航').body}\n", author="渡口笔记")
    about = post("海图", extra="岸边有一座灯塔。")
    build([*posts(), lighthouse, about], tmp_path, engine)
    with searchkit.open_index(tmp_path, engine=engine) as index:
        first, *others = index.search("灯塔", limit=None, explain=True)
        assert first.id == "信/海图.md"
        assert {(one.field, one.signal) for one in first.explanation} >= {("body", "words"), ("body", "bigrams")}
        assert len(others) == len(SUBJECTS) + 1
        assert [hit.score for hit in others] == [0.0] * len(others)
        assert titles(index.search("灯塔 茶叶"))[0] == "说说茶叶"


def test_both_engines_rank_alike(tmp_path: Path) -> None:
    articles = [*posts(), post("海图", extra="岸边有一座灯塔。")]
    for engine in ENGINES:
        build(articles, tmp_path / engine, engine)
    with (
        searchkit.open_index(tmp_path / "memory", engine="memory") as one,
        searchkit.open_index(tmp_path / "whoosh") as other,
    ):
        for query in ("灯塔", "关注历史", "二维码 茶叶", "从前的铁路", "注明 出处", "渡口 老人", "火热 研究"):
            expected, found = (index.search(query, limit=None, explain=True) for index in (one, other))
            assert [hit.id for hit in found] == [hit.id for hit in expected]
            assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected])
            for hit, like in zip(found, expected, strict=True):
                assert hit.snippets == like.snippets
                assert addends(hit) == pytest.approx(addends(like))


def addends(hit: Hit) -> dict[tuple[str, str, str], float]:
    return {(part.name, part.field, part.signal): part.score for part in hit.explanation if part.score}


def test_a_footer_is_never_a_snippet(tmp_path: Path) -> None:
    build([*posts(), post("海图", extra="岸边有一座灯塔。")], tmp_path)
    with searchkit.open_index(tmp_path) as index:
        by_footer = index.search('"灯塔摄影大赛"', limit=None)
        assert by_footer.total == len(SUBJECTS) + 1
        for hit in (*by_footer, *index.search("茶叶二维码", limit=None)):
            shown = "\n".join(snippet.text for snippet in hit.snippets)
            assert shown
            assert not any(word in shown for word in ("蓝字", "大赛", "转载", "二维码"))
        (hit,) = index.hits('"灯塔摄影大赛"', ["信/茶叶.md"])
        assert hit.snippets[0].text.startswith("这一篇讲茶叶的历史。")
        (hit,) = index.hits("灯塔", ["信/海图.md"])
        marked = [snippet.text[start:end] for snippet in hit.snippets for start, end in snippet.highlights]
        assert marked == ["灯塔"]


def test_a_text_of_boilerplate_alone_is_shown_as_it_is(tmp_path: Path) -> None:
    """A post of pictures."""
    report = build([*posts(), Article("信/图.md", "组图", f"{HEADER}\n{FOOTER}", author="渡口笔记")], tmp_path)
    assert [(one.path, one.reason) for one in report.stubs] == [
        ("信/图.md", "only lines that other texts have too")
    ]
    with searchkit.open_index(tmp_path) as index:
        assert index.get("信/图.md").own_text.strip() == ""
        (hit,) = index.hits("灯塔", ["信/图.md"])
        assert hit.snippets


def test_articles_are_not_alike_by_their_footers(tmp_path: Path) -> None:
    other = Article("报/比赛.md", "比赛", "灯塔摄影大赛火热报名中，长按识别二维码参加。转载请注明出处。" * 3)
    build([*posts(), other], tmp_path)
    with searchkit.open_index(tmp_path) as index:
        assert "报/比赛.md" not in {hit.id for hit in index.similar("信/茶叶.md", limit=100)}


def state_of(place: Path) -> dict[str, object]:
    with searchkit.open_index(place) as index:
        articles = {article.id: article for article in index}
        queries = ("灯塔", "茶叶 二维码", "历史", '"保留本段"', "关注")
        return {
            "articles": articles,
            "manifest": sorted(reader_of(index).manifest().splitlines()),
            **{query: [(hit.id, hit.snippets) for hit in index.search(query, limit=None)] for query in queries},
        }


def same_as_full(articles: list[Article], place: Path) -> IndexReport:
    """The report of an incremental run, after which the index is what a full run makes."""
    report = build(articles, place)
    build(articles, place.parent / "full", full=True)
    assert state_of(place) == state_of(place.parent / "full")
    with searchkit.open_index(place) as index:
        assert index.check() == CheckReport(len(index))
    assert build(articles, place).unchanged == report.added + report.updated + report.unchanged
    return report


def test_run_after_run_the_index_is_what_a_full_run_makes(tmp_path: Path) -> None:
    place = tmp_path / "grown"
    assert same_as_full(posts(4), place).added == 4  # too few to say what is usual
    grown = same_as_full(posts(5), place)
    assert (grown.read, grown.added, grown.updated, grown.unchanged) == (5, 1, 4, 0)  # now it is known
    more = same_as_full(posts(8), place)
    assert (more.added, more.updated, more.unchanged) == (3, 0, 5)
    fewer = same_as_full(posts(4), place)
    assert (fewer.removed, fewer.updated, fewer.unchanged) == (4, 4, 0)
    with searchkit.open_index(place) as index:
        assert index.get("信/茶叶.md").boilerplate == ()


def test_a_footer_that_is_learned_writes_only_the_articles_that_have_it(tmp_path: Path) -> None:
    place = tmp_path / "grown"
    others = [post(subject, around=False) for subject in SUBJECTS[4:]]
    same_as_full([*posts(4), *others], place)
    report = same_as_full([*posts(4), *others, post("海图")], place)
    assert (report.added, report.updated, report.unchanged) == (1, 4, len(others))


def test_files_that_were_not_read_now_are_read_to_be_written(tmp_path: Path) -> None:
    """Their lines are known from before; their text is not."""
    corpus, place = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    for article in posts(5):
        text = f"---\ntitle: {article.title}\nauthor: 渡口笔记\n---\n" + article.body.replace("\n", "\n\n")
        (corpus / article.id.removeprefix("信/")).write_text(text, "utf-8")
    last = corpus / "风筝.md"
    held_back = last.read_bytes()
    last.unlink()
    assert reindex(corpus, place, jobs=1).added == 4
    last.write_bytes(held_back)
    report = reindex(corpus, place, jobs=1)
    assert (report.read, report.added, report.updated) == (1, 1, 4)
    with searchkit.open_index(place) as index:
        assert all(HEADER not in article.own_text and HEADER in article.body for article in index)


def test_articles_in_a_folder_that_cannot_be_listed_stay_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fifth text says what is usual; the four that have it too are on a share that is not mounted."""
    corpus, place = tmp_path / "corpus", tmp_path / "index"
    for folder in ("远", "近"):
        (corpus / folder).mkdir(parents=True)
    for n, article in enumerate(posts(5)):
        text = f"---\ntitle: {article.title}\nauthor: 渡口笔记\n---\n" + article.body.replace("\n", "\n\n")
        if n < 4:
            (corpus / "远" / f"{n}.md").write_text(text, "utf-8")
    reindex(corpus, place, jobs=1)
    (corpus / "近" / "4.md").write_text(text, "utf-8")
    real = os.scandir

    def refuse(path: object) -> object:
        if str(path).endswith("远"):
            raise PermissionError(13, "Permission denied")
        return real(path)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", refuse)
        report = reindex(corpus, place, jobs=1)
    assert ([problem.path for problem in report.failed], report.added, report.unchanged) == (["远/"], 1, 4)
    report = reindex(corpus, place, jobs=1)
    assert (report.failed, report.updated, report.unchanged) == ((), 4, 1)
    assert state_of(place)["articles"] == state_of_full(corpus, tmp_path / "full")["articles"]


def state_of_full(corpus: Path, place: Path) -> dict[str, object]:
    reindex(corpus, place, jobs=1)
    return state_of(place)


def test_an_index_as_a_corpus_is_learned_anew(tmp_path: Path) -> None:
    build(posts(5), tmp_path / "one")
    with searchkit.open_index(tmp_path / "one") as index:
        articles = list(index)
    assert articles[0].boilerplate
    build(articles[:4], tmp_path / "two")
    with searchkit.open_index(tmp_path / "two") as index:
        assert [article.boilerplate for article in index] == [()] * 4
