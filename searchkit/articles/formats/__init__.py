"""One small module a format that is neither Markdown nor HTML: the bytes of a file -> a `Reading`."""

from __future__ import annotations

from pathlib import PurePosixPath

COSTLY = frozenset({".docx", ".epub", ".pdf"})
"""Formats whose files may cost far more time and memory than their size tells, or crash a library in C."""
_PICTURES = 8
"""How many times as large as a text a file with pictures may be. Not measured: 64 MB, a book of photographs."""


def limit_of(name: str, size_limit: int) -> int:
    """How many bytes a file with this *name* may have, where a text may have *size_limit*."""
    return _PICTURES * size_limit if PurePosixPath(name).suffix.lower() in COSTLY else size_limit
