"""A small corpus, and a place for its index."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.runs import article


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "b").mkdir(parents=True)
    (folder / "a.md").write_text(article("甲", "第一篇讲数据分析。", "2024-03-01", tags="生信"), "utf-8")
    (folder / "b" / "b.md").write_text(article("乙", "第二篇讲人工智能。", "2024-02-01"), "utf-8")
    (folder / "c.md").write_text(article("丙", "草稿", draft="true"), "utf-8")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "index"
