"""Judged queries -> how good a search is: measures with intervals, runs, pools to judge, comparison of indexes.

This is the whole interface; `searchkit eval`, `judge` and `compare` use nothing else.
"""

from __future__ import annotations

from searchkit.evaluation.measures import (
    MEASURES,
    Difference,
    Evaluation,
    Group,
    Scored,
    Scores,
    Selection,
    evaluate,
    require_library,
    select,
)
from searchkit.evaluation.pools import pool
from searchkit.evaluation.queries import (
    Judgements,
    Query,
    append_judgement,
    append_query,
    query_for,
    read_judgements,
    read_queries,
)
from searchkit.evaluation.rank_overlap import Agreement, compare_indexes
from searchkit.evaluation.runs import Run, article_ids, ranked, read_run, search_run, write_run

__all__ = [
    "MEASURES",
    "Agreement",
    "Difference",
    "Evaluation",
    "Group",
    "Judgements",
    "Query",
    "Run",
    "Scored",
    "Scores",
    "Selection",
    "append_judgement",
    "append_query",
    "article_ids",
    "compare_indexes",
    "evaluate",
    "pool",
    "query_for",
    "ranked",
    "read_judgements",
    "read_queries",
    "read_run",
    "require_library",
    "search_run",
    "select",
    "write_run",
]
