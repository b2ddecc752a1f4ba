"""Text without control characters, so that an article cannot control the terminal.

Each control character becomes one visible symbol, so highlights keep their offsets.
"""

from __future__ import annotations

import json
import re
from typing import Any

_REVERSING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_C0 = {code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A)}
_SIGNS = {**_C0, 0x7F: 0x2421, **dict.fromkeys((*range(0x80, 0xA0), *_REVERSING), 0xFFFD)}
_SPACES = dict.fromkeys((0x09, 0x0A, 0x0D, 0x2028, 0x2029), 0x20)
_LINE_SIGNS = {**_SIGNS, **_SPACES}
_PAIR = re.compile(r"\[\n\s+([^\s\[{][^\n]*),\n\s+([^\s\[{][^\n]*)\n\s+\]")
_HARMFUL_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """*text* with control characters as symbols; tabs and line ends stay.

    >>> visible("a\x1b[31mb")
    'a␛[31mb'
    """
    return text.translate(_SIGNS)


def visible_line(text: str) -> str:
    """*text* on one line: like `visible`, with tabs and line ends as spaces."""
    return text.translate(_LINE_SIGNS)


def dump_json(value: Any, *, indent: int | None = None) -> str:
    """*value* as JSON, not escaped to ASCII; characters that control a terminal are escaped. With *indent*, a pair
    such as a highlight stays on one line."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if indent:
        text = _PAIR.sub(r"[\1, \2]", text)
    return _HARMFUL_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
