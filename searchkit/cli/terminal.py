"""The terminal: its abilities (colour, links, width, pager), printing to it, and progress on it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

import click

from searchkit.cli.layout import BLOCKS, SIGNS, View, count_rows, visible
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from searchkit import Progress


def view_of_stdout(when: str = "auto", *, first: int = 1, verbose: bool = False) -> View:
    """The view for stdout; *when* is the setting `color`."""
    tty = sys.stdout.isatty()
    color = wants_color(when, tty=tty, environment=os.environ)
    width = _size_of_terminal().columns if tty else None
    levels = BLOCKS if _can_show(BLOCKS) else SIGNS
    return View(color=color, links=color and tty, width=width, first=first, verbose=verbose, levels=levels)


def _can_show(text: str) -> bool:
    """Whether stdout has the characters of *text*."""
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def wants_color(when: str, *, tty: bool, environment: Mapping[str, str]) -> bool:
    """Whether to print colour: by the setting, then NO_COLOR, FORCE_COLOR and TERM=dumb, then by *tty*."""
    if when != "auto":
        return when == "always"
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return tty and environment.get("TERM") != "dumb"


def prepare_streams() -> None:
    """Make output always possible: characters that a stream cannot encode are escaped, ASCII becomes UTF-8, and
    output to a closed stream is dropped."""
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            ascii_only = stream.encoding.lower() in ("ascii", "us-ascii", "ansi_x3.4-1968")
            stream.reconfigure(encoding="utf-8" if ascii_only else None, errors="backslashreplace")


def print_text(text: str) -> None:
    """Print *text* to stdout, on a terminal through a pager if it is longer than the screen."""
    pager = pager_command(os.environ) if sys.stdout.isatty() else None
    if pager is None or _fits_the_screen(text) or not _paged(text, pager):
        click.echo(text, nl=False, color=True)


def print_data(text: str) -> None:
    """Print *text* for a program to stdout: always UTF-8, never paged."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    click.echo(text, nl=False, color=True)


def say(text: str, *, quiet: bool = False) -> None:
    """Print a message to stderr, without control characters."""
    if not quiet:
        click.echo(visible(text), err=True)


@contextmanager
def progress_bar(*, quiet: bool, color: str) -> Iterator[Callable[[Progress], None] | None]:
    """A callback for each step of progress; None where stderr is not a terminal."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    tasks: dict[str, tuple[TaskID, float]] = {}
    with _bar(color=wants_color(color, tty=True, environment=os.environ)) as bar:

        def advance(progress: Progress) -> None:
            """Show *progress* on a line for its stage; a stage without a total has an indeterminate bar."""
            now = time.monotonic()
            if progress.stage not in tasks:
                total = progress.total or None
                tasks[progress.stage] = (
                    bar.add_task(_stage_name(progress.stage), total=total, count="", rate=""),
                    now,
                )
            task, began = tasks[progress.stage]
            rate = f"{progress.done / (now - began):,.0f}/s" if now > began else ""
            bar.update(task, completed=progress.done, count=_count_of(progress), rate=rate)

        yield advance


def pager_command(environment: Mapping[str, str]) -> list[str] | None:
    """$PAGER, or less if it is installed; None for no pager, as on a dumb terminal."""
    if environment.get("TERM") == "dumb":
        return None
    wanted = environment.get("PAGER")
    if wanted is None:
        from shutil import which

        return ["less", "-FRX"] if which("less") else None
    import shlex

    try:
        command = shlex.split(wanted)
    except ValueError:
        return None
    return command if command and command[0] != "cat" else None


def _fits_the_screen(text: str) -> bool:
    """Whether there is room for the lines of *text* and the next prompt."""
    size = _size_of_terminal()
    return text.count("\n") < size.lines and count_rows(text, size.columns) < size.lines


def _size_of_terminal() -> os.terminal_size:
    from shutil import get_terminal_size  # imports compression; most output goes into a pipe or fits

    return get_terminal_size()


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - for the life of the process


def _paged(text: str, command: list[str]) -> bool:
    """Show *text* in a pager; False if the pager cannot be started."""
    environment = {"LESS": "FRX", "LESSCHARSET": "utf-8", **os.environ}
    try:
        import subprocess  # most output is short and needs no pager

        pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
    except OSError:
        return False
    with suppress(BrokenPipeError, KeyboardInterrupt):
        pager.communicate(text.encode("utf-8", "backslashreplace"))
    while pager.poll() is None:
        with suppress(KeyboardInterrupt):
            pager.wait()
    return True


def _stage_name(stage: str) -> str:
    names = {
        "reading": _("reading"),
        "indexing": _("indexing"),
        "verifying": _("verifying"),
        "comparing": _("comparing"),
        "searching": _("searching"),
    }
    return names.get(stage, stage)


def _count_of(progress: Progress) -> str:
    """How much is done of how much, as far as either is known."""
    of = f"/{progress.total:,}" if progress.total else ""
    return f"{progress.done:,}{of}" if progress.done or of else ""


def _bar(*, color: bool) -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.table import Column

    return Progress(
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=None, table_column=Column(ratio=1)),
        TextColumn("{task.fields[count]}", table_column=Column(no_wrap=True)),
        TextColumn("{task.fields[rate]}", table_column=Column(no_wrap=True)),
        TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True)),
        console=Console(stderr=True, no_color=not color, highlight=False),
        transient=True,
        expand=True,
    )
