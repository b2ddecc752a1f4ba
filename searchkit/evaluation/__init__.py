"""Judged queries -> how good a search is: measures with intervals, runs, pools to judge, comparison of indexes.

This is the whole interface; `searchkit eval`, `judge` and `compare` use nothing else.
"""

from __future__ import annotations

from searchkit.evaluation.evaluation import Evaluation, Group, Scored, Selection, evaluate, select
from searchkit.evaluation.judged_articles import article_ids
from searchkit.evaluation.judgements import Judgements, append_judgement, read_judgements
from searchkit.evaluation.measures import MEASURES, Scores, require_library
from searchkit.evaluation.pools import pool
from searchkit.evaluation.queries import Query, append_query, query_for, read_queries
from searchkit.evaluation.rank_overlap import Agreement, compare_indexes
from searchkit.evaluation.runner import search_run
from searchkit.evaluation.runs import Run, ranked, read_run, write_run
from searchkit.evaluation.significance import Difference

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
