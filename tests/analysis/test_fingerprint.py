"""What an index shares with the code that searches it."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

from searchkit.analysis.fingerprint import difference, fingerprint


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
