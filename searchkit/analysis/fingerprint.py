"""What an index must share with the code that searches it: the versions of everything that makes terms."""

from __future__ import annotations

import unicodedata
from importlib.util import find_spec
from pathlib import Path

from searchkit.analysis.analyzer import STEPS
from searchkit.errors import IndexOutdated
from searchkit.schema import ANALYZER_VERSION


def fingerprint() -> dict[str, str]:
    """Name -> version. Whether jieba or rjieba cuts makes no difference: they cut the same."""
    return {
        "analyzer": str(ANALYZER_VERSION),
        "steps": ", ".join(step.__name__ for step in STEPS),
        "jieba dictionary": _version("jieba", "jieba"),
        "opencc table": _version("opencc", "opencc_python_reimplemented"),
        "unicode": unicodedata.unidata_version,
    }


def difference(old: dict[str, str], new: dict[str, str]) -> str:
    """What is not the same in two fingerprints, in words; empty if nothing is."""
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return "; ".join(f"{name} was {old.get(name, 'none')}, is {new.get(name, 'none')}" for name in names)


def check_fingerprint(stored: dict[str, str], where: object) -> None:
    """See that the index at *where*, which has the fingerprint *stored*, has the terms that are made now.

    Raises:
        IndexOutdated: it has others.
    """
    if why := difference(stored, fingerprint()):
        raise IndexOutdated(f"{where}: reindex needed: {why}; run `searchkit reindex`")


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
