"""Damage to the files of an index, as an error that says what to do, and as what a check reports.

Checksums find what happened by accident. An index is derived data, trusted like a cache: numbers with right
checksums are believed, but for those that would read outside of a file or take more memory than there is of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING

from searchkit.engines.whoosh.segment.array_directory import OutdatedFile
from searchkit.engines.whoosh.segment.safe_io import DamagedFile
from searchkit.errors import IndexCorrupted, IndexOutdated
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from searchkit.engines.whoosh.segment_searcher import SegmentSearcher
    from searchkit.reports import Problem


@contextmanager
def damage_as_index_errors() -> Iterator[None]:
    """Files of an index are read in the block. An error of another kind is one of ours and stays what it is.

    Raises:
        IndexOutdated, IndexCorrupted: what a file was found to be.
    """
    try:
        yield
    except OutdatedFile as error:
        raise IndexOutdated(_("{error}; run `searchkit reindex`").format(error=error)) from error
    except DamagedFile as error:
        raise IndexCorrupted(_("{error}; run `searchkit reindex --full`").format(error=error)) from error


def problems_of(segments: Sequence[SegmentSearcher]) -> Iterator[Problem]:
    """What is wrong with *segments*, which are open: every byte is compared with its checksum, every document has
    an id, and no two that are not deleted have the same."""
    ids: list[tuple[str, str]] = []
    for segment in segments:
        path = segment.segment.file.name
        try:
            pages = segment.segment.file.damaged_pages()
            segment.segment.release()
            if pages:
                more = f" (damaged pages: {len(pages)})" if len(pages) > 1 else ""
                raise DamagedFile(f"damaged at byte {pages[0]}{more}")
            ids += [(article_id, path) for article_id in segment.ids()]
        except DamagedFile as error:
            yield problem(path, error)
    for (one, _path), (other, path) in pairwise(sorted(ids)):
        if one == other:
            yield problem(path, DamagedFile(f"has the article {other}, which another segment has too"))


def problem(path: str, error: DamagedFile) -> Problem:
    """What *error* says of the file at *path*."""
    from searchkit.reports import Problem  # a search has none

    return Problem(path, str(error).removeprefix(f"{path}: "))
