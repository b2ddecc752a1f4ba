"""Reading queries: golden cases, and what holds for any input."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.errors import QuerySyntaxError
from searchkit.query import ast
from searchkit.query.ast import And, Boosted, In, Node, Not, Or, Phrase, Text, Words
from searchkit.query.limits import MAX_COSTLY
from searchkit.query.parser import parse
from tests.golden import Case, blocks
from tests.query.reading import written

CASES = blocks(Path(__file__).with_name("parser_cases.txt"))
SOUND = [case for case in CASES if "\n" not in case.expected]
DOUBTFUL = [case for case in CASES if "\n" in case.expected]

SIGNS = (
    "(",
    ")",
    '"',
    "“",
    "”",
    "「",
    "」",
    "（",
    "）",
    "+",
    "-",
    "－",
    "^2",
    "~",
    "~2",
    "*",
    "?",
    ":",
    "：",
    "\\",
)
NAMES = ("AND", "OR", "NOT", "与", "或", "非", "ＯＲ", "title:", "标题：", "date:", "since:2024", "date:2024-02..")
SYNTAX = st.sampled_from((*SIGNS, *NAMES, " ", "\u3000"))
QUERIES = st.lists(
    st.one_of(SYNTAX, st.sampled_from(["猫", "数据", "GPT-5", "C++", "2024", "x"])), max_size=14
).map("".join)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_a_query_is_read(case: Case) -> None:
    parsed = parse(case.given)
    notes = [f"{note.position}: {note.message}" for note in parsed.notes]
    assert "\n".join([written(parsed.node), *notes]) == case.expected


@pytest.mark.parametrize("case", SOUND, ids=lambda case: case.title)
def test_strict_reading_is_the_same_where_there_is_nothing_to_remark(case: Case) -> None:
    assert parse(case.given, strict=True) == parse(case.given)


@pytest.mark.parametrize("case", DOUBTFUL, ids=lambda case: case.title)
def test_strict_reading_points_at_the_character_that_does_not_fit(case: Case) -> None:
    position, message = case.expected.split("\n")[1].split(": ", 1)
    with pytest.raises(QuerySyntaxError) as caught:
        parse(case.given, strict=True)
    assert (caught.value.position, caught.value.query) == (int(position), case.given)
    assert str(caught.value).startswith(message)


def test_the_pointer_of_an_error_stands_below_the_character_on_a_terminal() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("猫ab (狗", strict=True)
    _, query, pointer = str(caught.value).split("\n")
    assert (query, pointer) == ("  猫ab (狗", "  " + " " * len("猫猫ab ".replace("猫猫", "  ")) + "^")


def test_the_first_of_several_errors_is_pointed_at() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("date:上周 (猫", strict=True)
    assert caught.value.position == 5


@given(QUERIES)
def test_no_query_is_an_error(query: str) -> None:
    parsed = parse(query)
    assert parsed.text == query
    assert all(0 <= note.position <= len(query) for note in parsed.notes)


@given(st.text())
def test_no_text_at_all_is_an_error(text: str) -> None:
    parse(text)


@given(QUERIES)
def test_strict_reading_refuses_exactly_what_lenient_reading_remarks_on(query: str) -> None:
    if not parse(query).notes:
        assert parse(query, strict=True).node == parse(query).node
        return
    with pytest.raises(QuerySyntaxError):
        parse(query, strict=True)


@given(QUERIES)
def test_no_letter_of_a_query_is_lost(query: str) -> None:
    kept = written(parse(query).node)
    assert all(word in kept for word in ("猫", "数据", "GPT-5") if word in query)


@given(st.text(alphabet="猫狗 ab0_#&@/", max_size=30))
def test_text_without_syntax_is_words(text: str) -> None:
    parsed = parse(text)
    assert parsed.notes == ()
    assert parsed.node.nodes == tuple(ast.Text(word) for word in text.split())


@pytest.mark.parametrize(
    "query",
    [
        "(" * 100_000,
        ")" * 100_000,
        "()" * 50_000,
        "(" * 50_000 + "猫" + ")" * 50_000,
        "（猫 " * 30_000,
        '"' * 100_001,
        "“" * 100_000,
        "a“" * 50_000,
        '"' + '\\"' * 50_000,
        '"' + "\\" * 100_000 + '"',
        "-" * 100_000,
        "- " * 50_000,
        "-a " * 30_000,
        "NOT " * 30_000,
        "猫 AND " * 20_000,
        "OR " * 30_000,
        "a:" * 50_000,
        "title:" * 20_000,
        "*" * 100_000,
        "a*" * 50_000,
        "a^2" * 30_000,
        "x" * 100_000,
        "~" * 100_000,
        '"a"~' + "9" * 10_000,
        '"a"^' + "9" * 10_000,
        "date:" + "2024.." * 20_000,
        "猫" * 100_000,
        " " * 100_000,
    ],
    ids=lambda query: f"{query[:8]}… {len(query)}",
)
def test_a_hostile_query_is_read_at_once(query: str) -> None:
    began = time.process_time()
    parse(query)
    assert time.process_time() - began < 1


def test_a_query_too_long_is_read_in_part_and_says_so() -> None:
    parsed = parse("猫 " * 20_000)
    assert [note.message for note in parsed.notes] == [
        "only the first 8,000 characters were read",
        "only the first 500 words and signs were read",
    ]
    assert len(parsed.node.nodes) == 500
    assert len(parsed.text) == 8_000


def test_a_query_is_not_longer_folded_than_typed() -> None:
    parsed = parse("\ufdfa" * 20_000)  # a ligature that folds to eighteen characters
    assert [note.message for note in parsed.notes] == ["only the first 444 characters were read"]


def test_patterns_after_the_first_ones_are_text() -> None:
    parsed = parse(" ".join(f"a{n}*" for n in range(MAX_COSTLY + 2)) + ' b~ "a b"~3')
    kinds = [type(node).__name__ for node in parsed.node.nodes]
    assert kinds == ["Pattern"] * MAX_COSTLY + ["Text"] * 3 + ["Phrase"]
    assert parsed.node.nodes[-1] == Phrase("a b", 0)
    assert [note.message for note in parsed.notes] == [
        f"only the first {MAX_COSTLY} patterns, fuzzy words and distances were looked up; "
        "the others were read as text"
    ]


def test_a_word_with_thousands_of_weights_is_that_word() -> None:
    assert parse("猫" + "^2" * 3_000).node.nodes == (Boosted(1000.0, Text("猫")),)
    assert parse("猫^2^3").node.nodes == (Boosted(6.0, Text("猫")),)


@pytest.mark.parametrize(
    ("query", "beginning"),
    [
        ("seur", "seur"),
        ("小区里的猫", "小区里的猫"),
        ("单细胞 ana", "ana"),
        ("tag:R seu", "seu"),
        ("title:seu", "title:seu"),
        ("猫 OR do", "do"),
        ("猫 AND do", "do"),
        ("+猫 do", "do"),
        ('"猫 do', "do"),
        ("(猫 do", "do"),
        ("Ｄｏ", "Ｄｏ"),
        ("pokémon", "pokémon"),
        ("R^2", "R^2"),
    ],
)
def test_a_word_at_the_end_is_unfinished_as_you_type(query: str, beginning: str) -> None:
    found = [node.text for node in _texts(parse(query, prefix=True).node) if node.unfinished]
    assert found == [beginning.removeprefix("title:")]
    assert not any(node.unfinished for node in _texts(parse(query).node))


@pytest.mark.parametrize(
    "query",
    ["seur ", "seur\u3000", "seur*", "f*nd", "seur~1", '"seur"', '"a seur"~3', '"a"^2', "(a seur)", "(a seur)^2",
     "C++", "猫 AND", "猫 OR", "猫 非", "猫^2", "date:2024", "tag:", "猫，", "🐈", "",
     "a " * 600 + "b", "a" * 9_000],
)  # fmt: skip
def test_what_ends_otherwise_is_read_as_ever_as_you_type(query: str) -> None:
    assert parse(query, prefix=True) == parse(query)


def _texts(node: Node) -> Iterator[Text]:
    match node:
        case Text():
            yield node
        case In(_, inner) | Not(inner) | Boosted(_, inner):
            yield from _texts(inner)
        case Words(nodes) | And(nodes) | Or(nodes):
            for one in nodes:
                yield from _texts(one)


def test_an_error_shows_the_query_around_the_place_only() -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        parse("猫" * 500 + " AND OR " + "狗" * 500, strict=True)
    message, shown, mark = str(caught.value).splitlines()
    assert message == "AND has nothing to join and was left out"
    assert shown == "  …" + "猫" * 59 + " AND OR " + "狗" * 53 + "…"
    assert mark.index("^") == 2 + 1 + 2 * 59 + 1
    assert (caught.value.position, len(caught.value.query)) == (501, 1_008)


def test_a_note_does_not_repeat_a_long_value() -> None:
    (note,) = parse("date:" + "9" * 5_000).notes
    assert len(note.message) < 200
