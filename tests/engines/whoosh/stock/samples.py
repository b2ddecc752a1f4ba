"""Random schemas, documents and queries of Whoosh."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from whoosh import fields, query, sorting
from whoosh.analysis import SimpleAnalyzer, SpaceSeparatedTokenizer, StandardAnalyzer, StemmingAnalyzer, StopFilter
from whoosh.qparser import MultifieldParser, QueryParser
from whoosh.query import spans

WORDS = "a1 b c ab abc b1 ba cc render rendering rendered shade shading the and 中 中文 文 文章 naïve zoo x xy xyz"
TEXTS = ("title", "body", "loose", "tags", "id")
PLACED = ("title", "body")
_WORDS = WORDS.split()
_WEIGHTS = [1 / (n + 1) for n in range(len(_WORDS))]
_ANALYZERS: tuple[Callable[[], Any], ...] = (
    SimpleAnalyzer, StandardAnalyzer, StemmingAnalyzer, SpaceSeparatedTokenizer,
    lambda: SimpleAnalyzer() | StopFilter(renumber=False),
)  # fmt: skip


class Samples:
    """What *dice* make."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def boost(self) -> float:
        return self.dice.choice([1.0, 1.0, 2.0, 0.5, 1.5])

    def schema(self) -> Any:
        def text(**options: Any) -> Any:
            return fields.TEXT(self.dice.choice(_ANALYZERS)(), field_boost=self.boost(), **options)

        return fields.Schema(
            title=text(), body=text(stored=True), loose=text(phrase=False),
            tags=fields.KEYWORD(scorable=self.dice.random() < 0.5, lowercase=self.dice.random() < 0.5),
            id=fields.ID(field_boost=self.boost()), num=fields.NUMERIC(sortable=self.dice.random() < 0.5),
            when=fields.DATETIME(sortable=self.dice.random() < 0.5), flag=fields.BOOLEAN(),
            kind=fields.ID(stored=True), key=fields.ID(stored=True, unique=True, sortable=True),
        )  # fmt: skip

    def words(self, most: int) -> str:
        return " ".join(self.dice.choices(_WORDS, _WEIGHTS, k=self.dice.randint(0, most)))

    def documents(self, count: int) -> Iterator[dict[str, Any]]:
        for key in range(count):
            document = {
                "title": self.words(4), "body": self.words(self.dice.choice([8, 12, 60])), "loose": self.words(9),
                "tags": self.words(3), "id": self.dice.choice(_WORDS), "num": self.dice.randint(-20, 60),
                "when": datetime(2020, 1, 1) + timedelta(hours=self.dice.randint(0, 5000)),
                "flag": self.dice.random() < 0.5,
            }  # fmt: skip
            kept = {name: value for name, value in document.items() if self.dice.random() < 0.9}
            yield {**kept, "key": str(key), "kind": self.dice.choice(["parent", "child", "child"])}

    # queries

    def query(self, schema: Any, depth: int) -> Any:
        """A tree of queries of many kinds, or a text that is parsed."""
        if self.dice.random() < 0.1:
            return self.parsed(schema)
        return self.tree(depth)

    def parsed(self, schema: Any) -> Any:
        boosts = {"title": self.boost(), "body": self.boost()}
        text = self.dice.choice(
            ["{} {}", "{}^2 OR {}", '"{} {}"', "{} NOT {}", "title:{}^3 {}", "{}* OR {}", "[{} TO {}]"]
        )
        parsers = (QueryParser("body", schema), MultifieldParser(list(PLACED), schema, fieldboosts=boosts))
        return self.dice.choice(parsers).parse(text.format(self.word(), self.word()))

    def word(self) -> str:
        return self.dice.choices(_WORDS, _WEIGHTS)[0]

    def term(self, names: Sequence[str] = TEXTS) -> Any:
        return query.Term(self.dice.choice(names), self.dice.choice([self.word(), self.dice.choice(_WORDS), "zz"]),
                          boost=self.boost())  # fmt: skip

    def tree(self, depth: int) -> Any:
        if not depth or self.dice.random() < 0.25:
            return self.term() if self.dice.random() < 0.4 else self.leaf()
        a, b, boost = self.tree(depth - 1), self.tree(depth - 1), self.boost()
        more = [self.tree(depth - 1) for _ in range(self.dice.randint(0, 3))]
        return self.dice.choice(self.joined(a, b, more, boost))()

    def joined(self, a: Any, b: Any, more: list[Any], boost: float) -> list[Callable[[], Any]]:
        return [
            lambda: query.Or([a, b, *more], boost=boost), lambda: query.Or([a, b], scale=0.5),
            lambda: query.And([a, b, *more], boost=boost), lambda: query.And([a, query.Not(b)]),
            lambda: query.Not(a),
            lambda: query.DisjunctionMax([a, b, *more], tiebreak=self.dice.choice([0.0, 0.5])),
            lambda: query.AndMaybe(a, b), lambda: query.AndNot(a, b), lambda: query.Require(a, b),
            lambda: query.And([a, query.AndNot(b, self.term())]), lambda: query.Otherwise(a, b),
            lambda: query.ConstantScoreQuery(a, score=2.5),
        ]  # fmt: skip

    def leaf(self) -> Any:
        name, constant = self.dice.choice(TEXTS), self.dice.random() < 0.5
        placed = self.dice.choice(PLACED)
        return self.dice.choice(
            [*self.patterns(name, self.boost(), constant), *self.phrases(placed), *self.others(constant)]
        )()

    def patterns(self, name: str, boost: float, constant: bool) -> list[Callable[[], Any]]:
        options: dict[str, Any] = {"boost": boost, "constantscore": constant}
        low, high = self.dice.choice([None, "a", "x"]), self.dice.choice([None, "c"])
        open_low, open_high = self.dice.random() < 0.5, self.dice.random() < 0.5
        pattern = self.dice.choice(["a*", "*b", "*", "?", "a?c", "*文*", "re*er", "?e*"])
        return [
            lambda: query.Prefix(name, self.dice.choice(["a", "b", "", "x", "中", "rend"]), **options),
            lambda: query.Wildcard(name, pattern, **options),
            lambda: query.Regex(name, self.dice.choice(["a.*", "[ab]+", "(re|sh).*"]), **options),
            lambda: query.TermRange(name, low, high, open_low, open_high, **options),
            lambda: query.FuzzyTerm(name, self.word(), maxdist=2, prefixlength=1, **options),
            lambda: query.Variations(name, "render", boost=boost), lambda: query.Every(name),
        ]  # fmt: skip

    def phrases(self, name: str) -> list[Callable[[], Any]]:
        def word() -> Any:
            return query.Term(name, self.word(), boost=self.boost())

        words, slop = [self.word() for _ in range(self.dice.randint(1, 3))], self.dice.choice([1, 2, 5])
        near = spans.SpanNear(word(), word(), slop=slop, ordered=self.dice.random() < 0.5)
        return [
            lambda: query.Phrase(name, words, slop=slop, boost=self.boost()), lambda: near,
            lambda: query.Sequence([word(), word()], slop=slop), lambda: query.Ordered([word(), word()]),
            lambda: spans.SpanNear2([word(), word(), word()], slop=slop), lambda: spans.SpanFirst(word(), limit=2),
            lambda: spans.SpanNot(word(), word()), lambda: spans.SpanOr([word(), word()]),
            lambda: spans.SpanContains(near, word()), lambda: spans.SpanBefore(word(), word()),
            lambda: spans.SpanCondition(word(), word()),
        ]  # fmt: skip

    def others(self, constant: bool) -> list[Callable[[], Any]]:
        parent, low, high = (
            query.Term("kind", "parent"),
            self.dice.choice([None, -10, 5]),
            self.dice.choice([None, 7, 50]),
        )
        return [
            lambda: query.NumericRange("num", low, high, constantscore=constant),
            lambda: query.DateRange("when", datetime(2020, 2, 1), self.dice.choice([None, datetime(2020, 6, 1)])),
            lambda: query.Term("flag", self.dice.random() < 0.5), query.Every, lambda: query.NullQuery,
            lambda: query.NestedParent(parent, self.term()),
            lambda: query.NestedChildren(parent, query.And([parent, self.term()])),
        ]  # fmt: skip

    def options(self) -> dict[str, Any]:
        """How a search is sorted, grouped, collapsed or filtered."""
        names = ("tags", "id", "num", "when", "flag", "kind")
        facet = self.dice.choice(names)
        makers: list[Callable[[], dict[str, Any]]] = [
            lambda: {"sortedby": [sorting.FieldFacet(facet, reverse=self.dice.random() < 0.5), "key"]},
            lambda: {"sortedby": [sorting.ScoreFacet(), "key"]}, lambda: {"reverse": True},
            lambda: {"groupedby": facet}, lambda: {"groupedby": sorting.FieldFacet(facet, allow_overlap=True)},
            lambda: {"groupedby": sorting.QueryFacet({"a": self.term(), "b": self.term()})},
            lambda: {"collapse": "kind", "collapse_order": "key"}, lambda: {"filter": self.tree(1)},
            lambda: {"mask": self.tree(1)}, lambda: {"terms": True},
        ]  # fmt: skip
        return self.dice.choice(makers)()
