"""A run that finds what was published says the same as one that compares all files with each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import searchkit
from searchkit import Article, IndexReport
from searchkit.engines import load_engine

FOOTER = "欢迎关注本站，每晚八点一起看月亮。"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Articles of an account with a footer, one that repeats another, short ones under one and under two titles,
    one that is only the footer, and a page that is none."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    text = "月亮绕着地球转，地球绕着太阳转，" * 20
    texts = {f"{n}": f"# 第{n}夜\n\n第{n}夜：{text}第{n}夜。\n\n{FOOTER}\n" for n in range(12)}
    texts |= {"again": texts["3"], "footer": f"# 只有一行\n\n{FOOTER}\n"}
    texts |= {"b1": "# 通知\n\n今晚无月。\n", "b2": "# 通知\n\n今晚无月。\n", "b3": "# 公告\n\n今晚无月。\n"}
    for name, content in texts.items():
        (folder / f"{name}.md").write_text(f"---\nauthor: 观星簿\n---\n{content}", encoding="utf-8")
    (folder / "empty.md").write_text("", encoding="utf-8")
    return folder


def reindexed(corpus: Path) -> IndexReport:
    return replace(searchkit.reindex(corpus, corpus.parent / "index", jobs=1), seconds=0.0)


def is_settled(corpus: Path) -> bool:
    return load_engine("whoosh", corpus.parent / "index").read().state.settled


def test_an_unchanged_run_reports_what_one_that_compares_does(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = reindexed(corpus)
    assert (first.added, first.duplicates) == (16, 2)
    quick = reindexed(corpus)
    monkeypatch.setattr("searchkit.ingest.reindex.report_of_unchanged", lambda *_: None)
    assert reindexed(corpus) == quick
    assert (quick.unchanged, quick.duplicates, quick.stubs) == (16, 2, first.stubs)
    assert quick.repeats == first.repeats


def test_an_unchanged_run_compares_nothing(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reindexed(corpus)
    monkeypatch.setattr("searchkit.ingest.update.find_changes", None)
    assert reindexed(corpus).unchanged == 16
    (corpus / "7.md").write_text("# 第七夜\n\n月亮不见了。\n", encoding="utf-8")
    with pytest.raises(TypeError):
        reindexed(corpus)


def test_what_a_program_changed_is_compared_once(corpus: Path) -> None:
    reindexed(corpus)
    assert is_settled(corpus)
    searchkit.update([Article("3.md", "第三夜", "另一篇文章")], corpus.parent / "index")
    assert not is_settled(corpus)
    assert reindexed(corpus).updated
    assert is_settled(corpus)


def test_a_run_that_could_not_list_a_folder_settles_nothing(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (corpus / "a").mkdir()
    (corpus / "a" / "one.md").write_text("# 一\n\n正文一", encoding="utf-8")
    reindexed(corpus)
    (corpus / "new.md").write_text("# 新\n\n正文新", encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("searchkit.articles.walk._exclusion_in", unlistable)
        (corpus / "a" / ".searchkitignore").write_text("", encoding="utf-8")
        assert reindexed(corpus).failed
    (corpus / "a" / ".searchkitignore").unlink()
    assert not is_settled(corpus)
    assert not reindexed(corpus).failed
    assert is_settled(corpus)


def unlistable(*_: object) -> None:
    raise PermissionError(13, "Permission denied")
