"""The arithmetic of docs/scale.md, worked out by hand; the tables are what it gives for what was measured."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from benchmarks.marks import END
from benchmarks.scale import BEGIN, DOCUMENT, LEVELS, Measured, load, need, query_cost, render

VALUES: dict[str, Any] = {field.name: 0.001 for field in fields(Measured)}
ONE = Measured(**VALUES | {"articles": 1_000, "shards": 2})
ONE = replace(
    ONE, node_bytes=30_000.0, node_query_cpu=0.02, worker_cpu=0.0072, node_cpu=0.0036, record_bytes=500.0
)
TWO = replace(ONE, articles=2_000, node_query_cpu=0.03)


def test_a_query_costs_something_a_shard_and_something_an_article() -> None:
    """10 ms more for 1,000 articles more: 10 us each, so 20 ms of 30 are of the articles and 5 of each shard."""
    assert list(query_cost([ONE, TWO])) == pytest.approx([0.005, 1e-5])
    assert list(query_cost([ONE])) == pytest.approx([0.0, 2e-5])
    assert list(query_cost([TWO, replace(ONE, articles=3_000)])) == pytest.approx([0.0, 0.02 / 3_000])


def test_what_ten_million_articles_need() -> None:
    found = need(10_000_000, [ONE, TWO])
    assert found.bytes == pytest.approx(600e9)
    assert found.shards == 200, "of half a second: 10 million times 10 us is 100 s"
    assert [found.worker_hours, found.node_hours] == pytest.approx([20.0, 10.0])
    assert (found.workers, found.build_cores) == (1, 1)
    assert found.query_cores == 2_020, "10 queries a second of 100 s and 200 times 5 ms, on half-busy cores"
    assert found.nodes == 127, "of 16 cores"
    assert found.record_bytes == pytest.approx(5e9)


def test_disks_and_bytes_bound_what_queries_do_not() -> None:
    quick = replace(ONE, node_query_cpu=1e-9)
    found = need(1_000_000_000, [quick])
    assert found.shards == 1_000, "of 30 GB"
    assert found.nodes == 43, "60 TB on disks of 2 TB filled to 70 %"
    assert need(1_000, [quick]).nodes == 3


def test_the_tables_are_what_was_measured_and_what_follows() -> None:
    measured = load()
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0].strip() == render(measured).strip()
    assert all(f"{level:,}" in text for level in LEVELS)
