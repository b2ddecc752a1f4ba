"""From one laptop to a billion articles: what is measured on this machine, and what follows from it.

    python -m benchmarks.scale --measure 1 --measure 10   both engines on the archive, once and ten times over
    python -m benchmarks.scale --queries 1                only the queries again, of what was indexed then
    python -m benchmarks.scale                            the arithmetic, written to docs/scale.md

Measuring needs the archive, and a cluster that SEARCHKIT_OPENSEARCH_URL names. What it finds is kept in
`benchmarks/scale.json`; the arithmetic takes its inputs from there and from the constants below.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

import searchkit
from benchmarks.corpora import cache, corpus_folder, count_articles, size_of
from benchmarks.marks import begin_mark, write_between
from benchmarks.measuring import Cost, measure, percentile, time_queries
from benchmarks.queries import archive_queries
from benchmarks.results import ROOT
from searchkit.engines.opensearch.client import Cluster
from searchkit.engines.opensearch.fields import alias_of
from searchkit.engines.opensearch.settings import connection_from
from searchkit.engines.opensearch.snapshots import Snapshots
from searchkit.index import reader_of

_ROUNDS = 3
_WARMING = 6  # rounds of all queries, after which the compilers of the nodes have little left to do
KEPT, DOCUMENT = Path(__file__).with_name("scale.json"), ROOT / "docs" / "scale.md"
BEGIN = begin_mark("python -m benchmarks.scale")

# What is assumed, beside what was measured
LEVELS = (100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000)
SHARD_BYTES = 30e9  # of one shard: a node must copy it within minutes when another is lost
SHARD_SECONDS = 0.5  # that a shard may take for a query; it uses one core for it
COPIES = 2  # of each shard: the primary and one replica
DISK_FILLED = 0.7  # of a node's disk; the cluster itself stops at 0.85
NODE_DISK, NODE_CORES = 2e12, 16
QUERIES_A_SECOND = 10
CORES_BUSY = 0.5  # of the cores, so that p95 is not waiting in line
BUILD_HOURS = 24  # for a full build, of workers and of nodes


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured with so many *articles* in so many *shards*: of each engine CPU and clock of a full run,
    seconds an article; of the nodes their CPU for it; bytes of the index an article, one copy; p50 and p95 of a
    query on the clock, and CPU of the nodes a query, in seconds; a run that changes nothing, seconds an article;
    bytes of its record of files an article."""

    articles: int
    shards: int
    embedded_cpu: float
    embedded_wall: float
    embedded_bytes: float
    embedded_p50: float
    embedded_p95: float
    worker_cpu: float
    worker_wall: float
    node_cpu: float
    node_bytes: float
    node_p50: float
    node_p95: float
    node_query_cpu: float
    unchanged_wall: float
    record_bytes: float


@dataclass(frozen=True, slots=True)
class Need:
    """What so many *articles* need. Bytes are of all copies; hours are of one core."""

    articles: int
    bytes: float
    shards: int
    nodes: int
    worker_hours: float
    workers: int
    node_hours: float
    build_cores: int
    query_cores: int
    record_bytes: float
    unchanged_hours: float


def query_cost(sizes: list[Measured]) -> tuple[float, float]:
    """CPU of the nodes for a query, in seconds: of each shard, and of each article in it.

    It grows in a line between the fewest and the most articles that were measured; measured once, or where the
    noise is larger than the growth, it is all of the articles.
    """
    first, last = sizes[0], sizes[-1]
    grown = last.node_query_cpu - first.node_query_cpu
    if grown <= 0:
        return 0.0, last.node_query_cpu / last.articles
    article = grown / (last.articles - first.articles)
    return max(0.0, last.node_query_cpu - article * last.articles) / last.shards, article


def need(articles: int, sizes: list[Measured]) -> Need:
    """What *articles* need, if each costs what it did in the largest of the *sizes* that were measured, and a
    query as much as `query_cost` says."""
    measured, (of_shard, of_article) = sizes[-1], query_cost(sizes)
    one_copy = articles * measured.node_bytes
    shards = max(1, ceil(one_copy / SHARD_BYTES), ceil(articles * of_article / SHARD_SECONDS))
    query_cores = ceil(QUERIES_A_SECOND * (articles * of_article + shards * of_shard) / CORES_BUSY)
    worker_hours, node_hours = (articles * cpu / 3600 for cpu in (measured.worker_cpu, measured.node_cpu))
    build_cores = ceil(node_hours / BUILD_HOURS)
    cores = max(query_cores, build_cores)
    nodes = max(3, ceil(one_copy * COPIES / (NODE_DISK * DISK_FILLED)), ceil(cores / NODE_CORES))
    return Need(
        articles=articles,
        bytes=one_copy * COPIES,
        shards=shards,
        nodes=nodes,
        worker_hours=worker_hours,
        workers=ceil(worker_hours / BUILD_HOURS),
        node_hours=node_hours,
        build_cores=build_cores,
        query_cores=query_cores,
        record_bytes=articles * measured.record_bytes,
        unchanged_hours=articles * measured.unchanged_wall / 3600,
    )


