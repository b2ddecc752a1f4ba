"""`searchkit reindex`: its report, its exit codes, and that a failure leaves the old index alone."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from searchkit.cli.layout import View
from searchkit.cli.reindex import report_to_text
from searchkit.engines import load_engine
from searchkit.reports import IndexReport, Problem
from tests.cli.conftest import Call, write_article
from tests.cli.terminal import SEARCHKIT, environment, run

REPORT_KEYS = [
    "version", "seen", "added", "updated", "unchanged", "removed", "duplicates", "drafts", "repeats", "stubs",
    "recovered", "skipped", "failed", "unread", "seconds", "published", "refused",
]  # fmt: skip


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an index of our own, named in the environment."""
    folder = tmp_path / "own index"
    monkeypatch.setenv("SEARCHKIT_INDEX", str(folder))
    return folder


@pytest.fixture
def own_call(call: Call, index: Path) -> Call:
    """Like `call`, on an index of our own."""
    return call


def test_corpus_and_index_are_where_the_settings_file_is(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "searchkit.toml").write_text('corpus = "corpus"\nindex = "index"\n', encoding="utf-8")
    (tmp_path / "below").mkdir()
    done = run("reindex", cwd=tmp_path / "below")
    assert done.code == 0
    assert done.stdout.startswith("2 files seen · 2 added · ")
    assert done.stderr == ""
    assert (tmp_path / "index" / "CURRENT").is_file()
    assert run("search", "月面", cwd=tmp_path).stdout.startswith(" 1  月全食为什么是红色的\n    corpus/moon.md\n")


def test_the_report_has_its_shape(own_call: Call, corpus: Path) -> None:
    report = json.loads(own_call("reindex", corpus, "--json").stdout)
    assert list(report) == REPORT_KEYS
    assert report["version"] == 2
    assert (report["seen"], report["added"], report["failed"]) == (2, 2, [])


def test_the_report_says_which_file_repeats_which_and_which_holds_no_article(own_call: Call, corpus: Path) -> None:
    write_article(corpus, "moon2.md", "月全食为什么是红色的", "阳光穿过大气层，红光落在月面上。")
    write_article(corpus, "link.md", "收藏", "https://example.com/moon")
    result = own_call("reindex", corpus, "--json")
    report = json.loads(result.stdout)
    assert report["duplicates"] == 1
    assert report["repeats"] == [{"path": "moon2.md", "of": "moon.md", "same": "title and text"}]
    assert report["stubs"] == [{"path": "link.md", "reason": "only a link"}]
    assert "1 article with hardly any text (indexed); details with --json\n" in result.stderr


def test_a_second_run_changes_nothing(own_call: Call, corpus: Path) -> None:
    own_call("reindex", corpus)
    report = json.loads(own_call("reindex", corpus, "--json").stdout)
    assert (report["added"], report["updated"], report["unchanged"]) == (0, 0, 2)


def test_a_failed_file_is_named_and_the_rest_is_indexed(own_call: Call, corpus: Path) -> None:
    (corpus / "broken.md").write_bytes(bytes([0x81, 0xFF, 0, 0xFE, 0x9F]) * 400)
    result = own_call("reindex", corpus)
    assert result.exit_code == 1
    assert "2 added" in result.stdout
    assert "1 file could not be indexed:\n  broken.md: " in result.stderr
    assert own_call("search", "月面").exit_code == 0


def test_of_many_failed_files_five_are_named_and_all_are_in_the_report(own_call: Call, corpus: Path) -> None:
    for number in range(7):
        (corpus / f"broken{number}.md").write_bytes(bytes([0x81, 0xFF, 0, 0xFE, 0x9F]) * 400)
    result = own_call("reindex", corpus, "--json")
    assert result.stderr.count("  broken") == 5
    assert "and 2 more" in result.stderr
    failed = json.loads(result.stdout)["failed"]
    assert [list(problem) for problem in failed] == [["path", "reason"]] * 7


def test_recovered_files_are_counted_on_stderr_and_explained_in_the_report(own_call: Call, corpus: Path) -> None:
    (corpus / "odd.md").write_text('---\ntitle: "一个"坏"标题"\n---\n正文在此。\n', encoding="utf-8")
    result = own_call("reindex", corpus, "--json")
    assert result.exit_code == 0
    assert "1 file recovered" in result.stderr
    (problem,) = json.loads(result.stdout)["recovered"]
    assert list(problem) == ["path", "reason", "line"] or list(problem) == ["path", "line", "reason"]


