"""The archive, unpacked and indexed once. Without it these tests are skipped, and the summary says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from benchmarks.archive import find_archive, unpack
from searchkit.reports import IndexReport

MISSING = "THE ARCHIVE IS NOT HERE: name its folder in SEARCHKIT_ARCHIVE to run these tests"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.archive)
            if find_archive() is None:
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the archive's articles."""
    found = find_archive()
    assert found, MISSING
    return unpack(found, tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="session")
def indexed(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, IndexReport]:
    """The place of the archive's index, and the report of the reindex that made it."""
    place = tmp_path_factory.mktemp("archive-index")
    return place, searchkit.reindex(archive, place)


@pytest.fixture(scope="session")
def place(indexed: tuple[Path, IndexReport]) -> Path:
    """The place of the archive's index."""
    return indexed[0]


@pytest.fixture(scope="session")
def index(place: Path) -> Iterator[searchkit.Index]:
    """The archive's index, open."""
    with searchkit.open_index(place) as opened:
        yield opened
