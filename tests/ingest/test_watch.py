"""Watching: what is written is found soon after, in whatever corpus, and a round that fails is not the last."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

import searchkit
from searchkit.articles.exclusion import exclusion_of
from searchkit.config import Config
from searchkit.ingest import watch as watching
from searchkit.ingest.watch import watch
from searchkit.model import Article
from searchkit.reports import IndexReport, Problem
from tests.cli.terminal import SEARCHKIT, environment
from tests.ingest.runs import article, found

PATIENCE = 20.0
"""Seconds for what takes less than two where nothing else is at work."""


@pytest.fixture
def unreported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing reports changes, and rounds follow each other soon."""
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    monkeypatch.setattr(watching, "_UNREPORTED", 0.05)
    monkeypatch.setattr(watching, "_FAILED", 0.05)
    monkeypatch.setattr(watching, "_REST", 0)


@pytest.fixture
def reported() -> None:
    pytest.importorskip("watchfiles")


def write(path: Path, title: str, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(article(title, body), encoding="utf-8")


def write_lines(path: Path, *titles: str) -> None:
    """A file of JSON Lines, put in the place of the one before as editors do it."""
    lines = (json.dumps({"id": title, "title": title, "body": f"{title}的正文"}) for title in titles)
    path.with_suffix(".new").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".new").replace(path)


# rounds


@pytest.mark.usefixtures("unreported")
def test_the_first_round_and_each_one_with_a_change_is_reported(corpus: Path, place: Path) -> None:
    rounds = watch(corpus, place, config=Config(jobs=1))
    assert next(rounds).added == 2
    write(corpus / "d.md", "丁", "第四篇讲独角鲸。")
    assert (next(rounds).added, found(place, "独角鲸")) == (1, ["丁"])
    write(corpus / "d.md", "丁", "第四篇其实讲白鲸，不讲别的。")
    assert (next(rounds).updated, found(place, '"白鲸"')) == (1, ["丁"])
    (corpus / "d.md").unlink()
    assert (next(rounds).removed, found(place, '"白鲸"')) == (1, [])


@pytest.mark.usefixtures("unreported")
def test_files_that_fail_are_reported_once_and_when_they_are_well_again(corpus: Path, place: Path) -> None:
    rounds = watch(corpus, place, config=Config(jobs=1))
    assert next(rounds).failed == ()
    (corpus / "broken.md").write_bytes(bytes([0x81, 0xFF, 0, 0xFE, 0x9F]) * 400)
    assert [problem.path for problem in next(rounds).failed] == ["broken.md"]
    (corpus / "broken.md").unlink()
    assert next(rounds).failed == ()


def test_only_changes_and_other_failures_are_news() -> None:
    broken = IndexReport(failed=(Problem("a.md", "not text"),), unchanged=1)
    assert not watching._is_news(broken, broken)
    assert watching._is_news(broken, IndexReport(unchanged=1))
    assert watching._is_news(IndexReport(removed=1), IndexReport())
    assert not watching._is_news(IndexReport(read=1, unchanged=1), IndexReport(unchanged=1))


@pytest.mark.usefixtures("unreported")
def test_what_the_index_remembers_is_watched_as_it_was_indexed(corpus: Path, place: Path) -> None:
    searchkit.reindex(corpus, place, config=Config(jobs=1, exclude=("b/",), drafts=True))
    rounds = watch(index=place, config=Config(jobs=1))
    assert (next(rounds).unchanged, found(place, "人工智能")) == (2, [])
    write(corpus / "b" / "e.md", "戊", "独角鲸")
    write(corpus / "d.md", "丁", "白鲸")
    assert (next(rounds).added, found(place, '"独角鲸"')) == (1, [])


# failures


