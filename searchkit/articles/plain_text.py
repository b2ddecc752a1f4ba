"""What all plain text of articles is like: no invisible characters, single spaces, no empty lines."""

from __future__ import annotations

import re

INVISIBLE = frozenset(
    [
        *(c for c in range(0x20) if c not in (0x09, 0x0A, 0x0D)),
        *range(0x7F, 0xA0),
        0xAD,
        0x061C,
        0x180E,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
        *range(0xD800, 0xE000),
    ]
)
"""Not text: zero-width and bidirectional controls, other control characters, lone surrogates."""
_INVISIBLE = re.compile(f"[{re.escape(''.join(map(chr, INVISIBLE)))}]")


def with_newlines(text: str) -> str:
    """*text* with the line ends of Unix. Most has no others, which one look says."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def tidy(text: str) -> str:
    """*text* without invisible characters, repeated spaces and empty lines."""
    return stripped(without_invisible(text))


def stripped(text: str) -> str:
    """*text*, which has nothing invisible, without repeated spaces, spaces at ends of lines and empty lines."""
    return "\n".join([" ".join(words) for words in map(str.split, text.splitlines()) if words])


def without_invisible(text: str) -> str:
    """*text* without the characters of `INVISIBLE`."""
    return _INVISIBLE.sub("", text)
