"""`searchkit eval`: search for judged queries and measure how good the results are.

              queries  nDCG@10  MRR@10  Recall@100  judged@10
all                30   0.7531  0.8722      0.9320     0.9633
baseline                0.7101  0.8417      0.8615     0.9500
"""

from __future__ import annotations

import time
from dataclasses import asdict, astuple
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from searchkit import Config, EvaluationError, Progress
from searchkit.cli.layout import Row, View, aligned, visible_line, with_texts
from searchkit.cli.options import color_option, files, index_options, json_option, quiet_option, semantic_option
from searchkit.cli.output import print_value
from searchkit.cli.settings import index_of, settings
from searchkit.cli.terminal import progress_bar, say
from searchkit.json_form import members
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

if TYPE_CHECKING:
    from searchkit.evaluation import Difference, Evaluation, Group, Run, Scored, Scores, Selection

_EPILOG = _("""\b
Examples:
  searchkit eval judgements.queries.tsv judgements.tsv
  searchkit eval queries.jsonl.gz qrels.tsv --run before.tsv
  searchkit eval queries.jsonl.gz qrels.tsv --baseline before.tsv -v
  searchkit eval queries.tsv qrels.tsv --no-semantic --run words.tsv
  searchkit eval queries.tsv qrels.tsv --semantic --baseline words.tsv
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
""")
_JUDGED_ENOUGH = 0.7
_HEADS = ("nDCG@10", "MRR@10", "Recall@100", "judged@10")


