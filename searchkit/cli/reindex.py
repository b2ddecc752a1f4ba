"""`searchkit reindex`: a folder -> an index. The report is on stdout, progress and problems on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searchkit.cli.layout import plural
from searchkit.cli.options import color_option, engine_option, index_option, json_option, settings

if TYPE_CHECKING:
    from searchkit import IndexReport, Problem, Shard
    from searchkit.cli.layout import View

_EPILOG = """\b
Examples:
  searchkit reindex
  searchkit reindex ~/articles --index ~/articles.index
  searchkit reindex --full --json
  searchkit reindex --engine opensearch --shard 1/8

\b
Only new and changed files are read. Searches use the old index until the new
one is complete.

\b
Exit code: 0 everything was indexed, 1 some files failed, 2 error (the old
index is unchanged), 3 another reindex is running, 130 interrupted.
"""
_MOST_NAMED = 5


@click.command(epilog=_EPILOG)
@click.argument("corpus", required=False)
@index_option
@click.option("--full", is_flag=True, help="Read and write every article again.")
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Number of processes. [default: one per processor]"
)
@click.option("--drafts/--no-drafts", default=None, help="Index drafts, or leave them out.")
@click.option("--dry-run", is_flag=True, help="Report what would be done; write nothing.")
@click.option("--shard", metavar="I/N", help="Do part I of N of a full run; the last part to finish publishes.")
@engine_option
@json_option
@color_option
@click.option("-q", "--quiet", is_flag=True, help="Print only the files that failed.")
def command(
    corpus: str | None,
    index: str | None,
    full: bool,
    jobs: int | None,
    drafts: bool | None,
    dry_run: bool,
    shard: str | None,
    engine: str | None,
    as_json: bool,
    color: str | None,
    quiet: bool,
) -> None:
    """Update the index from a folder of articles."""
    from searchkit import reindex
    from searchkit.cli.output import print_value
    from searchkit.cli.terminal import progress_bar, say

    config = settings(corpus=corpus, index=index, jobs=jobs, drafts=drafts, engine=engine, color=color)
    with progress_bar(quiet=quiet, color=config.color) as progress:
        report = reindex(
            config.corpus,
            config.index,
            full=full,
            dry_run=dry_run,
            shard=shard_of(shard) if shard else None,
            progress=progress,
            config=config,
        )
    if as_json or not quiet:
        print_value(report, report_to_text, report_to_dict, as_json=as_json, color=config.color)
    if report.recovered:
        say(f"{_files(len(report.recovered))} recovered; details with --json", quiet=quiet)
    if report.failed:
        say(_named(report.failed))
        raise click.exceptions.Exit(1)


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
    """The report in one line: what changed, then what did not."""
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
    line = " · ".join([f"{_files(report.seen)} seen", *parts, f"{report.seconds:.1f} s"])
    if not report.published:
        line = f"this part is done; the last part to finish publishes: {line}"
    return f"dry run, nothing written: {line}\n" if report.dry_run else f"{line}\n"


def report_to_dict(report: IndexReport) -> dict[str, object]:
    """The report as plain values, in the order of docs/json.md."""
    return {
        "seen": report.seen,
        "added": report.added,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "removed": report.removed,
        "duplicates": report.duplicates,
        "drafts": report.drafts,
        "recovered": [problem.to_dict() for problem in report.recovered],
        "skipped": [problem.to_dict() for problem in report.skipped],
        "failed": [problem.to_dict() for problem in report.failed],
        "seconds": round(report.seconds, 3),
        "published": report.published and not report.dry_run,
    }


def _named(failed: tuple[Problem, ...]) -> str:
    """The first files that failed with their reasons, and how many more there are."""
    from searchkit.cli.layout import visible_line

    lines = [f"searchkit: {_files(len(failed))} could not be indexed:"]
    lines += [f"  {visible_line(p.path)}: {visible_line(p.reason)}" for p in failed[:_MOST_NAMED]]
    if len(failed) > _MOST_NAMED:
        lines.append(f"  and {len(failed) - _MOST_NAMED:,} more; all with --json")
    return "\n".join(lines)


def _files(count: int) -> str:
    return f"{count:,} {plural(count, 'file')}"
