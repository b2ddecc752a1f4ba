"""What a soak measures as time goes by, and the picture of it."""

from __future__ import annotations

import threading
import time
from typing import Any

from tests.reliability.companions import Companion
from tests.reliability.drawing import Panel, draw

_DRAWN = 300  # points of a line, about

Sample = dict[str, float]
"""What was measured at one time, `minute` minutes after the beginning."""


class Listened:
    """A searcher whose lines are read as they come; one a second is a sample."""

    def __init__(self, companion: Companion) -> None:
        self._companion = companion
        self._errors: list[str] = []
        self.searches = 0
        self.samples: list[Sample] = []
        first = companion.next()
        self.began = time.monotonic()
        self._hear(first)
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def is_well(self) -> None:
        """Since the last call no search failed, and it goes on searching."""
        errors, self._errors = self._errors, []
        assert not errors, f"{len(errors)} searches failed: {errors[:3]}"
        assert time.monotonic() - self._heard < 60, "the searching process says nothing any more"

    def end(self) -> int:
        self.is_well()
        code = self._companion.end()
        self._thread.join()
        return code

    def _listen(self) -> None:
        for line in self._companion:
            self._hear(line)

    def _hear(self, line: dict[str, Any]) -> None:
        self._errors += line.pop("errors")
        self.searches = line.pop("searches")
        self._heard = time.monotonic()
        told = {f"searcher {name}": value for name, value in line.items()}
        self.samples.append({"minute": minutes_since(self.began), **told})


def minutes_since(began: float) -> float:
    return (time.monotonic() - began) / 60


def drawn(writer: list[Sample], searcher: list[Sample]) -> str:
    def line(samples: list[Sample], name: str, scale: float = 1.0) -> list[tuple[float, float]]:
        return [(sample["minute"], sample[name] / scale) for sample in samples[:: 1 + len(samples) // _DRAWN]]

    panels = [
        Panel("memory, MB", {
            "writer, its own": line(writer, "writer own"), "searcher, its own": line(searcher, "searcher own"),
            "searcher, with files": line(searcher, "searcher resident")}),
        Panel("open descriptors and mapped files", {
            "writer, open": line(writer, "writer descriptors"),
            "searcher, open": line(searcher, "searcher descriptors"),
            "searcher, mapped": line(searcher, "searcher mapped")}),
        Panel("hundreds of files in the folder, and kilobytes of index an article", {
            "files, hundreds": line(writer, "files", 100), "index, kB an article": line(writer, "bytes", 1_000)}),
        Panel("milliseconds a search, beside a reindex on the same processor", {
            "half below": line(searcher, "searcher p50"), "95 % below": line(searcher, "searcher p95")}),
    ]  # fmt: skip
    return draw("An hour of changes, reindexes, kills and searches", panels)
