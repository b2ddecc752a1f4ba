"""Queries that ask for too much: each is answered in bounded time and memory, or in a documented error, with a
note where something was left out.

Times are those of the process, because a busy machine makes every clock late; of a query over the bound the best
of a few runs counts, in the time of a machine that does `_yardstick` in `_YARD` seconds: one that is slower, or
shares its caches with other work, may take longer by as much. `SEARCHKIT_ARCHIVE` names the archive that the
figures are for; without it, and in `make test`, the queries run against the sample corpus. A made-up vocabulary
has many words and long ones.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from string import ascii_lowercase

from msgspec.structs import replace

import searchkit
from benchmarks.archive import find_archive, unpack
from searchkit.analysis.analyzer import Analyzer
from searchkit.engines.whoosh import WhooshEngine
from searchkit.errors import QuerySyntaxError
from searchkit.index import reader_of
from searchkit.ingest.document import make_document
from searchkit.query.limits import MAX_CHARACTERS
from tests.conftest import ROOT, SAMPLES, make_article
from tests.engines.contract import STATE
from tests.reliability.hostile import Case, hostile_queries, random_queries
from tests.reliability.proving import EVERY, Proof, Tally, spread

BOUND = 0.1
"""Seconds of the processor that a search may take on the archive."""
SLOWEST = 0.25
"""The same with everything that can be asked for besides: any word will do, facets, explanations."""
MOST_MEMORY = 64
"""MB more than the process had."""
_RUNS = 5
_YARD = 0.0027
_RANDOM = 200
_FACETS: tuple[searchkit.Facet, ...] = ("tag", "category", "author", "year")


def run_searches(scratch: Path, effort: int) -> Tally:
    """Every way to ask each query."""
    tally = Tally()
    slowest = (0.0, "")
    with _opened(scratch, archive=effort == EVERY) as index:
        longest = max((index.get(article_id).body for article_id in reader_of(index).ids()), key=len)
        cases = [("the longest article", longest), *hostile_queries(), *random_queries(_RANDOM)]
        _search_everything(index, "中国 model zzqq~2 f*r zzzqq")  # what is made once for all queries
        for at in spread(len(cases), effort):
            name, query = cases[at]
            with tally.case(name):
                taken = _ask(index, query)
                slowest = max(slowest, (taken, name))
    tally.remark = f"slowest {slowest[0] * 1000:.0f} ms: {slowest[1]}"
    return tally


def _opened(scratch: Path, *, archive: bool) -> searchkit.Index:
    found = find_archive() if archive else None
    searchkit.reindex(unpack(found, scratch) if found else SAMPLES, scratch / "index")
    return searchkit.open_index(scratch / "index")


def _ask(index: searchkit.Index, query: str) -> float:
    """The seconds a search takes; it must not take more than its bound, nor leave anything out in silence."""
    before = _memory()
    taken = _best(lambda: index.search(query), BOUND)
    _best(lambda: _search_everything(index, query), SLOWEST)
    _best(lambda: index.search(query, prefix=True), BOUND)
    _best(lambda: index.search(query, sort="newest", offset=10**18, limit=10**18), BOUND)
    _best(lambda: _strictly(index, query), BOUND)
    index.plan(query)
    notes = index.search(query, limit=0).notes
    if len(query) > MAX_CHARACTERS:
        assert any("characters were read" in note for note in notes), f"no note says that it was cut: {notes}"
    assert len(notes) < 20, f"{len(notes)} notes"
    assert _memory() - before < MOST_MEMORY, f"{_memory() - before} MB more than before"
    return taken


def _best(ask: Callable[[], object], bound: float) -> float:
    best = float("inf")
    for _ in range(_RUNS):
        best = min(best, _seconds(ask) / max(1.0, _seconds(_yardstick) / _YARD))
        if best < bound:
            return best
    raise AssertionError(f"{best * 1000:.0f} ms, more than {bound * 1000:.0f}")


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _yardstick() -> int:
    """Work of a kind that a search does, always as much of it."""
    words = [f"{n:x}" for n in range(6_000)]
    return len({word: word.upper() for word in sorted(words)}) + sum("a" in word for word in words)


def _search_everything(index: searchkit.Index, query: str) -> None:
    index.search(query, facets=_FACETS, explain=True)


def _strictly(index: searchkit.Index, query: str) -> None:
    try:
        index.search(query, strict=True)
    except QuerySyntaxError as error:
        assert len(str(error)) < 1_000, f"an error of {len(str(error)):,} characters"


def _memory() -> int:
    """MB the process has had at most."""
    return (
        int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        // (1 if sys.platform != "darwin" else 1024)
        // 1024
    )


def run_filters(scratch: Path, effort: int) -> Tally:
    """Filters of thousands of values, numbers that make no sense."""
    tally = Tally()
    many = [f"{n}" for n in range(10_000)]
    known = ["科技"] * 10_000
    cases: list[tuple[str, dict[str, object]]] = [
        ("10,000 tags", {"tags": many}),
        ("one tag 10,000 times", {"tags": known}),
        ("10,000 categories", {"categories": many}),
        ("an author of 1 MB", {"author": "作" * 1_000_000}),
        ("a tag of 1 MB", {"tags": ["\ufdfa" * 100_000]}),
        ("a facet 1,000 times", {"facets": _FACETS * 250}),
        ("a day of 1 MB", {"since": "9" * 1_000_000}),
        ("a day of NULs", {"until": "\0" * 1_000}),
        ("a facet that is none", {"facets": ["a" * 100_000]}),
        ("a limit below nothing", {"limit": -(10**18)}),
        ("an offset below nothing", {"offset": -1}),
        ("a limit beyond all", {"limit": 10**30, "snippets": False}),
        ("an offset beyond all", {"offset": 10**30}),
    ]
    with _opened(scratch, archive=effort == EVERY) as index:
        index.search("模型", facets=_FACETS)
        for at in spread(len(cases), effort):
            name, options = cases[at]
            with tally.case(name):
                _best(lambda options=options: _filtered(index, options), SLOWEST)  # type: ignore[misc]
        article = next(iter(reader_of(index).ids()))
        with tally.case("articles like one"):
            _best(lambda: index.similar(article), SLOWEST)
    return tally


def _filtered(index: searchkit.Index, options: dict[str, object]) -> None:
    try:
        index.search("模型 数据", **options)  # type: ignore[arg-type]
    except ValueError as error:
        numbers_or_names = {"since", "until", "facets", "limit", "offset"} & options.keys()
        assert numbers_or_names or "an article can be asked for" in str(error), error


def run_vocabulary(scratch: Path, effort: int) -> Tally:
    """Patterns and fuzzy words in an index of 200,000 words, some of them a thousand letters long."""
    tally = Tally()
    index = _index_of_words(scratch, 200_000 if effort == EVERY else 20_000)
    index.search("zz*zz zzqq~")  # what is made once for all queries
    cases = [case for case in hostile_queries() if set("*?~") & set(case[1][:200])] + list(_own_patterns())
    with index:
        for at in spread(len(cases), effort):
            name, query = cases[at]
            with tally.case(name):
                _best(lambda query=query: index.search(query), BOUND)  # type: ignore[misc]
    return tally


def _own_patterns() -> Iterator[Case]:
    yield "a long word, its middle letter missing", "a" * 499 + "*" + "a" * 500
    yield "a long word of stars and letters", "a*" * 500
    yield "a long word of holes", "a?" * 499 + "a"
    yield "a long word two letters off", "a" * 998 + "~2"


def _index_of_words(place: Path, count: int) -> searchkit.Index:
    """An index of *count* different words and of some that are longer than the analyzer makes any."""
    chance = random.Random(6)
    words = {
        "".join(chance.choices(ascii_lowercase, k=chance.randrange(4, 12))) for _ in range(count + count // 8)
    }
    long = ["a" * 1_000, "ab" * 500, *("a" * n + "b" for n in range(900, 999))]
    every = [*sorted(words)[:count], *long]
    documents = [
        replace(make_document(make_article(f"{n}"), Analyzer()), words={"body": every[n::50]}) for n in range(50)
    ]
    engine = WhooshEngine(place)
    with engine.locked(), engine.write(full=True) as writer:
        writer.add(engine.pack(documents))
        writer.commit(replace(STATE, user_words=()), b"")
    return searchkit.Index(engine.read(), searchkit.Config())


COMMANDS = (
    ("search", "--", "{}"),
    ("search", "--json", "--all", "--explain", "--facets", "--", "{}"),
    ("search", "--raw", "--", "{}"),
    ("why", "--", "{}", "a"),
    ("analyze", "--", "{}"),
)
_MOST_OF_AN_ARGUMENT = 120_000


def run_commands(scratch: Path, effort: int) -> Tally:
    """The same from a command line, where an argument has at most 128 KB and no NUL."""
    tally = Tally()
    searchkit.reindex(SAMPLES, scratch / "index")
    texts = [(name, _as_argument(query)) for name, query in hostile_queries()]
    cases = [(name, command, text) for name, text in texts if text for command in COMMANDS]
    for at in spread(len(cases), effort):
        name, command, text = cases[at]
        with tally.case(f"{' '.join(command[:-1])} {name}"):
            _run([part.format(text) for part in command], scratch)
    with tally.case("2 MB of arguments"):
        _run(["search", *["猫" * 20_000] * 25], scratch)
    return tally


def _as_argument(query: str) -> str:
    """What of *query* may be said on a command line."""
    plain = query.replace("\0", "").encode("utf-8", "ignore")[:_MOST_OF_AN_ARGUMENT]
    return plain.decode("utf-8", "ignore")


def _run(parts: list[str], scratch: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "searchkit", *parts],
        cwd=ROOT,
        env={"SEARCHKIT_INDEX": str(scratch / "index"), "PATH": "/usr/bin", "HOME": str(scratch)},
        capture_output=True,
        timeout=60,
    )
    error = run.stderr.decode("utf-8", "replace")
    assert run.returncode in (0, 1, 2), f"exit code {run.returncode}: {error[-200:]}"
    assert "Traceback" not in error, error[-300:]
    assert run.returncode != 2 or "searchkit: " in error, error[:200]
    assert len(error) < 100_000, f"{len(error):,} characters of messages"


PROOFS = (
    Proof("A query takes at most 100 ms and 64 MB, whatever it is, and says what was left out", run_searches, 12),
    Proof("Filters and numbers of any size are answered or refused at once", run_filters, 13),
    Proof("Patterns and fuzzy words cost no more among 200,000 words", run_vocabulary, 8),
    Proof("A command answers a hostile query or says what is wrong with it", run_commands, 2, 120),
)
