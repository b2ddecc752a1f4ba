"""What an index promises, checked article by article. Tests and the table of figures both call these.

Each check takes an index and gives the cases it tried, and those that broke the promise. Checks that search
run in as many processes as there are processors, each with the index opened for itself.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import searchkit

SEED = 20_240_514
HAN = re.compile("[\u3400-\u9fff]")
_CODE = re.compile(r"<-|\(\)|[{};]\s*$|^\s*[>$#]|%>%|\w+\(.*\)|=\s*[\"'\w]|::|</|\$\w")
_CHUNK = 20


@dataclass
class Outcome:
    """How many cases were tried, which were lost and why, and how long each took in milliseconds."""

    tried: int = 0
    lost: list[str] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def kept(self) -> int:
        """Cases in which the promise held."""
        return self.tried - len(self.lost)

    @property
    def median_ms(self) -> float:
        """Half of the cases took no longer."""
        return median(self.took_ms) if self.took_ms else 0.0

    @property
    def p95_ms(self) -> float:
        """All but one in twenty of the cases took no longer."""
        return sorted(self.took_ms)[int(len(self.took_ms) * 0.95)] if self.took_ms else 0.0


@dataclass(frozen=True)
class Case:
    """A query, the ids of which one must be found, and what the query was made of."""

    query: str
    ids: frozenset[str]
    passage: str = ""


@dataclass(frozen=True)
class Place:
    """Where an index is: what the setting `index` says, and the engine."""

    path: Path
    engine: str = "whoosh"


Check = Callable[[Place, Case], tuple[str, float, Counter[str]]]
"""What is wrong with a case, if anything; how long it took in milliseconds; what else was counted."""


def title_cases(index: searchkit.Index, sample: int | None = None) -> list[Case]:
    """A case for each distinct title, typed as it stands."""
    owners: dict[str, set[str]] = {}
    for article in index:
        for title in (article.title, *article.other_titles):
            owners.setdefault(title, set()).add(article.id)
    cases = [Case(title, frozenset(ids)) for title, ids in owners.items()]
    return cases if sample is None else random.Random(SEED).sample(cases, min(sample, len(cases)))


def piece_cases(index: searchkit.Index, count: int, *, quoted: bool) -> list[Case]:
    """Random pieces of 1 to 12 characters of titles and bodies, each cut anywhere; one that is all blanks, or dots
    that join names (·, •), is no piece. Quotes and backslashes in a quoted piece are escaped as the query language
    says; unquoted ones have at least two Han characters."""
    chance = random.Random(SEED + quoted)
    ids = [article.id for article in index]
    cases: list[Case] = []
    while len(cases) < count:
        article = index.get(chance.choice(ids))
        text = article.title if chance.random() < 0.2 else article.body
        if not text:
            continue
        length = chance.randint(1, 12)
        start = chance.randrange(max(1, len(text) - length + 1))
        piece = text[start : start + length]
        if not index.analyze(piece).characters or (not quoted and len(HAN.findall(piece)) < 2):
            continue
        escaped = piece.replace("\\", "\\\\").replace('"', '\\"')
        cases.append(Case(f'"{escaped}"' if quoted else piece, frozenset((article.id,)), piece))
    return cases


def quote_cases(index: searchkit.Index, count: int, *, length: int, edited: float) -> list[Case]:
    """Passages of so many characters, mostly Han, of the own text of articles. A share of their characters is
    *edited*: half of those are another, a quarter is left out, a quarter has one more after it."""
    chance = random.Random(f"{SEED} {length} {edited}")
    ids = [article.id for article in index if len(article.own_text) > 400]
    others = HAN.findall("".join(index.get(each).body[:200] for each in chance.sample(ids, min(200, len(ids)))))
    cases: list[Case] = []
    while len(cases) < count:
        article = index.get(chance.choice(ids))
        start = chance.randrange(len(article.own_text) - length)
        passage = article.own_text[start : start + length]
        if len(HAN.findall(passage)) >= 0.6 * length:
            changed = edited_text(passage, edited, others, chance)
            cases.append(Case(changed, frozenset((article.id,)), passage))
    return cases


def strange_cases(texts: list[str], count: int, *, length: int) -> list[Case]:
    """Passages of so many characters of *texts* that are in no article: none is named."""
    chance = random.Random(SEED)
    long = [text for text in texts if len(text) > length]
    starts = ((text, chance.randrange(len(text) - length)) for text in chance.choices(long, k=count))
    return [Case(text[start : start + length], frozenset()) for text, start in starts]


def edited_text(text: str, share: float, others: list[str], chance: random.Random) -> str:
    """*text* with a *share* of its characters edited, to one of *others*."""
    return "".join(_edited(char, others, chance) if chance.random() < share else char for char in text)


def _edited(char: str, others: list[str], chance: random.Random) -> str:
    kind = chance.choice(("other", "other", "gone", "more"))
    return {"other": chance.choice(others), "gone": "", "more": char + chance.choice(others)}[kind]


def check_quotes(place: Path, cases: list[Case], *, engine: str = "whoosh") -> Outcome:
    """The article that a passage is of is named, or another that has it too; nothing for a case without ids. Times
    are of the processor."""
    return checked(_check_quote, Place(place, engine), cases)


def check_titles(place: Path, cases: list[Case], *, engine: str = "whoosh") -> Outcome:
    """A title typed as it stands brings its article first; counts say "first" and "first three"."""
    return checked(_check_title, Place(place, engine), cases)


def check_found(place: Path, cases: list[Case], *, engine: str = "whoosh") -> Outcome:
    """The article a piece was cut from is in the result."""
    return checked(_check_found, Place(place, engine), cases)


def check_highlights(place: Path, queries: list[str], *, engine: str = "whoosh") -> Outcome:
    """Every highlight, cut from the text shown and normalised, is a term of the query."""
    return checked(_check_highlight, Place(place, engine), [Case(query, frozenset()) for query in queries])


def check_passages(place: Path, queries: list[str], *, engine: str = "whoosh") -> Outcome:
    """Every passage has 12 characters if its article has more than a few. `counts` has the hits that are `shown`,
    and those that show `code` only, though a line of prose has a word that is marked in it."""
    return checked(_check_passage, Place(place, engine), [Case(query, frozenset()) for query in queries])


def highlight_queries(index: searchkit.Index, count: int) -> list[str]:
    """Queries of one to three words cut from titles, for hits whose highlights are to be checked."""
    chance = random.Random(SEED + 7)
    ids = [article.id for article in index]
    queries: list[str] = []
    while len(queries) < count:
        cuts = index.analyze(index.get(chance.choice(ids)).title).query
        words = [term for term, _ in cuts if len(term) > 1]
        if words:
            queries.append(" ".join(chance.sample(words, min(len(words), chance.randint(1, 3)))))
    return queries


def check_keys(place: Path, queries: list[str], *, engine: str = "whoosh") -> Outcome:
    """The first ten hits with their passages, after each key of queries that are typed, in this process. Times are
    of the processor; nothing is lost."""
    place_of = Place(place, engine)
    opened(place_of).search(queries[0], prefix=True)  # loads the dictionary
    typed = [query[:end] for query in queries for end in range(1, len(query) + 1)]
    return Outcome(len(typed), took_ms=[_typing_ms(opened(place_of), key) for key in typed])


def checked(check: Check, place: Place, cases: list[Case]) -> Outcome:
    """What *check* says of all *cases*."""
    outcome = Outcome()
    with ProcessPoolExecutor(processors(), get_context("spawn")) as pool:
        for problem, took_ms, counts in pool.map(partial(check, place), cases, chunksize=_CHUNK):
            outcome.tried += counts.pop("tried", 1)
            outcome.took_ms.append(took_ms)
            outcome.counts.update(counts)
            if problem:
                outcome.lost.append(problem)
    return outcome


def processors() -> int:
    """How many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _check_title(place: Place, case: Case) -> tuple[str, float, Counter[str]]:
    results = opened(place).search(case.query, limit=3, snippets=False)
    ids = [hit.id for hit in results.hits]
    first, three = ids[:1] and ids[0] in case.ids, not case.ids.isdisjoint(ids)
    return "" if first else case.query, results.took_ms, Counter(first=bool(first), three=three)


