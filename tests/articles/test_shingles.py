"""What is remembered of a text's shingles: the same ones of every text, in their order."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.articles.boilerplate import HEAD, TAIL, edges_of
from searchkit.articles.shingles import MOST, sample_of
from tests.articles.copies import prose, shingles_of

LINES = st.lists(st.text("渡口灯塔 ab12，。é\u200b\r", max_size=12), max_size=60)


def hashes(text: str, left_out: bytes = b"") -> list[int]:
    found: list[int] = sample_of(shingles_of(text), left_out).hashes.tolist()
    return found


def test_three_words_in_a_row_are_a_shingle() -> None:
    assert (
        hashes("守湖人每天") == hashes("守湖人每天！") == [*hashes("守湖人"), *hashes("湖人每"), *hashes("人每天")]
    )
    assert len(hashes("R 语言 4.3 hello")) == 4
    assert hashes("盐湖") == []
    assert shingles_of("盐湖") == b""


def test_case_width_and_script_variant_do_not_count() -> None:
    assert hashes("ＧＰＴ 語言模型 2024") == hashes("gpt语言模型2024")


def test_a_shingle_counts_once() -> None:
    assert len(hashes("早晚早晚早晚早晚")) == 2


def test_the_smallest_of_a_long_text_are_kept_in_their_order() -> None:
    text = prose("long", 90)
    every = [hashes(text[at : at + 9]) for at in range(len(text))]
    places = {one: at for at, found in reversed([*enumerate(every)]) for one in found}
    sample = sample_of(shingles_of(text), b"")
    kept = sample.hashes.tolist()
    assert len(kept) == MOST
    assert sample.largest == max(kept)
    assert [places[one] for one in kept] == sorted(places[one] for one in kept)


@pytest.mark.parametrize("left_out", [[0], [0, 1], [HEAD, HEAD + 3], [HEAD + TAIL - 1], [*range(HEAD + TAIL)]])
def test_what_begins_in_a_line_that_is_left_out_is_not_there(left_out: list[int]) -> None:
    """Lines are numbered as those are that may be boilerplate."""
    characters = (chr(code) for code in range(0x4E00, 0x9FA5, 7))
    lines = ["".join(islice(characters, 20)) for _ in range(50)]
    numbers = [*range(HEAD), *range(len(lines) - TAIL, len(lines))]
    text, gone = "\n".join(lines), "".join(lines[numbers[number]] for number in left_out)
    own = {hashes(gone[at : at + 3])[0] for at in range(len(gone) - 2)}
    every, found = set(hashes(text)), set(hashes(text, bytes(left_out)))
    assert not found & own
    assert len(every - own) - 2 * len(left_out) <= len(found) < len(every)
    assert sample_of(shingles_of(text), bytes(left_out)).largest == sample_of(shingles_of(text), b"").largest


@given(LINES)
def test_any_text_has_a_sample_with_the_lines_that_are_remembered_of_it(lines: list[str]) -> None:
    text = "\n".join(lines)
    shingles = shingles_of(text)
    sample = sample_of(shingles, b"")
    assert len(set(sample.hashes.tolist())) == sample.hashes.size <= MOST
    every_line = bytes(range(len(edges_of(text)) // 6))
    if len([line for line in lines if line.strip()]) <= HEAD + TAIL:
        assert sample_of(shingles, every_line).hashes.size == 0


@given(st.binary(max_size=200), st.binary(max_size=4))
def test_damaged_shingles_are_no_error(shingles: bytes, left_out: bytes) -> None:
    assert sample_of(shingles, left_out).hashes.dtype == np.uint32
