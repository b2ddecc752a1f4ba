"""`searchkit reindex`: a folder -> an index; the report on stdout, progress and problems on stderr."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searchkit.cli.options import color_option, engine_option, index_option, json_option, quiet_option, settings
from searchkit.cli.words import plural

if TYPE_CHECKING:
    from searchkit.engines.distributed import Shard
    from searchkit.model import IndexReport, Problem

_EPILOG = """\b
Examples:
  searchkit reindex
  searchkit reindex ~/articles --index ~/articles.index
  searchkit reindex --full --json
  searchkit reindex --engine opensearch --shard 1/8

\b
Only new and changed files are read. Searches see the old index until the new
one is complete.

\b
Exit code: 0 everything was indexed, 1 some files failed, 2 it could not be
done and the old index stands, 3 another reindex is at work, 130 interrupted.
"""
_MOST_NAMED = 5


@click.command(epilog=_EPILOG)
@click.argument("corpus", required=False)
@index_option
@click.option("--full", is_flag=True, help="Read and write everything anew.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes. [default: one a processor]")
@click.option("--drafts/--no-drafts", default=None, help="Index drafts too.")
@click.option("--dry-run", is_flag=True, help="Say what would be done and write nothing.")
@click.option("--shard", metavar="I/N", help="Do part I of N of a full run; the last one publishes.")
@engine_option
@json_option
@color_option
@quiet_option
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
    """Bring the index up to date with a folder of articles."""
    from searchkit.cli.progress import progress_bar
    from searchkit.cli.terminal import print_data, say
    from searchkit.ingest.reindex import reindex

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
    if as_json:
        from searchkit.cli.safe import dump_json

        print_data(dump_json(report_to_dict(report), indent=2) + "\n")
    elif not quiet:
        click.echo(summary(report))
    if report.recovered:
        say(f"{_files(len(report.recovered))} recovered; --json says how", quiet=quiet)
    if report.failed:
        say(_named(report.failed))
        raise click.exceptions.Exit(1)


def shard_of(text: str) -> Shard:
    """What `--shard` says.

    Raises:
        ValueError: it is not a number, a slash and a number that is not less.
    """
    from searchkit.engines.distributed import Shard

    number, slash, count = text.partition("/")
    if not (slash and number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise ValueError(f"--shard: {text!r} is no part such as 1/8 … 8/8")
    return Shard(int(number), int(count))


def summary(report: IndexReport) -> str:
    """The report in a line: what changed, then what did not."""
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
        return f"this part is done, the last one publishes: {line}"
    return f"dry run, nothing written: {line}" if report.dry_run else line


def report_to_dict(report: IndexReport) -> dict[str, object]:
    """The report as plain values, in the order of docs/json.md."""
    from searchkit.schema import JSON_VERSION

    return {
        "version": JSON_VERSION,
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
    """The first files that failed, with reasons, and how many more there are."""
    from searchkit.cli.safe import visible_line

    lines = [f"searchkit: {_files(len(failed))} could not be indexed:"]
    lines += [f"  {visible_line(p.path)}: {visible_line(p.reason)}" for p in failed[:_MOST_NAMED]]
    if len(failed) > _MOST_NAMED:
        lines.append(f"  and {len(failed) - _MOST_NAMED:,} more; --json names all")
    return "\n".join(lines)


def _files(count: int) -> str:
    return f"{count:,} {plural(count, 'file')}"
