from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.corpora import size_of
from benchmarks.memory import peak_of
from benchmarks.perturbing import perturb_file
from searchkit.analysis.analyzer import Analyzer
from searchkit.articles.read import read_article

SENTENCES = "大模型公司为什么总在融资。单细胞测序 Seurat 的 FindMarkers 怎么用？人民银行降准，房贷利率参考报价。"
FILE = f"""---
title: "OpenAI 融资新闻怎么读"
date: 2024-10-09
tags: ["fetched", "智能观察员"]
---
OpenAI 融资新闻怎么读 by 智能观察员
------
<div><p>{SENTENCES * 9}</p><pre class="Seurat">markers &nbsp; cluster</pre><p>{SENTENCES * 9}</p></div>
"""


def test_copy_nought_is_the_file_and_the_others_follow_from_number_and_id() -> None:
    assert perturb_file(FILE, 0, "a.md") == FILE
    assert perturb_file(FILE, 1, "a.md") == perturb_file(FILE, 1, "a.md")
    assert len({perturb_file(FILE, copy, name) for copy in (1, 2) for name in ("a.md", "b.md")}) == 4


def test_a_copy_keeps_markup_and_metadata() -> None:
    made = perturb_file(FILE, 3, "a.md")
    article = read_article(made.encode(), "a.md").article
    assert article.tags == ("智能观察员",)
    assert str(article.date).startswith("2024-10-09")
    assert '<pre class="Seurat">' in made
    assert made.count("<p>") == FILE.count("<p>")


def test_a_copy_is_a_little_shorter() -> None:
    original = read_article(FILE.encode(), "a.md").article.body
    body = read_article(perturb_file(FILE, 3, "a.md").encode(), "a.md").article.body
    assert 0.8 < len(body) / len(original) < 1.0


def test_the_vocabulary_grows_with_the_copies() -> None:
    analyzer = Analyzer()

    def vocabulary(copies: int) -> set[str]:
        bodies = (perturb_file(FILE, copy, "a.md") for copy in range(copies))
        return {
            word for body in bodies for word in analyzer.words(read_article(body.encode(), "a.md").article.body)
        }

    sizes = [len(vocabulary(copies)) for copies in (1, 2, 4, 8)]
    assert sizes == sorted(set(sizes))


@pytest.mark.skipif(not os.path.exists("/proc/self/smaps_rollup"), reason="only Linux tells")  # noqa: PTH110
def test_memory_of_a_process_and_its_child_is_counted_and_the_disk_of_the_folder(tmp_path: Path) -> None:
    file = tmp_path / "片段"
    child = (
        "import pathlib, time; held = bytearray(30_000_000); "
        f"file = pathlib.Path({str(file)!r}); file.write_bytes(held); time.sleep(1); file.unlink()"
    )
    parent = f"import subprocess, sys; print('done'); subprocess.run([sys.executable, '-c', {child!r}])"
    peak, code, printed = peak_of([sys.executable, "-c", parent], dict(os.environ), tmp_path)
    assert (code, printed) == (0, "done\n")
    assert 30 < peak.largest <= peak.together + 10 < 200
    assert (peak.disk, size_of(tmp_path)) == (30, 0)


def test_a_file_with_two_names_counts_once(tmp_path: Path) -> None:
    (tmp_path / "旧").mkdir()
    (tmp_path / "旧" / "段").write_bytes(b"x" * 1000)
    (tmp_path / "新").hardlink_to(tmp_path / "旧" / "段")
    (tmp_path / "名").write_bytes(b"x")
    assert size_of(tmp_path) == 1001
