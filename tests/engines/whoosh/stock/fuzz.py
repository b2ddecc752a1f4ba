"""Stock Whoosh with its own codec and with ours: the same documents, the same queries, the same answers.

python -m tests.engines.whoosh.stock.fuzz --seconds 600 --seed 1000
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from whoosh import query
from whoosh.codec.whoosh3 import W3Codec
from whoosh.index import create_in

from tests.engines.whoosh.stock.converting import OPENED, ConvertedCodec
from tests.engines.whoosh.stock.known import LIMITED
from tests.engines.whoosh.stock.samples import TEXTS, Samples

_QUERIES = 25
_LIMITS = (1, 3, 10)
_SIZES = (300, 5, 60)
"""Documents of an index: a block has 128 postings."""
Answer = tuple[str, dict[str, Any], list[Any]]
"""What was raised, or nothing; the score of each document by its key; what else is said, such as groups."""


@dataclass
class Report:
    """`compared` is how often what was compared, `stock_failures` how often stock Whoosh, and ours with it, gave
    another answer than it should."""

    compared: Counter[str] = field(default_factory=Counter)
    stock_failures: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)


def fuzz(seeds: Iterable[int]) -> Report:
    """The differences between both codecs in the cases with these *seeds*."""
    report = Report()
    for seed in seeds:
        samples = Samples(random.Random(seed))
        documents = list(samples.documents(_SIZES[seed % len(_SIZES)]))
        with TemporaryDirectory() as folder:
            _compare_all(report, seed, samples, _indexes(samples, documents, Path(folder)))
    return report


def _compare_all(report: Report, seed: int, samples: Samples, indexes: tuple[Any, Any]) -> None:
    with indexes[0].searcher() as a, indexes[1].searcher() as b:
        for what, left, right in _facts(a.reader(), b.reader(), samples):
            _compare(report, f"seed {seed}: {what}", "reader", left, right)
        for _ in range(_QUERIES):
            _search(report, f"seed {seed}", samples, a, b)


def _indexes(samples: Samples, documents: list[dict[str, Any]], folder: Path) -> tuple[Any, Any]:
    """The same documents in several segments, some of them deleted, by either codec."""
    schema, dice = samples.schema(), samples.dice
    cuts = sorted(dice.sample(range(len(documents) + 1), dice.randint(0, 3)))
    gone = dice.sample(range(len(documents)), len(documents) // 8)
    made = []
    for codec in (W3Codec, ConvertedCodec):
        place = folder / codec.__name__
        place.mkdir()
        index = create_in(str(place), schema)
        for start, end in zip([0, *cuts], [*cuts, len(documents)], strict=True):
            writer = index.writer(codec=codec())
            for document in documents[start:end]:
                writer.add_document(**document)
            writer.commit(merge=False)
        writer = index.writer(codec=codec())
        for number in gone:
            writer.delete_by_term("key", str(number))
        writer.commit(merge=False)
        made.append(index)
    return made[0], made[1]


def _facts(stock: Any, ours: Any, samples: Samples) -> Iterator[tuple[str, Any, Any]]:
    """What both readers say of terms, postings and lengths."""
    for name in TEXTS:
        yield from _facts_of(name, stock, ours, samples)


def _facts_of(name: str, stock: Any, ours: Any, samples: Samples) -> Iterator[tuple[str, Any, Any]]:
    terms = list(stock.lexicon(name))
    yield f"lexicon of {name}", terms, list(ours.lexicon(name))
    for term in samples.dice.sample(terms, min(8, len(terms))):
        yield f"{name}:{term!r}", _posting_list(stock, name, term), _posting_list(ours, name, term)
    has_lengths = stock.schema[name].scorable and all(list(r.lexicon(name)) for r, _ in stock.leaf_readers())
    for fact in ("field_length", "min_field_length", "max_field_length") if has_lengths else ():
        yield f"{fact} {name}", getattr(stock, fact)(name), getattr(ours, fact)(name)
    numbers = range(stock.doc_count_all())
    word = samples.word()
    answers: dict[str, Callable[[Any], Any]] = {
        f"lengths of {name}": lambda r: [r.doc_field_length(n, name) or 0 for n in numbers],
        f"terms within 2 of {word}": lambda r: sorted(r.terms_within(name, word, 2)),
        f"terms from {word}": lambda r: _terms_from(r, name, word),
        "distinctive": lambda r: list(r.most_distinctive_terms(name, 4)),
    }
    yield from ((what, answer(stock), answer(ours)) for what, answer in answers.items())


def _terms_from(reader: Any, name: str, word: str) -> list[bytes]:
    """The terms of the field: what Whoosh gives of others depends on which segments have this one."""
    return [text for field, text in reader.terms_from(name, word) if field == name]


def _posting_list(reader: Any, name: str, term: bytes) -> Any:
    info, matcher = reader.term_info(name, term), reader.postings(name, term)
    facts = [info.weight(), info.doc_frequency(), info.min_length(), info.max_length(), info.max_weight()]
    postings = []
    while matcher.is_active():
        kinds = [kind for kind in ("frequency", "weight", "positions") if matcher.supports(kind)]
        postings.append((matcher.id(), matcher.weight(), *(matcher.value_as(kind) for kind in kinds)))
        matcher.next()
    return facts, postings, info.min_id(), info.max_id()


def _search(report: Report, where: str, samples: Samples, stock: Any, ours: Any) -> None:
    asked = samples.query(stock.schema, samples.dice.randint(0, 3))
    limit, options = samples.dice.choice(_LIMITS), samples.options()
    whole = [_answer(searcher, asked, limit=None) for searcher in (stock, ours)]
    _compare(report, f"{where}: {asked!r}", "exhaustive", *whole)
    best = [_answer(searcher, asked, limit=limit) for searcher in (stock, ours)]
    _compare(report, f"{where}: {asked!r}, the best {limit}", "limited", *best)
    if not best[0][0] and not _same(_top(whole[0], limit), _top(best[0], limit)):
        report.stock_failures[LIMITED] += 1
    sorted_ = [_answer(searcher, asked, limit=None, **options) for searcher in (stock, ours)]
    _compare(report, f"{where}: {asked!r} with {options!r}", next(iter(options)), *sorted_)


def _answer(searcher: Any, asked: query.Query, **options: Any) -> Answer:
    try:
        results = searcher.search(asked, **options)
        scores = {hit["key"]: hit.score for hit in results}
        said: list[Any] = [results.groups(name) for name in results.facet_names()]
        if "sortedby" in options:
            said.append(list(scores))
        if options.get("terms"):
            said.append(results.matched_terms())
        return "", scores, said
    except Exception as error:  # noqa: BLE001 - whatever the one raises, the other has to
        return type(error).__name__, {}, []


def _top(answer: Answer, limit: int) -> list[float]:
    return sorted((score or 0 for score in answer[1].values()), reverse=True)[:limit]


def _compare(report: Report, where: str, what: str, stock: Any, ours: Any) -> None:
    report.compared[what] += 1
    if not _same(stock, ours):
        report.differences.append(f"{where}\n    stock {stock!r:.400}\n    ours  {ours!r:.400}")


def _same(a: Any, b: Any) -> bool:
    """Whether two answers are equal; scores to six digits, since Whoosh stores weights in four bytes."""
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=2e-6, abs_tol=1e-9)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    until = time.monotonic() + asked.seconds
    report = fuzz(takewhile(lambda _: time.monotonic() < until, count(asked.seed)))
    print(*report.differences, sep="\n")
    print(f"{len(report.differences)} differences; compared {dict(report.compared)}")
    print(f"stock Whoosh fails: {dict(report.stock_failures)}; segments opened: {dict(OPENED)}")


if __name__ == "__main__":
    main()