@click.command(help=_("Measure search quality with judged queries."), epilog=_EPILOG)
@click.argument("queries", metavar="QUERIES", shell_complete=files)
@click.argument("qrels", metavar="QRELS", shell_complete=files)
@index_options
@semantic_option
@click.option(
    "--run", "run_file", metavar="FILE", shell_complete=files, help=_("Write the results to FILE, as a TREC run.")
)
@click.option(
    "--score",
    "scored_file",
    metavar="FILE",
    shell_complete=files,
    help=_("Measure the run in FILE instead of searching."),
)
@click.option("--baseline", metavar="FILE", shell_complete=files, help=_("Compare with the run in FILE."))
@click.option("-v", "--per-query", is_flag=True, help=_("Show each query too, worst first."))
@json_option
@color_option
@quiet_option
def command(
    queries: str,
    qrels: str,
    semantic: bool | None,
    run_file: str | None,
    scored_file: str | None,
    baseline: str | None,
    per_query: bool,
    as_json: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    from searchkit.evaluation import evaluate, read_judgements, read_queries, require_library, select, write_run

    if run_file and scored_file:
        raise ValueError(_("--run needs a search and --score does none; leave one out"))
    if scored_file and semantic is not None:
        raise ValueError(_("--semantic is for a search and --score does none; leave one out"))
    if (queries, qrels, scored_file, baseline).count("-") > 1:
        raise ValueError(_("only one file can be standard input"))
    require_library()
    config = settings(**flags)
    if semantic is None and config.semantic not in (None, "off"):
        semantic = True  # where that is not possible, what is measured is not what was meant
    selection = select(read_queries(queries), read_judgements(qrels))
    baseline_run = _run_of(baseline, selection) if baseline else None
    _say_what_is_left_out(selection, quiet=quiet)
    run = _run_of(scored_file, selection) if scored_file else _searched(config, selection, semantic, quiet=quiet)
    if run_file:
        write_run(run_file, run)
    evaluation = evaluate(selection, run, baseline_run)
    to_text = partial(evaluation_to_text, per_query=per_query)
    to_dict = partial(evaluation_to_dict, selection=selection, baseline=baseline)
    print_value(evaluation, to_text, to_dict, as_json=as_json, color=config.color)
    if evaluation.overall.scores.judged_at_10 < _JUDGED_ENOUGH:
        say(
            _(
                "note: many of the first ten documents are not judged and count as not relevant, so the measures "
                "are lower bounds; add judgements with `searchkit judge`"
            ),
            quiet=quiet,
        )


def _run_of(path: str, selection: Selection) -> Run:
    """The run in a file, which must have at least one of the queries.

    Raises:
        EvaluationError: it is not valid, or it has none of the queries.
    """
    from searchkit.evaluation import read_run

    run = read_run(path)
    if not any(query.id in run for query in selection.queries):
        raise EvaluationError(
            _("{file}: this run has none of the queries; do the files use the same ids?").format(file=path)
        )
    return run


def _searched(config: Config, selection: Selection, semantic: bool | None, *, quiet: bool) -> Run:
    """The run of a search for each query, which goes by meaning too if that is wanted.

    Raises:
        EvaluationError: the index has none of the judged documents.
    """
    from searchkit.evaluation import article_ids, search_run

    judged = {document for of in selection.judgements.values() for document in of}
    with index_of(config) as opened, progress_bar(quiet=quiet, color=config.color) as advance:
        articles = article_ids(opened, judged)
        if not articles:
            example = next((article.id for article in opened), "a.md")
            raise EvaluationError(
                _(
                    "{index}: none of the {count:,} judged documents is in the index; QRELS needs ids of "
                    "articles, such as {example}, or paths of files"
                ).format(index=config.index, count=len(judged), example=example)
            )
        began = time.perf_counter()
        report = (lambda done, total: advance(Progress("searching", done, total))) if advance else None
        run = search_run(
            opened, selection.queries, selection.judgements, articles, semantic=semantic, progress=report
        )
    if missing := len(judged) - len(articles):
        note = _("note: {missing:,} of {count:,} judged documents are not in the index")
        say(note.format(missing=missing, count=len(judged)), quiet=quiet)
    count, seconds = len(selection.queries), time.perf_counter() - began
    done = ngettext(
        "searched {count:,} query · {seconds:.1f} s", "searched {count:,} queries · {seconds:.1f} s", count
    )
    say(done.format(count=count, seconds=seconds), quiet=quiet)
    return run


def _say_what_is_left_out(selection: Selection, *, quiet: bool) -> None:
    for ids, what in (
        (selection.unjudged, _("left out, because QRELS has no judgements:")),
        (selection.unasked, _("left out, because not in QUERIES:")),
        (selection.hopeless, _("counted as 0, because no relevant document is known:")),
    ):
        if ids:
            shown = ", ".join(ids[:3]) + (", …" if len(ids) > 3 else "")
            note = ngettext("note: {count:,} query {what} {ids}", "note: {count:,} queries {what} {ids}", len(ids))
            say(note.format(count=len(ids), what=what, ids=shown), quiet=quiet)


def evaluation_to_text(evaluation: Evaluation, view: View, *, per_query: bool = False) -> str:
    """A table over all queries, with the differences from a baseline; one of the categories; with *per_query*, one
    of the queries, the worst first."""
    tables = [_overall(evaluation)]
    if evaluation.categories:
        rows = [
            (visible_line(group.name), f"{group.queries:,}", *_cells(group.scores), *_change(group))
            for group in evaluation.categories
        ]
        tables.append([(_("category"), _("queries"), *_heads(evaluation)), *rows])
    blocks = ["\n".join(aligned(table, view)) for table in tables]
    if per_query:
        blocks.append("\n".join(_query_lines(evaluation, view)))
    return "\n\n".join(blocks) + "\n"


def evaluation_to_dict(evaluation: Evaluation, selection: Selection, baseline: str | None) -> dict[str, Any]:
    """Everything as plain values, in the order of docs/json.md; *baseline* is the name of its file."""
    overall = _plain(evaluation.overall)
    del overall["name"]
    return {
        **overall,
        "baseline_file": baseline,
        "differences": [_plain(difference) for difference in evaluation.differences],
        "categories": [_plain(group) for group in evaluation.categories],
        "per_query": [_plain(scored) for scored in evaluation.per_query],
        **members(selection, "unjudged unasked hopeless"),
    }


def _overall(evaluation: Evaluation) -> list[Row]:
    overall = evaluation.overall
    rows: list[Row] = [("", _("queries"), *_HEADS), (_("all"), f"{overall.queries:,}", *_cells(overall.scores))]
    if overall.baseline:
        rows += [
            (_("baseline"), "", *_cells(overall.baseline)),
            (_("difference"), "", *(_signed(d.mean) for d in evaluation.differences)),
            (_("95 % from"), "", *(_signed(d.low) for d in evaluation.differences)),
            (_("95 % to"), "", *(_signed(d.high) for d in evaluation.differences)),
            (_("better"), "", *(f"{d.better:,}" for d in evaluation.differences)),
            (_("worse"), "", *(f"{d.worse:,}" for d in evaluation.differences)),
        ]
    return rows


def _query_lines(evaluation: Evaluation, view: View) -> list[str]:
    """The measures of each query, and as much of its text as fits."""
    worst_first = sorted(evaluation.per_query, key=lambda one: one.scores.ndcg_at_10)
    heads = (_("query"), *_heads(evaluation))
    rows = [(visible_line(one.query.id), *_cells(one.scores), *_change(one)) for one in worst_first]
    table = [tuple(head.replace("MRR", "RR") for head in heads), *rows]
    return with_texts(table, [_("text"), *(visible_line(one.query.text) for one in worst_first)], view)


def _heads(evaluation: Evaluation) -> Row:
    return (*_HEADS, _("change")) if evaluation.differences else _HEADS


def _cells(scores: Scores) -> Row:
    return tuple(f"{value:.4f}" for value in astuple(scores))


def _change(one: Group | Scored) -> Row:
    """The difference of nDCG@10 from the baseline."""
    return (_signed(one.scores.ndcg_at_10 - one.baseline.ndcg_at_10),) if one.baseline else ()


def _signed(difference: float) -> str:
    return f"{round(difference, 4) + 0.0:+.4f}"  # adding 0 makes +0 of -0


def _plain(one: Group | Scored | Difference) -> dict[str, Any]:
    """*one* as plain values, with 6 decimals; what its query and its scores have stands beside the rest."""
    flat: dict[str, Any] = {}
    for name, value in asdict(one, dict_factory=_rounded).items():
        flat |= value if name in ("query", "scores") else {name: value}
    return flat


def _rounded(values: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in values}
