"""Turns what damage to the files of an index looks like into an error that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from searchkit.engines.whoosh.columnar.arrays import OutdatedFile
from searchkit.engines.whoosh.columnar.plain import STRANGE, DamagedFile
from searchkit.errors import IndexCorrupted, IndexOutdated
from searchkit.model import Problem

_REMEDY = "run `searchkit reindex --full`"


@contextmanager
def damage_told(problems: Callable[[], Iterator[Problem]]) -> Iterator[None]:
    """Files of an index are read in the block.

    What is read is not checked further than its checksums, so a file that was made with wrong numbers and right
    checksums leads to an error of any kind. It is damage if *problems*, a look at the whole index, finds some; if
    the index is whole, it is an error of ours, and stays what it is.

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
        problem = next(problems(), None)
        if problem is None:
            raise
        raise IndexCorrupted(f"{problem.path}: {problem.reason}; {_REMEDY}") from error
