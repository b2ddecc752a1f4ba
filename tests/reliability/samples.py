"""The sample corpus as it was and as it shall be, and an index of it as it was."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import searchkit
from searchkit.articles.decode import decode
from tests.conftest import SAMPLES
from tests.reliability.pictures import Picture, check_tidy, picture_of


@dataclass(frozen=True)
class Samples:
    """`index` is one of the folder `old`; it shall become one of the folder `new`."""

    new: Path
    index: Path
    old_state: Picture | None
    new_state: Picture | None

    def copy(self, place: Path) -> None:
        """The old index, at *place* and nothing else there."""
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.index, place)

    def reindex(self, place: Path, *, full: bool = False, jobs: int = 1) -> None:
        """Bring the index at *place* up to date with the new corpus."""
        searchkit.reindex(self.new, place, full=full, jobs=jobs, allow_removals=True)

    def check_whole(self, place: Path) -> str:
        """Which state the index at *place* is in, "old" or "new"; any other is an AssertionError."""
        found = picture_of(place)
        assert found in (self.old_state, self.new_state), "neither the old state nor the new one"
        return "new" if found == self.new_state else "old"

    def check_finished(self, place: Path) -> None:
        """The next reindex finishes the work and leaves no stray files."""
        self.reindex(place)
        assert self.check_whole(place) == "new", "the next reindex did not finish the work"
        check_tidy(place)


def make_samples(scratch: Path) -> Samples:
    """The samples, and the samples with some articles changed, some removed and some added."""
    old, new, index, trial = (scratch / name for name in ("old", "new", "ready", "trial"))
    shutil.copytree(SAMPLES, old)
    shutil.copytree(SAMPLES, new)
    files = sorted(path for path in new.rglob("*.md") if path.name != "README.md")
    for path in files[::5]:
        text, _ = decode(path.read_bytes())
        path.write_text(text + "\n\n又记：月亮升起来了，潮汐在涨。\n", "utf-8")
    for path in files[1::9]:
        path.unlink()
    for number in range(6):
        (new / f"新的{number}.md").write_text(f"# 新的一篇 {number}\n\n广州早茶，第{number}盅。\n", "utf-8")
    searchkit.reindex(old, index, jobs=1, allow_removals=True)
    shutil.copytree(index, trial)
    searchkit.reindex(new, trial, jobs=1, allow_removals=True)
    states = picture_of(index), picture_of(trial)
    assert states[0] != states[1]
    return Samples(new, index, *states)
