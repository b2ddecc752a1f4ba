"""The reader's language: Chinese or English, as the locale says.

All texts for people are msgids of gettext in English, ours and click's; `locale/` has them in Chinese.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping, Sequence

from searchkit.translation import catalogue_of, use

_FOR_PROGRAMS = frozenset(("--json", "--jsonl"))


def choose_language(environment: Mapping[str, str], arguments: Sequence[str]) -> None:
    """Translate for the reader: our texts, and those of click if it is imported later.

    What a program reads is the same everywhere: with --json and --jsonl nothing is translated.
    """
    chinese = is_chinese(environment) and not _FOR_PROGRAMS.intersection(arguments)
    catalogue = catalogue_of("zh" if chinese else "en")
    use(catalogue)
    for name in ("gettext", "ngettext"):  # those of click
        setattr(gettext, name, getattr(catalogue, name))


def is_chinese(environment: Mapping[str, str]) -> bool:
    """Whether the reader wants Chinese, by SEARCHKIT_LANG or else the locale; English is for all others.

    >>> is_chinese({"LANG": "zh_CN.UTF-8"}), is_chinese({"LANG": "zh_CN.UTF-8", "SEARCHKIT_LANG": "en"})
    (True, False)
    """
    known = (tag[:2].lower() for tag in _wanted(environment).split(":"))
    return next((language for language in known if language in ("zh", "en")), "en") == "zh"


def _wanted(environment: Mapping[str, str]) -> str:
    """Names of languages, the best first. As in GNU gettext, LANGUAGE is a list that goes before the locale, but
    who asks for the locale C wants no translation."""
    if own := environment.get("SEARCHKIT_LANG"):
        return own
    locale = next(filter(None, map(environment.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "C")
    if locale.partition(".")[0] in ("C", "POSIX"):
        return "en"
    return environment.get("LANGUAGE") or locale
