"""A text for people -> the same in the reader's language: what `_` and `ngettext` are in the whole package.

In a program that uses the library the texts are English. Where no catalogue is bound, the functions of the
standard library look for one on the disk at every call: 60 µs each, and a query of brackets has 16,000 notes.
"""

from __future__ import annotations

from gettext import NullTranslations

_catalogue = NullTranslations()


def use(catalogue: NullTranslations) -> None:
    """Translate with *catalogue* from now on."""
    global _catalogue
    _catalogue = catalogue


def gettext(message: str) -> str:
    """The translation of *message*, or itself."""
    return _catalogue.gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """The translation of *one* or *many*, whichever goes with *number*."""
    return _catalogue.ngettext(one, many, number)
