"""`searchkit reindex`: folders -> an index. The report is on stdout, progress and problems on stderr."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from searchkit import IndexReport
from searchkit.cli.failures import describe
from searchkit.cli.layout import View, clipped, first_lines, visible_line
from searchkit.cli.options import color_option, engine_option, exclude_each_other, files, index_option, json_option
from searchkit.cli.output import print_value
from searchkit.cli.settings import options_of
from searchkit.cli.terminal import print_data, print_text, progress_bar, say
from searchkit.json_form import json_text, members
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

if TYPE_CHECKING:
    from searchkit import Config, Problem, Shard

_EPILOG = _("""\b
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
""")

_NOTED = 10
"""More articles than somebody deletes by hand are named even by a quiet run. Not measured."""

_COLLECT_EVERY = (700, 10, 10)
"""When to look for garbage, of which parsed pages are full: as Python does by itself. Other commands look less
often (see `cli/app.py`); worker processes do as this one."""


@click.command(help=_("Update the index from a folder of articles."), epilog=_EPILOG)
@click.argument("corpus", nargs=-1, shell_complete=files)
@index_option
@click.option("--full", is_flag=True, help=_("Read and write every article again."))
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help=_("Number of processes. [default: one per processor]")
)
@click.option("--drafts/--no-drafts", default=None, help=_("Index drafts, or leave them out."))
@click.option(
    "--exclude",
    multiple=True,
    metavar="PATTERN",
    callback=lambda _context, _option, patterns: patterns or None,
    help=_("Leave out files and folders as .gitignore does, such as templates/; repeatable."),
)
@click.option(
    "--allow-removals",
    is_flag=True,
    help=_("Remove articles from the index even if most or all of them are gone."),
)
@click.option("--dry-run", is_flag=True, help=_("Report what would be done; write nothing."))
@click.option(
    "--watch",
    is_flag=True,
    help=_("Go on, and update the index whenever files change. Immediate if watchfiles is installed."),
)
@click.option("--shard", metavar="I/N", help=_("Do part I of N of a full run; the last part to finish publishes."))
@engine_option
@json_option
@color_option
@click.option("-q", "--quiet", is_flag=True, help=_("Print only the files that failed."))
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
    from searchkit import RemovalsRefused, load_settings, reindex

    gc.set_threshold(*_COLLECT_EVERY)
    found = load_settings(options=options_of({"corpus": corpus or None, **flags}))
    for note in found.notes:  # a job that is scheduled has no other way to learn that a setting is none
        say(_("note: {note}").format(note=note), quiet=quiet)
    config = found.config
    if watch:
        once = {"full": full, "allow_removals": allow_removals, "dry_run": dry_run, "shard": shard}
        for name in (name for name, value in once.items() if value):
            exclude_each_other(name, "watch")
        _follow(config, as_json=as_json, quiet=quiet)
        return
    with progress_bar(quiet=quiet, color=config.color) as progress:
        try:
            report = reindex(
                full=full,
                allow_removals=allow_removals,
                dry_run=dry_run,
                shard=shard_of(shard) if shard else None,
                progress=progress,
                config=config,
            )
        except RemovalsRefused as error:
            if as_json:
                print_data(json_text(report_to_dict(error.report)))
            raise
    if as_json or not quiet:
        print_value(report, report_to_text, report_to_dict, as_json=as_json, color=config.color)
    if report.stubs:
        stubs = ngettext(
            "{count:,} article with hardly any text (indexed); details with --json",
            "{count:,} articles with hardly any text (indexed); details with --json",
            len(report.stubs),
        )
        say(stubs.format(count=len(report.stubs)), quiet=quiet)
    if report.recovered:
        recovered = ngettext(
            "{count:,} file recovered; details with --json",
            "{count:,} files recovered; details with --json",
            len(report.recovered),
        )
        say(recovered.format(count=len(report.recovered)), quiet=quiet)
    if quiet and not as_json and report.removed > _NOTED and not dry_run:
        before = report.removed + report.updated + report.unchanged
        removed = _("{removed:,} of {total:,} articles removed")
        say(removed.format(removed=report.removed, total=before))
    _name_failed(report.failed)
    if report.refused:
        raise RemovalsRefused(report.refused)
    if report.failed:
        raise click.exceptions.Exit(1)


def _name_failed(failed: Iterable[Problem]) -> None:
    """Print which files *failed*, if any, and why."""
    reasons = [f"{problem.path}: {problem.reason}" for problem in failed]
    if reasons:
        what = ngettext(
            "searchkit: {count:,} file could not be indexed:",
            "searchkit: {count:,} files could not be indexed:",
            len(reasons),
        )
        say(what.format(count=len(reasons)))
        say("\n".join(first_lines(reasons, _("and {count:,} more; all with --json"))))


def _follow(config: Config, *, as_json: bool, quiet: bool) -> None:
    """Print a line for each round of watching, and what failed in it. A request to end this process counts as an
    interrupt."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    for report in rounds_of(config, quiet=quiet):
        if as_json:
            print_data(json_text(report_to_dict(report), indent=None))
        elif not quiet:
            print_text(report_to_text(report, View()).partition("\n")[0] + "\n")


