"""The only place that turns an error into a line on stderr and an exit code."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator

import click

from searchkit.cli.layout import visible
from searchkit.errors import ArticleNotFound, IndexLocked, SearchkitError, reason, remedy
from searchkit.translation import gettext as _

NOT_FOUND, FAILED, LOCKED, INTERRUPTED = 1, 2, 3, 130


@contextlib.contextmanager
def failures_as_exit_codes() -> Iterator[None]:
    """Report expected errors in one line. A reader that closes the pipe early is not an error.

    Raises:
        click.exceptions.Exit: with the exit code.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
        raise click.exceptions.Exit(0) from None
    except KeyboardInterrupt:
        raise click.exceptions.Exit(INTERRUPTED) from None
    except (SearchkitError, ValueError, OSError, MemoryError) as error:
        click.echo(f"searchkit: {visible(describe(error))}", err=True)
        _give_up_stdout_if_full()
        raise click.exceptions.Exit(_exit_code(error)) from error


def describe(error: Exception) -> str:
    """The text of an error; for a system error, the file, the reason and what may help."""
    if isinstance(error, MemoryError):
        error = OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))
    if isinstance(error, OSError) and error.strerror:
        place = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
        what = _("{place}: {reason}").format(place=place, reason=reason(error)) if place else reason(error)
        advice = remedy(error)
        return _("{what}; {advice}").format(what=what, advice=advice) if advice else what
    return str(error)


def _exit_code(error: Exception) -> int:
    if isinstance(error, ArticleNotFound):
        return NOT_FOUND
    return LOCKED if isinstance(error, IndexLocked) else FAILED


def _give_up_stdout_if_full() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _forget_stdout()


def _forget_stdout() -> None:
    """Discard what is still buffered, so that Python does not report it on exit."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
