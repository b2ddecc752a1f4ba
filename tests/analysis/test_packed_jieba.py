"""The packed dictionary cuts as rjieba does, and nothing is lost without it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import jieba
import pytest
from hypothesis import example, given, settings

import searchkit
from searchkit.analysis import packed_jieba
from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.packed_jieba import PackedJieba, make_dictionary
from searchkit.analysis.segmenter import Segmenter, load_segmenter, parse_user_word
from tests.analysis.texts import RUNS_OF_HAN, RUNS_WITH_BLANKS, RUNS_WITH_USER_WORDS, USER_WORDS
from tests.conftest import make_article

pytest.importorskip("rjieba")
pytest.importorskip("marisa_trie")


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        make_dictionary()
        yield folder / "searchkit"


@pytest.fixture(scope="module")
def packed(cache: Path) -> PackedJieba:
    return PackedJieba()


@pytest.fixture(scope="module")
def rjieba() -> Segmenter:
    return load_segmenter()


@given(RUNS_OF_HAN)
@example("一一一一")
@example("雾凇拼音輸入法")
@example("南京市长江大桥")
def test_a_run_of_han_is_cut_as_ever(packed: PackedJieba, rjieba: Segmenter, run: str) -> None:
    assert packed.cut(run) == rjieba.cut(run)
    assert packed.cut_for_search(run) == rjieba.cut_for_search(run)


@given(RUNS_WITH_BLANKS)
def test_runs_with_blanks_between_them_are_cut_as_ever(packed: PackedJieba, rjieba: Segmenter, runs: str) -> None:
    assert packed.cut_for_search(runs) == rjieba.cut_for_search(runs)


@settings(max_examples=60)
@given(RUNS_WITH_USER_WORDS)
def test_words_of_a_user_are_known_as_ever(cache: Path, run: str) -> None:
    packed, usual = with_words_of_a_user()
    # sorted: words of a user change what rounding makes of two ways that are as likely
    assert sorted(packed.cut_for_search(run)) == sorted(usual.cut_for_search(run))


@lru_cache(maxsize=1)
def with_words_of_a_user() -> tuple[Segmenter, Segmenter]:
    return PackedJieba(map(parse_user_word, USER_WORDS)), load_segmenter(USER_WORDS)


def test_a_query_loads_no_other_dictionary(cache: Path) -> None:
    code = (
        "import sys; from searchkit.analysis.analyzer import Analyzer; a = Analyzer(for_queries=True);"
        "print(*(cut.term for cut in a.cut('南京市长江大桥 雾凇')), 'rjieba' in sys.modules);"
        "print(len(a.cut('南京市长江大桥' * 100)), 'rjieba' in sys.modules)"
    )
    env = {**os.environ, "XDG_CACHE_HOME": str(cache.parent)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=env)
    assert run.stdout.split() == ["南京市", "长江", "大桥", "雾凇", "False", "300", "True"], run.stderr


@pytest.mark.parametrize(
    ("words", "loaded"),
    [("()", [False, True]), ("('真好',)", [True, True])],
)
def test_a_few_articles_load_no_other_dictionary(cache: Path, words: str, loaded: list[bool]) -> None:
    code = (
        f"import sys; from searchkit.analysis.analyzer import Analyzer; a = Analyzer({words});"
        "few = a.words('南京市长江大桥 雾凇'); print('rjieba' in sys.modules);"
        "a.words('南京市长江大桥' * 2000); print('rjieba' in sys.modules);"
        "print(few == a.words('南京市长江大桥 雾凇'))"
    )
    env = {**os.environ, "XDG_CACHE_HOME": str(cache.parent)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", env=env)
    assert run.stdout.split() == [*map(str, loaded), "True"], run.stderr


def test_with_words_of_the_user_all_are_known() -> None:
    for words in ([], ["真好"]):
        cuts = [
            [cut.term for cut in Analyzer(words, for_queries=quick).cut("拼音真好")] for quick in (False, True)
        ]
        assert cuts[0] == cuts[1]
        assert ("真好" in cuts[0]) == bool(words)


@pytest.mark.parametrize("run", ["绕" * 10_000, "猫狗" * 5_000])
def test_a_long_run_is_cut_in_linear_time(packed: PackedJieba, run: str) -> None:
    began = time.process_time()
    assert "".join(packed.cut(run)) == run
    assert time.process_time() - began < 2


def test_the_longest_word_is_found(packed: PackedJieba) -> None:
    words = (Path(jieba.__file__).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    longest = max((line.split(" ")[0] for line in words), key=len)
    assert packed.cut(longest) == [longest]


@pytest.mark.parametrize("damage", ["gone", "cut short", "changed", "empty"])
def test_without_a_whole_file_a_query_is_cut_as_ever(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "searchkit").mkdir()
    data = bytearray(next(cache.iterdir()).read_bytes())
    data[len(data) // 2] ^= damage == "changed"
    if damage != "gone":
        share = {"cut short": len(data) - 1, "changed": len(data), "empty": 0}[damage]
        (tmp_path / "searchkit" / next(cache.iterdir()).name).write_bytes(data[:share])
    analyzer = Analyzer(for_queries=True)
    assert [cut.term for cut in analyzer.cut("南京市长江大桥")] == ["南京市", "长江", "大桥"]
    assert type(analyzer._dictionary.segmenter).__name__ != "_Few"


def test_a_reindex_of_many_articles_makes_the_files_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    searchkit.reindex([make_article("月亮", "天文")], tmp_path / "few", jobs=1)
    assert not (tmp_path / "cache").exists()
    articles = [make_article(f"第{n}夜", "月光" * n) for n in range(60)]
    searchkit.reindex(articles, tmp_path / "many", jobs=1)
    files = sorted((tmp_path / "cache" / "searchkit").iterdir())
    assert [file.suffix for file in files] == [".json", ".trie", ".json", ".json"]
    made = [file.stat().st_mtime_ns for file in files]
    searchkit.reindex(articles, tmp_path / "many", jobs=1, full=True)
    assert [file.stat().st_mtime_ns for file in files] == made
    assert sorted((tmp_path / "cache" / "searchkit").iterdir()) == files


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    make_dictionary()
    assert (tmp_path / "cache").read_text() == "a file"


def test_the_name_of_the_file_has_the_version_of_the_dictionary() -> None:
    from importlib.metadata import version

    assert version("jieba") in packed_jieba._NAME
