"""Is it a name or a term? What stands where nouns stand, and neither begins nor ends with a word of grammar.

What pieces nouns stand next to, the articles say: jieba's dictionary has the classes of the words that it knows.
"""

from __future__ import annotations

import numpy as np
from msgspec import Struct

from searchkit.new_words.pieces import Array, Pieces
from searchkit.new_words.sequences import Sequences

_PARTICLES = frozenset("的了着得地等和与及或而并且")
_NEVER_AT_ENDS = _PARTICLES | frozenset("是在于到为从自由向对把被将让使给以就都也又再还才只不没个们")
_NEVER_FIRST = _NEVER_AT_ENDS | frozenset("这那此该每某各本另其哪几两一二三四五六七八九十百千万亿第很更较太")
_NEVER_LAST = _NEVER_AT_ENDS | frozenset("上中下内外里前后间时")
"""Single characters that are words of grammar. Particles stand nowhere in a name; a place, such as 上, or a number
may stand at the other end of one."""
_GRAMMAR = frozenset("rmqpcuyef")
"""Classes of longer words that are at neither end, by the first letter that jieba has for them: pronouns,
numerals, measure words, prepositions, conjunctions, particles, places."""
_PREDICATES = frozenset(("a", "d"))
"""Classes of longer words that are not the last: a noun with an adjective behind it, as 香气浓郁, is a clause."""
_FEW = 10
"""Words of the usual sorts that each piece is taken to stand next to besides: one next to few tells little."""


class NounOdds(Struct, frozen=True):
    """For each piece the logarithm of the odds that a noun, rather than another word, stands `after` it, or
    `before` it; 0 is as often as anywhere."""

    after: Array
    before: Array

    def of(self, sequences: Sequences, pieces: Pieces) -> Array:
        """The mean odds of *sequences*, by what stands on either side, on the side where they are less."""
        left = sequences.mean(self.after[pieces.ids[sequences.positions - 1]])
        right = sequences.mean(self.before[pieces.ids[sequences.positions + sequences.length]])
        return np.minimum(left, right)


def noun_odds(pieces: Pieces, classes: dict[str, str]) -> NounOdds:
    """What the known words of *pieces*, which have these *classes*, say of their neighbours. Single characters are
    of too many classes."""
    known = [classes.get(piece, "") if len(piece) > 1 else "" for piece in pieces.vocabulary]
    is_noun = np.array([kind.startswith("n") for kind in known])[pieces.ids]
    is_other = np.array([kind[:1] not in ("", "n") for kind in known])[pieces.ids]

    def odds(neighbours: Array, is_noun: Array, is_other: Array) -> Array:
        nouns = np.bincount(neighbours[is_noun], minlength=len(known))
        others = np.bincount(neighbours[is_other], minlength=len(known))
        share = (nouns.sum() + 1) / (nouns.sum() + others.sum() + 2)
        found: Array = np.log(nouns / share + _FEW) - np.log(others / (1 - share) + _FEW)
        return found

    return NounOdds(
        after=odds(pieces.ids[:-1], is_noun[1:], is_other[1:]),
        before=odds(pieces.ids[1:], is_noun[:-1], is_other[:-1]),
    )


def may_be_name(texts: tuple[str, ...], classes: dict[str, str]) -> bool:
    """Whether these pieces are not a phrase by a word of grammar among them."""
    first, last = texts[0], texts[-1]
    if first in _NEVER_FIRST or last in _NEVER_LAST or not _PARTICLES.isdisjoint(texts):
        return False
    kinds = [classes.get(text, "") if len(text) > 1 else "" for text in (first, last)]
    return kinds[1] not in _PREDICATES and _GRAMMAR.isdisjoint(kind[:1] for kind in kinds)
