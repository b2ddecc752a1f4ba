"""A score in lines: what each word adds."""

from __future__ import annotations

import pytest

from searchkit import Contribution
from searchkit.cli.render.addends import MAX_LINES, addend_lines


def words(*addends: Contribution) -> dict[str, float]:
    return {line[10:]: float(line[:9]) for line in addend_lines(addends)}


def test_fields_and_signals_of_a_word_are_one_line_that_names_the_field_of_most() -> None:
    assert words(
        Contribution("融资", 1.0, "title", "words"),
        Contribution("融资", 0.5, "body", "words"),
        Contribution("融资 (bigrams)", 0.25, "title", "bigrams"),
        Contribution("资 (characters)", 0.125, "body", "characters"),
        Contribution("公司", 2.5, "body", "words"),
        Contribution("exact title", 100.0),
    ) == {"exact title": 100.0, "公司 in body": 2.5, "融资, most in title": 1.875}


def test_a_pair_belongs_to_the_longest_word_it_is_a_part_of_and_else_to_none() -> None:
    assert words(
        Contribution("细胞", 1.0, "body", "words"),
        Contribution("单细胞", 2.0, "body", "words"),
        Contribution("细胞 (bigrams)", 4.0, "body", "bigrams"),
        Contribution("胞图 (bigrams)", 0.5, "body", "bigrams"),
        Contribution("谱 (characters)", 0.25, "body", "characters"),
    ) == {"单细胞 in body": 6.0, "细胞 in body": 1.0, "pairs across words in body": 0.75}


@pytest.mark.parametrize("count", [1, MAX_LINES, MAX_LINES + 1, 40])
def test_the_words_beyond_a_dozen_lines_are_counted_with_their_sum(count: int) -> None:
    addends = [Contribution(f"词{n}", float(n), "body", "words") for n in range(1, count + 1)]
    lines = addend_lines(addends)
    assert len(lines) == min(count, MAX_LINES)
    assert sum(float(line[:9]) for line in lines) == sum(addend.score for addend in addends)
    assert lines[-1].endswith("more (-v)") == (count > MAX_LINES)
    assert len(addend_lines(addends, every=True)) == count


def test_every_addend_is_a_line_the_largest_first_and_each_name_once() -> None:
    addends = [
        Contribution("as typed", 2.0),
        Contribution("茶 (characters)", 0.5, "title", "characters"),
        Contribution("茶 (characters)", 0.25, "body", "characters"),
        Contribution("茶", 1.0, "title", "words"),
        Contribution("绿茶", 4.0, "body", "words"),
        Contribution("茶 (characters)", 1.0, "title", "characters"),
    ]
    assert addend_lines(addends, every=True) == [
        "    4.000 绿茶 in body",
        "    2.000 as typed",
        "    1.500 茶 (characters) in title",
        "    1.000 茶 in title",
        "    0.250 茶 (characters) in body",
    ]


def test_without_addends_there_are_no_lines() -> None:
    assert addend_lines(()) == []
