"""The batch job: what is read, what is written, what is reported, and what survives a kill."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.errors import ConfigError, CorpusNotFound, IndexLocked, IndexOutdated
from searchkit.index import reader_of
from searchkit.ingest.reindex import reindex
from searchkit.reports import Problem, Progress
from tests.conftest import make_article, titles
from tests.ingest.runs import article, assert_adds_up, found, run

LONG_TEXT = "第一篇讲数据分析。" + "先把数据清洗干净，再看它们之间有什么关系。" * 12
"""So long that whatever stands under another title is the same article."""


def test_every_file_is_accounted_for(samples: Path, place: Path) -> None:
    report = run(samples, place)
    assert_adds_up(report)
    assert (report.duplicates, report.drafts, len(report.recovered), report.failed) == (2, 4, 3, ())


def test_a_second_run_reads_nothing(corpus: Path, place: Path) -> None:
    first = run(corpus, place)
    second = run(corpus, place)
    assert (first.read, first.added, first.drafts) == (3, 2, 1)
    assert (second.read, second.added, second.unchanged, second.drafts) == (0, 0, 2, 1)
    assert_adds_up(second)


def test_a_run_without_changes_publishes_nothing(corpus: Path, place: Path) -> None:
    run(corpus, place)
    before = (place / "CURRENT").stat().st_mtime_ns
    run(corpus, place)
    assert (place / "CURRENT").stat().st_mtime_ns == before


def test_a_touched_file_is_read_but_not_written(corpus: Path, place: Path) -> None:
    run(corpus, place)
    os.utime(corpus / "a.md", ns=(1, 1))
    report = run(corpus, place)
    assert (report.read, report.updated, report.unchanged) == (1, 0, 2)


def test_a_changed_file_is_written(corpus: Path, place: Path) -> None:
    run(corpus, place)
    (corpus / "a.md").write_text(article("甲", "现在讲天文。"), "utf-8")
    report = run(corpus, place)
    assert (report.read, report.updated, report.added, report.unchanged) == (1, 1, 0, 1)
    assert (found(place, "天文"), found(place, "数据分析")) == (["甲"], [])


def test_new_removed_and_renamed_files(corpus: Path, place: Path) -> None:
    run(corpus, place)
    (corpus / "d.md").write_text(article("丁", "新来的文章。"), "utf-8")
    (corpus / "a.md").unlink()
    (corpus / "b" / "b.md").rename(corpus / "b" / "renamed.md")
    report = run(corpus, place)
    assert (report.added, report.removed, report.unchanged) == (2, 2, 0)
    with searchkit.open_index(place) as index:
        assert sorted(reader_of(index).ids()) == ["b/renamed.md", "d.md"]


def test_full_builds_everything_again(corpus: Path, place: Path) -> None:
    run(corpus, place)
    report = run(corpus, place, full=True)
    assert (report.read, report.added, report.full) == (3, 2, True)


def test_drafts_are_left_out_unless_asked_for(corpus: Path, place: Path) -> None:
    assert run(corpus, place).drafts == 1
    assert found(place, "草稿") == []
    with_drafts = run(corpus, place, drafts=True)
    assert (with_drafts.read, with_drafts.added, with_drafts.drafts) == (0, 1, 0)
    assert found(place, "草稿") == ["丙"]
    assert run(corpus, place).removed == 1


def test_a_dry_run_writes_nothing(corpus: Path, place: Path) -> None:
    report = run(corpus, place, dry_run=True)
    assert (report.added, report.dry_run) == (2, True)
    assert not place.exists()


def test_a_file_that_is_no_text_fails_alone(corpus: Path, place: Path) -> None:
    (corpus / "x.md").write_bytes(bytes(range(256)) * 40)
    report = run(corpus, place)
    assert [problem.path for problem in report.failed] == ["x.md"]
    assert (report.added, run(corpus, place).failed) == (2, report.failed)
    assert_adds_up(report)


def test_a_file_that_failed_is_indexed_when_it_is_mended(corpus: Path, place: Path) -> None:
    (corpus / "x.md").write_bytes(b"\x00\x01\x02" * 500)
    run(corpus, place)
    (corpus / "x.md").write_text(article("修好了", "可以读了"), "utf-8")
    report = run(corpus, place)
    assert (report.failed, report.added) == ((), 1)


def test_repeats_are_indexed_once_under_the_earliest_date(corpus: Path, place: Path) -> None:
    (corpus / "a.md").write_text(article("甲", LONG_TEXT, "2024-03-01", tags="生信"), "utf-8")
    (corpus / "z.md").write_text(article("甲又名", LONG_TEXT, "2023-01-01", tags="转载"), "utf-8")
    assert run(corpus, place).duplicates == 1
    with searchkit.open_index(place) as index:
        (hit,) = index.search("数据分析").hits
        assert (hit.id, hit.duplicates, hit.tags) == ("z.md", ("a.md",), ("转载", "生信"))
        assert titles(index.search("甲")) == ["甲又名"]
        assert index.get("a.md").id == "z.md"


def test_a_repeat_takes_over_when_the_first_goes(corpus: Path, place: Path) -> None:
    (corpus / "a.md").write_text(article("甲", LONG_TEXT, "2024-03-01"), "utf-8")
    (corpus / "z.md").write_text(article("转", LONG_TEXT, "2025-01-01"), "utf-8")
    run(corpus, place)
    (corpus / "a.md").unlink()
    report = run(corpus, place)
    assert (report.added, report.removed, report.duplicates) == (1, 1, 0)
    assert found(place, "数据分析") == ["转"]


def test_a_new_word_of_the_user_writes_only_the_articles_that_hold_it(
    corpus: Path, place: Path, tmp_path: Path
) -> None:
    run(corpus, place)
    words = tmp_path / "words.txt"
    words.write_text("数据分析\n", "utf-8")
    report = run(corpus, place, config=Config(user_dictionary=str(words)))
    assert (report.read, report.updated, report.unchanged) == (0, 1, 1)
    with searchkit.open_index(place) as index:
        assert reader_of(index).article_frequencies(["数据分析"]) == [1]
        assert index._analyzer.user_words == ("数据分析",)


def test_other_ignored_tags_read_everything_again(corpus: Path, place: Path) -> None:
    run(corpus, place)
    report = run(corpus, place, config=Config(ignored_tags=("生信",)))
    assert (report.read, report.updated) == (3, 1)
    with searchkit.open_index(place) as index:
        assert index.get("a.md").tags == ()


def test_patterns_leave_articles_out_and_bring_them_back(corpus: Path, place: Path) -> None:
    (corpus / "模板").mkdir()
    (corpus / "模板" / "周记.md").write_text(article("周记", "模板里的正文"), encoding="utf-8")
    before = run(corpus, place)
    config = Config(exclude=("模板/",))
    report = run(corpus, place, config=config)
    assert (report.removed, report.read) == (1, 0)
    assert report.skipped[-1] == Problem("模板/", "left out by 模板/ in the setting exclude")
    assert found(place, "模板里的正文") == []
    assert_adds_up(report)
    again = run(corpus, place)
    assert (again.added, again.unchanged, again.seen) == (1, before.added - 1, before.seen)


def test_a_check_knows_that_patterns_changed(corpus: Path, place: Path) -> None:
    run(corpus, place)
    name = next(corpus.rglob("*.md")).relative_to(corpus).as_posix()
    with searchkit.open_index(place, config=Config(exclude=(f"/{name}",))) as index:
        report = index.check()
    assert (report.settings, report.gone) == (("exclude",), (name,))
    run(corpus, place, config=Config(exclude=(f"/{name}",)))
    with searchkit.open_index(place, config=Config(exclude=(f"/{name}",))) as index:
        assert not index.check().outdated


def test_patterns_that_cannot_be_read_leave_the_index(corpus: Path, place: Path) -> None:
    run(corpus, place)
    (corpus / ".searchkitignore").write_text("[\n", encoding="utf-8")
    with pytest.raises(CorpusNotFound, match=r"\.searchkitignore: not a pattern .*; nothing was changed"):
        run(corpus, place)
    with pytest.raises(ConfigError, match="the setting exclude: not a pattern"):
        run(corpus, place, config=Config(exclude=("!",)))


def test_files_of_other_kinds_are_counted_outside_of_folders_left_out(corpus: Path, place: Path) -> None:
    for name in ("a.png", "b.PNG", "c.css", "node_modules/d.png", ".git/e.css", ".DS_Store"):
        (corpus / name).parent.mkdir(exist_ok=True)
        (corpus / name).touch()
    report = run(corpus, place)
    assert list(report.unread.items()) == [(".png", 2), (".css", 1)]
    assert_adds_up(report)


def test_an_index_of_another_version_says_reindex_and_is_built_anew(
    corpus: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, place)
    monkeypatch.setattr("searchkit.analysis.fingerprint.fingerprint", lambda: {"analyzer": "99"})
    with pytest.raises(IndexOutdated, match=r"reindex needed: analyzer was \d+, is 99.*searchkit reindex"):
        searchkit.open_index(place)
    monkeypatch.setattr("searchkit.ingest.job.fingerprint", lambda: {"analyzer": "99"})
    assert run(corpus, place).full
    searchkit.open_index(place).close()


def test_json_lines_are_a_corpus(tmp_path: Path, place: Path) -> None:
    lines = [
        json.dumps({"_id": "1", "title": "一", "text": "数据分析"}, ensure_ascii=False),
        json.dumps({"id": "2", "title": "二", "body": "人工智能", "tags": ["a"], "date": "2024-01-01"}),
        "not json",
    ]
    plain, packed = tmp_path / "x.jsonl", tmp_path / "x.jsonl.gz"
    plain.write_text("\n".join(lines), "utf-8")
    packed.write_bytes(gzip.compress("\n".join(lines).encode()))
    for corpus in (plain, packed):
        report = run(corpus, place / corpus.name)
        assert (report.seen, report.added, len(report.failed)) == (3, 2, 1)
        assert found(place / corpus.name, "人工智能") == ["二"]
    assert run(plain, place / plain.name).unchanged == 2


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_json_lines_that_did_not_change_are_not_read_again(tmp_path: Path, place: Path, name: str) -> None:
    path = tmp_path / name
    lines = [json.dumps({"id": str(n), "title": f"第{n}篇", "text": f"正文{n}"}).encode() for n in range(5)]
    path.write_bytes(gzip.compress(b"\n".join(lines)) if path.suffix == ".gz" else b"\n".join(lines))
    assert run(path, place).read == 5
    assert (run(path, place).read, run(path, place).unchanged) == (0, 5)
    lines.append(lines[0].replace(b'"0"', b'"5"'))
    path.write_bytes(gzip.compress(b"\n".join(lines)) if path.suffix == ".gz" else b"\n".join(lines))
    report = run(path, place)
    assert (report.read, report.added + report.duplicates, report.updated) == (6, 1, 1)


def test_articles_from_a_program_are_a_corpus(place: Path) -> None:
    articles = [make_article("甲", "数据分析"), make_article("乙", "人工智能")]
    assert reindex(iter(articles), place, jobs=1).added == 2
    changed = [articles[0], replace(articles[1], body="换了")]
    report = reindex(changed, place, jobs=1)
    assert (report.updated, report.unchanged) == (1, 1)


def test_processes_make_the_same_index(samples: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert replace(run(samples, one), seconds=0) == replace(reindex(samples, two, jobs=3), seconds=0)
    with searchkit.open_index(one) as first, searchkit.open_index(two) as second:
        for query in ("OpenAI 融资", "单细胞", '"的"', "C++"):
            a, b = (index.search(query, limit=None) for index in (first, second))
            assert a.hits == b.hits


def test_progress_is_reported_for_both_stages(corpus: Path, place: Path) -> None:
    """A file is read, a document is indexed: the draft is none, and two files are one."""
    (corpus / "again.md").write_text((corpus / "a.md").read_text("utf-8"), "utf-8")
    seen: list[Progress] = []
    run(corpus, place, progress=seen.append)
    assert [(p.stage, p.done, p.total) for p in seen] == [
        ("reading", 1, 4),
        ("reading", 2, 4),
        ("reading", 3, 4),
        ("reading", 4, 4),
        ("indexing", 1, 2),
        ("indexing", 2, 2),
    ]


def test_no_corpus_is_an_error_and_leaves_the_index(corpus: Path, place: Path) -> None:
    run(corpus, place)
    with pytest.raises(CorpusNotFound, match="no such corpus"):
        run(corpus / "nowhere", place)
    assert found(place, "人工智能") == ["乙"]


def test_a_second_reindex_at_once_is_refused(corpus: Path, place: Path) -> None:
    from searchkit.engines import load_engine

    with load_engine("whoosh", place).locked(), pytest.raises(IndexLocked, match="process"):
        run(corpus, place)


def test_an_empty_corpus_makes_an_empty_index(tmp_path: Path, place: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run(tmp_path / "empty", place).seen == 0
    assert found(place, "什么") == []
    (tmp_path / "empty" / "a.md").write_text("什么都有", "utf-8")
    assert run(tmp_path / "empty", place).added == 1
    assert found(place, "什么") == ["a"]


def test_each_of_several_authors_is_a_filter(tmp_path: Path, place: Path) -> None:
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "a.md").write_text("---\ntitle: 合写\nauthors: [张三, 李四]\n---\n正文", "utf-8")
    run(tmp_path / "c", place)
    with searchkit.open_index(place) as index:
        assert titles(index.search("正文", author="李四")) == ["合写"]
