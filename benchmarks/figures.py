"""The table of figures on the archive: `make figures`, or `python -m benchmarks.figures [--write]`.

Indexes the archive, checks every promise and prints a table of what was tried, what was kept and the bar; with
`--write` the table goes to `docs/figures.md`. It takes about ten minutes on two processors.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import islice
from pathlib import Path

import searchkit
from benchmarks import promises, reposts, sounds, typos
from benchmarks.archive import find_archive, unpack
from benchmarks.relevance import JUDGED

DOCUMENT = Path(__file__).parent.parent / "docs" / "figures.md"
QUOTES = 400
Row = tuple[str, str, str, bool]
_EVERY = 25
"""Of the articles, those that vectors are made of: all would take ten minutes."""


def main() -> None:
    """Measure, print, and exit with 1 if a bar was missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="write the table to docs/figures.md")
    options = arguments.parse_args()
    archive = find_archive()
    if archive is None:
        sys.exit("the archive is not here; name its folder in SEARCHKIT_ARCHIVE")
    with tempfile.TemporaryDirectory() as scratch:
        corpus = unpack(archive, Path(scratch, "archive"))
        rows = []
        for row in _measure(corpus, Path(scratch, "index")):
            print(*row[:3], "" if row[3] else "MISSED", sep="\t", flush=True)
            rows.append(row)
    if options.write:
        DOCUMENT.write_text(_document(rows), encoding="utf-8")
    sys.exit(not all(row[3] for row in rows))


def _measure(corpus: Path, place: Path) -> Iterator[Row]:
    yield from _indexing(corpus, place)
    with searchkit.open_index(place) as index:
        titles = promises.title_cases(index)
        quoted = promises.piece_cases(index, 1000, quoted=True)
        unquoted = promises.piece_cases(index, 1000, quoted=False)
        queries = promises.highlight_queries(index, 150)
        typed = promises.highlight_queries(index, 200)
        syllables = sounds.sound_cases(index, 1000)
        initials = sounds.initials_cases(index, 500)
        latin = sounds.latin_cases(index, 1500)
        yield from _typos(index, titles)
    yield from _titles(promises.check_titles(place, titles))
    yield _promise("pieces of 1 to 12 characters, quoted, found", promises.check_found(place, quoted))
    yield _promise(
        "pieces with two Han characters or more, unquoted, found", promises.check_found(place, unquoted)
    )
    outcome = promises.check_highlights(place, queries)
    name = f"hits of which every highlight is a term of the query ({outcome.counts['highlights']:,} highlights)"
    yield _promise(name, outcome, at_least=1000)
    yield from _passages(promises.check_passages(place, queries))
    yield from _quotes(place)
    yield from _reposts(place)
    yield _keys(promises.check_keys(place, typed))
    at = promises.Place(place)
    yield _promise("pieces of 2 to 4 Han of titles, typed as pinyin, found", sounds.check_sounds(at, syllables))
    yield _initials(sounds.check_sounds(at, initials))
    yield _promise("Latin words of titles that pinyin changes nothing of", sounds.check_unchanged(at, latin))

    yield from _by_meaning(place, queries)


def _indexing(corpus: Path, place: Path) -> Iterator[Row]:
    began = _cpu()
    first = searchkit.reindex(corpus, place)
    cpu = _cpu() - began
    accounted = first.added + first.duplicates + first.drafts + len(first.skipped) + len(first.failed)
    yield "files accounted for", f"{accounted:,} of {first.seen:,}", "all", accounted == first.seen
    yield "failed, recovered, repeats", (
        f"{len(first.failed)}, {len(first.recovered)}, {first.duplicates}"
    ), "0 failed, 20 recovered", (len(first.failed), len(first.recovered)) == (0, 20)  # fmt: skip
    yield (
        "full reindex",
        f"{first.seconds:.0f} s wall, {cpu:.0f} s CPU, {cpu * 1000 / first.seen:.0f} ms CPU a file",
        "–",
        True,
    )
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    yield "largest process", f"{peak / 1024:.0f} MB", "–", True
    second = searchkit.reindex(corpus, place)
    yield "second reindex", f"{second.read} read, {second.seconds:.2f} s", "0 read, under 2 s", (
        second.read == 0 and second.seconds < 2
    )  # fmt: skip
    size = sum(file.stat().st_size for file in place.rglob("*") if file.is_file())
    yield "index on disk", f"{size / 1e6:.0f} MB", "–", True


