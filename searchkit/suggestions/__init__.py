"""What was probably meant by a query that has typing errors."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import cache, partial
from itertools import islice

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.normalize import fold_case
from searchkit.analysis.scripts import HAN_RUN, characters, is_han
from searchkit.engines.base import Reader, Request
from searchkit.patterns import lazy_pattern
from searchkit.query import ast
from searchkit.query.ast import Parsed
from searchkit.query.plan import Highlight, Phrase
from searchkit.snippets import find_ranges
from searchkit.suggestions import han, latin
from searchkit.suggestions.alike import Alike

MAX_QUERY = 500  # characters: a longer query is a text, in which a word that no article has is no typing error
MAX_RUNS = 8  # of Han: a query of more is a text, too
_LETTER = lazy_pattern("[A-Za-z\uff21-\uff5a]")


def suggest(
    parsed: Parsed, analyzer: Analyzer, reader: Reader, alike: Alike, by_sound: Container[str] = ()
) -> str | None:
    """The query with words that were typed wrong replaced by those that were meant, or None.

    A word in quotes, with a sign, a field, a weight or a pattern is meant as it is, wherever else it stands, and
    so are those that were read *by_sound*. The rest of the query stands as it was typed.
    """
    if len(parsed.text) > MAX_QUERY:
        return None
    plain = list(_plain(parsed.node))
    texts = [node.text for node in plain]
    runs = dict.fromkeys(run for text in texts for run in HAN_RUN.findall(fold_case(text)) if len(run) > 1)
    words = [cut.term for text in texts if _LETTER.search(text) for cut in analyzer.cut(text)]
    words = [word for word in words if word not in by_sound]
    stands = cache(partial(_stands, parsed.text, {*runs, *words}, reader))
    better = {run: han.corrected(run, analyzer, reader, alike, stands) for run in islice(runs, MAX_RUNS)}
    better |= latin.corrections(words, reader, stands)
    said = fold_case(_others(parsed.node, plain))
    changed = {typed: meant for typed, meant in better.items() if typed != meant and typed not in said}
    corrected = parsed.text
    for typed, meant in changed.items():
        corrected = _replaced(corrected, typed, meant)
    return corrected if corrected != parsed.text else None


def _stands(query: str, words: Container[str], reader: Reader) -> bool:
    """Whether an article has the *query* as it was typed, which says more than one of its *words*."""
    text = fold_case(query).strip()
    return text not in words and reader.search(Request(Phrase(tuple(characters(text))), limit=0)).total > 0


def _plain(node: ast.Node) -> Iterator[ast.Text]:
    """The texts of a query that nothing is said of."""
    match node:
        case ast.Text():
            yield node
        case ast.Words(nodes) | ast.Or(nodes):
            for one in nodes:
                yield from _plain(one)
        case ast.And(nodes) if len(nodes) > 1:
            for one in nodes:
                yield from _plain(one)


def _others(node: ast.Node, plain: Sequence[ast.Text]) -> str:
    """The texts of a query that are not those *plain* ones."""
    known = set(map(id, plain))
    return "\n".join(leaf.text for leaf in ast.leaves(node) if id(leaf) not in known)


def _replaced(text: str, typed: str, meant: str) -> str:
    """*text* with *meant* wherever *typed*, which is folded, stands as a word."""
    mark = Highlight(tuple(characters(typed)))
    for start, end in reversed(find_ranges(text, (mark,))):
        text = text[:start] + _fitted(text[start:end], typed, meant) + text[end:]
    return text


def _fitted(stands: str, typed: str, meant: str) -> str:
    """*meant*, with what is not changed as it *stands*: Han among Traditional characters."""
    if len(stands) == len(typed) == len(meant) and all(map(is_han, typed)):
        return "".join(new if new != old else own for own, old, new in zip(stands, typed, meant, strict=True))
    return meant
