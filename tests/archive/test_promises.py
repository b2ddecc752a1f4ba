"""What the index of the real archive promises. `make figures` checks the same on more cases."""

from __future__ import annotations

from pathlib import Path

import searchkit
from benchmarks import promises, reposts, sounds
from searchkit.reports import IndexReport


def test_every_file_is_accounted_for(archive: Path, indexed: tuple[Path, IndexReport]) -> None:
    _, report = indexed
    files = sum(1 for path in archive.rglob("*.md"))
    assert report.seen == files == 5280
    assert report.added + report.duplicates + report.drafts == files
    assert (len(report.failed), len(report.skipped), len(report.recovered)) == (0, 0, 20)


def test_recovered_titles_are_what_a_person_reads(
    archive: Path, indexed: tuple[Path, IndexReport], index: searchkit.Index
) -> None:
    """The title stands between the first and the last quote of its line."""
    for problem in indexed[1].recovered:
        line = next(x for x in (archive / problem.path).read_text("utf-8").splitlines() if x.startswith("title:"))
        article = index.get(problem.path)
        assert article.title == " ".join(line[line.index('"') + 1 : line.rindex('"')].split())
        assert article.date
        assert article.tags
        assert "fetched" not in article.tags
        assert problem.line == 2


def test_a_second_run_reads_nothing_in_two_seconds(
    archive: Path, place: Path, indexed: tuple[Path, IndexReport]
) -> None:
    report = searchkit.reindex(archive, place)
    assert (report.read, report.added, report.updated, report.removed) == (0, 0, 0, 0)
    assert report.unchanged == indexed[1].added
    assert report.seconds < 2


def test_a_check_finds_nothing(index: searchkit.Index) -> None:
    findings = index.check()
    assert (findings.problems, findings.damaged, findings.outdated) == ((), False, False)


def test_titles_bring_their_article_first(place: Path, index: searchkit.Index) -> None:
    outcome = promises.check_titles(place, promises.title_cases(index, sample=800))
    assert outcome.counts["first"] >= 0.99 * outcome.tried, outcome.lost
    assert outcome.counts["three"] >= 0.998 * outcome.tried, outcome.lost


def test_any_quoted_piece_finds_its_article(place: Path, index: searchkit.Index) -> None:
    outcome = promises.check_found(place, promises.piece_cases(index, 1000, quoted=True))
    assert (outcome.tried, outcome.lost) == (1000, [])


def test_any_unquoted_piece_with_two_han_characters_finds_its_article(place: Path, index: searchkit.Index) -> None:
    outcome = promises.check_found(place, promises.piece_cases(index, 1000, quoted=False))
    assert (outcome.tried, outcome.lost) == (1000, [])


def test_any_piece_of_a_title_is_found_by_its_sound(place: Path, index: searchkit.Index) -> None:
    outcome = sounds.check_sounds(promises.Place(place), sounds.sound_cases(index, 300))
    assert (outcome.tried, outcome.lost) == (300, [])


def test_four_initials_bring_their_title_among_the_first_ten(place: Path, index: searchkit.Index) -> None:
    outcome = sounds.check_sounds(promises.Place(place), sounds.initials_cases(index, 200))
    assert outcome.counts["ten"] >= 0.9 * outcome.tried, outcome.lost


def test_latin_words_of_titles_are_not_read_by_their_sound(place: Path, index: searchkit.Index) -> None:
    outcome = sounds.check_unchanged(promises.Place(place), sounds.latin_cases(index, 300))
    assert (outcome.tried, outcome.lost) == (300, [])


def test_every_highlight_is_a_term_of_the_query(place: Path, index: searchkit.Index) -> None:
    outcome = promises.check_highlights(place, promises.highlight_queries(index, 150))
    assert outcome.tried >= 1000
    assert outcome.lost == []


def test_no_passage_is_short_and_code_is_not_shown_for_prose(place: Path, index: searchkit.Index) -> None:
    outcome = promises.check_passages(place, promises.highlight_queries(index, 150))
    assert outcome.tried >= 1000
    assert outcome.lost == []
    assert outcome.counts["code"] <= 0.01 * outcome.counts["shown"]


def test_every_page_is_the_head_of_the_exhaustive_list(index: searchkit.Index) -> None:
    for query in promises.highlight_queries(index, 40):
        whole = index.ids(query)
        page = index.search(query, limit=10, offset=5, snippets=False, fold=False)
        assert tuple(hit.id for hit in page.hits) == whole[5:15]
        assert page.total == len(whole)


def test_every_page_of_a_folded_list_is_a_part_of_it(index: searchkit.Index) -> None:
    for query in promises.highlight_queries(index, 40):
        whole = index.search(query, limit=None, snippets=False)
        page = index.search(query, limit=10, offset=5, snippets=False)
        assert page.hits == whole[5:15]
        assert page.total == len(whole)
        apart = index.search(query, limit=None, snippets=False, fold=False)
        assert {hit.article.cluster or hit.id for hit in apart} == {hit.article.cluster or hit.id for hit in whole}


def test_a_folded_list_ends_where_the_list_of_all_ends(index: searchkit.Index) -> None:
    """Also where the best article is one that another stands for."""
    for cluster in index.reposts():
        for title in {repost.article.title for repost in cluster.reposts}:
            whole, apart = (index.search(title, limit=None, snippets=False, fold=fold) for fold in (True, False))
            assert {hit.id for hit in whole} <= {hit.id for hit in apart}
            assert {hit.article.cluster or hit.id for hit in whole} == {
                hit.article.cluster or hit.id for hit in apart
            }


def test_changed_copies_are_reposts(index: searchkit.Index, tmp_path: Path) -> None:
    for edited, outcome in reposts.check_copies(index, tmp_path).items():
        assert outcome.kept >= reposts.BARS[edited] * outcome.tried, (edited, outcome.lost)


def test_reposts_are_the_same_text(index: searchkit.Index) -> None:
    """Where most of an article is not that of the first, it shares a part of it, such as code. A version with two
    thirds more is three quarters the same."""
    clusters = index.reposts()
    assert len(clusters) >= 35
    identities = sorted(repost.identity or 0 for cluster in clusters for repost in cluster.reposts)
    assert identities[0] >= 0.75
    assert identities[4] >= 0.8
