"""Queries that find little: what is noted of them, for whom, and what becomes of it."""

from __future__ import annotations

import errno
import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import filelock
import pytest

import searchkit
from searchkit import gap_log
from searchkit.config import Config
from searchkit.gap_log import Gap, asked_again, forget_gaps, note_gap, read_gaps
from searchkit.model import Filters, Results
from tests.conftest import Library, make_article

WRITER = """
import sys
from searchkit.config import Config
from searchkit.gap_log import note_gap
from searchkit.model import Results
for number in range(40):
    note_gap(Results(f"{sys.argv[1]} {number}", 0, ()), Config(index=sys.argv[2], gap_log=True))
"""


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of a user who has none yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    gap_log._warn.cache_clear()
    yield tmp_path / "state" / "searchkit" / "gaps.jsonl"
    gap_log._warn.cache_clear()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings that want queries noted."""
    return Config(index=str(tmp_path / "index"), gap_log=True)


def an_hour_later(state: Path) -> None:
    """Whatever was noted was noted an hour before."""
    lines = [json.loads(line) for line in state.read_bytes().splitlines()]
    earlier = [{**line, "at": str(datetime.fromisoformat(line["at"]) - timedelta(hours=1))} for line in lines]
    state.write_text("".join(json.dumps(line) + "\n" for line in earlier), encoding="utf-8")


def found(query: str, complete: int = 0) -> Results:
    """Results of which so many have all words."""
    return Results(query, 10, (), complete)


def test_a_query_is_counted_whatever_its_case_and_spaces(state: Path, config: Config) -> None:
    for query in ("月全食", "seurat 安装"):
        note_gap(found(query), config)
    an_hour_later(state)
    note_gap(found(" Seurat\n安装"), config)
    first, second = read_gaps(config)
    assert (first.query, first.count, first.complete) == ("Seurat 安装", 2, 0)
    assert (second.query, second.count) == ("月全食", 1)
    assert first.last >= second.last > "2024"


def test_what_is_asked_for_again_at_once_is_asked_for_once(state: Path, config: Config) -> None:
    for _ in range(3):
        note_gap(found("月全食"), config)
        note_gap(found("红光"), config)
    assert [gap.count for gap in read_gaps(config)] == [1, 1]
    for times in (2, 3):
        an_hour_later(state)
        note_gap(found("月全食"), config)
        assert [(gap.query, gap.count) for gap in read_gaps(config)] == [("月全食", times), ("红光", 1)]


@pytest.mark.parametrize(
    ("filters", "offset"), [(Filters(tags=("天文",)), 0), (Filters(as_of="2024"), 0), (None, 10)]
)
def test_what_is_asked_for_in_part_is_not_noted(
    state: Path, config: Config, filters: Filters | None, offset: int
) -> None:
    note_gap(found("月全食"), config, filters=filters, offset=offset)
    assert not state.parent.exists()
    note_gap(found("月全食"), config, filters=Filters())
    assert len(read_gaps(config)) == 1


def test_a_link_in_place_of_the_file_stays_one(state: Path, config: Config, tmp_path: Path) -> None:
    elsewhere = tmp_path / "synced" / "gaps.jsonl"
    elsewhere.parent.mkdir()
    elsewhere.touch()
    state.parent.mkdir(parents=True)
    state.symlink_to(elsewhere)
    note_gap(found("月全食"), config)
    note_gap(found("红光"), replace(config, index="other"))
    assert forget_gaps(config) == 1
    assert state.is_symlink()
    assert elsewhere.read_text(encoding="utf-8").count("红光") == 1


def test_only_little_is_noted(state: Path, config: Config) -> None:
    for complete in range(5):
        note_gap(found(f"找到{complete}", complete), config)
    assert sorted(gap.query for gap in read_gaps(config)) == ["找到0", "找到1", "找到2"]


def test_a_passage_that_was_found_is_not_missing(state: Path, config: Config) -> None:
    quote = searchkit.Quote(make_article("月"), "", 0.9, 0, 10)
    note_gap(replace(found("一段话"), quote=quote), config)
    assert read_gaps(config) == ()


def test_nothing_is_written_unless_it_is_asked_for(state: Path, config: Config, library: Library) -> None:
    note_gap(found("月全食"), replace(config, gap_log=False))
    library("红光").search("月全食")
    assert not state.parent.exists()


def test_the_library_notes_nothing_by_itself(state: Path, library: Library) -> None:
    index = library("红光", config=Config(gap_log=True))
    index.search("月全食")
    index.browse()
    assert not state.parent.exists()


@pytest.mark.parametrize("query", ["", "  \n", "月" * 201, "x" * 100_000])
def test_what_is_no_query_to_ask_again_is_not_noted(state: Path, config: Config, query: str) -> None:
    note_gap(found(query), config)
    assert not state.parent.exists()


@pytest.mark.parametrize(
    "query", ["a\x00b\x1b[31mc", "\u202e倒过来\u2066", "\udcff\ud800", '"},{"', "a\u2028b\x85c", "🌕" * 100, "NaN"]
)
def test_an_odd_query_is_a_line_without_what_controls_a_terminal(
    state: Path, config: Config, query: str, library: Library
) -> None:
    note_gap(found(query), config)
    (line,) = state.read_bytes().split(b"\n")[:-1]
    assert not set(line.decode("utf-8")) & set("\x00\x1b\u202e\u2066\u2028\x85")
    (gap,) = read_gaps(config)
    written = query.encode("utf-8", "replace").decode("utf-8")
    assert gap.query == " ".join(written.split()) == json.loads(line)["query"]
    assert asked_again([gap], library("红光"))[0].now == 0


def test_only_the_user_may_read_it(state: Path, config: Config) -> None:
    note_gap(found("月全食"), config)
    if sys.platform != "win32":
        assert {stat.S_IMODE(file.stat().st_mode) for file in state.parent.iterdir()} == {0o600}
        assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700


def test_each_index_has_its_own_and_forgets_its_own(state: Path, config: Config) -> None:
    other = replace(config, index=f"{config.index} 2")
    for asked in (config, other):
        note_gap(found("月全食"), asked)
    an_hour_later(state)
    note_gap(found("月全食"), other)
    assert (read_gaps(config)[0].count, read_gaps(other)[0].count) == (1, 2)
    assert (forget_gaps(other), forget_gaps(other)) == (2, 0)
    assert (len(read_gaps(config)), read_gaps(other)) == (1, ())
    assert stat.S_IMODE(state.stat().st_mode) == 0o600 or sys.platform == "win32"


def test_who_has_noted_nothing_has_nothing_to_forget(state: Path, config: Config) -> None:
    assert (read_gaps(config), forget_gaps(config)) == ((), 0)
    assert not state.parent.exists()


def test_of_too_many_the_older_half_goes(state: Path, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gap_log, "LARGEST", 5_000)
    for number in range(200):
        note_gap(found(f"第{number}问"), config)
        assert state.stat().st_size < 5_000 + 1_000
    left = {gap.query for gap in read_gaps(config)}
    assert left == {f"第{number}问" for number in range(200 - len(left), 200)}


def test_lines_that_are_not_whole_are_passed_over_and_swallow_no_other(state: Path, config: Config) -> None:
    note_gap(found("月全食"), config)
    whole = state.read_bytes()
    state.write_bytes(b'\xff\n{"at": 3}\n[]\n\n' + whole + whole[:20] + b"\n" + whole[:-10])
    note_gap(found("红光"), config)
    note_gap(found("绿光"), config)
    assert {gap.query for gap in read_gaps(config)} == {"月全食", "红光", "绿光"}


def test_a_time_without_its_zone_is_somebody_elses(state: Path, config: Config) -> None:
    note_gap(found("月全食"), config)
    (line,) = state.read_text(encoding="utf-8").splitlines()
    state.write_text(f"{line}\n{line.replace('+00:00', '').replace('Z', '')}\n", encoding="utf-8")
    assert [gap.count for gap in read_gaps(config)] == [1]


def test_writers_at_the_same_time_lose_nothing(state: Path, config: Config) -> None:
    command = [sys.executable, "-c", WRITER]
    writers = [subprocess.Popen([*command, f"写者{n}", config.index], env={**os.environ}) for n in range(6)]
    assert [writer.wait() for writer in writers] == [0] * 6
    assert {gap.query for gap in read_gaps(config)} == {f"写者{n} {at}" for n in range(6) for at in range(40)}


def test_a_file_that_cannot_be_written_stops_nothing_and_is_told_once(
    state: Path, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    state.mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        for query in ("月全食", "红光"):
            note_gap(found(query), config)
    (said,) = caplog.messages
    assert "gaps.jsonl" in said


def test_who_has_the_lock_for_long_is_not_waited_for(
    state: Path, config: Config, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gap_log, "PATIENCE", 0.01)
    with gap_log._locked():
        note_gap(found("月全食"), config)
    assert len(caplog.messages) == 1
    assert read_gaps(config) == ()


def test_a_file_system_without_locks_stops_nothing(
    state: Path, config: Config, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def acquire(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks here")

    monkeypatch.setattr(filelock.FileLock, "acquire", acquire)
    note_gap(found("月全食"), config)
    assert len(caplog.messages) == 1


def test_who_has_no_home_has_no_file(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(gap_log, "user_folder", lambda _: Path("~", ".local", "state"))
    note_gap(found("月全食"), config)
    assert not list(tmp_path.iterdir())


def test_what_an_index_has_by_now_closes_a_gap(state: Path, config: Config, library: Library) -> None:
    note_gap(found("月全食"), config)
    empty, full = library("红光"), library(*(f"第{n}次月全食" for n in range(3)))
    gaps = read_gaps(config)
    (open_still,), (closed,) = asked_again(gaps, empty), asked_again(gaps, full)
    assert (open_still.now, open_still.is_closed) == (0, False)
    assert (closed.now, closed.is_closed) == (3, True)


def test_synonyms_close_a_gap(state: Path, config: Config, library: Library) -> None:
    articles = [f"第{n}种西红柿的种法" for n in range(3)]
    note_gap(found("番茄"), config)
    synonyms = Config(synonyms=(("番茄", "西红柿"),))
    assert asked_again(read_gaps(config), library(*articles, config=Config(regional_words=False)))[0].now == 0
    assert asked_again(read_gaps(config), library(*articles, config=synonyms))[0].is_closed


def test_words_typed_wrong_are_groups_for_synonyms(state: Path, config: Config, library: Library) -> None:
    note_gap(found("Seuratt 安装"), config)
    index = library(*(f"第{n}回安装 Seurat" for n in range(60)))
    (gap,) = asked_again(read_gaps(config), index)
    assert gap.suggestion == "Seurat 安装"
    assert gap.other_words == (("Seuratt", "Seurat"),)


def test_syntax_is_no_word_for_synonyms() -> None:
    for query, meant in (
        ("(单细包 OR 微环镜)", "(单细胞 OR 微环境)"),
        ("title:单细包", "title:单细胞"),
        ('"单细包"', '"单细胞"'),
    ):
        assert Gap(query, 1, "", 0, 0, meant).other_words == ()