def measured_at(times: int) -> Measured:
    """Both engines on the archive *times* over, in one run."""
    articles, corpus = count_articles(times), corpus_folder(times)
    place = cache() / f"scale-{times}"
    embedded, index = _reindexed(corpus, place, "whoosh"), Cluster(connection_from())
    before = _node_seconds(index)
    worker = _reindexed(corpus, place, "opensearch")
    node_cpu = _node_seconds(index) - before
    unchanged = _reindexed(corpus, place, "opensearch", full=False)
    asked = queries_at(times)
    with searchkit.open_index(place, engine="opensearch") as far:
        record = len(reader_of(far).manifest())
    alias = alias_of(str(place))
    name = Snapshots(index, alias).published()
    store = index.call("GET", f"/{name}/_stats/store")["_all"]["primaries"]["store"]["size_in_bytes"]
    return Measured(
        articles=articles,
        shards=index.connection.shards,
        embedded_cpu=embedded.cpu / articles,
        embedded_wall=embedded.wall / articles,
        embedded_bytes=size_of(place) / articles,
        worker_cpu=worker.cpu / articles,
        worker_wall=worker.wall / articles,
        node_cpu=node_cpu / articles,
        node_bytes=store / articles,
        unchanged_wall=unchanged.wall / articles,
        record_bytes=record / articles,
        **asked,
    )


def queries_at(times: int) -> dict[str, float]:
    """The fields of `Measured` that are about queries, of the indexes that `measured_at` made. Nothing else should
    be asked of the cluster meanwhile: the CPU is that of its processes."""
    place, cluster = cache() / f"scale-{times}", Cluster(connection_from())
    texts = [query.text for query in archive_queries()]
    with searchkit.open_index(place) as near, searchkit.open_index(place, engine="opensearch") as far:
        for text in texts * _WARMING:
            far.search(text)
        before = _node_seconds(cluster)
        found = time_queries(
            _ROUNDS, len(texts), {"near": lambda n: near.search(texts[n]), "far": lambda n: far.search(texts[n])}
        )
        spent = _node_seconds(cluster) - before
    return {
        "embedded_p50": percentile(found["near"][1], 0.5) / 1e3,
        "embedded_p95": percentile(found["near"][1], 0.95) / 1e3,
        "node_p50": percentile(found["far"][1], 0.5) / 1e3,
        "node_p95": percentile(found["far"][1], 0.95) / 1e3,
        "node_query_cpu": spent / ((_ROUNDS + 1) * len(texts)),  # one round only warms
    }


def _reindexed(corpus: Path, place: Path, engine: str, *, full: bool = True) -> Cost:
    """What a reindex as a process costs; files that fail are no failure here."""
    command = [sys.executable, "-m", "searchkit", "reindex", str(corpus), "--index", str(place), "--quiet"]
    command += ["--engine", engine, *(["--full"] if full else [])]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done, cost = measure(lambda: subprocess.run(command, cwd=ROOT, env=environment, check=False))
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit code {done.returncode}")
    return cost


def _node_seconds(cluster: Cluster) -> float:
    """CPU of the processes of all nodes; several nodes may be one process."""
    ids = cluster.call("GET", "/_nodes/process")["nodes"]
    stats = cluster.call("GET", "/_nodes/stats/process")["nodes"]
    spent = {(ids[node]["host"], ids[node]["process"]["id"]): stats[node]["process"]["cpu"] for node in ids}
    return sum(float(cpu["total_in_millis"]) for cpu in spent.values()) / 1e3


def load() -> list[Measured]:
    """What was measured and kept, the fewest articles first."""
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return sorted((Measured(**one) for one in kept.values()), key=lambda one: one.articles)


