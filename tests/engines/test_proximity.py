"""Whether spans stand close together."""

from __future__ import annotations

import time

from searchkit.engines.proximity import within_reach


def test_every_piece_must_lie_within_one_stretch() -> None:
    assert within_reach([(0, 2, 0), (5, 7, 1)], phrases=2, room=7)
    assert not within_reach([(0, 2, 0), (5, 7, 1)], phrases=2, room=6)
    assert not within_reach([(0, 2, 0), (1, 3, 0)], phrases=2, room=9)


def test_order_does_not_matter() -> None:
    assert within_reach([(5, 7, 0), (0, 2, 1)], phrases=2, room=7)


def test_many_occurrences_take_no_long_time() -> None:
    spans = [(2 * n, 2 * n + 1, 0) for n in range(100_000)]
    began = time.process_time()
    assert not within_reach(spans, phrases=2, room=5)
    assert time.process_time() - began < 2
