"""One small module a format that is neither Markdown nor HTML: the bytes of a file -> a `Reading`."""

from __future__ import annotations

COSTLY = frozenset({".docx", ".epub", ".pdf"})
"""Formats whose files may cost far more time and memory than their size tells, or crash a library in C."""