def render(measured: list[Measured]) -> str:
    """The tables of docs/scale.md."""
    largest, (of_shard, of_article) = measured[-1], query_cost(measured)
    return "\n".join(
        [
            "## Measured",
            "",
            *_table(_measured_rows(measured)),
            "",
            "## What follows",
            "",
            f"With the figures at {largest.articles:,} articles; a query costs {1e3 * of_shard:.1f} ms of CPU "
            f"a shard and {1e9 * of_article:,.0f} ns an article.",
            "",
            *_table(_need_rows([need(articles, measured) for articles in LEVELS])),
            "",
        ]
    )


def _measured_rows(measured: list[Measured]) -> Iterator[tuple[str, ...]]:
    def row(name: str, *fields: str, unit: float = 1.0, form: str = ",.2f") -> tuple[str, ...]:
        return (name, *(" / ".join(format(getattr(m, f) * unit, form) for f in fields) for m in measured))

    yield ("what, embedded / cluster", *(f"{one.articles:,} articles" for one in measured))
    yield row("full build, CPU of the process, ms an article", "embedded_cpu", "worker_cpu", unit=1e3)
    yield row("full build, clock, ms an article", "embedded_wall", "worker_wall", unit=1e3)
    yield (
        "bulk rate, articles a second",
        *(f"{1 / m.embedded_wall:,.0f} / {1 / m.worker_wall:,.0f}" for m in measured),
    )
    yield row("full build, CPU of the nodes, ms an article", "node_cpu", unit=1e3)
    yield row("index, one copy, bytes an article", "embedded_bytes", "node_bytes", form=",.0f")
    yield row("query with ten snippets, p50, ms", "embedded_p50", "node_p50", unit=1e3, form=",.1f")
    yield row("query with ten snippets, p95, ms", "embedded_p95", "node_p95", unit=1e3, form=",.1f")
    yield row("query, CPU of the nodes, ms", "node_query_cpu", unit=1e3, form=",.1f")
    yield row("run that changes nothing, ms an article", "unchanged_wall", unit=1e3)
    yield row("record of the files, bytes an article", "record_bytes", form=",.0f")


def _need_rows(needs: list[Need]) -> Iterator[tuple[str, ...]]:
    yield ("articles", *(f"{one.articles:,}" for one in needs))
    yield (f"index, {COPIES} copies", *(_bytes(one.bytes) for one in needs))
    yield ("shards", *(f"{one.shards:,}" for one in needs))
    yield (f"nodes of {NODE_CORES} cores and {_bytes(NODE_DISK)}", *(f"{one.nodes:,}" for one in needs))
    yield ("reading and segmenting, hours of a core", *(f"{one.worker_hours:,.1f}" for one in needs))
    yield (f"workers of one core for {BUILD_HOURS} hours", *(f"{one.workers:,}" for one in needs))
    yield ("indexing on the nodes, hours of a core", *(f"{one.node_hours:,.1f}" for one in needs))
    yield (f"cores of nodes for {BUILD_HOURS} hours of it", *(f"{one.build_cores:,}" for one in needs))
    yield (f"cores of nodes for {QUERIES_A_SECOND} queries a second", *(f"{one.query_cores:,}" for one in needs))
    yield ("record of the files", *(_bytes(one.record_bytes) for one in needs))
    yield ("run that changes nothing, hours", *(f"{one.unchanged_hours:,.1f}" for one in needs))


def _bytes(count: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9)):
        if count >= size:
            return f"{count / size:,.1f} {unit}"
    return f"{count / 1e6:,.0f} MB"


def _table(rows: Iterator[tuple[str, ...]]) -> list[str]:
    head, *others = (f"| {' | '.join(row)} |" for row in rows)
    return [head, "|---" * head.count(" | ") + "|---|", *others]


def main() -> None:
    """Measure what is asked for, keep it, and write the tables."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    arguments.add_argument("--measure", type=int, action="append", default=[], metavar="TIMES")
    arguments.add_argument("--queries", type=int, action="append", default=[], metavar="TIMES")
    options = arguments.parse_args()
    for times in (*options.measure, *options.queries):
        kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
        if times in options.measure:
            kept[str(times)] = asdict(measured_at(times))
        else:
            kept[str(times)] |= queries_at(times)
        KEPT.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        print(f"{times} times the archive: {kept[str(times)]}", flush=True)
    write_between(DOCUMENT, BEGIN, render(load()))
    print(f"written: {DOCUMENT}")


if __name__ == "__main__":
    main()