def _check_quote(place: Place, case: Case) -> tuple[str, float, Counter[str]]:
    index = opened(place)
    began = time.process_time()
    quote = index.find_quote(case.query)
    took_ms = (time.process_time() - began) * 1000
    if quote is None:
        return "" if not case.ids else f"no article: {case.query}", took_ms, Counter()
    right = quote.article.id in case.ids or (bool(case.passage) and case.passage in quote.article.own_text)
    return "" if right else f"{quote.article.id}: {case.query}", took_ms, Counter()


def _check_found(place: Place, case: Case) -> tuple[str, float, Counter[str]]:
    (wanted,) = case.ids
    began = time.perf_counter()
    found = wanted in opened(place).ids(case.query)
    return "" if found else f"{wanted}: {case.query}", (time.perf_counter() - began) * 1000, Counter()


def _check_highlight(place: Place, case: Case) -> tuple[str, float, Counter[str]]:
    index = opened(place)
    terms = {"".join(mark.tokens) for mark in index.plan(case.query).highlights}
    results = index.search(case.query)
    wrong = [text for text in _highlights(results) if "".join(index.analyze(text).characters) not in terms]
    problem = f"{case.query}: {wrong}" if wrong else ""
    return problem, results.took_ms, Counter(tried=len(results.hits), highlights=len(list(_highlights(results))))