def _titles(outcome: promises.Outcome) -> Iterator[Row]:
    for name, key, bar in (("first", "first", 0.99), ("among the first three", "three", 0.998)):
        share = outcome.counts[key] / outcome.tried
        yield (
            f"titles typed as they stand that bring their article {name}",
            f"{outcome.counts[key]:,} of {outcome.tried:,} ({share:.2%})",
            f"{bar:.1%}",
            share >= bar,
        )
    yield "time of a title query", f"p50 {outcome.median_ms:.0f} ms, p95 {outcome.p95_ms:.0f} ms", "–", True


def _typos(index: searchkit.Index, titles: list[promises.Case]) -> Iterator[Row]:
    """Suggestions for mistyped words of the archive, and for titles, which need none."""
    outcome = typos.check_typos(index, typos.typo_cases(index, 300))
    for name, key, bar in (("what was meant is suggested", "right", 0.85), ("its article is found", "found", 0.9)):
        count = outcome.counts[key]
        share = count / outcome.tried
        yield (
            f"words with a character of the same sound: {name}",
            f"{count} of {outcome.tried} ({share:.1%})",
            f"{bar:.0%}",
            share >= bar,
        )
    queries = random.Random(promises.SEED).sample([case.query for case in titles], min(500, len(titles)))
    correct = typos.check_correct(index, queries)
    share = len(correct.lost) / correct.tried
    yield "titles with a suggestion", f"{len(correct.lost)} of {correct.tried:,}", "1%", share <= 0.01


def _passages(outcome: promises.Outcome) -> Iterator[Row]:
    yield _promise("hits without a passage under 12 characters", outcome, at_least=1000)
    code, shown = outcome.counts["code"], outcome.counts["shown"]
    share = code / shown
    yield "hits that show only code, though prose has the word", f"{code:,} ({share:.2%})", "1.0%", share <= 0.01


def _quotes(place: Path) -> Iterator[Row]:
    """Passages of articles, edited, and of other collections."""
    for length, edited, bar in ((80, 0.15, 0.99), (30, 0.15, 0.95), (30, 0.3, 0.90)):
        with searchkit.open_index(place) as index:
            cases = promises.quote_cases(index, QUOTES, length=length, edited=edited)
        outcome = promises.check_quotes(place, cases)
        share = outcome.kept / outcome.tried
        name = f"passages of {length} characters, {edited:.0%} of them edited, that name their article"
        times = f"CPU p50 {outcome.median_ms:.0f} ms, p95 {outcome.p95_ms:.0f} ms"
        yield name, f"{outcome.kept:,} of {outcome.tried:,} ({times})", f"{bar:.0%}", share >= bar
    for name, texts in _other_texts():
        outcome = promises.check_quotes(place, promises.strange_cases(texts, QUOTES, length=30))
        value, kept = f"{len(outcome.lost):,} of {outcome.tried:,}", len(outcome.lost) <= 0.01 * outcome.tried
        yield f"passages of 30 characters of {name} that an article is named for", value, "1%", kept


def _reposts(place: Path) -> Iterator[Row]:
    """Changed copies of articles, among all of them."""
    with searchkit.open_index(place) as index:
        for edited, outcome in reposts.check_copies(index, place.with_name("copies")).items():
            bar = reposts.BARS[edited]
            share = outcome.kept / outcome.tried
            name = f"copies with {edited:.0%} of their characters edited that are reposts of their article"
            yield name, f"{outcome.kept:,} of {outcome.tried:,}", f"{bar:.0%}", share >= bar
        took_ms = reposts.finding_ms(index)
    yield "finding the reposts, CPU an article", f"{took_ms:.2f} ms", "3 ms", took_ms <= 3


