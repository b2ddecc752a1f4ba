"""How many clauses a cluster counts in a query."""

from __future__ import annotations

import pytest

from searchkit.engines.opensearch.compiling import compile_condition, count_clauses
from searchkit.query import plan
from searchkit.query.plan import Condition

TOKENS = tuple("一二三四五")


@pytest.mark.parametrize(
    ("condition", "clauses"),
    [
        (plan.All(()), 1),
        (plan.Piece(TOKENS, ("body",)), 1),
        (plan.Piece(TOKENS), 2),  # the small fields together, and the body
        (plan.Word("一二三", TOKENS[:3], ("title",)), 2),
        (plan.AtLeast(2, (plan.Piece(TOKENS, ("body",)),) * 7), 7),
        (plan.Without(plan.Piece(TOKENS, ("body",))), 2),
        (plan.Dated(1, 2), 1),
        (plan.Keyword("tag", tuple("甲乙丙")), 1),
        (plan.Expand("pattern", "a*"), 1),
        (plan.Near((TOKENS, ("六",)), 3, ("body",)), 6),
        (plan.Near((TOKENS,), 3, ("body",)), 5),
    ],
)
def test_a_clause_is_counted_as_the_cluster_does(condition: Condition, clauses: int) -> None:
    assert count_clauses(compile_condition(condition, lambda _: ["a", "b", "c d"])) == clauses
