"""How many clauses a cluster counts in a query."""

from __future__ import annotations

import pytest

from searchkit.engines.opensearch.query_dsl import compile_condition, count_clauses
from searchkit.query import plan
from searchkit.query.plan import Condition

TOKENS = tuple("一二三四五")


@pytest.mark.parametrize(
    ("condition", "clauses"),
    [
        (plan.And(()), 1),
        (plan.Phrase(TOKENS, ("body",)), 1),
        (plan.Phrase(TOKENS), 2),  # the small fields together, and the body
        (plan.Word("一二三", TOKENS[:3], ("title",)), 2),
        (plan.Or((plan.Phrase(TOKENS, ("body",)),) * 7), 7),
        (plan.Not(plan.Phrase(TOKENS, ("body",))), 2),
        (plan.DateRange(1, 2), 1),
        (plan.Terms("tag", tuple("甲乙丙")), 1),
        (plan.MultiTerm("pattern", "a*", terms=("a", "b", "c d")), 1),
        (plan.Proximity((TOKENS, ("六",)), 3, ("body",)), 6),
        (plan.Proximity((TOKENS,), 3, ("body",)), 5),
    ],
)
def test_a_clause_is_counted_as_the_cluster_does(condition: Condition, clauses: int) -> None:
    assert count_clauses(compile_condition(condition)) == clauses
