"""What an index must share with the code that searches it: the versions of everything that makes terms."""

from __future__ import annotations

import unicodedata
from importlib.util import find_spec
from pathlib import Path

from searchkit.analysis.analyzer import STEPS
from searchkit.analysis.scripts import is_han
from searchkit.errors import IndexOutdated
from searchkit.schema import ANALYZER_VERSION
from searchkit.translation import gettext as _

_UNICODE = "unicode"


def fingerprint() -> dict[str, str]:
    """Name -> version. Whether jieba or rjieba cuts makes no difference: they cut the same."""
    return {
        "analyzer": str(ANALYZER_VERSION),
        "steps": ", ".join(step.__name__ for step in STEPS),
        "jieba dictionary": _version("jieba", "jieba"),
        "opencc table": _version("opencc", "opencc_python_reimplemented"),
        _UNICODE: unicodedata.unidata_version,
    }


def difference(old: dict[str, str], new: dict[str, str]) -> str:
    """What is not the same in two fingerprints, in words; empty if nothing is."""
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if not names:
        return ""
    text, none = _("{name} was {old}, is {new}"), _("none")
    return "; ".join(text.format(name=name, old=old.get(name, none), new=new.get(name, none)) for name in names)


def check_fingerprint(stored: dict[str, str], where: object) -> None:
    """See that the index at *where*, which has the fingerprint *stored*, has the terms that are made now, but for
    what `unicode_notes` is about.

    Raises:
        IndexOutdated: it has others.
    """
    if why := difference(_without_unicode(stored), _without_unicode(fingerprint())):
        message = _("{where}: reindex needed: {why}; run `searchkit reindex`")
        raise IndexOutdated(message.format(where=where, why=why))


def unicode_notes(text: str, stored: dict[str, str]) -> tuple[str, ...]:
    """A note on the characters of *text* of which an index with the fingerprint *stored* may have other terms,
    because the Python that made it has other Unicode data; none if there are none."""
    made, now = stored.get(_UNICODE), unicodedata.unidata_version
    new = "" if made == now else "".join(filter(_may_differ, dict.fromkeys(text)))
    if not new:
        return ()
    note = _(
        "{characters}: may not be found; the index was made with Unicode {made}, this Python has {now}; "
        "run `searchkit reindex`"
    )
    return (note.format(characters=new, made=made or _("unknown"), now=now),)


def _may_differ(char: str) -> bool:
    """Whether another version of Python may make other terms of *char*: only if Unicode has it since version 3.2,
    which every Python knows too, as what a character is does not change (Unicode's stability policy). Of the 4,489
    that came between Python 3.11 and 3.12, 202 make other terms, all of them letters, numbers or for format; of
    the 627 that came with 3.13, which are Han and symbols, none does."""
    kind = unicodedata.category(char)[0]
    return kind in "LMNC" and unicodedata.ucd_3_2_0.category(char) == "Cn" and not is_han(char)


def _without_unicode(versions: dict[str, str]) -> dict[str, str]:
    return {name: version for name, version in versions.items() if name != _UNICODE}


def _version(module: str, package: str) -> str:
    """The version of an installed package, by the name of the folder that pip leaves next to its *module*: reading
    it with importlib.metadata costs a search fifteen milliseconds."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return "none"
    beside = Path(spec.origin).parent.parent
    found = sorted(entry.name for entry in beside.glob("*-*.*-info") if _is_of(entry.name, package))
    return found[0][len(package) + 1 :].rpartition(".")[0] if found else _unpacked_version(package)


def _is_of(name: str, package: str) -> bool:
    return name.lower().replace("-", "_").startswith(f"{package}_")


def _unpacked_version(package: str) -> str:
    """The version of a package that was put elsewhere, such as in a zip file."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
