"""A block of Latin letters, digits and the symbols between them -> its terms: the whole and its parts."""

from __future__ import annotations

import re
from functools import lru_cache

_PART = re.compile(r"\d+(?:[.,]\d+)+|\d+|[^\W\d_]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^A-Za-z]+")
MAX_TERM = 120  # characters: longer are URLs and keys, of which nobody types more
CACHE_SIZE = 1 << 14  # blocks; an archive has most of its blocks from a vocabulary of some ten thousand


def block_terms(block: str) -> tuple[str, ...]:
    """Distinct terms of *block*, the whole first, case folded.

    >>> block_terms("GPT-5.2"), block_terms("FindMarkers"), block_terms("iPhone15"), block_terms("C++")
    (('gpt-5.2', 'gpt', '5.2'), ('findmarkers', 'find', 'markers'), ('iphone15', 'iphone', '15'), ('c++', 'c'))
    """
    return _terms(block) if len(block) > MAX_TERM else _terms_of_usual(block)


def _terms(block: str) -> tuple[str, ...]:
    if len(block) == 1 or (block.islower() and block.isalpha()):
        return (block[:MAX_TERM].casefold(),)
    terms = [block[:MAX_TERM]]
    for part in _PART.findall(block):
        terms.append(part[:MAX_TERM])
        terms.extend(_camel_parts(part))
    return tuple(dict.fromkeys([term.casefold() for term in terms]))


_terms_of_usual = lru_cache(maxsize=CACHE_SIZE)(_terms)


def camel_boundaries(letters: str) -> list[int]:
    """Offsets inside a run of letters at which a part of a camelCase name begins."""
    offsets, position = [], 0
    for part in _camel_parts(letters)[:-1]:
        position += len(part)
        offsets.append(position)
    return offsets


def _camel_parts(part: str) -> list[str]:
    """`FindMarkers` is Find, Markers; a name with a one-letter part, such as iPhone or mRNA, stays whole."""
    if part.islower() or part.isupper() or not part.isalpha():
        return []
    parts = _CAMEL.findall(part)
    return parts if len(parts) > 1 and min(map(len, parts)) > 1 else []
