"""`searchkit judge`: show the articles that may answer a query one by one, and record your judgements."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from searchkit.cli.options import (
    color_option,
    engine_option,
    index_of,
    index_option,
    joined,
    quiet_option,
    settings,
)

if TYPE_CHECKING:
    from searchkit import Hit, Index
    from searchkit.cli.layout import View
    from searchkit.evaluation import Judgements, Query

_EPILOG = """\b
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
"""
_GRADES = ("0", "1", "2")
_CHOICE = "2 relevant, 1 partly, 0 not relevant, s skip, q quit: "


@click.command(epilog=_EPILOG)
@click.argument("query", nargs=-1, required=True, callback=lambda _context, _parameter, words: joined(words))
@index_option
@engine_option
@click.option(
    "--judgements",
    metavar="FILE",
    default="judgements.tsv",
    help="Add judgements to FILE. [default: judgements.tsv]",
)
@click.option("--queries", metavar="FILE", help="Add new queries to FILE. [default: judgements.queries.tsv]")
@click.option(
    "--run", "run_files", multiple=True, metavar="FILE", help="Judge the results of this run too; repeatable."
)
@click.option(
    "-n",
    "--depth",
    type=click.IntRange(min=1),
    default=10,
    metavar="N",
    help="Judge the first N of each ranking. [default: 10]",
)
@click.option("--category", default="", metavar="C", help="Category of a new query.")
@color_option
@quiet_option
def command(
    query: str,
    index: str | None,
    engine: str | None,
    judgements: str,
    queries: str | None,
    run_files: tuple[str, ...],
    depth: int,
    category: str,
    color: str | None,
    quiet: bool,
) -> None:
    """Judge the articles that a query finds, one by one."""
    from searchkit.cli.failures import NOT_FOUND
    from searchkit.cli.terminal import say, view_of_stdout
    from searchkit.evaluation import article_ids, pool, query_for

    queries = queries or f"{judgements.removesuffix('.tsv')}.queries.tsv"
    if "-" in (judgements, queries, *run_files):
        raise ValueError("standard input is for the answers; give every file a name")
    config = settings(index=index, engine=engine, color=color)
    known, graded = _read_files(queries, judgements)
    asked = query_for(query, known, graded, category)
    with index_of(config) as opened:
        pooled = pool(opened, asked.text, depth=depth, rankings=_rankings(opened, run_files, asked, quiet=quiet))
        judged = set(article_ids(opened, graded.get(asked.id, {})).values())
        hits = opened.hits(asked.text, [article_id for article_id in pooled if article_id not in judged])
    if not pooled:
        say("nothing found to judge", quiet=quiet)
        raise click.exceptions.Exit(NOT_FOUND)
    book = _Book(asked, judgements, None if asked in known else queries)
    counts = _ask_about(hits, book, view_of_stdout(config.color), first=len(pooled) - len(hits) + 1)
    say(_summary(counts, len(pooled) - len(hits), len(hits), judgements), quiet=quiet)


class _Book:
    """Appends the judgements of one query to the files; before the first one the query, if it is new."""

    def __init__(self, query: Query, judgements: str, queries: str | None) -> None:
        self._query = query
        self._judgements = judgements
        self._queries = queries

    def add(self, article_id: str, grade: int) -> None:
        """Append a judgement."""
        from searchkit.evaluation import append_judgement, append_query

        if self._queries:
            append_query(self._queries, self._query)
            self._queries = None
        append_judgement(self._judgements, self._query.id, article_id, grade)


def _read_files(queries: str, judgements: str) -> tuple[tuple[Query, ...], Judgements]:
    """The queries and judgements so far; a file that does not exist has none."""
    from searchkit.evaluation import read_judgements, read_queries

    return (
        read_queries(queries) if Path(queries).exists() else (),
        read_judgements(judgements) if Path(judgements).exists() else {},
    )


def _rankings(index: Index, run_files: Sequence[str], query: Query, *, quiet: bool) -> list[list[str]]:
    """The results of each run for *query*, as ids of articles, best first."""
    from searchkit.cli.terminal import say
    from searchkit.evaluation import article_ids, ranked, read_run

    rankings = []
    for path in run_files:
        found = ranked(read_run(path).get(query.id, {}))
        articles = article_ids(index, found)
        rankings.append(list(dict.fromkeys(articles[name] for name in found if name in articles)))
        if not found:
            say(f"note: {path} has no results for the query {query.id}", quiet=quiet)
        elif len(articles) < len(found):
            missing = len(found) - len(articles)
            say(f"note: {path}: {missing:,} of {len(found):,} documents are not in the index", quiet=quiet)
    return rankings


def _ask_about(hits: Sequence[Hit], book: _Book, view: View, *, first: int) -> Counter[str]:
    """Show each hit and record its judgement until the answers end; how often each answer was given."""
    from searchkit import Results
    from searchkit.cli.render.as_text import as_text

    counts: Counter[str] = Counter()
    last = first + len(hits) - 1
    for number, hit in enumerate(hits, first):
        click.echo(as_text(Results("", 1, (hit,)), replace(view, first=number)), color=True)
        answer = _answer(f"{number} of {last}: {_CHOICE}")
        if answer is None:
            break
        counts[answer] += 1
        if answer in _GRADES:
            book.add(hit.id, int(answer))
    return counts


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
    parts = [f"{judged:,} judged"]
    if counts["s"]:
        parts.append(f"{counts['s']:,} skipped")
    if before:
        parts.append(f"{before:,} judged before")
    return " · ".join([*parts, f"{asked - sum(counts.values()):,} left", path])
