"""What commands write into documents stands between two marks; what stands around them is written by hand."""

from __future__ import annotations

from pathlib import Path

END = "<!-- end of what is written -->"


def begin_mark(command: str) -> str:
    """The line before what *command* writes."""
    return f"<!-- written by {command} -->"


def write_between(document: Path, begin: str, text: str) -> None:
    """Put *text* between the line *begin* of *document* and the next END.

    Raises:
        ValueError: there is no such line.
    """
    before, found, rest = document.read_text(encoding="utf-8").partition(begin)
    if not found:
        raise ValueError(f"{document}: has no line {begin!r} to write the tables below")
    after = rest.partition(END)[2]
    document.write_text(f"{before}{begin}\n\n{text}\n{END}{after}", encoding="utf-8")
