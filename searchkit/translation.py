"""A text for people -> the same in the reader's language: what `_` and `ngettext` are in the whole package.

In a program that uses the library the texts are English. Where no catalogue is bound, the functions of the
standard library look for one on the disk at every call: 60 µs each, and a query of brackets has 16,000 notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]
CHINESE = Path(__file__).parent / "locale" / "zh" / "LC_MESSAGES" / "searchkit.mo"

_catalogue = NullTranslations()
_of_reader: ContextVar[NullTranslations | None] = ContextVar("_of_reader", default=None)
"""That of the one reader who is answered here, where a process answers several."""


def catalogue_of(language: Language) -> NullTranslations:
    """All texts in a language; msgids are English."""
    if language == "en":
        return NullTranslations()
    with CHINESE.open("rb") as file:
        return GNUTranslations(file)


def use(catalogue: NullTranslations) -> None:
    """Translate with *catalogue* from now on."""
    global _catalogue
    _catalogue = catalogue


@contextmanager
def translated(catalogue: NullTranslations) -> Iterator[None]:
    """Translate with *catalogue* what this thread, or this task, says inside."""
    before = _of_reader.set(catalogue)
    try:
        yield
    finally:
        _of_reader.reset(before)


def gettext(message: str) -> str:
    """The translation of *message*, or itself."""
    return (_of_reader.get() or _catalogue).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The translation of *one* or *many*, whichever goes with *number*."""
    return (_of_reader.get() or _catalogue).ngettext(one, many, number)
