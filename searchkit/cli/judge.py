"""`searchkit judge`: show the articles that may answer a query one by one, and record your judgements."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from searchkit import Results
from searchkit.cli.failures import NOT_FOUND
from searchkit.cli.layout import View
from searchkit.cli.options import color_option, files, index_options, joined, quiet_option
from searchkit.cli.render.as_text import as_text
from searchkit.cli.settings import index_of, settings
from searchkit.cli.terminal import say, view_of_stdout
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from searchkit import Hit, Index
    from searchkit.evaluation import Query

_EPILOG = _("""\b
Examples:
  searchkit judge 单细胞 质控
  searchkit judge OpenAI 融资 --judgements news.tsv --category 新闻
  searchkit judge 月全食 --run other-engine.run -n 20
  searchkit eval judgements.queries.tsv judgements.tsv

\b
Answers: 2 relevant, 1 partly relevant, 0 not relevant, s skip, q quit; end
each with Enter. The articles are the first ones of several rankings, in an
order that does not depend on their rank. Articles that are judged already are
not shown. Every answer is written immediately. See docs/evaluation.md.

\b
Exit code: 0 the answers are written, 1 nothing was found, 2 error,
130 interrupted.
""")
_GRADES = ("0", "1", "2")


@click.command(help=_("Judge the articles that a query finds, one by one."), epilog=_EPILOG)
@click.argument("query", nargs=-1, required=True, callback=lambda _context, _parameter, words: joined(words))
@index_options
@click.option(
    "--judgements",
    metavar="FILE",
    shell_complete=files,
    default="judgements.tsv",
    help=_("Add judgements to FILE. [default: judgements.tsv]"),
)
@click.option(
    "--queries",
    metavar="FILE",
    shell_complete=files,
    help=_("Add new queries to FILE. [default: judgements.queries.tsv]"),
)
@click.option(
    "--run",
    "run_files",
    multiple=True,
    metavar="FILE",
    shell_complete=files,
    help=_("Judge the results of this run too; repeatable."),
)
@click.option(
    "-n",
    "--depth",
    type=click.IntRange(min=1),
    default=10,
    metavar="N",
    help=_("Judge the first N of each ranking. [default: 10]"),
)
@click.option("--category", default="", metavar="C", help=_("Category of a new query."))
@color_option
@quiet_option
def command(
    query: str,
    judgements: str,
    queries: str | None,
    run_files: tuple[str, ...],
    depth: int,
    category: str,
    quiet: bool,
    **flags: Any,
) -> None:
    from searchkit import evaluation

    queries = queries or f"{judgements.removesuffix('.tsv')}.queries.tsv"
    if "-" in (judgements, queries, *run_files):
        raise ValueError(_("standard input is for the answers; give every file a name"))
    config = settings(**flags)
    known = evaluation.read_queries(queries) if Path(queries).exists() else ()
    graded = evaluation.read_judgements(judgements) if Path(judgements).exists() else {}
    asked = evaluation.query_for(query, known, graded, category)
    with index_of(config) as opened:
        rankings = _rankings(opened, run_files, asked, quiet=quiet)
        pooled = evaluation.pool(opened, asked.text, depth=depth, rankings=rankings)
        judged = set(evaluation.article_ids(opened, graded.get(asked.id, {})).values())
        hits = opened.hits(asked.text, [article_id for article_id in pooled if article_id not in judged])
    if not pooled:
        say(_("nothing found to judge"), quiet=quiet)
        raise click.exceptions.Exit(NOT_FOUND)
    before = len(pooled) - len(hits)
    counts: Counter[str] = Counter()
    for article_id, answer in _answers(hits, view_of_stdout(config.color, first=before + 1)):
        counts[answer] += 1
        if answer in _GRADES:
            if asked not in known:
                evaluation.append_query(queries, asked)
                known = (*known, asked)
            evaluation.append_judgement(judgements, asked.id, article_id, int(answer))
    say(_summary(counts, before, len(hits), judgements), quiet=quiet)


def _rankings(index: Index, run_files: Sequence[str], query: Query, *, quiet: bool) -> list[list[str]]:
    """The results of each run for *query*, as ids of articles, best first."""
    from searchkit import evaluation

    rankings = []
    for path in run_files:
        found = evaluation.ranked(evaluation.read_run(path).get(query.id, {}))
        articles = evaluation.article_ids(index, found)
        rankings.append(list(dict.fromkeys(articles[name] for name in found if name in articles)))
        if not found:
            say(
                _("note: {file} has no results for the query {query}").format(file=path, query=query.id),
                quiet=quiet,
            )
        elif len(articles) < len(found):
            missing = len(found) - len(articles)
            note = _("note: {file}: {missing:,} of {count:,} documents are not in the index")
            say(note.format(file=path, missing=missing, count=len(found)), quiet=quiet)
    return rankings


def _answers(hits: Sequence[Hit], view: View) -> Iterator[tuple[str, str]]:
    """Show each hit; its article and what is answered, until the answers end."""
    last = view.first + len(hits) - 1
    for number, hit in enumerate(hits, view.first):
        click.echo(as_text(Results("", 1, (hit,)), replace(view, first=number)), color=True)
        choice = _("{number} of {last}: 2 relevant, 1 partly, 0 not relevant, s skip, q quit:")
        answer = _answer(f"{choice.format(number=number, last=last)} ")
        if answer is None:
            return
        yield hit.id, answer


def _answer(prompt: str) -> str | None:
    """A grade, "s", or None for quit or the end of input; ask again for any other answer."""
    while True:
        click.echo(prompt, nl=False, err=True)
        line = sys.stdin.readline()
        answer = unicodedata.normalize("NFKC", line).strip().lower()
        if not line or not sys.stdin.isatty():
            click.echo(err=True)
        if not line or answer == "q":
            return None
        if answer in (*_GRADES, "s"):
            return answer


def _summary(counts: Counter[str], before: int, asked: int, path: str) -> str:
    judged = sum(counts[grade] for grade in _GRADES)
    parts = [_("{count:,} judged").format(count=judged)]
    if counts["s"]:
        parts.append(_("{count:,} skipped").format(count=counts["s"]))
    if before:
        parts.append(_("{count:,} judged before").format(count=before))
    left = _("{count:,} left").format(count=asked - sum(counts.values()))
    return " · ".join([*parts, left, path])
