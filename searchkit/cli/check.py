"""`searchkit check`: is the index intact, and does it match the corpus?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from searchkit import CheckReport
from searchkit.cli.layout import View, first_lines, visible_line
from searchkit.cli.options import color_option, index_options, json_option
from searchkit.cli.output import print_value
from searchkit.cli.settings import index_of, settings
from searchkit.cli.terminal import progress_bar
from searchkit.json_form import members
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

_EPILOG = _("""\b
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
""")


@click.command(help=_("Verify the index and compare it with the corpus."), epilog=_EPILOG)
@index_options
@json_option
@color_option
@click.option("-q", "--quiet", is_flag=True, help=_("Print nothing; see the exit code."))
def command(as_json: bool, quiet: bool, **flags: Any) -> None:
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
    found = ngettext("{count:,} article in the index", "{count:,} articles in the index", report.articles)
    lines = [found.format(count=report.articles)]
    for ids, text in _findings(report):
        if ids:
            lines += [text.format(count=len(ids)), *first_lines(ids)]
    if report.lost:
        lines.append(_("the corpus folder is missing: {folder}").format(folder=visible_line(report.lost)))
    elif not report.compared and not report.problems:
        lines.append(_("no corpus folder to compare with"))
    return "\n".join([*lines, _advice(report)]) + "\n"


def _findings(report: CheckReport) -> list[tuple[Sequence[str], str]]:
    """The ids of each finding, and its text."""
    faults = [f"{problem.path}: {problem.reason}" for problem in report.problems]
    fault = ngettext(
        "{count:,} fault in the files of the index:", "{count:,} faults in the files of the index:", len(faults)
    )
    setting = ngettext(
        "{count:,} setting changed since the last reindex:",
        "{count:,} settings changed since the last reindex:",
        len(report.settings),
    )
    return [
        (faults, fault),
        (report.missing, _("{count:,} missing from the index:")),
        (report.unexpected, _("{count:,} in the index but not recorded:")),
        (report.unreadable, _("{count:,} cannot be read from the index:")),
        (report.differing, _("{count:,} stored in another form than recorded:")),
        (report.new, _("{count:,} new in the corpus:")),
        (report.changed, _("{count:,} changed in the corpus:")),
        (report.gone, _("{count:,} removed from the corpus:")),
        (report.settings, setting),
    ]


def _advice(report: CheckReport) -> str:
    if report.damaged:
        return _("damaged: run `searchkit reindex --full`")
    if report.lost:
        return _("out of date: restore the folder, or run `searchkit reindex CORPUS` with its new path")
    return _("out of date: run `searchkit reindex`") if report.outdated else _("fine")