@pytest.mark.usefixtures("unreported")
def test_a_folder_that_is_gone_is_an_error_until_it_is_there_again(corpus: Path, place: Path) -> None:
    errors: list[Exception] = []

    def mount(error: Exception) -> None:
        errors.append(error)
        write(away / "d.md", "丁", "独角鲸")
        away.rename(corpus)

    away = corpus.with_name("unmounted")
    rounds = watch(corpus, place, on_error=mount, config=Config(jobs=1))
    next(rounds)
    corpus.rename(away)
    assert next(rounds).added == 1
    assert [type(error) for error in errors] == [searchkit.CorpusNotFound]


@pytest.mark.usefixtures("unreported")
def test_a_folder_that_is_empty_empties_no_index(corpus: Path, place: Path) -> None:
    errors: list[Exception] = []

    def restore(error: Exception) -> None:
        errors.append(error)
        assert found(place, "数据分析") == ["甲"]
        write(corpus / "b" / "b.md", "乙", "第二篇讲独角鲸。")

    rounds = watch(corpus, place, on_error=restore, config=Config(jobs=1))
    next(rounds)
    for path in (corpus / "a.md", corpus / "b" / "b.md"):
        path.unlink()
    assert next(rounds).removed == 1
    assert [type(error) for error in errors] == [searchkit.RemovalsRefused]


