"""Are the answers of an index the same as before? For changes of the code that should change no answer.

    python -m benchmarks.answers INDEX OUT.jsonl           ask 1,000 queries, a line of JSON for each answer
    python -m benchmarks.answers --diff A.jsonl B.jsonl    how many are equal, and the first that are not

The queries are drawn from the articles of the index with a fixed seed, so that two indexes of one archive are
asked the same. Only public names of searchkit are used: the command runs on older and newer versions alike.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice, zip_longest
from pathlib import Path
from typing import Any

import rjieba

import searchkit
from searchkit import Article

SEED = 20_240_514
QUERIES, SHOWN = 1_000, 5
DIGITS = 9


@dataclass(frozen=True)
class Asked:
    """A query as it is typed, and what else `Index.search` is given."""

    kind: str
    query: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Source:
    """An article to draw a query from."""

    article: Article
    chance: random.Random

    def word(self) -> str:
        """A word of the body, as likely as it is frequent there."""
        return self.words(1)

    def words(self, count: int) -> str:
        """Up to *count* words of the body, with spaces between."""
        found = [word for word in rjieba.cut(self.article.body) if len(word) > 1 and word.isalnum()]
        return " ".join(self.chance.sample(found, min(count, len(found)))) or self.article.title

    def latin(self) -> str:
        """A word of Latin letters; any word where there is none."""
        found = [
            word for word in rjieba.cut(self.article.body) if len(word) > 4 and word.isascii() and word.isalpha()
        ]
        return self.chance.choice(found) if found else self.word()

    def piece(self, text: str, longest: int = 12) -> str:
        """Some characters of *text*, cut anywhere, on one line."""
        length = self.chance.randint(2, longest)
        start = self.chance.randrange(max(1, len(text) - length + 1))
        return " ".join(text[start : start + length].split())

    def quoted(self, text: str) -> str:
        """A piece of *text* in quotes."""
        piece = self.piece(text).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{piece}"'

    def typo(self) -> str:
        """A Latin word without one of its letters."""
        word = self.latin()
        at = self.chance.randrange(len(word))
        return word[:at] + word[at + 1 :]

    def tag(self) -> str:
        """One of its tags; a word of an article that has none."""
        return self.chance.choice(self.article.tags) if self.article.tags else self.word()

    def year(self) -> int:
        """Its year."""
        return self.article.date.year if self.article.date else 2024


Draw = Callable[[Source], "str | tuple[str, dict[str, Any]]"]
KINDS: dict[str, Draw] = {
    "word": lambda s: s.word(),
    "two words": lambda s: s.words(2),
    "three words": lambda s: s.words(3),
    "many words": lambda s: s.words(s.chance.randint(6, 12)),
    "title": lambda s: s.article.title,
    "piece of a title": lambda s: s.piece(s.article.title),
    "piece of a body": lambda s: s.piece(s.article.body),
    "long piece of a body": lambda s: s.piece(s.article.body, 60),
    "phrase of a title": lambda s: s.quoted(s.article.title),
    "phrase of a body": lambda s: s.quoted(s.article.body),
    "word and phrase": lambda s: f"{s.word()} {s.quoted(s.article.body)}",
    "near": lambda s: f'"{s.words(2)}"~8',
    "or": lambda s: f"{s.word()} OR {s.word()}",
    "and": lambda s: f"{s.word()} AND {s.word()}",
    "not": lambda s: f"{s.word()} -{s.word()}",
    "must": lambda s: f"+{s.word()} {s.words(2)}",
    "group": lambda s: f"({s.word()} OR {s.quoted(s.article.title)}) {s.word()}",
    "field": lambda s: f"title:{s.piece(s.article.title, 4)}",
    "Chinese field": lambda s: f"标签:{s.tag()} 正文:{s.word()}",
    "prefix": lambda s: f"{s.latin()[:4]}*",
    "Han prefix": lambda s: f"{s.word()[:2]}* {s.word()}",
    "wildcard": lambda s: f"{s.latin()[:2]}?{s.latin()[-2:]}*",
    "fuzzy": lambda s: f"{s.typo()}~",
    "typing error": lambda s: s.typo(),
    "weight": lambda s: f"{s.word()}^3 {s.word()}",
    "since": lambda s: f"{s.word()} since:{s.year()}",
    "months": lambda s: f"{s.word()} date:{s.year()}-01..{s.year()}-06",
    "only a date": lambda s: f"date:{s.article.date:%Y-%m-%d}" if s.article.date else "date:2024",
    "broken syntax": lambda s: f'({s.word()} "{s.word()} OR',
    "option tag": lambda s: (s.word(), {"tags": [s.tag()]}),
    "option since, newest": lambda s: (s.word(), {"since": str(s.year()), "sort": "newest"}),
    "option oldest": lambda s: (s.words(2), {"sort": "oldest"}),
    "second page": lambda s: (s.word(), {"offset": 10}),
    "facets": lambda s: (s.word(), {"facets": ["tag", "category", "author", "year"]}),
    "all words": lambda s: (s.words(3), {"all_words": True}),
}
"""How each kind of query is drawn from an article."""


def draw(index: searchkit.Index, count: int = QUERIES) -> list[Asked]:
    """*count* queries of all kinds in turn, each from an article drawn for it."""
    chance = random.Random(SEED)
    ids = [article.id for article in index]
    asked = []
    for kind, made in islice(cycle(KINDS.items()), count):
        found = made(Source(index.get(chance.choice(ids)), chance))
        asked.append(Asked(kind, found) if isinstance(found, str) else Asked(kind, *found))
    return asked


def answer(index: searchkit.Index, asked: Asked) -> dict[str, Any]:
    """What a search answers, but for the time it took and the wording of its notes."""
    results = index.search(asked.query, **asked.options)
    return {
        "kind": asked.kind,
        "query": asked.query,
        "options": asked.options,
        "total": results.total,
        "complete": results.complete,
        "suggestion": results.suggestion,
        "facets": results.facets,
        "ids": [hit.id for hit in results.hits],
        "scores": [round(hit.score, DIGITS) for hit in results.hits],
        "title_highlights": [hit.title_highlights for hit in results.hits],
        "snippets": [[[s.text, s.highlights] for s in hit.snippets] for hit in results.hits],
    }


def write_answers(place: Path, out: Path, count: int = QUERIES) -> None:
    """Ask the index at *place* *count* queries, and write a line of JSON for each answer to *out*."""
    with searchkit.open_index(place) as index, out.open("w", encoding="utf-8") as lines:
        for one in draw(index, count):
            lines.write(json.dumps(answer(index, one), ensure_ascii=False) + "\n")


def differences(first: Path, second: Path) -> tuple[int, list[str]]:
    """How many answers the files hold, and a text for each that is not equal; one that is missing is none."""
    nothing: dict[str, Any] = {}
    pairs = list(zip_longest(_answers(first), _answers(second), fillvalue=nothing))
    return len(pairs), [_difference(before, after) for before, after in pairs if before != after]


def _answers(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def _difference(before: dict[str, Any], after: dict[str, Any]) -> str:
    some = before or after
    lines = [f"{some['kind']}: {some['query']} {some['options'] or ''}"]
    for name in some:
        if before.get(name) != after.get(name):
            lines += [f"  {name}", *_first_difference(before.get(name), after.get(name))]
    return "\n".join(lines)


def _first_difference(before: Any, after: Any) -> Iterator[str]:
    """Both values; of two lists of one length only the first items that differ."""
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        at, before, after = next((n, a, b) for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b)
        yield f"    at place {at}"
    yield f"    - {json.dumps(before, ensure_ascii=False)}"
    yield f"    + {json.dumps(after, ensure_ascii=False)}"


def main() -> None:
    """Ask, or compare; exit with 1 if answers differ."""
    arguments = argparse.ArgumentParser(
        prog="python -m benchmarks.answers", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    arguments.add_argument("--diff", action="store_true", help="compare two files of answers")
    arguments.add_argument("first", type=Path, metavar="INDEX | A.jsonl")
    arguments.add_argument("second", type=Path, metavar="OUT.jsonl | B.jsonl")
    options = arguments.parse_args()
    if not options.diff:
        write_answers(options.first, options.second)
        print(f"written: {options.second}")
        return
    count, told = differences(options.first, options.second)
    print(f"{count - len(told):,} of {count:,} answers are equal")
    for text in told[:SHOWN]:
        print(text)
    sys.exit(1 if told else 0)


if __name__ == "__main__":
    main()
