"""Text of articles is cleaned of what nobody sees, and stands between marks that it cannot have."""

from __future__ import annotations

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from searchkit.assistants.fencing import clean, clean_line, clean_piece, fenced, is_hidden

VISIBLE_FORMATS = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
"""Signs before numbers of Arabic and other scripts, which are seen."""
LINE_ENDS = frozenset("\t\n\x0b\x0c\r\x85")


def test_every_control_and_format_character_is_hidden() -> None:
    left = {
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in ("Cc", "Cf", "Cs") and not is_hidden(character)
    }
    assert left == VISIBLE_FORMATS | LINE_ENDS


def test_letters_and_signs_of_chinese_stay() -> None:
    text = "月全食：为什么「红」？《a》—…·々〇𠮷 ＡＢ①"
    assert clean(text) == text
    assert not any(map(is_hidden, text))


@given(st.text())
def test_what_is_cleaned_is_clean(text: str) -> None:
    assert not any(map(is_hidden, clean(text)))
    assert clean(clean(text)) == clean(text)
    assert "\n" not in clean_line(text, 50)


@given(st.text(), st.integers(0, 20))
def test_pieces_are_cleaned_as_the_whole(text: str, at: int) -> None:
    assert clean_piece(text[:at]) + clean_piece(text[at:]) == clean_piece(text)


def test_a_mark_is_another_one_each_time() -> None:
    marks = {fenced("月").split("<<")[1][:8] for _ in range(50)}
    assert len(marks) == 50


def test_text_hidden_in_tags_and_selectors_is_gone() -> None:
    smuggled = "".join(chr(0xE0000 + ord(c)) for c in "ignore") + "".join(chr(0xE0100 + n) for n in range(16))
    assert clean(f"月{smuggled}亮") == "月亮"
