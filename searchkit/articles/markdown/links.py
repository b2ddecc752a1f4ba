"""Where a link leads, as people write it: `(图 1.png)`, `({{ site.url }}/a.png)`, `(javascript:void(0))`.

CommonMark allows no spaces there. None of it is text, so what matters is where it ends.
"""

from __future__ import annotations

import re
from typing import Any

from markdown_it import helpers

_ENDING = re.compile(r"\s*(?:\s(?:\"[^\"]*\"|'[^']*'|\([^()]*\))\s*)?\)")
_TARGET = re.compile(r"(?:[^()\n]|\([^()\n]*\)){1,1000}?(?=\))")
_LOOKS_LIKE_ONE = re.compile(r"[/\\]|\.\w{2,5}\b|\{\{|\{%|^#|:")


class LinkHelpers:
    """The functions of markdown-it that find the parts of a link, by the names that it calls them."""

    parseLinkLabel = staticmethod(helpers.parseLinkLabel)  # noqa: N815 - a name of markdown-it
    parseLinkTitle = staticmethod(helpers.parseLinkTitle)  # noqa: N815 - a name of markdown-it

    @staticmethod
    def parseLinkDestination(text: str, pos: int, end: int) -> Any:  # noqa: N802 - a name of markdown-it
        """The URL at *pos*, or what stands there for one."""
        found = helpers.parseLinkDestination(text, pos, end)
        if found.ok and _ENDING.match(text, found.pos):
            return found
        target = _TARGET.match(text, pos, end)
        if target and _LOOKS_LIKE_ONE.search(target[0]):
            found.ok, found.pos, found.str = True, target.end(), target[0]
        return found
