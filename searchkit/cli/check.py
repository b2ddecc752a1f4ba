"""`searchkit check`: is the index intact, and does it match the corpus?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searchkit.cli.layout import plural
from searchkit.cli.options import (
    color_option,
    engine_option,
    index_of,
    index_option,
    json_option,
    settings,
)
from searchkit.cli.terminal import progress_bar

if TYPE_CHECKING:
    from searchkit import CheckReport
    from searchkit.cli.layout import View

_EPILOG = """\b
Examples:
  searchkit check
  searchkit check --json | jq .changed

\b
Every byte of the index is compared with its checksum, and every article with
the record of the last reindex. Files of the corpus are compared by size and
modification time; they are not read.

\b
Exit code: 0 fine, 1 out of date (run `searchkit reindex`) or the corpus is
missing, 2 damaged (run `searchkit reindex --full`) or error, 130 interrupted.
"""
_MOST_NAMED = 5


@click.command(epilog=_EPILOG)
@index_option
@engine_option
@json_option
@color_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; see the exit code.")
def command(index: str | None, engine: str | None, as_json: bool, color: str | None, quiet: bool) -> None:
    """Verify the index and compare it with the corpus."""
    from searchkit.cli.output import print_value

    config = settings(index=index, engine=engine, color=color)
    with index_of(config) as opened, progress_bar(quiet=quiet, color=config.color) as progress:
        report = opened.check(progress)
    if as_json or not quiet:
        print_value(report, report_to_text, report_to_dict, as_json=as_json, color=config.color)
    if report.damaged or report.outdated:
        raise click.exceptions.Exit(2 if report.damaged else 1)


def report_to_dict(report: CheckReport) -> dict[str, object]:
    """The report as plain values, in the order of docs/json.md."""
    lists = ("missing", "unexpected", "unreadable", "differing", "new", "changed", "gone", "settings")
    return {
        "articles": report.articles,
        "damaged": report.damaged,
        "outdated": report.outdated,
        "compared": report.compared,
        "problems": [problem.to_dict() for problem in report.problems],
        **{name: list(getattr(report, name)) for name in lists},
    }


def report_to_text(report: CheckReport, view: View) -> str:
    """One line per finding with the first ids below it, then what to do."""
    from searchkit.cli.layout import visible_line

    problems = tuple(f"{problem.path}: {problem.reason}" for problem in report.problems)
    groups = {
        f"{plural(len(problems), 'fault')} in the files of the index": problems,
        "missing from the index": report.missing,
        "in the index but not recorded": report.unexpected,
        "cannot be read from the index": report.unreadable,
        "stored in another form than recorded": report.differing,
        "new in the corpus": report.new,
        "changed in the corpus": report.changed,
        "removed from the corpus": report.gone,
        f"{plural(len(report.settings), 'setting')} changed since the last reindex": report.settings,
    }
    lines = [f"{report.articles:,} {plural(report.articles, 'article')} in the index"]
    for name, ids in groups.items():
        lines += _named(name, ids)
    if report.lost:
        lines.append(f"the corpus folder is missing: {visible_line(report.lost)}")
    elif not report.compared and not report.problems:
        lines.append("no corpus folder to compare with")
    return "\n".join([*lines, _advice(report)]) + "\n"


def _advice(report: CheckReport) -> str:
    if report.damaged:
        return "damaged: run `searchkit reindex --full`"
    if report.lost:
        return "out of date: restore the folder, or run `searchkit reindex CORPUS` with its new path"
    return "out of date: run `searchkit reindex`" if report.outdated else "fine"


def _named(name: str, ids: tuple[str, ...]) -> list[str]:
    from searchkit.cli.layout import visible_line

    if not ids:
        return []
    more = [f"  and {len(ids) - _MOST_NAMED:,} more"] if len(ids) > _MOST_NAMED else []
    return [f"{len(ids):,} {name}:", *(f"  {visible_line(i)}" for i in ids[:_MOST_NAMED]), *more]
