"""What differs between two versions of a text, however long they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.snippets.comparison import compare
from tests.articles.copies import edited, prose

LAKE = "清晨的盐湖像一面镜子。守湖人每天走四十里路，看水位和风向，把数字写进蓝皮本子。"


def differences(text: str, other: str) -> list[tuple[str, str]]:
    """What the first text has and the second one has in its place."""
    return [(each.given, other[each.start : each.end]) for each in compare(text, other).differences]


def test_what_was_changed_is_a_difference() -> None:
    other = "点击关注。清晨的盐湖像一面镜子！守湖老人每天走四十里路，看水位和风力，写进蓝皮本子。"
    assert differences(LAKE, other) == [("", "点击关注"), ("", "老"), ("向，把数字", "力")]
    assert compare(LAKE, other).identity == pytest.approx(2 * 31 / (35 + 37))


@pytest.mark.parametrize("other", [LAKE, LAKE.replace("，", ", "), f"\n{LAKE}\n", LAKE.replace("盐", "鹽")])
def test_signs_spaces_and_variants_are_no_difference(other: str) -> None:
    assert compare(LAKE, other) == (1, ())


@pytest.mark.parametrize(
    ("text", "other", "identity"), [("", "", 1), ("。", "！", 1), ("", "湖", 0), ("盐湖", "茶", 0)]
)
def test_texts_without_anything_in_common_have_no_identity(text: str, other: str, identity: float) -> None:
    assert compare(text, other).identity == identity


@pytest.mark.parametrize(("share", "identity"), [(0.05, 0.95), (0.15, 0.85), (0.3, 0.76)])
def test_identity_is_what_was_left_as_it_was(share: float, identity: float) -> None:
    text = prose("long", 300)
    assert compare(text, edited(text, share)).identity == pytest.approx(identity, abs=0.03)


@given(
    st.lists(st.sampled_from(["盐湖", "茶馆在南岸", "abc", "12 ", "，", "㍿", LAKE])),
    st.lists(st.sampled_from(["盐湖", "茶", "abc", LAKE])),
)
def test_the_differences_make_one_text_of_the_other(parts: list[str], others: list[str]) -> None:
    text, other = "".join(parts), "".join(others)
    found = compare(text, other)
    assert 0 <= found.identity <= 1
    starts = [(each.start, each.end) for each in found.differences]
    assert starts == sorted(starts)
    same = _letters(other) - sum(_letters(other[start:end]) for start, end in starts)
    assert same >= 0


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
