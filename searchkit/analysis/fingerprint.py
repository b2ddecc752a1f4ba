"""What an index must share with the code that searches it: the versions of everything that makes terms."""

from __future__ import annotations

import unicodedata
from importlib.metadata import PackageNotFoundError, version

ANALYZER_VERSION = 1
"""Raised whenever the pipeline makes other terms of the same text."""


def fingerprint() -> dict[str, str]:
    """Name -> version. Whether jieba or rjieba cuts makes no difference: they cut the same."""
    return {
        "analyzer": str(ANALYZER_VERSION),
        "jieba dictionary": _version("jieba"),
        "opencc table": _version("opencc-python-reimplemented"),
        "unicode": unicodedata.unidata_version,
    }


def difference(old: dict[str, str], new: dict[str, str]) -> str:
    """What is not the same in two fingerprints, in words; empty if nothing is."""
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return "; ".join(f"{name} was {old.get(name, 'none')}, is {new.get(name, 'none')}" for name in names)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
