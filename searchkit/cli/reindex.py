"""`searchkit reindex`: folders -> an index. The report is on stdout, progress and problems on stderr."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from gettext import gettext as _
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from searchkit import IndexReport
from searchkit.cli.failures import describe
from searchkit.cli.layout import View, clipped, counted, first_lines, plural, visible_line
from searchkit.cli.options import (
    color_option,
    engine_option,
    exclude_each_other,
    files,
    index_option,
    json_option,
    settings,
)
from searchkit.cli.output import print_value
from searchkit.cli.render.as_json import json_text, members
from searchkit.cli.terminal import print_data, print_text, progress_bar, say

if TYPE_CHECKING:
    from searchkit import Config, Problem, Shard

_EPILOG = """\b
Examples:
  searchkit reindex ~/articles
  searchkit reindex                       (again, with what was named last)
  searchkit reindex ~/articles ~/vault --index ~/both.index
  searchkit reindex --full --json
  searchkit reindex --exclude templates/ --exclude '*.draft.md'
  searchkit reindex --engine opensearch --shard 1/8

\b
Only new and changed files are read. Searches use the old index until the new
one is complete. If most articles are gone, as when a disk is not mounted, the
old index stays.

\b
Exit code: 0 everything was indexed, 1 some files failed, 2 error (the old
index is unchanged), 3 another reindex is running, 130 interrupted.
"""


@click.command(epilog=_EPILOG)
@click.argument("corpus", nargs=-1, shell_complete=files)
@index_option
@click.option("--full", is_flag=True, help="Read and write every article again.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Number of processes. [default: one per processor]"
)
@click.option("--drafts/--no-drafts", default=None, help="Index drafts, or leave them out.")
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    callback=lambda _context, _option, patterns: patterns or None,
    help="Leave out files and folders as .gitignore does, such as templates/; repeatable.",
)
@click.option(
    "--allow-removals",
    is_flag=True,
    help=_("Remove articles from the index even if most or all of them are gone."),
)
@click.option("--dry-run", is_flag=True, help="Report what would be done; write nothing.")
@click.option(
    "--watch",
    is_flag=True,
    help=_("Go on, and update the index whenever files change. Immediate if watchfiles is installed."),
)
@click.option("--shard", metavar="I/N", help="Do part I of N of a full run; the last part to finish publishes.")
@engine_option
@json_option
@color_option
@click.option("-q", "--quiet", is_flag=True, help="Print only the files that failed.")
def command(
    corpus: tuple[str, ...],
    full: bool,
    allow_removals: bool,
    dry_run: bool,
    watch: bool,
    shard: str | None,
    as_json: bool,
    quiet: bool,
    **flags: Any,
) -> None:
    """Update the index from a folder of articles."""
    from searchkit import RemovalsRefused, reindex

    config = settings(corpus=corpus or None, **flags)
    if watch:
        once = {"full": full, "allow_removals": allow_removals, "dry_run": dry_run, "shard": shard}
        for name in (name for name, value in once.items() if value):
            exclude_each_other(name, "watch")
        _follow(config, as_json=as_json, quiet=quiet)
        return
    with progress_bar(quiet=quiet, color=config.color) as progress:
        report = reindex(
            full=full,
            allow_removals=allow_removals,
            dry_run=dry_run,
            shard=shard_of(shard) if shard else None,
            progress=progress,
            config=config,
        )
    if as_json or not quiet:
        print_value(report, report_to_text, report_to_dict, as_json=as_json, color=config.color)
    if report.stubs:
        say(f"{counted(len(report.stubs), 'file')} without an article; details with --json", quiet=quiet)
    if report.recovered:
        say(f"{counted(len(report.recovered), 'file')} recovered; details with --json", quiet=quiet)
    _name_failed(report.failed)
    if report.refused:
        raise RemovalsRefused(report.refused)
    if report.failed:
        raise click.exceptions.Exit(1)


def _name_failed(failed: Iterable[Problem]) -> None:
    """Print which files *failed*, if any, and why."""
    reasons = [f"{problem.path}: {problem.reason}" for problem in failed]
    if reasons:
        say(f"searchkit: {counted(len(reasons), 'file')} could not be indexed:")
        say("\n".join(first_lines(reasons, "more; all with --json")))


def _follow(config: Config, *, as_json: bool, quiet: bool) -> None:
    """Print a line for each round of watching, and the files that failed in it and not in the one before. A
    request to end this process counts as an interrupt."""
    from searchkit import watch

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with progress_bar(quiet=quiet, color=config.color) as progress:
        rounds = watch(config=config, progress=progress, on_error=_name_error)
        first = next(rounds)  # only this one takes long
    known: tuple[Problem, ...] = ()
    for report in chain([first], rounds):
        if as_json:
            print_data(json_text(report_to_dict(report), indent=None))
        elif not quiet:
            print_text(report_to_text(report, View()).partition("\n")[0] + "\n")
        _name_failed(problem for problem in report.failed if problem not in known)
        known = report.failed


def _name_error(error: Exception) -> None:
    say(f"searchkit: {describe(error)}")


def shard_of(text: str) -> Shard:
    """The value of `--shard`.

    Raises:
        ValueError: it is not I/N with 1 <= I <= N.
    """
    from searchkit import Shard

    number, slash, count = text.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise ValueError(f"--shard: not a part such as 1/8 … 8/8: {text!r}")
    return Shard(int(number), int(count))


def report_to_text(report: IndexReport, view: View) -> str:
    """The report: a line of counts, what changed and then what did not; the folders that are left out; the files
    that are no articles."""
    counts = {
        "added": report.added,
        "updated": report.updated,
        "removed": report.removed,
        "unchanged": report.unchanged,
        plural(report.duplicates, "duplicate"): report.duplicates,
        f"{plural(report.drafts, 'draft')} left out": report.drafts,
        "skipped": len(report.skipped),
        "failed": len(report.failed),
    }
    parts = [f"{count:,} {name}" for name, count in counts.items() if count]
    line = " · ".join([f"{counted(report.seen, 'file')} seen", *parts, f"{report.seconds:.1f} s"])
    if not report.published:
        line = f"this part is done; the last part to finish publishes: {line}"
    if report.dry_run:
        line = f"dry run, nothing written: {line}"
    return "\n".join([line, *_passed_over(report, view)]) + "\n"


def _passed_over(report: IndexReport, view: View) -> Iterator[str]:
    """A line each of folders and of kinds of files, as much as fits."""
    folders = [problem.path for problem in report.skipped if problem.path.endswith("/")]
    if folders:
        yield clipped(visible_line(f"left out: {' · '.join(folders)}"), view.width)
    kinds = [f"{count:,} {ending or 'without an ending'}" for ending, count in report.unread.items()]
    if kinds:
        yield clipped(visible_line(f"other files: {' · '.join(kinds)}"), view.width)


def report_to_dict(report: IndexReport) -> dict[str, Any]:
    """The report as plain values."""
    counts = members(report, "seen added updated unchanged removed duplicates drafts")
    problems = members(report, "stubs recovered skipped failed")
    return {
        **counts,
        "repeats": [members(repeat, "path of same") for repeat in report.repeats],
        **{name: [problem.to_dict() for problem in found] for name, found in problems.items()},
        "unread": dict(report.unread),
        "seconds": round(report.seconds, 3),
        "published": report.published and not report.dry_run,
        "refused": report.refused,
    }
