"""The lengths of fields as Whoosh's ranking sees them: rounded up to one of 255 steps, a byte each."""

from __future__ import annotations

import numpy as np
from whoosh.util.numeric import _length_byte_cache

from searchkit.engines.whoosh.segment.array_file import Array

STEPS = np.array(_length_byte_cache, np.int64)
"""The length each byte stands for."""


def as_bytes(lengths: Array) -> Array:
    """`whoosh.util.numeric.length_to_byte` of each of *lengths*."""
    rounded = np.minimum(np.searchsorted(STEPS, lengths, "left"), 255).astype(np.uint8)
    rounded[lengths == 0] = 0
    return rounded


def rounded(lengths: Array) -> Array:
    """What Whoosh takes each of *lengths* for; a field that is not there has length 1 for its ranking."""
    return np.maximum(STEPS[as_bytes(lengths)], 1)
