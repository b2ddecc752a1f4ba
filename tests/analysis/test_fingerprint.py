"""What an index shares with the code that searches it."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import searchkit
from searchkit.analysis.fingerprint import check_fingerprint, difference, fingerprint, unicode_notes
from tests.conftest import Library

CYRILLIC = "\U0001e030"  # a letter since Unicode 15.0, which Python 3.11 does not have
UNASSIGNED = "\U0001ecff"


def test_the_fingerprint_does_not_depend_on_which_segmenter_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    with_both = fingerprint()

    monkeypatch.setitem(sys.modules, "rjieba", None)
    assert fingerprint() == with_both
    assert not any("rjieba" in name for name in with_both)


def test_another_dictionary_is_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setattr("searchkit.analysis.fingerprint._version", lambda module, package: "9.9")
    assert fingerprint() != before


def test_versions_are_those_of_the_installed_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {"jieba dictionary": version("jieba"), "opencc table": version("opencc-python-reimplemented")}
    assert fingerprint().items() >= expected.items()
    monkeypatch.setattr("searchkit.analysis.fingerprint._is_of", lambda name, package: False)
    assert fingerprint().items() >= expected.items()


def test_a_difference_says_what_changed_and_how() -> None:
    assert (
        difference({"analyzer": "1", "unicode": "15"}, {"analyzer": "2", "unicode": "15"})
        == "analyzer was 1, is 2"
    )


def test_what_is_missing_on_one_side_is_none() -> None:
    assert difference({}, {"unicode": "15"}) == "unicode was none, is 15"


def test_equal_fingerprints_have_no_difference() -> None:
    assert difference(fingerprint(), fingerprint()) == ""


def made_by_another_python() -> dict[str, str]:
    return {**fingerprint(), "unicode": "13.0.0"}


def test_another_unicode_does_not_ask_for_a_reindex() -> None:
    check_fingerprint(made_by_another_python(), "索引")
    check_fingerprint({name: it for name, it in fingerprint().items() if name != "unicode"}, "索引")


@pytest.mark.parametrize("name", [name for name in fingerprint() if name != "unicode"])
def test_whatever_else_makes_terms_asks_for_a_reindex(name: str) -> None:
    with pytest.raises(searchkit.IndexOutdated, match=f"索引: reindex needed: {name} was 0, is "):
        check_fingerprint({**made_by_another_python(), name: "0"}, "索引")


@pytest.mark.parametrize("text", ["月全食", "𠮷野家", "〇二〇二四", "Café №5 龍", "กข", "😀🥹🫠", "𬌗𲀀", ""])
def test_of_characters_that_every_python_knows_alike_there_is_no_note(text: str) -> None:
    assert unicode_notes(text, made_by_another_python()) == ()


@pytest.mark.parametrize("char", [CYRILLIC, UNASSIGNED])
def test_a_letter_that_one_python_may_not_know_has_a_note_where_they_differ(char: str) -> None:
    (note,) = unicode_notes(f"月{char}食{char}", made_by_another_python())
    assert note.startswith(f"{char}: may not be found; the index was made with Unicode 13.0.0, this Python has ")
    assert unicode_notes(f"月{char}食", fingerprint()) == ()


def test_a_search_looks_for_no_packages(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    index = library("红光落在月面上。")
    monkeypatch.setattr("searchkit.analysis.fingerprint.find_spec", lambda _: pytest.fail("it takes milliseconds"))
    assert index.search(f"月面{CYRILLIC}").total == 1


def test_a_search_goes_on_in_the_index_of_another_python(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = made_by_another_python()
    with monkeypatch.context() as patch:
        patch.setattr("searchkit.ingest.job.fingerprint", lambda: other)
        index = library(f"红光落在月面上，旁边写着{CYRILLIC}。")
        assert index.search("月面").total == 1
        assert index.search("月面").notes == ()
        assert len(index.search(f"月面 {CYRILLIC}").notes) == 1
        assert index.check().settings == ("unicode",)
    report = searchkit.reindex(list(index), tmp_path / "library0", jobs=1)
    assert report.updated + report.added == 1
    with searchkit.open_index(tmp_path / "library0") as again:
        assert not any("Unicode" in note for note in again.search(CYRILLIC).notes)
        assert again.check().settings == ()
