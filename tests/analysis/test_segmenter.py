"""jieba and its stand-in cut the same, and each keeps its house in order."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given, settings

from searchkit.analysis.segmenter import Segmenter, load_plain_cut, load_segmenter, parse_user_word
from tests.analysis.texts import RUNS_OF_HAN, RUNS_WITH_BLANKS, RUNS_WITH_USER_WORDS, USER_WORDS

pytest.importorskip("rjieba")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def jieba(cache: Path) -> Segmenter:
    return load_jieba(cache)


@pytest.fixture(scope="module")
def rjieba() -> Segmenter:
    return load_segmenter()


@pytest.fixture(scope="module")
def both_with_user_words(cache: Path, jieba: Segmenter) -> tuple[Segmenter, Segmenter]:
    return load_jieba(cache, *USER_WORDS), load_segmenter(USER_WORDS)


def load_jieba(cache: Path, *words: str) -> Segmenter:
    """jieba itself, loaded, with its cache below *cache*."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        segmenter = load_segmenter(words, prefer_rust=False)
        segmenter.cut("好")
    return segmenter


def test_the_cache_of_jieba_is_in_the_cache_folder_of_the_user(cache: Path, jieba: Segmenter) -> None:
    assert [path.name for path in (cache / "searchkit").iterdir()] == ["jieba.cache"]


def test_jieba_stands_in_where_rjieba_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert type(load_segmenter()).__name__ == "_Jieba"


def test_a_dictionary_is_loaded_on_first_use() -> None:
    code = (
        "import sys; from searchkit.analysis.analyzer import Analyzer; a = Analyzer();"
        "a.characters('机器学习'); a.words('no Han'); print('rjieba' in sys.modules, 'jieba' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=dict(os.environ))
    assert run.stdout.split() == ["False", "False"], run.stderr


@given(RUNS_OF_HAN)
def test_both_cut_a_run_of_han_the_same(jieba: Segmenter, rjieba: Segmenter, run: str) -> None:
    assert rjieba.cut(run) == jieba.cut(run)
    assert rjieba.cut_for_search(run) == jieba.cut_for_search(run)


@given(RUNS_WITH_BLANKS)
def test_both_cut_runs_with_blanks_between_them_the_same(jieba: Segmenter, rjieba: Segmenter, runs: str) -> None:
    assert rjieba.cut_for_search(runs) == jieba.cut_for_search(runs)


@pytest.mark.parametrize("words", [(), ("雾凇拼音", "R语言")])
def test_both_cut_without_a_model_the_same(
    cache: Path, monkeypatch: pytest.MonkeyPatch, words: Sequence[str]
) -> None:
    text = "雾凇拼音，用R语言画树莓派 3.5 的图。\n\n第二行"
    pieces = load_plain_cut(words)(text)
    assert "".join(pieces) == text
    assert {"树莓", "派"} <= {*pieces}
    assert ("雾凇拼音" in pieces) == bool(words)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert load_plain_cut(words)(text) == pieces


@settings(max_examples=60)
@example("一一一雾凇拼音学生会")
@given(RUNS_WITH_USER_WORDS)
def test_both_know_the_words_of_a_user_the_same(
    both_with_user_words: tuple[Segmenter, Segmenter], run: str
) -> None:
    jieba, rjieba = both_with_user_words
    # sorted: 一|一一 is as likely as 一一|一, and words of a user change what rounding makes of that
    assert sorted(rjieba.cut_for_search(run)) == sorted(jieba.cut_for_search(run))


@given(RUNS_OF_HAN)
def test_the_words_of_a_run_put_together_are_the_run(jieba: Segmenter, rjieba: Segmenter, run: str) -> None:
    assert "".join(rjieba.cut(run)) == "".join(jieba.cut(run)) == run


@given(RUNS_OF_HAN)
def test_the_search_cut_holds_every_word_of_the_plain_cut(rjieba: Segmenter, run: str) -> None:
    assert set(rjieba.cut(run)) <= set(rjieba.cut_for_search(run))


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("云计算", ("云计算", None)),
        ("云计算 500", ("云计算", 500)),
        ("云计算 500 n", ("云计算", 500)),
        ("云计算 n", ("云计算", None)),
        ("  云计算  ", ("云计算", None)),
    ],
)
def test_a_line_of_a_user_dictionary(line: str, word: tuple[str, int | None]) -> None:
    assert parse_user_word(line) == word