def _other_texts() -> Iterator[tuple[str, list[str]]]:
    """The texts of the judged collections that are here and are not of the archive."""
    for name in ("cmrc2018", "dureader-demo"):
        file = JUDGED / name / "corpus.jsonl.gz"
        if file.exists():
            yield name, [json.loads(line)["text"] for line in gzip.decompress(file.read_bytes()).splitlines()]


def _keys(outcome: promises.Outcome) -> Row:
    times = f"p50 {outcome.median_ms:.0f} ms, p95 {outcome.p95_ms:.0f} ms CPU"
    return f"a key of 200 queries as they are typed ({outcome.tried:,} keys)", times, "20 ms", outcome.p95_ms <= 20


def _initials(outcome: promises.Outcome) -> Row:
    ten = outcome.counts["ten"]
    return (
        "four Han of titles, typed as initials, found among the first ten",
        f"{ten:,} of {outcome.tried:,} ({ten / outcome.tried:.0%})",
        "90%",
        ten >= 0.9 * outcome.tried,
    )


def _by_meaning(place: Path, queries: Sequence[str]) -> Iterator[Row]:
    """What vectors cost, on some of the articles in the index at *place*."""
    with searchkit.open_index(place) as index:
        articles = list(islice(index, 0, None, _EVERY))
    spent = {}
    for what in ("off", "titles", "lead"):  # the last one is searched
        config = searchkit.Config(index=f"{place}-vectors", semantic=what)
        began = _cpu()
        searchkit.reindex(articles, config=config, full=True)
        spent[what] = (_cpu() - began) * 1000 / len(articles)
    for what, bar in (("titles", 30), ("lead", 150)):
        more = spent[what] - spent["off"]
        yield f"vectors of {what}", f"{more:.0f} ms CPU an article", f"{bar} ms", more <= bar
    with searchkit.open_index(config=config) as index:
        words, meaning = (_search_ms(index, queries, semantic=way) for way in (False, True))
    yield "more for a search by meaning", f"{meaning - words:.0f} ms CPU", "30 ms", meaning - words <= 30


def _search_ms(index: searchkit.Index, queries: Sequence[str], *, semantic: bool) -> float:
    """Milliseconds of CPU that a search takes, the first left aside."""
    index.search(queries[0], semantic=semantic)
    began = _cpu()
    for query in queries:
        index.search(query, semantic=semantic)
    return (_cpu() - began) * 1000 / len(queries)


def _promise(name: str, outcome: promises.Outcome, at_least: int = 1) -> Row:
    for lost in outcome.lost:
        print("lost:", lost, file=sys.stderr)
    times = f"p50 {outcome.median_ms:.0f} ms, p95 {outcome.p95_ms:.0f} ms"
    return (
        name,
        f"{outcome.kept:,} of {outcome.tried:,} ({times})",
        "all",
        not outcome.lost and outcome.tried >= at_least,
    )


def _document(rows: list[Row]) -> str:
    lines = "\n".join(
        f"| {name} | {value} | {bar} | {'yes' if kept else '**no**'} |" for name, value, bar, kept in rows
    )
    packages = ", ".join(f"{name} {version(name)}" for name in ("Whoosh-Reloaded", "jieba", "rjieba", "lxml"))
    machine = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return f"""# Figures on the archive

Written by `python -m benchmarks.figures --write` (or `make figures ARGS=--write`) on {time.strftime("%Y-%m-%d")}:
{machine}, {promises.processors()} processors, searches in as many processes;
{packages}. Times are of a shared machine: they say what order of
magnitude to expect.

| what | measured | bar | kept |
|---|---|---|---|
{lines}
"""


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()
