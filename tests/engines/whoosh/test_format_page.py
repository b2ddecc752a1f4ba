"""docs/index-format.md names every array, fact and file of an index, and nothing else."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import searchkit
from searchkit.engines.whoosh.segment.postings import FieldFacts
from searchkit.engines.whoosh.segment_meta import open_segment_file, read_sealed
from searchkit.model import Article
from searchkit.schema import ARRAY_FILE_VERSION
from tests.conftest import ROOT, make_article
from tests.reliability.forging import extents

PAGE = (ROOT / "docs" / "index-format.md").read_text(encoding="utf-8")
ARRAYS = set(re.findall(r"`((?:F|stored|column)/\w+)`", PAGE))


def test_the_page_names_every_array_of_a_segment(tmp_path: Path) -> None:
    searchkit.reindex([make_article("甲", "月亮 " * 20)], tmp_path, jobs=1)
    segment = open_segment_file(next(tmp_path.glob("*/*.columns")))
    met = {name if name.startswith(("stored/", "column/")) else re.sub(r"^\w+/", "F/", name)
           for _, _, name in extents(segment.file)}  # fmt: skip
    assert met == ARRAYS
    assert set(segment.file.facts) <= set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert f"as four bytes ({ARRAY_FILE_VERSION})" in PAGE
    assert [one.name for one in fields(FieldFacts) if f"`{one.name}` (" not in PAGE] == []


def test_the_page_names_every_file_and_every_fact(tmp_path: Path) -> None:
    searchkit.reindex([make_article("甲", "正文")], tmp_path, jobs=1)
    state = read_sealed(tmp_path / "generation-000001" / "state.json")
    (listed,) = read_sealed(tmp_path / "generation-000001" / "segments.json")
    assert [name for name in state if f"`{name}`" not in PAGE] == []
    assert [name for name in listed if f'"{name}": ' not in PAGE] == []
    assert [one.name for one in fields(Article) if f"`{one.name}`" not in PAGE] == []
    names = {re.sub(r"\d+", "#", path.name) for path in tmp_path.rglob("*")}
    told = re.findall(r"^\| `([\w./-]+)`", PAGE, re.MULTILINE)
    assert names <= {re.sub(r"\d+", "#", name).rstrip("/") for name in told}
