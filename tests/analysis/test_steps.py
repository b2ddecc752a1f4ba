"""Each step of the analysis, alone and inside the whole pipeline, by the same table of cases."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchkit.analysis import scripts
from searchkit.analysis.analyzer import MAKERS, STEPS, Analyzer, numerals
from searchkit.analysis.character_tables import EDGE
from searchkit.analysis.normalize import FOLDS, fold, fold_case, fold_with_offsets
from searchkit.analysis.scripts import characters, kind_of, runs_of, split_runs
from searchkit.analysis.segmenter import Dictionary
from tests.analysis.texts import TEXTS
from tests.golden import Case, rows

USER_WORDS = ("R语言", "T细胞")
DICTIONARY, ANALYZER = Dictionary(USER_WORDS), Analyzer(USER_WORDS)
BY_NAME = {step.__name__: step for step in STEPS}


def seen(text: str) -> str:
    """*text* with the characters that cannot be seen."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)


def case_of(row: Case) -> tuple[str, str, str]:
    name, _, given = row.given.partition(": ")
    return name, seen(given), seen(row.expected)


def alone(step: Callable[..., object], text: str) -> str:
    """What *step* makes of *text*, as the table writes it."""
    if step in FOLDS:
        return "".join(map(str, map(step, text)))
    if step in MAKERS:
        return " ".join(step(split_runs(text), DICTIONARY)) or "(none)"
    runs = split_runs(text)
    return f"{' '.join(runs.blocks)} | {' '.join(runs.han)}".strip()


CASES = rows(Path(__file__).parent / "steps_cases.txt")
BY_TITLE = pytest.mark.parametrize("row", CASES, ids=lambda row: row.title)


@BY_TITLE
def test_a_step_alone(row: Case) -> None:
    name, text, expected = case_of(row)
    assert alone(BY_NAME[name], text) == expected


@BY_TITLE
def test_a_step_inside_the_whole_pipeline(row: Case) -> None:
    name, text, expected = case_of(row)
    words = ANALYZER.words(text)
    step = BY_NAME[name]
    if step in FOLDS:
        assert (words, ANALYZER.characters(text)) == (ANALYZER.words(expected), ANALYZER.characters(expected))
    elif step in MAKERS:
        made = [] if expected == "(none)" else expected.split()
        assert made in [words[at : at + len(made)] for at in range(len(words) + 1)]
    else:
        assert alone(step, fold(text)) == expected
        assert {run.casefold() for run in split_runs(fold(text)).blocks} <= set(words)


@BY_TITLE
def test_offsets_inside_the_pipeline_point_at_the_original(row: Case) -> None:
    _, text, _ = case_of(row)
    folded, offsets = fold_with_offsets(text)
    assert (folded, len(offsets), offsets[-1]) == (fold(text), len(folded) + 1, len(text))
    for char, start, end in zip(folded, offsets, list(offsets)[1:], strict=False):
        assert start == end or char in fold(text[start:end])


def test_every_step_has_cases() -> None:
    assert {case_of(row)[0] for row in CASES} == set(BY_NAME)


def test_steps_that_fold_leave_alone_what_the_normal_form_does_not_look_at() -> None:
    for apply in FOLDS:
        assert [apply(chr(code)) for code in range(128)] == [chr(code) for code in range(128)]


@given(TEXTS)
def test_splitting_changes_no_character(text: str) -> None:
    runs = split_runs(fold(text))
    assert all(run in runs.text for run in (*runs.blocks, *runs.han))
    letters = [char for char in fold(text) if char.isalnum()]
    assert sorted(letters) == sorted(char for run in (*runs.blocks, *runs.han) for char in run if char.isalnum())


@given(st.one_of(TEXTS, st.text()))
def test_terms_are_made_of_the_characters_of_the_text(text: str) -> None:
    runs = split_runs(fold(text))
    made = [term for make in MAKERS if make is not numerals for term in make(runs, DICTIONARY)]
    assert set("".join(made)) <= set(fold_case(text))


@given(st.text(st.sampled_from("单细龥龦々かーabXé01 -²\u3000" + EDGE), max_size=8))
@example("单细胞 分析")
@example(f"列奥纳多{EDGE}达{EDGE}芬奇")
def test_a_short_text_splits_as_a_long_one(text: str) -> None:
    """Words between spaces are told without a pattern."""
    assert characters(text) == scripts.TOKEN.findall(text)
    assert runs_of(text) == scripts.RUN.findall(text)


def test_the_kind_of_each_character_is_that_of_the_token_it_is() -> None:
    """Most kinds are told without the pattern of all of them."""
    kinds = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in scripts._KINDS.items()))
    for char in map(chr, range(0x10000)):
        found = kinds.match(char)
        assert kind_of.__wrapped__(char) == (found.lastgroup if found else "space"), f"{ord(char):04x}"
