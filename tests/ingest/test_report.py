"""Every file that was seen is counted once."""

from __future__ import annotations

from searchkit.articles.corpus import Entry
from searchkit.articles.file_facts import Facts
from searchkit.articles.walk import Unreadable
from searchkit.engines.distributed import Shard
from searchkit.ingest.diff import find_changes, make_report, without
from searchkit.ingest.known import Known
from searchkit.ingest.manifest import Manifest, Record, Status
from searchkit.ingest.scan import Scan, records_of_unreadable, scan
from searchkit.reports import Problem
from tests.conftest import make_article
from tests.engines.contract import STATE
from tests.ingest.runs import assert_adds_up


def record(article_id: str, text: str = "", status: Status = "article", problem: Problem | None = None) -> Record:
    return Record(
        article_id, status, None, Facts(article_id, f"{article_id} {text}", text, "题", (), (), 1), problem
    )


FAILED, RECOVERED, SKIPPED = Problem("坏", "不能读"), Problem("旧", "引号"), Problem("大", "太大")
RECORDS = {
    "新": record("新", "一"),
    "改": record("改", "二"),
    "旧": record("旧", "三", problem=RECOVERED),
    "重": record("重", "一"),
    "稿": record("稿", "四", "draft"),
    "坏": Record("坏", "failed", problem=FAILED),
}
PUBLISHED = Manifest({}, {"改": "改 从前", "旧": "旧 三", "去": "去 五"})
KNOWN = Known(PUBLISHED, STATE)


def test_every_kind_of_file_has_its_count() -> None:
    scanned = Scan({}, (SKIPPED,), (Unreadable("远/", "cannot be listed", is_folder=True),))
    report = make_report(scanned, RECORDS, find_changes(RECORDS, KNOWN, drafts=False), KNOWN, drafts=False, read=4)
    assert (report.seen, report.read, report.full) == (7, 4, False)
    assert (report.added, report.updated, report.unchanged, report.removed) == (1, 1, 1, 1)
    assert (report.duplicates, report.drafts) == (1, 1)
    assert (report.recovered, report.skipped) == ((RECOVERED,), (SKIPPED,))
    assert report.failed == (Problem("远/", "cannot be listed"), FAILED)


def test_drafts_that_are_wanted_are_articles() -> None:
    report = make_report(Scan({}), RECORDS, find_changes(RECORDS, KNOWN, drafts=True), KNOWN, drafts=True, read=0)
    assert (report.added, report.drafts) == (2, 0)
    assert_adds_up(report)


def test_what_could_not_be_written_is_not_counted_as_added() -> None:
    changes = without(find_changes(RECORDS, KNOWN, drafts=False), frozenset({"改"}))
    records = {**RECORDS, "改": Record("改", "failed", problem=Problem("改", "不能读"))}
    report = make_report(Scan({}), records, changes, KNOWN, drafts=False, read=0)
    assert (report.added, report.updated, len(report.failed)) == (1, 0, 2)
    assert_adds_up(report)


def test_of_two_entries_with_one_id_the_first_counts() -> None:
    first, second = (Entry("甲", make_article("甲", text)) for text in ("一", "二"))
    found = scan([first, second])
    assert found.entries == {"甲": first}
    assert found.skipped == (Problem("甲", "an article with this id came before"),)


def test_a_shard_has_its_entries_and_leaves_the_rest_to_the_whole() -> None:
    entries = (Entry(f"{n}.md", make_article(f"{n}")) for n in range(12))
    found: list[Entry | Problem | Unreadable] = [*entries, SKIPPED]
    scanned = scan(found, Shard(1, 4))
    assert (list(scanned.entries), scanned.skipped) == (["2.md", "4.md", "6.md", "11.md"], ())


def test_what_is_below_a_folder_that_cannot_be_listed_stays_as_it_was() -> None:
    known = {"远/甲": record("远/甲"), "近": record("近")}
    unreadable = [Unreadable("远/", "不在", is_folder=True), Unreadable("门", "锁着", is_folder=False)]
    assert records_of_unreadable(unreadable, known) == {
        "远/甲": record("远/甲"),
        "门": Record("门", "failed", problem=Problem("门", "锁着")),
    }
