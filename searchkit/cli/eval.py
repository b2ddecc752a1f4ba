"""`searchkit eval`: search for judged queries and measure how good the results are."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import click

from searchkit.cli.options import (
    color_option,
    engine_option,
    index_of,
    index_option,
    json_option,
    quiet_option,
    settings,
)

if TYPE_CHECKING:
    from searchkit import Config
    from searchkit.evaluation import Evaluation, Run, Selection

_EPILOG = """\b
Examples:
  searchkit eval judgements.queries.tsv judgements.tsv
  searchkit eval queries.jsonl.gz qrels.tsv --run before.tsv
  searchkit eval queries.jsonl.gz qrels.tsv --baseline before.tsv -v
  searchkit eval queries.tsv qrels.tsv --score other-engine.run --json

\b
QUERIES: JSON Lines with _id, text and metadata.category, or lines of
id TAB text TAB category.
QRELS: lines of query TAB document TAB grade, or TREC's four columns. A
document is the id or the path of an article.
FILE: a run in TREC's six columns, or lines of query TAB document TAB score.
One of the input files may be -, standard input. See docs/evaluation.md.

\b
Exit code: 0 measured, 2 error, 130 interrupted.
"""
_JUDGED_ENOUGH = 0.7


@click.command(epilog=_EPILOG)
@click.argument("queries", metavar="QUERIES")
@click.argument("qrels", metavar="QRELS")
@index_option
@engine_option
@click.option("--run", "run_file", metavar="FILE", help="Write the results to FILE, as a TREC run.")
@click.option("--score", "scored_file", metavar="FILE", help="Measure the run in FILE instead of searching.")
@click.option("--baseline", metavar="FILE", help="Compare with the run in FILE.")
@click.option("-v", "--per-query", is_flag=True, help="Show each query too, worst first.")
@json_option
@color_option
@quiet_option
def command(
    queries: str,
    qrels: str,
    index: str | None,
    engine: str | None,
    run_file: str | None,
    scored_file: str | None,
    baseline: str | None,
    per_query: bool,
    as_json: bool,
    color: str | None,
    quiet: bool,
) -> None:
    """Measure search quality with judged queries."""
    from searchkit.cli.output import print_value
    from searchkit.cli.render.as_evaluation import evaluation_to_dict, evaluation_to_text
    from searchkit.evaluation import evaluate, read_judgements, read_queries, require_library, select, write_run

    _check_options((queries, qrels, scored_file, baseline), run_file, scored_file)
    require_library()
    config = settings(index=index, engine=engine, color=color)
    selection = select(read_queries(queries), read_judgements(qrels))
    baseline_run = _run_of(baseline, selection) if baseline else None
    _say_what_is_left_out(selection, quiet=quiet)
    run = _run_of(scored_file, selection) if scored_file else _searched(config, selection, quiet=quiet)
    if run_file:
        write_run(run_file, run)
    evaluation = evaluate(selection, run, baseline_run)
    to_text = partial(evaluation_to_text, per_query=per_query)
    to_dict = partial(evaluation_to_dict, selection=selection, baseline=baseline)
    print_value(evaluation, to_text, to_dict, as_json=as_json, color=config.color)
    _say_how_sure(evaluation, quiet=quiet)


def _check_options(read: tuple[str | None, ...], run_file: str | None, scored_file: str | None) -> None:
    if run_file and scored_file:
        raise ValueError("--run needs a search and --score does none; leave one out")
    if read.count("-") > 1:
        raise ValueError("only one file can be standard input")


def _run_of(path: str, selection: Selection) -> Run:
    """The run in a file, which must have at least one of the queries.

    Raises:
        EvaluationError: it is not valid, or it has none of the queries.
    """
    from searchkit import EvaluationError
    from searchkit.evaluation import read_run

    run = read_run(path)
    if not any(query.id in run for query in selection.queries):
        raise EvaluationError(f"{path}: this run has none of the queries; do the files use the same ids?")
    return run


def _searched(config: Config, selection: Selection, *, quiet: bool) -> Run:
    """The run of a search for each query.

    Raises:
        EvaluationError: the index has none of the judged documents.
    """
    from searchkit import EvaluationError, Progress
    from searchkit.cli.terminal import progress_bar, say
    from searchkit.evaluation import article_ids, search_run

    judged = {document for of in selection.judgements.values() for document in of}
    with index_of(config) as opened, progress_bar(quiet=quiet, color=config.color) as advance:
        articles = article_ids(opened, judged)
        if not articles:
            example = next((article.id for article in opened), "a.md")
            raise EvaluationError(
                f"{config.index}: none of the {len(judged):,} judged documents is in the index; QRELS needs "
                f"ids of articles, such as {example}, or paths of files"
            )
        began = time.perf_counter()
        report = (lambda done, total: advance(Progress("searching", done, total))) if advance else None
        run = search_run(opened, selection.queries, selection.judgements, articles, progress=report)
    if missing := len(judged) - len(articles):
        say(f"note: {missing:,} of {len(judged):,} judged documents are not in the index", quiet=quiet)
    say(f"searched {_queries(len(selection.queries))} · {time.perf_counter() - began:.1f} s", quiet=quiet)
    return run


def _say_what_is_left_out(selection: Selection, *, quiet: bool) -> None:
    from searchkit.cli.terminal import say

    for ids, what in (
        (selection.unjudged, "left out, because QRELS has no judgements:"),
        (selection.unasked, "left out, because not in QUERIES:"),
        (selection.hopeless, "counted as 0, because no relevant document is known:"),
    ):
        if ids:
            shown = ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")
            say(f"note: {_queries(len(ids))} {what} {shown}", quiet=quiet)


def _say_how_sure(evaluation: Evaluation, *, quiet: bool) -> None:
    from searchkit.cli.terminal import say

    if evaluation.overall.scores.judged_at_10 < _JUDGED_ENOUGH:
        say(
            "note: many of the first ten documents are not judged and count as not relevant, so the measures "
            "are lower bounds; add judgements with `searchkit judge`",
            quiet=quiet,
        )


def _queries(count: int) -> str:
    return f"{count:,} {'query' if count == 1 else 'queries'}"
