"""Regular expressions that are compiled when they are first used: a start waits for none that it does not need."""

from __future__ import annotations

import re
from typing import Any, cast


def lazy_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """The regular expression *text*, as `re.compile` makes it; one with ranges of Han takes it a millisecond.

    >>> lazy_pattern("[a-z]+").findall("gpt 模型 seurat")
    ['gpt', 'seurat']
    """
    return cast("re.Pattern[str]", _LazyPattern(text, flags))


class _LazyPattern:
    """Stands for a regular expression, whose methods it takes over as they are called."""

    def __init__(self, text: str, flags: int) -> None:
        self._given = text, flags

    def __reduce__(self) -> tuple[Any, ...]:
        return lazy_pattern, self._given

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._given), name)  # `re` remembers what it compiled
        setattr(self, name, value)
        return value
