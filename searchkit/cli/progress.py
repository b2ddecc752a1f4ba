"""The progress bar: a live line on a terminal's stderr, nothing elsewhere."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from searchkit.cli.terminal import wants_color

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

    from searchkit import Progress


@contextlib.contextmanager
def progress_bar(*, quiet: bool, color: str) -> Iterator[Callable[[Progress], None] | None]:
    """A callback for each step of progress; None where stderr is not a terminal."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield None
        return
    with _bar(color=wants_color(color, tty=True, environment=os.environ)) as bar:
        yield _Stages(bar).advance


class _Stages:
    """One line of the bar per stage, added when the stage begins."""

    def __init__(self, bar: Bar) -> None:
        self._bar = bar
        self._tasks: dict[str, tuple[TaskID, float]] = {}

    def advance(self, progress: Progress) -> None:
        """Show *progress*; a stage without a total has an indeterminate bar."""
        now = time.monotonic()
        if progress.stage not in self._tasks:
            task = self._bar.add_task(progress.stage, total=progress.total or None, rate="")
            self._tasks[progress.stage] = task, now
        task, began = self._tasks[progress.stage]
        rate = f"{progress.done / (now - began):,.0f}/s" if now > began else ""
        self._bar.update(task, completed=progress.done, rate=rate)


def _bar(*, color: bool) -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
    from rich.table import Column

    return Progress(
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        BarColumn(bar_width=None, table_column=Column(ratio=1)),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        TextColumn("{task.fields[rate]}", table_column=Column(no_wrap=True)),
        TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True)),
        console=Console(stderr=True, no_color=not color, highlight=False),
        transient=True,
        expand=True,
    )
