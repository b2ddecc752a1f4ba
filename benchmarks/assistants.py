"""What an assistant gets: `python -m benchmarks.assistants INDEX [COLLECTION…] [--write]`.

Measures the server for assistants on an index: how long its answers are, how soon they come, also from a process
that is just started, and with judged queries (folders as in `benchmarks.relevance`, whose articles are those of
the index) how often the best article is in the first answer, and whether what is shown of each has the match.
With `--write` the table goes to `docs/assistants.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from mcp import Client, StdioServerParameters

import searchkit
from benchmarks.marks import begin_mark, write_between
from benchmarks.relevance import selection_of
from searchkit.assistants.answer import Answer
from searchkit.assistants.budget import LIST, PAGE, SUMMARY, tokens
from searchkit.assistants.instructions import instructions_of
from searchkit.assistants.nearness import nearest_passage
from searchkit.assistants.server import tool_of
from searchkit.assistants.tools import TOOLS, call

SEED, CALLS, STARTS = 20_261_130, 1_000, 5
DOCUMENT = Path(__file__).parent.parent / "docs" / "assistants.md"
BEGIN = begin_mark("python -m benchmarks.assistants --write")
BUDGETS = {"search": LIST, "similar": LIST, "fetch": PAGE, "find_source": SUMMARY, "overview": SUMMARY}


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, and the bar it is held against."""

    name: str
    value: str
    bar: str = ""


@dataclass(frozen=True, slots=True)
class Called:
    """A call that was answered, how long that took, and how long a processor was busy with it, in milliseconds."""

    tool: str
    answer: Answer
    took: float
    busy: float


def called(index: searchkit.Index, tool: str, arguments: Mapping[str, Any]) -> Called:
    """A call."""
    began, busy = time.perf_counter(), time.process_time()
    answer = call(index, tool, arguments)
    return Called(tool, answer, (time.perf_counter() - began) * 1000, (time.process_time() - busy) * 1000)


def size_rows(index: searchkit.Index) -> Iterator[Row]:
    """What is read at the beginning of every conversation."""
    listed = [tool_of(tool).model_dump(mode="json", by_alias=True, exclude_none=True) for tool in TOOLS]
    text = json.dumps({"tools": listed}, ensure_ascii=False, separators=(",", ":"))
    yield Row("characters of tools/list", f"{len(text):,}", "at most 6,000")
    yield Row("characters of the instructions", f"{len(instructions_of(index)):,}", "at most 1,000")