@pytest.mark.usefixtures("unreported")
def test_an_error_that_stays_the_same_is_said_once(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors: list[str] = []
    outcomes = iter(["", "full", "full", "locked", "full", "", "full", ""])

    def reindex(**options: object) -> IndexReport:
        if outcome := next(outcomes):
            raise searchkit.IndexNotWritable(outcome)
        return IndexReport(added=1)

    monkeypatch.setattr(watching, "reindex", reindex)
    rounds = watch(corpus, place, on_error=lambda error: errors.append(str(error)))
    assert [next(rounds).added for _ in range(3)] == [1, 1, 1]
    assert errors == ["full", "locked", "full", "full"]


@pytest.mark.usefixtures("unreported")
def test_without_anybody_to_call_an_error_is_logged(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "reindex", partial(_locked_at_first, iter([True, False])))
    next(watch(corpus, place))
    assert [record.getMessage() for record in caplog.records] == ["another reindex is at work"]


def _locked_at_first(locked: Iterator[bool], **options: object) -> IndexReport:
    if next(locked):
        raise searchkit.IndexLocked("another reindex is at work")
    return IndexReport()


def test_a_first_round_that_is_not_possible_is_the_last(corpus: Path, place: Path, tmp_path: Path) -> None:
    with pytest.raises(searchkit.CorpusNotFound, match="no such corpus"):
        next(watch(tmp_path / "哪里", place))
    with pytest.raises(searchkit.ConfigError, match="no engine is called"):
        next(watch(corpus, place, config=Config(engine="lucene")))
    with pytest.raises(searchkit.ConfigError, match=r"not a pattern as in \.gitignore"):
        next(watch(corpus, place, config=Config(exclude=("!",))))
    with pytest.raises(ValueError, match="only files can be watched"):
        next(watch([Article("1", "甲", "乙")], place))  # type: ignore[list-item]


# when a round begins


def test_a_burst_of_writes_is_one_change(monkeypatch: pytest.MonkeyPatch) -> None:
    changes = iter([False, False, True, True, True, False, True])
    assert watching._wait(changes, 60, 60)
    assert list(changes) == [True]


def test_writes_that_do_not_end_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_LONGEST", 0.05)
    assert watching._wait(repeat(True), 60, 60)


def test_without_a_change_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watching._wait(repeat(False), 0.05, 60)
    assert not watching._wait(iter([]), 60, 0.05)
    assert not watching._wait(iter([False, True]), 60, 0.05), "what reports changes has ended"


def test_a_tenth_of_the_time_is_spent_on_looking() -> None:
    nothing, change = IndexReport(unchanged=5280), IndexReport(added=5280)
    assert watching._pause(nothing, 0.01, reports=False) == 1
    assert watching._pause(nothing, 0.5, reports=False) == 4.5
    assert watching._pause(nothing, 0.5, reports=True) == 60
    assert watching._pause(nothing, 100, reports=True) == 900
    assert watching._pause(change, 40, reports=False) == 1, "to read what is new takes longer than to look"
    assert watching._pause(OSError(), 2, reports=True) == 18


# what the system reports


@contextmanager
def changes_of(*corpora: Path, index: Path | None = None, **options: Any) -> Iterator[Callable[[], bool | None]]:
    """Asks whether there was a change within a second; None if no change is reported any more."""
    pytest.importorskip("watchfiles")
    changes = watching._changes(Config(corpus=tuple(map(str, corpora)), **options), index)
    assert next(changes) in (True, False)
    while next(changes):  # what was written before
        pass
    yield lambda: _outcome([next(changes, None) for _ in range(5)])
    changes.close()


def _outcome(answers: list[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False


@pytest.mark.parametrize(
    "name", ["d.md", "新的 文件.html", ".searchkitignore", "b/.searchkitignore", "无后缀", "b"]
)
def test_a_change_of_what_may_be_an_article_is_reported(corpus: Path, name: str) -> None:
    with changes_of(corpus) as changed:
        assert changed() is False
        (corpus / name).chmod(0o700) if (corpus / name).is_dir() else (corpus / name).touch()
        assert changed() is True


@pytest.mark.parametrize(
    "name",
    [".a.md.swp", ".goutputstream-X1", ".#a.md", ".DS_Store", ".git/HEAD", ".obsidian/workspace.md", "b/.x/y.md",
     "README.md", "templates/日记.md", "index/CURRENT", "index/generation-000001/a.md", "index"],
)  # fmt: skip
def test_what_is_no_article_is_not_reported(corpus: Path, name: str) -> None:
    path = corpus / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with changes_of(corpus, index=corpus / "index", exclude=("templates/",)) as changed:
        path.touch()
        assert changed() is False


def test_what_the_settings_bring_back_is_reported() -> None:
    hidden, root = Path("/文章/.notes/a.md"), Path("/文章")
    assert not watching._concerns([root], None, exclusion_of(()), hidden)
    assert watching._concerns([root], None, exclusion_of(("!.notes/",)), hidden)


def test_a_folder_in_which_there_are_both_is_none_of_the_index() -> None:
    concerns = partial(
        watching._concerns, [Path("/文章"), Path("/文章/深")], Path("/文章/index"), exclusion_of(())
    )
    assert concerns(Path("/文章/index.md"))
    assert concerns(Path("/文章/深/a.md"))
    assert concerns(Path("/文章"))
    assert not concerns(Path("/文章/index/a.md"))
    assert not concerns(Path("/别处/a.md"))


def test_a_folder_that_is_put_in_the_place_of_another_is_watched_anew(corpus: Path) -> None:
    with changes_of(corpus) as changed:
        (corpus.with_name("new")).mkdir()
        corpus.rename(corpus.with_name("old"))
        corpus.with_name("new").rename(corpus)
        assert changed() is True
        assert changed() is None


def test_a_link_that_leads_to_another_folder_is_followed(corpus: Path, tmp_path: Path) -> None:
    link, other = tmp_path / "current", tmp_path / "release-2"
    link.symlink_to(corpus)
    other.mkdir()
    with changes_of(link) as changed:
        assert changed() is False
        (tmp_path / "new").symlink_to(other)
        (tmp_path / "new").replace(link)
        assert changed() is None
    with changes_of(link) as changed:
        (other / "d.md").touch()
        assert changed() is True


def test_of_a_folder_that_is_not_there_nothing_is_reported_and_nothing_is_raised(tmp_path: Path) -> None:
    pytest.importorskip("watchfiles")
    assert not next(watching._changes(Config(corpus=(str(tmp_path / "no" / "where"),)), None), None)


@pytest.mark.parametrize("error", [OSError("OS file watch limit reached"), RuntimeError("too many files")])
def test_what_the_system_does_not_report_is_looked_for(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    watchfiles = pytest.importorskip("watchfiles")
    monkeypatch.setattr(watchfiles, "watch", lambda *_paths, **_options: _raising(error))
    rounds = watch(corpus, place, config=Config(jobs=1))
    next(rounds)
    write(corpus / "d.md", "丁", "第四篇讲独角鲸。")
    assert next(rounds).added == 1


def _raising(error: Exception) -> Iterator[set[tuple[object, str]]]:
    yield set()
    raise error


# the command, with real files and processes


@contextmanager
def watched(*args: str | Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """`searchkit reindex --watch` after its first round."""
    process = subprocess.Popen(
        [*SEARCHKIT, "reindex", "--watch", *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(variables),
    )
    try:
        assert process.stdout
        assert "seen" in process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.communicate()


def seconds_until_found(place: Path, query: str) -> float:
    """How long it takes from now until an article is found."""
    began = time.monotonic()
    while not found(place, f'"{query}"'):
        assert time.monotonic() - began < PATIENCE, f"{query} is not found"
        time.sleep(0.05)
    took = time.monotonic() - began
    print(f"{query}: found after {took:.2f} s")
    return took


@pytest.mark.usefixtures("reported")
def test_articles_are_found_soon_after_they_are_written(corpus: Path) -> None:
    place = corpus / "index"
    with watched(corpus, "--index", place):
        write(corpus / "d.md", "丁", "北极的独角鲸")
        seconds_until_found(place, "独角鲸")
        write(corpus / "新的" / "2024" / "e.md", "戊", "南极的帝企鹅")
        seconds_until_found(place, "帝企鹅")
        with (corpus / "新的" / "2024" / "f.md").open("w", encoding="utf-8") as file:
            for number in range(20):
                file.write(f"第{number}段\n\n")
                file.flush()
                time.sleep(0.05)
            file.write("抹香鲸")
        seconds_until_found(place, "抹香鲸")


@pytest.mark.usefixtures("reported")
def test_several_folders_are_watched(corpus: Path, place: Path, tmp_path: Path) -> None:
    write(tmp_path / "手记" / "x.md", "己", "手记的正文")
    with watched(corpus, tmp_path / "手记", "--index", place):
        write(tmp_path / "手记" / "y.md", "庚", "北极的独角鲸")
        seconds_until_found(place, "独角鲸")


@pytest.mark.usefixtures("reported")
def test_a_file_of_lines_is_watched_also_when_it_is_replaced(tmp_path: Path, place: Path) -> None:
    lines = tmp_path / "文章.jsonl"
    write_lines(lines, "甲鱼")
    with watched(lines, "--index", place):
        for titles in (["甲鱼", "独角鲸"], ["甲鱼", "独角鲸", "帝企鹅"]):
            write_lines(lines, *titles)
            seconds_until_found(place, titles[-1])


@pytest.mark.usefixtures("reported")
def test_a_folder_that_was_replaced_is_still_watched(corpus: Path, place: Path) -> None:
    with watched(corpus, "--index", place):
        write(corpus.with_name("new") / "a.md", "甲", "第一篇讲数据分析。")
        write(corpus.with_name("new") / "d.md", "丁", "北极的独角鲸")
        corpus.rename(corpus.with_name("old"))
        corpus.with_name("new").rename(corpus)
        seconds_until_found(place, "独角鲸")
        write(corpus / "e.md", "戊", "南极的帝企鹅")
        seconds_until_found(place, "帝企鹅")


def test_without_watchfiles_articles_are_found_a_little_later(corpus: Path, place: Path, tmp_path: Path) -> None:
    absent = tmp_path / "absent" / "watchfiles.py"
    absent.parent.mkdir()
    absent.write_text("raise ImportError", encoding="utf-8")
    path = os.pathsep.join((str(absent.parent), environment()["PYTHONPATH"]))
    with watched(corpus, "--index", place, PYTHONPATH=path):
        write(corpus / "d.md", "丁", "北极的独角鲸")
        seconds_until_found(place, "独角鲸")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(corpus: Path, place: Path, end: signal.Signals) -> None:
    with watched(corpus, "--index", place) as process:
        process.send_signal(end)
        output, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, output, errors) == (130, "", "")
    assert searchkit.reindex(corpus, place).unchanged == 2
