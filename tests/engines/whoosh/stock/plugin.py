"""A pytest plug-in: Whoosh's own, unmodified tests on `ConvertedCodec`, and what came of those that read by it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import whoosh.codec
import whoosh.codec.whoosh3

from tests.engines.whoosh.stock.converting import OPENED, ConvertedCodec

whoosh.codec.default_codec = ConvertedCodec
whoosh.codec.whoosh3.W3Codec = ConvertedCodec
_before: Counter[str] = Counter()
_outcomes: Counter[tuple[bool, str]] = Counter()
_unsupported: dict[str, set[str]] = {}


def pytest_runtest_setup(item: Any) -> None:
    _before.clear()
    _before.update(OPENED)


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: Any) -> None:
    if report.when != "call" and report.outcome == "passed":
        return
    met = OPENED - _before
    _outcomes[bool(met["ours"]), report.outcome] += 1
    for why in met.keys() - {"ours"}:
        _unsupported.setdefault(why, set()).add(report.nodeid)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    write = terminalreporter.write_line
    write("")
    for applies in (True, False):
        row = ", ".join(f"{n} {outcome}" for (a, outcome), n in sorted(_outcomes.items()) if a is applies)
        write(f"tests that read {'a segment of ours' if applies else 'none'}: {row or '0'}")
    for why, tests in sorted(_unsupported.items()):
        write(f"{len(tests)} tests read a segment by Whoosh's codec, for a {why}")