def random_calls(index: searchkit.Index, count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls of all tools with pieces of random articles, the same each time."""
    draw = random.Random(SEED)
    ids = sorted(index.ids())
    for _ in range(count):
        article = index.get(draw.choice(ids))
        text = article.title + article.body
        at = draw.randrange(max(1, len(text)))
        query = " ".join(text[at : at + draw.choice((2, 4, 8, 16))].split())
        page = {"limit": draw.randint(1, 20), "offset": draw.choice((0, 0, 0, 10, 200))}
        calls: dict[str, dict[str, Any]] = {
            "search": {"query": query, **page, "detail": draw.choice(("titles", "short", "long"))},
            "fetch": draw.choice(
                (
                    {"id": article.id, "offset": draw.choice((0, 0, at))},
                    {"id": article.id, "around": query},
                    {"id": draw.sample(ids, min(len(ids), draw.randint(2, 10)))},
                )
            ),
            "find_source": {"text": text[at : at + draw.randint(10, 1_500)] or "月"},
            "similar": {"id": article.id, **page},
            "overview": draw.choice(({}, {"query": query})),
        }
        tool = draw.choice(tuple(calls))
        yield tool, calls[tool]


def call_rows(index: searchkit.Index) -> Iterator[Row]:
    """How long answers are and how soon they come."""
    call(index, "search", {"query": "月"})  # what is loaded once
    done = [called(index, tool, arguments) for tool, arguments in random_calls(index, CALLS)]
    over = sum(one.answer.cost > BUDGETS[one.tool] for one in done)
    yield Row(f"of {CALLS:,} random calls over their budget", str(over), "0")
    for tool, budget in BUDGETS.items():
        costs = [one.answer.cost for one in done if one.tool == tool]
        yield Row(
            f"tokens of {tool}, median / most", f"{median(costs):,.0f} / {max(costs):,}", f"at most {budget:,}"
        )
    yield Row("milliseconds of a call, median / 95 %", spread(one.took for one in done), "at most 60")
    yield Row("milliseconds of the processor, median / 95 %", spread(one.busy for one in done))
    for tool in BUDGETS:
        yield Row(f"the same of {tool}", spread(one.busy for one in done if one.tool == tool))


def spread(values: Iterable[float]) -> str:
    """The median, and what 95 of 100 *values* are at most."""
    values = list(values)
    return f"{median(values):.0f} / {quantiles(values, n=20)[-1]:.0f}"


def judged_rows(index: searchkit.Index, folder: Path) -> Iterator[Row]:
    """What the first answer to judged queries has."""
    selection = selection_of(folder)
    best = shown = hits = 0
    done = []
    for query in selection.queries:
        grades = selection.judgements[query.id]
        wanted = {name for name, grade in grades.items() if grade == max(grades.values())}
        done.append(called(index, "search", {"query": query.text}))
        values = done[-1].answer.values["hits"]
        best += bool(wanted & {name for hit in values for name in names_of(index, hit["id"])})
        hits += len(values)
        shown += sum(shows_match(index, query.text, hit) for hit in values)
    count = len(selection.queries)
    costs, texts = [one.answer.cost for one in done], [tokens(one.answer.text) for one in done]
    yield Row(
        f"{folder.name}: the best article in the first answer", f"{best} of {count}, {best / count:.1%}", "90 %"
    )
    yield Row(f"{folder.name}: articles shown with the match", f"{shown} of {hits}, {shown / hits:.1%}", "100 %")
    yield Row(f"{folder.name}: tokens of the text, median / most", f"{median(texts):,.0f} / {max(texts):,}")
    yield Row(
        f"{folder.name}: with structured content and links",
        f"{median(costs):,.0f} / {max(costs):,}",
        "3,000 / 6,000",
    )


def names_of(index: searchkit.Index, name: str) -> Iterable[str]:
    """The ids of an article and of its repeats."""
    article = index.get(call(index, "fetch", {"id": name, "max_chars": 100}).articles[0])
    return (article.id, *article.duplicates)


def shows_match(index: searchkit.Index, query: str, hit: Mapping[str, Any]) -> bool:
    """Whether a word of the query, or a piece of one where the article has none, is in the passages that are
    shown, or else in the title and the facts. One character of a word that it lacks is no match."""
    marked = (s["text"][start:end] for s in hit.get("snippets", ()) for start, end in s["highlights"])
    if any(len(piece) > 1 or not any(piece in word for word in hit.get("without", ())) for piece in marked):
        return True
    facts = " ".join([hit.get("title", ""), hit.get("author", ""), *hit.get("tags", ())])
    piece = nearest_passage(query, facts)
    return bool(index.highlights(query, facts)) or (piece is not None and _length(piece.highlights[0]) > 1)


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def start_rows(place: str) -> Iterator[Row]:
    """How long a process takes from its start to the first answer."""
    server = StdioServerParameters(command=sys.executable, args=["-m", "searchkit", "mcp", "--index", place])

    async def first_answer() -> float:
        began = time.perf_counter()
        async with Client(server) as client:
            await client.call_tool("search", {"query": "OpenAI 融资"})
            return time.perf_counter() - began

    times = [asyncio.run(first_answer()) for _ in range(STARTS)]
    yield Row(
        "seconds to the first answer, least / median", f"{min(times):.2f} / {median(times):.2f}", "at most 2.5"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.assistants", description=__doc__)
    parser.add_argument("index", help="the folder of an index")
    parser.add_argument("collections", nargs="*", type=Path, help="folders of judged queries on its articles")
    parser.add_argument("--write", action="store_true", help="write the table to docs/assistants.md")
    options = parser.parse_args()
    lines = []
    for line in table(options.index, options.collections):
        print(line, flush=True)
        lines.append(line)
    if options.write:
        write_between(DOCUMENT, BEGIN, "\n".join([*lines, ""]))


def table(place: str, collections: Iterable[Path]) -> Iterator[str]:
    """The lines of the table, each as soon as it is measured."""
    yield "| what | measured | bar |"
    yield "|---|---|---|"
    with searchkit.open_index(place) as index:
        judged = chain.from_iterable(judged_rows(index, folder) for folder in collections)
        for row in chain(size_rows(index), call_rows(index), judged, start_rows(place)):
            yield f"| {row.name} | {row.value} | {row.bar} |"


if __name__ == "__main__":
    main()
