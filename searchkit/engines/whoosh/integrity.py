"""Turns what damage to the files of an index looks like into an error that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from searchkit.engines.whoosh.segment.array_file import OutdatedFile
from searchkit.engines.whoosh.segment.safe_io import STRANGE, DamagedFile
from searchkit.engines.whoosh.segment_meta import open_segments
from searchkit.errors import IndexCorrupted, IndexOutdated
from searchkit.reports import Problem

_REMEDY = "run `searchkit reindex --full`"


@contextmanager
def damage_told(problems: Callable[[], Iterator[Problem]]) -> Iterator[None]:
    """Files of an index are read in the block.

    What is read is not checked further than its checksums, so a file that was made with wrong numbers and right
    checksums leads to an error of any kind. It is damage if *problems*, a look at the whole index, finds some; if
    the index is whole, or cannot be looked at, it is an error of ours, and stays what it is.

    Raises:
        IndexOutdated, IndexCorrupted
    """
    try:
        yield
    except OutdatedFile as error:
        raise IndexOutdated(f"{error}; run `searchkit reindex`") from error
    except DamagedFile as error:
        raise IndexCorrupted(f"{error}; {_REMEDY}") from error
    except STRANGE as error:
        if what := _found(problems):
            raise IndexCorrupted(f"{what}; {_REMEDY}") from error
        raise


def _found(problems: Callable[[], Iterator[Problem]]) -> str:
    """The file that *problems* names first, and what is wrong with it; empty if there is none."""
    try:
        problem = next(problems(), None)
    except DamagedFile as error:
        return str(error)
    except (*STRANGE, OSError):  # a mistake of ours that the look makes as well, or files that cannot be read
        return ""
    return f"{problem.path}: {problem.reason}" if problem else ""


def problems_in(generation: Path) -> Iterator[Problem]:
    """What is wrong with a generation that is not open.

    Raises:
        DamagedFile, OSError: it cannot be opened.
    """
    from searchkit.engines.whoosh.invariants import problems_of  # reading and writing do without it

    return problems_of(generation, open_segments(generation))
