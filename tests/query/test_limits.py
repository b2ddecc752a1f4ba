"""The limits of docs/query-language.md are those of the code."""

from __future__ import annotations

import re

from searchkit.query import limits
from tests.conftest import ROOT


def test_the_document_has_every_limit() -> None:
    text = (ROOT / "docs" / "query-language.md").read_text(encoding="utf-8")
    table = text.partition("## Limits")[2].partition("\n## ")[0]
    told = [int(number.replace(",", "")) for number in re.findall(r"^\| ([\d,]+) \|", table, re.MULTILINE)]
    known = [value for name, value in vars(limits).items() if name.isupper()]
    assert sorted(told) == sorted(known)
