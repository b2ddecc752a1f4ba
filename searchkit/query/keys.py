"""What articles and queries are compared by: titles without what does not count, moments as numbers."""

from __future__ import annotations

from datetime import UTC, datetime

from searchkit.analysis.normalize import fold_case


def title_key(text: str) -> str:
    """What two titles share that a reader would call the same: case, width and blanks do not count."""
    return "".join(fold_case(text).split())


def epoch(moment: datetime | None) -> int | None:
    """Seconds since 1970 on the clock *moment* was written by, its zone left aside."""
    return None if moment is None else int(moment.replace(tzinfo=UTC).timestamp())