def _typing_ms(index: searchkit.Index, query: str) -> float:
    began = time.process_time()
    index.search(query, prefix=True)
    return (time.process_time() - began) * 1000


def _highlights(results: searchkit.Results) -> Iterator[str]:
    for hit in results.hits:
        yield from (hit.title[start:end] for start, end in hit.title_highlights)
        for snippet in hit.snippets:
            yield from (snippet.text[start:end] for start, end in snippet.highlights)


def _check_passage(place: Place, case: Case) -> tuple[str, float, Counter[str]]:
    results = opened(place).search(case.query)
    shown = [hit for hit in results.hits if hit.snippets]
    short = [s.text for hit in shown for s in hit.snippets if len(s.text) < 12 and len(hit.article.body) > 60]
    code = sum(all(_is_code(s.text) for s in hit.snippets) and _has_prose(hit) for hit in shown)
    problem = f"{case.query}: {short}" if short else ""
    return problem, results.took_ms, Counter(tried=len(shown), shown=len(shown), code=code)


def _is_code(text: str) -> bool:
    return len(HAN.findall(text)) < 0.25 * len(text) and _CODE.search(text) is not None


def _has_prose(hit: searchkit.Hit) -> bool:
    """Whether a line of the article that is mostly Han has a word that is marked in what is shown."""
    marked = {snippet.text[start:end] for snippet in hit.snippets for start, end in snippet.highlights}
    words = [re.compile(rf"(?<![a-z]){re.escape(word)}(?![a-z])", re.IGNORECASE) for word in marked]
    lines = [line for line in re.split("[\n。！？]", hit.article.body) if len(line) >= 20]
    prose = [line for line in lines if len(HAN.findall(line)) > 0.5 * len(line)]
    return any(word.search(line) for word in words for line in prose)


@lru_cache(maxsize=1)
def opened(place: Place) -> searchkit.Index:
    """The index of this process."""
    return searchkit.open_index(place.path, engine=place.engine)
