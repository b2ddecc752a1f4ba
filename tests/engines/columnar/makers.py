"""Random articles, random queries, and the same index twice: with Whoosh's own segments and with columns."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields, index, matching, query
from whoosh.analysis import SimpleAnalyzer

from searchkit.engines.whoosh.columnar.writer import ColumnarWriter

WORDS = ["a", "b", "c", "ab", "abc", "b1", "ba", "cc", "d", "de", "中", "中文", "文", "文章"]
PATTERNS = ["a*", "*b", "*", "?", "a?c", "*文*", "*文", "**c", "[ab]*", "*c*"]
WEIGHTS = [40, 30, 20, 10, 8, 5, 4, 3, 2, 2, 1, 1, 1, 1]


def make_schema(title_boost: float = 1.0) -> Any:
    """Fields of every kind that is searched."""
    return fields.Schema(
        title=fields.TEXT(analyzer=SimpleAnalyzer(), field_boost=title_boost),
        body=fields.TEXT(analyzer=SimpleAnalyzer()),
        key=fields.ID(stored=True, unique=True),
        plain=fields.KEYWORD(),
        number=fields.NUMERIC(),
        nowhere=fields.TEXT(),
    )


def make_document(key: int, dice: random.Random) -> dict[str, Any]:
    """A document; any field but the key may be missing."""

    def text(longest: int) -> str:
        return " ".join(dice.choices(WORDS, WEIGHTS, k=dice.randint(0, longest)))

    document = {
        "title": text(4),
        "body": text(dice.choice([5, 30, 300 if key % 50 == 0 else 20])),
        "plain": text(3),
        "number": dice.randint(-50, 500),
    }
    return {"key": str(key), **{name: value for name, value in document.items() if dice.random() > 0.15}}


class Twins:
    """One index of Whoosh's own and one with columns, with the same documents."""

    def __init__(self, folder: Path, schema: Any) -> None:
        for name in ("stock", "columnar"):
            (folder / name).mkdir()
        self.stock = index.create_in(str(folder / "stock"), schema)
        self.columnar = index.create_in(str(folder / "columnar"), schema)

    def write(self, *, budget: int = 10**6, mixed: bool = False) -> tuple[Any, Any]:
        """A writer of each; *mixed* puts a segment of Whoosh's own into both."""
        other = self.columnar.writer() if mixed else ColumnarWriter(self.columnar, budget=budget)
        return self.stock.writer(), other


def fill(twins: Twins, dice: random.Random, segments: int, *, size: int = 100) -> None:
    """Write some segments, with deletions in the later ones; one of them may be of Whoosh's own in both."""
    key = 0
    for segment in range(segments):
        writers = twins.write(budget=dice.choice([200, 10**6]), mixed=segment == 1 and dice.random() < 0.5)
        word = dice.choice(WORDS)
        documents = [make_document(key + at, dice) for at in range(dice.randint(1, size))]
        key += len(documents)
        for writer in writers:
            if segment:
                writer.delete_by_term("body", word)
            for document in documents:
                writer.add_document(**document)
            writer.commit(merge=False)


class Queries:
    """Random query trees."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice

    def tree(self, depth: int) -> Any:
        """A query with at most *depth* levels below it."""
        if depth == 0 or self._dice.random() < 0.25:
            return self.leaf() if self._dice.random() < 0.4 else self.term()
        pick = self._dice.choice
        a, b = self.tree(depth - 1), self.tree(depth - 1)
        parts = [self.tree(depth - 1) for _ in range(self._dice.randint(0, 4))]
        return pick([
            lambda: query.Or(parts, boost=self._boost()),
            lambda: query.Or([a, b, *parts], boost=self._boost()),
            lambda: query.And(parts, boost=self._boost()),
            lambda: query.And([a, b], boost=self._boost()),
            lambda: query.Not(a),
            lambda: query.DisjunctionMax(parts, boost=self._boost(), tiebreak=pick([0.0, 0.5])),
            lambda: query.AndMaybe(a, b),
            lambda: query.AndNot(a, b),
            lambda: query.Require(a, b),
            lambda: query.ConstantScoreQuery(a, score=pick([1.0, 2.5])),
        ])()  # fmt: skip

    def _boost(self) -> float:
        return self._dice.choice([1.0, 1.0, 1.5])

    def term(self) -> Any:
        """A term, which may be nowhere."""
        dice = self._dice
        name = dice.choice(["title", "body", "body", "plain", "nowhere", "key"])
        return query.Term(name, dice.choice([*WORDS, "zz"]), boost=dice.choice([1.0, 1.0, 2.0, 0.5]))

    def leaf(self) -> Any:
        """A query that is not made of others."""
        pick = self._dice.choice
        name, boost, constant = pick(["title", "body", "plain"]), self._boost(), pick([True, False])
        options = {"boost": boost, "constantscore": constant}
        words = [pick(WORDS) for _ in range(self._dice.randint(1, 4))]
        return pick([
            lambda: query.Phrase(pick(["title", "body"]), words, slop=pick([1, 1, 2, 5]), boost=boost),
            lambda: query.Prefix(name, pick(["a", "b", "", "x", "中", "ab"]), **options),
            lambda: query.Wildcard(name, pick(PATTERNS), **options),
            lambda: query.TermRange(name, pick([None, "a", "x"]), pick([None, "c"]), constant, True, **options),
            lambda: query.FuzzyTerm(name, pick(WORDS), maxdist=pick([1, 2]), prefixlength=pick([0, 1])),
            lambda: query.NumericRange("number", pick([None, -10, 5]), pick([None, 60]), constantscore=constant),
            lambda: query.Regex(name, "a.*", **options),
            lambda: pick([query.Every(), query.Every("title"), query.Every("plain", boost=2.0), query.NullQuery]),
        ])()  # fmt: skip


def mend_whoosh(patch: pytest.MonkeyPatch) -> None:
    """Set right four errors of Whoosh's matchers that columns do not share.

    The best of several may be the score of another document; the first match of `AndNot` may be one that is ruled
    out; `Not` may match a deleted document; `AndMaybe` may leave out a score where documents were skipped.
    """

    def best_score(self: Any) -> Any:
        return max(m.score() for m in (self.a, self.b) if m.is_active() and m.id() == self.id())

    def find_first(self: Any) -> None:
        if self.a.is_active() and self.b.is_active():
            self._find_next()

    def find_next(self: Any) -> None:
        while self._id < self.limit:
            if self.child.is_active() and self.child.id() < self._id:
                self.child.skip_to(self._id)
            elif self.missing(self._id) or (self.child.is_active() and self.child.id() == self._id):
                self._id += 1
            else:
                return

    def skip_to(self: Any, number: int) -> None:
        self.a.skip_to(number)
        if self.a.is_active() and self.b.is_active():
            self.b.skip_to(self.a.id())

    patch.setattr(matching.binary.AndMaybeMatcher, "skip_to", skip_to)
    patch.setattr(matching.binary.DisjunctionMaxMatcher, "score", best_score)
    patch.setattr(matching.binary.AndNotMatcher, "_find_first", find_first)
    patch.setattr(matching.wrappers.InverseMatcher, "_find_next", find_next)
