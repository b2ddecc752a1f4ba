"""Where the time of each row of the benchmarks goes: `make profile`, or `python -m benchmarks.profile [NAME …]`.

For each name a table of the functions of searchkit that take most, their own time and that of what they call in
packages: share, calls, place. A profiler makes small functions look slower than they are: shares, not times.
"""

from __future__ import annotations

import argparse
import cProfile
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import searchkit
from benchmarks.corpora import append, articles_of, cache, corpus_folder, environment, index_folder, linked_corpus
from benchmarks.promises import piece_cases
from benchmarks.queries import archive_queries, make_texts

ROWS = 20
HERE = Path(searchkit.__file__).parent
Work = Callable[[], object]


def main() -> None:
    """Print the tables that are asked for."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PROFILED))
    arguments.add_argument("--times", type=int, default=1, help="the archive so many times over")
    options = arguments.parse_args()
    for name in options.names or PROFILED:
        print(f"\n## {name}\n")
        with PROFILED[name](options.times) as work:
            print("\n".join(_start_of(work) if isinstance(work, list) else _table(work)), flush=True)


def _table(work: Work) -> Iterator[str]:
    """The functions that take most of *work*, done once before."""
    work()
    profiler = cProfile.Profile()
    profiler.runcall(work)
    profiler.create_stats()
    calls: dict[tuple[str, int, str], Any] = profiler.stats
    own = {place: (found[0], found[2]) for place, found in calls.items()}
    total = sum(seconds for _, seconds in own.values())
    for place, (_, _, _, _, callers) in calls.items():
        for caller, (_, _, seconds, _) in callers.items():
            if not _is_ours(place) and _is_ours(caller):  # what is called in a package counts where it is called
                own[caller] = (own[caller][0], own[caller][1] + seconds)
    ours = sorted(((place, found) for place, found in own.items() if _is_ours(place)), key=lambda p: -p[1][1])
    for (file, line, name), (count, seconds) in ours[:ROWS]:
        where = Path(file).relative_to(HERE).as_posix()
        yield f"{seconds / total:6.1%} {count:9,} {where}:{line} {name}"


def _is_ours(place: tuple[str, int, str]) -> bool:
    return place[0].startswith(str(HERE))


def _start_of(command: list[str]) -> Iterator[str]:
    """What is imported when *command* starts, the slowest modules by themselves, in microseconds."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *command], capture_output=True, encoding="utf-8", env=environment()
    )
    rows = [line.removeprefix("import time:").split("|") for line in done.stderr.splitlines() if "|" in line]
    found = [(int(own), module.strip()) for own, _, module in rows if own.strip().isdigit()]
    total = sum(own for own, _ in found)
    yield f"{total / 1000:.0f} ms in {len(found)} modules"
    for own, module in sorted(found, reverse=True)[:ROWS]:
        yield f"{own / total:6.1%} {own:9,} {module}"


def _searching(ask: Callable[[searchkit.Index, str], object], kind: str = "texts") -> Any:
    @contextmanager
    def made(times: int) -> Iterator[Work]:
        with searchkit.open_index(index_folder(1)) as once:
            quoted = [piece.query for piece in piece_cases(once, 120, quoted=True)]
        queries = archive_queries()
        texts = {
            "texts": make_texts(queries, quoted),
            "quoted": quoted,
            "words": [query.text for query in queries],
        }
        texts["keys"] = [query.text[:end] for query in queries[:60] for end in range(1, len(query.text) + 1)]
        with searchkit.open_index(index_folder(times)) as index:
            yield lambda: [ask(index, text) for text in texts[kind]]

    return made


@contextmanager
def _starting(times: int) -> Iterator[list[str]]:
    yield ["-m", "searchkit", "search", "--index", str(index_folder(times)), "单细胞 分析"]


@contextmanager
def _reindexing(times: int) -> Iterator[Work]:
    place = cache() / "profile"
    corpus = corpus_folder(times)

    def work() -> None:
        shutil.rmtree(place, ignore_errors=True)
        searchkit.reindex(corpus, place, jobs=1)

    yield work


def _changing(*, is_changed: bool) -> Any:
    @contextmanager
    def made(times: int) -> Iterator[Work]:
        place, corpus = cache() / "profile", linked_corpus(times, cache() / "profile-corpus")
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(index_folder(times), place)
        searchkit.reindex(corpus, place)

        def work() -> None:
            if is_changed:
                append(articles_of(corpus)[0], "\n\nchanged\n")
            searchkit.reindex(corpus, place)

        yield work

    return made


PROFILED: dict[str, Any] = {
    "scored": _searching(lambda index, text: index.scored(text, limit=10), "words"),
    "search": _searching(lambda index, text: index.search(text)),
    "quoted": _searching(lambda index, text: index.search(text), "quoted"),
    "keys": _searching(lambda index, text: index.search(text, prefix=True), "keys"),
    "start": _starting,
    "reindex": _reindexing,
    "changed": _changing(is_changed=True),
    "unchanged": _changing(is_changed=False),
}


if __name__ == "__main__":
    main()