def rounds_of(config: Config, *, quiet: bool = True) -> Iterator[IndexReport]:
    """The reports of watching. After each, the files that failed in it and not in the one before are named; unless
    *quiet*, there is a bar during the first round, which alone takes long."""
    from searchkit import watch

    gc.set_threshold(*_COLLECT_EVERY)
    with progress_bar(quiet=quiet, color=config.color) as progress:
        rounds = watch(config=config, progress=progress, on_error=_name_error)
        first = next(rounds)
    known: tuple[Problem, ...] = ()
    for report in chain([first], rounds):
        yield report
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
        raise ValueError(_("--shard: not a part such as 1/8 … 8/8: {text!r}").format(text=text))
    return Shard(int(number), int(count))


def report_to_text(report: IndexReport, view: View) -> str:
    """The report: a line of counts, what changed and then what did not; the folders that are left out; the files
    that are no articles."""
    line = " · ".join([*_counts(report), f"{report.seconds:.1f} s"])
    if not report.published:
        line = _("this part is done; the last part to finish publishes: {counts}").format(counts=line)
    if report.dry_run:
        line = _("dry run, nothing written: {counts}").format(counts=line)
    return "\n".join([line, *_passed_over(report, view)]) + "\n"


def _counts(report: IndexReport) -> Iterator[str]:
    yield ngettext("{count:,} file seen", "{count:,} files seen", report.seen).format(count=report.seen)
    counts = (
        (report.added, _("{count:,} added")),
        (report.updated, _("{count:,} updated")),
        (report.removed, _("{count:,} removed")),
        (report.unchanged, _("{count:,} unchanged")),
        (report.duplicates, ngettext("{count:,} duplicate", "{count:,} duplicates", report.duplicates)),
        (report.drafts, ngettext("{count:,} draft left out", "{count:,} drafts left out", report.drafts)),
        (sum(not problem.is_folder for problem in report.skipped), _("{count:,} skipped")),
        (len(report.failed), _("{count:,} failed")),
    )
    yield from (text.format(count=count) for count, text in counts if count)


def _passed_over(report: IndexReport, view: View) -> Iterator[str]:
    """A line each of folders and of kinds of files, as much as fits."""
    folders = [problem.path for problem in report.skipped if problem.is_folder]
    if folders:
        yield clipped(visible_line(_("left out: {folders}").format(folders=" · ".join(folders))), view.width)
    nameless = _("{count:,} without an ending")
    kinds = [
        f"{count:,} {ending}" if ending else nameless.format(count=count)
        for ending, count in report.unread.items()
    ]
    if kinds:
        yield clipped(visible_line(_("other files: {kinds}").format(kinds=" · ".join(kinds))), view.width)


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
