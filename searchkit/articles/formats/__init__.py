"""One small module a format that is neither Markdown nor HTML: the bytes of a file -> a `Reading`."""

from __future__ import annotations

from importlib.util import find_spec

ENDINGS = frozenset(
    (
        *(".md", ".markdown", ".mdx", ".rmd", ".qmd", ".mdown", ".mkd", ".html", ".htm", ".txt"),
        *(".org", ".ipynb", ".mhtml", ".mht", ".epub", ".docx", ".pdf"),
    )
)
"""The ends of names of files that are articles; `read.FORMATS` has what reads them."""
COSTLY = frozenset({".docx", ".epub", ".pdf"})
"""Formats whose files may cost far more time and memory than their size tells, or crash a library in C."""
_PICTURES = 8
"""How many times as large as a text a file with pictures may be. Not measured: 64 MB, a book of photographs."""


_LIBRARIES = {".docx": "mammoth", ".pdf": "pypdfium2"}
"""Formats -> the library that reads them, which comes with an extra."""


def suffix_of(name: str) -> str:
    """The ending of a *name* in lower case. As of a path, which would take ten times as long for each file.

    >>> suffix_of("笔记/a.b/书.PDF"), suffix_of("a.b/.epub")
    ('.pdf', '')
    """
    _, dot, ending = name.rpartition("/")[2].lstrip(".").rpartition(".")
    return dot + ending.lower() if dot else ""


def missing_library(name: str) -> str:
    """Why a file with this *name* cannot be read and what to install for it, or ""."""
    library = _LIBRARIES.get(suffix_of(name))
    return "" if library is None or find_spec(library) else what_to_install(library)


def what_to_install(library: str) -> str:
    """What is said of a file that needs *library*."""
    return f"needs the library {library}, which is not installed; run `pip install {library}`"


def limit_of(name: str, size_limit: int) -> int:
    """How many bytes a file with this *name* may have, where a text may have *size_limit*."""
    return _PICTURES * size_limit if suffix_of(name) in COSTLY else size_limit