def test_a_lack_of_memory_is_reported_in_one_line(
    own_call: Call, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def starved(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("searchkit.ingest.update.find_changes", starved)
    result = own_call("reindex", corpus)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1:] == ["searchkit: Cannot allocate memory; free memory and try again"]


def test_a_missing_corpus_leaves_the_old_index(own_call: Call, corpus: Path, tmp_path: Path) -> None:
    own_call("reindex", corpus)
    result = own_call("reindex", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "no such corpus" in result.stderr
    assert own_call("search", "月面").exit_code == 0


def test_an_index_that_is_a_file_is_an_error(own_call: Call, corpus: Path, index: Path) -> None:
    index.write_text("no folder", encoding="utf-8")
    result = own_call("reindex", corpus)
    assert result.exit_code == 2
    assert result.stderr.startswith("searchkit: ")
    assert result.stderr.count("\n") == 1


def test_another_reindex_at_work_exits_with_3(own_call: Call, corpus: Path, index: Path) -> None:
    own_call("reindex", corpus)
    with load_engine("whoosh", index).locked():
        result = own_call("reindex", corpus)
        assert result.exit_code == 3
        assert "is at work on this index" in result.stderr
        assert own_call("search", "月面").exit_code == 0
    assert own_call("reindex", corpus).exit_code == 0


def test_a_dry_run_writes_nothing(own_call: Call, corpus: Path, index: Path) -> None:
    result = own_call("reindex", corpus, "--dry-run")
    assert "dry run, nothing written: 2 files seen · 2 added" in result.stdout
    assert not index.exists()


def test_drafts_are_indexed_if_asked(own_call: Call, corpus: Path) -> None:
    write_article(corpus, "draft.md", "未完成", "草稿正文。", draft="true")
    assert "1 draft left out" in own_call("reindex", corpus).stdout
    assert own_call("search", "草稿正文").exit_code == 1
    assert "1 added" in own_call("reindex", corpus, "--drafts").stdout
    assert own_call("search", "草稿正文").exit_code == 0


@pytest.mark.parametrize(
    ("count", "words"),
    [(1, "1 file seen · 1 duplicate · 1 draft left out"), (2, "2 files seen · 2 duplicates · 2 drafts left out")],
)
def test_the_summary_speaks_of_one_as_of_one(count: int, words: str) -> None:
    assert report_to_text(IndexReport(seen=count, duplicates=count, drafts=count), View()).startswith(words)


def test_what_is_left_out_and_other_files_have_a_line_each(own_call: Call, corpus: Path) -> None:
    for name in ("node_modules/a.md", ".git/b.md", "c.png", "d.png", "e.css", "LICENSE"):
        (corpus / name).parent.mkdir(exist_ok=True)
        (corpus / name).touch()
    result = own_call("reindex", corpus)
    assert result.stdout.startswith("2 files seen · 2 added · ")
    assert "skipped" not in result.stdout
    assert result.stdout.splitlines()[1:] == [
        "left out: .git/ · node_modules/",
        "other files: 2 .png · 1 without an ending · 1 .css",
    ]
    report = json.loads(own_call("reindex", corpus, "--json").stdout)
    assert report["unread"] == {".png": 2, "": 1, ".css": 1}
    assert (report["seen"], len(report["skipped"])) == (2, 2)


def test_these_lines_are_as_wide_as_the_terminal() -> None:
    unread = {f".e{number}": 100 - number for number in range(50)}
    skipped = tuple(Problem(f"文件夹{number}/", "a hidden folder") for number in range(50))
    _, folders, kinds = report_to_text(IndexReport(unread=unread, skipped=skipped), View(width=40)).splitlines()
    assert folders == "left out: 文件夹0/ · 文件夹1/ · 文件夹…"
    assert kinds == "other files: 100 .e0 · 99 .e1 · 98 .e2…"


def test_patterns_are_an_option(own_call: Call, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_EXCLUDE", "*.md")
    assert "1 added" in own_call("reindex", corpus, "--exclude", "tea.*", "--exclude", "x/").stdout
    assert own_call("search", "月面").exit_code == 0
    assert own_call("search", "早茶").exit_code == 1
    assert "1 removed" in own_call("reindex", corpus, "--allow-removals").stdout


def test_what_is_no_pattern_is_one_line(own_call: Call, corpus: Path) -> None:
    result = own_call("reindex", corpus, "--exclude", "!")
    assert result.exit_code == 2
    assert result.stderr == "searchkit: the setting exclude: not a pattern as in .gitignore: '!'\n"


def test_quiet_prints_nothing_when_all_is_well(own_call: Call, corpus: Path) -> None:
    result = own_call("reindex", corpus, "-q")
    assert (result.stdout, result.stderr) == ("", "")


def test_an_unknown_engine_is_one_line(own_call: Call, corpus: Path) -> None:
    result = own_call("reindex", corpus, "--engine", "steam")
    assert result.exit_code == 2
    assert "steam" in result.stderr


def test_a_corpus_that_is_lost_is_an_error_and_may_be_meant(own_call: Call, corpus: Path, index: Path) -> None:
    own_call("reindex", corpus)
    shutil.rmtree(corpus)
    corpus.mkdir()
    for options in ((), ("--full",), ("--quiet",), ("--json",)):
        result = own_call("reindex", corpus, *options)
        assert result.exit_code == 2
        assert bool(result.stdout) == (options == ("--json",))
        assert result.stderr == (
            f"searchkit: {corpus}: no articles; 2 of 2 articles would be removed from the index; the index "
            f"{index} was not changed. Is this the right folder, mounted and complete? If the articles are to go, "
            "run the same command again with `--allow-removals`\n"
        )
        assert own_call("search", "月面").exit_code == 0
    assert "2 removed" in own_call("reindex", corpus, "--allow-removals").stdout
    assert own_call("search", "月面").exit_code == 1


def test_a_dry_run_shows_the_counts_and_that_it_would_be_refused(own_call: Call, corpus: Path) -> None:
    own_call("reindex", corpus)
    for file in corpus.iterdir():
        file.unlink()
    result = own_call("reindex", corpus, "--dry-run")
    assert result.stdout.startswith("dry run, nothing written: 0 files seen · 2 removed")
    assert (result.exit_code, "2 of 2 articles would be removed" in result.stderr) == (2, True)
    report = json.loads(own_call("reindex", corpus, "--dry-run", "--json").stdout)
    assert f"searchkit: {report['refused']}\n" == result.stderr
    assert own_call("reindex", corpus, "--dry-run", "--allow-removals").exit_code == 0


def test_how_much_may_go_is_a_setting(own_call: Call, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        write_article(corpus, f"{number}.md", f"渡口{number}", f"第 {number} 天，船夫在渡口。")
    own_call("reindex", corpus)
    for number in range(10):
        (corpus / f"{number}.md").unlink()
    assert "10 of 22 articles would be removed" in own_call("reindex", corpus).stderr
    monkeypatch.setenv("SEARCHKIT_MAX_REMOVALS", "0.5")
    assert "10 removed" in own_call("reindex", corpus).stdout
    monkeypatch.setenv("SEARCHKIT_MAX_REMOVALS", "30")
    assert "SEARCHKIT_MAX_REMOVALS: max_removals: not a number from 0 to 1: '30'" in own_call("reindex").stderr


def shelved(corpus: Path, count: int = 40) -> list[Path]:
    """So many further articles."""
    for number in range(count):
        write_article(corpus, f"{number}.md", f"渡口{number}", f"第 {number} 天，船夫在渡口。")
    return [corpus / f"{number}.md" for number in range(count)]


def test_a_refused_run_reports_as_json_what_it_would_have_done(own_call: Call, corpus: Path) -> None:
    files = shelved(corpus)
    own_call("reindex", corpus)
    for file in files[:30]:
        file.unlink()
    done = own_call("reindex", "--json")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["removed"], report["published"]) == (2, 30, False)
    assert "30 of 42 articles would be removed" in report["refused"]
    assert report["seconds"] > 0
    assert own_call("reindex", "--json", "--dry-run").exit_code == 2
    assert own_call("reindex").stdout == ""


def test_a_quiet_run_says_how_many_articles_went_if_they_are_many(own_call: Call, corpus: Path) -> None:
    files = shelved(corpus)
    own_call("reindex", corpus)
    for file in files[:11]:
        file.unlink()
    assert own_call("reindex", "--quiet", "--dry-run").stderr == ""
    done = own_call("reindex", "--quiet")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "11 of 42 articles removed\n")
    for file in files[11:15]:
        file.unlink()
    assert own_call("reindex", "--quiet").stderr == ""


def test_a_variable_that_may_be_misspelt_is_noted(
    own_call: Call, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_EXCLUDES", "草稿/")
    assert own_call("reindex", corpus).stderr.startswith("note: ")
    assert own_call("reindex", "--quiet").stderr == ""


def test_a_nightly_job_needs_no_more_than_the_folder_of_the_index(corpus: Path, tmp_path: Path) -> None:
    """The steps of the README."""
    (tmp_path / "search").mkdir()
    env = {"XDG_DATA_HOME": str(tmp_path)}
    assert run("reindex", corpus.rename(tmp_path / "articles"), cwd=tmp_path / "search", env=env).code == 0
    write_article(tmp_path / "articles", "new.md", "桥", "桥修好了。")
    done = run("reindex", "--quiet", cwd=tmp_path / "search", env=env)
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    assert "articles/new.md" in run("search", "-l", "桥", cwd=tmp_path / "search", env=env).stdout


def test_the_first_run_asks_for_a_folder(tmp_path: Path) -> None:
    done = run("reindex", cwd=tmp_path, env={"XDG_DATA_HOME": str(tmp_path)})
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "searchkit: which articles? Name their folder once, as in `searchkit reindex ~/art"
    )
    assert list(tmp_path.iterdir()) == []


def test_options_of_the_last_run_hold_until_others_are_given(own_call: Call, corpus: Path) -> None:
    write_article(corpus, "draft.md", "未完成", "草稿正文。", draft="true")
    own_call("reindex", corpus, "--drafts", "--exclude", "tea.md")
    assert "2 unchanged" in own_call("reindex").stdout
    assert own_call("check").exit_code == 0
    assert "1 removed" in own_call("reindex", "--no-drafts").stdout
    assert "1 added" in own_call("reindex", corpus).stdout


def test_several_folders_are_one_corpus(own_call: Call, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    write_article(tmp_path / "vault", "moon.md", "渡口", "船夫在渡口。")
    assert "3 added" in own_call("reindex", corpus, tmp_path / "vault").stdout
    assert json.loads(own_call("search", "--json", "渡口").stdout)["hits"][0]["id"] == "vault/moon.md"
    assert own_call("show", tmp_path / "vault" / "moon.md").stdout.startswith("渡口\n")
    assert own_call("reindex").stdout.startswith("3 files seen · 3 unchanged")
    (tmp_path / "searchkit.toml").write_text(f'corpus = ["{corpus}", "{tmp_path}/vault"]\n', "utf-8")
    assert own_call("reindex", "--full").stdout.startswith("3 files seen · 3 added")
    assert f"{corpus} · {tmp_path}/vault\n" in own_call("stats").stdout


# --watch


@contextmanager
def watching(*args: str | Path) -> Iterator[tuple[IO[str], IO[str]]]:
    """What `searchkit reindex --watch` prints, as it prints it; then it is interrupted, and says nothing more."""
    process = subprocess.Popen(
        [*SEARCHKIT, "reindex", "--watch", *map(str, args)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
    )
    assert process.stdout
    assert process.stderr
    try:
        yield process.stdout, process.stderr
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=20) == ("", "")
        assert process.returncode == 130
    finally:
        process.kill()


def test_watching_prints_a_line_a_round(corpus: Path, index: Path) -> None:
    with watching(corpus, "--index", index) as (output, errors):
        assert output.readline().startswith("2 files seen · 2 added · ")
        write_article(corpus, "whale.md", "独角鲸", "独角鲸住在北极。")
        assert output.readline().startswith("3 files seen · 1 added · 2 unchanged · ")
        (corpus / "broken.md").write_bytes(bytes([0x81, 0xFF, 0, 0xFE, 0x9F]) * 400)
        assert output.readline().startswith("4 files seen · 3 unchanged · 1 failed · ")
        assert errors.readline() == "searchkit: 1 file could not be indexed:\n"
        assert errors.readline().startswith("  broken.md: ")
        (corpus / "whale.md").unlink()
        assert output.readline().startswith("3 files seen · 1 removed · 2 unchanged · 1 failed · ")


def test_watching_prints_an_error_of_a_round_and_goes_on(corpus: Path, index: Path) -> None:
    with watching(corpus, "--index", index, "--json") as (output, errors):
        first = json.loads(output.readline())
        assert (list(first), first["added"]) == (REPORT_KEYS, 2)
        corpus.rename(corpus.with_name("unmounted"))
        assert errors.readline().startswith(f"searchkit: {corpus}: no such corpus; ")
        corpus.with_name("unmounted").rename(corpus)
        write_article(corpus, "whale.md", "独角鲸", "独角鲸住在北极。")
        assert json.loads(output.readline())["added"] == 1


def test_watching_quietly_prints_only_what_failed(corpus: Path, index: Path) -> None:
    (corpus / "broken.md").write_bytes(bytes([0x81, 0xFF, 0, 0xFE, 0x9F]) * 400)
    with watching(corpus, "--index", index, "--quiet") as (_output, errors):
        assert errors.readline() == "searchkit: 1 file could not be indexed:\n"
        assert errors.readline().startswith("  broken.md: ")


def test_watching_begins_with_what_is_right(own_call: Call, tmp_path: Path) -> None:
    missing = own_call("reindex", "--watch", tmp_path / "哪里")
    assert (missing.exit_code, missing.stdout) == (2, "")
    assert missing.stderr == (
        f"searchkit: {tmp_path / '哪里'}: no such corpus; name a folder of articles, a .jsonl or a .csv file\n"
    )


@pytest.mark.parametrize("once", [("--full",), ("--dry-run",), ("--shard", "1/2"), ("--allow-removals",)])
def test_what_is_done_once_is_not_done_while_watching(own_call: Call, corpus: Path, once: tuple[str, ...]) -> None:
    result = own_call("reindex", corpus, "--watch", *once)
    assert result.exit_code == 2
    assert f"{once[0]} and --watch exclude each other; give one of them" in result.stderr
