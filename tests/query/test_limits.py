"""How much of a query is read and looked up, that a note says so, and that docs/query-language.md does."""

from __future__ import annotations

import re

import pytest

from searchkit.query import limits, plan
from searchkit.query.limits import MAX_PHRASE, MAX_SIGNED, MAX_TERMS, MAX_TEXT, MAX_WORDS
from tests.conftest import ROOT
from tests.query.test_planner import asked, planned, wanted, word


def test_the_document_has_every_limit() -> None:
    text = (ROOT / "docs" / "query-language.md").read_text(encoding="utf-8")
    table = text.partition("## Limits")[2].partition("\n## ")[0]
    told = [int(number.replace(",", "")) for number in re.findall(r"^\| ([\d,]+) \|", table, re.MULTILINE)]
    known = [value for name, value in vars(limits).items() if name.isupper()]
    assert sorted(told) == sorted(known)


class TestLimits:
    def test_words_after_the_first_ones_are_not_looked_up(self) -> None:
        query = " ".join(f"w{n}" for n in range(MAX_WORDS + 20))
        assert wanted(query) == [f"w{n}" for n in range(MAX_WORDS)]
        assert planned(query).notes == (f"only the first {MAX_WORDS} words were looked up",)

    def test_words_of_all_groups_are_counted_together(self) -> None:
        query = " OR ".join(f"(w{n}a w{n}b)" for n in range(MAX_WORDS))
        words = [leaf for leaf in plan.leaves(asked(query)) if isinstance(leaf, plan.Word)]
        assert len(words) == MAX_WORDS

    def test_what_has_a_sign_counts_after_any_number_of_words(self) -> None:
        many = " OR ".join(f"w{n}" for n in range(2 * MAX_WORDS))
        unwanted, needed = asked(f"({many}) -文章"), asked(f"({many}) +文章")
        assert isinstance(unwanted, plan.And)
        assert isinstance(needed, plan.And)
        assert unwanted.nodes[-1] == plan.Not(plan.Relaxable((word("文章"),)))
        assert needed.nodes[-1] == plan.And((plan.And((word("文章"),)),))
        assert planned(" ".join(f"-w{n}" for n in range(2 * MAX_SIGNED))).notes == (
            f"only the first {MAX_SIGNED} words with a sign were looked up",
        )

    @pytest.mark.parametrize("rest", ["另外 OR 别的", '"另外"', 'title:"另外"'])
    def test_what_is_left_out_neither_finds_nor_excludes_anything(self, rest: str) -> None:
        words = " ".join(f"w{n}" for n in range(MAX_WORDS))
        assert asked(f"{words} {rest}") == asked(words)

    def test_a_long_phrase_is_looked_for_by_its_start(self) -> None:
        found = asked('"' + "甲乙" * MAX_PHRASE + '"')
        assert isinstance(found, plan.And)
        assert found.nodes == (plan.Phrase(("甲", "乙") * (MAX_PHRASE // 2), None, True, True),)
        notes = planned('"' + "甲乙" * MAX_PHRASE + '"').notes
        assert f"only the first {MAX_PHRASE} characters and words of a phrase were looked for" in notes

    def test_a_long_text_is_cut_into_words_in_part(self) -> None:
        text = "x" * (MAX_TEXT - 1) + "甲乙"
        assert planned(text).notes == (f"only the first {MAX_TEXT:,} characters of a text were cut into words",)

    def test_few_words_are_ranked_by_and_marked(self) -> None:
        plan_of_many = planned(" ".join(f"人工{n}智能" for n in range(500)))
        assert len(plan_of_many.highlights) <= MAX_TERMS + 1
        assert len(plan_of_many.rank) <= 3 * MAX_TERMS

    def test_synonyms_are_words_too(self) -> None:
        group = ["猫", *(f"猫{n}" for n in range(5 * MAX_WORDS))]
        assert len(plan.leaves(asked("猫", [group]))) == MAX_WORDS

    def test_a_query_within_the_limits_has_no_note(self) -> None:
        assert planned("人工智能 OR (find* -狗) date:2024 a~1").notes == ()
