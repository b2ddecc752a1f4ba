"""Words that agree with the numbers before them."""

from __future__ import annotations


def plural(count: int, noun: str) -> str:
    """*noun* in the form for *count* things.

    >>> plural(1, "file"), plural(2, "file")
    ('file', 'files')
    """
    return noun if count == 1 else f"{noun}s"
