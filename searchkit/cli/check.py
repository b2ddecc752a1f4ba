"""`searchkit check`: is the index intact, and does it match the corpus?"""

from __future__ import annotations

from typing import Any

import click

from searchkit import CheckReport
from searchkit.cli.layout import View, counted, first_lines, plural, visible_line
from searchkit.cli.options import color_option, index_of, index_options, json_option, settings
from searchkit.cli.output import print_value
from searchkit.cli.render.as_json import members
from searchkit.cli.terminal import progress_bar

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


@click.command(epilog=_EPILOG)
@index_options
@json_option
@color_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; see the exit code.")
def command(as_json: bool, quiet: bool, **flags: Any) -> None:
    """Verify the index and compare it with the corpus."""
    config = settings(**flags)
    with index_of(config) as opened, progress_bar(quiet=quiet, color=config.color) as progress:
        report = opened.check(progress)
    if as_json or not quiet:
        print_value(report, report_to_text, report_to_dict, as_json=as_json, color=config.color)
    if report.damaged or report.outdated:
        raise click.exceptions.Exit(2 if report.damaged else 1)


def report_to_dict(report: CheckReport) -> dict[str, Any]:
    """The report as plain values."""
    lists = "missing unexpected unreadable differing new changed gone settings"
    return members(report, f"articles damaged outdated compared problems {lists}") | {
        "problems": [problem.to_dict() for problem in report.problems]
    }


def report_to_text(report: CheckReport, view: View) -> str:
    """One line per finding with the first ids below it, then what to do."""
    groups = {
        f"{plural(len(report.problems), 'fault')} in the files of the index": tuple(
            f"{problem.path}: {problem.reason}" for problem in report.problems
        ),
        "missing from the index": report.missing,
        "in the index but not recorded": report.unexpected,
        "cannot be read from the index": report.unreadable,
        "stored in another form than recorded": report.differing,
        "new in the corpus": report.new,
        "changed in the corpus": report.changed,
        "removed from the corpus": report.gone,
        f"{plural(len(report.settings), 'setting')} changed since the last reindex": report.settings,
    }
    lines = [f"{counted(report.articles, 'article')} in the index"]
    for name, ids in groups.items():
        if ids:
            lines += [f"{len(ids):,} {name}:", *first_lines(ids)]
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
