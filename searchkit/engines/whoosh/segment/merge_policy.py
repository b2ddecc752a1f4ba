"""Which segments to merge: those of about one size, once there are many, and those that are mostly deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import log

_RATIO = 8
_MOST = 4
_HALF = 0.5


def tiers(sizes: Sequence[int], deleted: Sequence[int] = ()) -> list[list[int]]:
    """Groups of segments, by their place in *sizes*, to be merged into one each.

    *sizes* are their documents, *deleted* how many of those are deleted. Segments whose live documents are within
    a power of eight are one tier; a tier of more than four is merged, and a segment more than half deleted.
    """
    gone = deleted or [0] * len(sizes)
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for at, (size, lost) in enumerate(zip(sizes, gone, strict=True)):
        groups[int(log(max(1, size - lost), _RATIO))].append(at)
    alone = [[at] for at, (size, lost) in enumerate(zip(sizes, gone, strict=True)) if lost > size * _HALF]
    many = [group for group in groups.values() if len(group) > _MOST]
    merged = {at for group in many for at in group}
    return [*many, *(group for group in alone if group[0] not in merged)]
