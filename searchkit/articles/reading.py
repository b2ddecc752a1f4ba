"""What a format finds in the bytes of a file, before it is an article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from searchkit.reports import Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """The plain text of a file, and what says something about it.

    Each of `metadata` has values by name, as written: `title`, `tags`, `date` and so on. The first one is believed
    most: front matter, say, and then what stands in the text itself. `recovered` is what had to be recovered, if
    anything. Of a web page `other_titles` are what else may be its title, because the first may be that of the
    site; of anything else they are None.
    """

    body: str
    metadata: tuple[Mapping[str, Any], ...] = ()
    recovered: Problem | None = None
    other_titles: tuple[str, ...] | None = None
