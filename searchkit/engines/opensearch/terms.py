"""Terms and values as they stand in the cluster.

A field is a text of terms with blanks between them, so no term may hold white space; the cluster takes no lone
surrogates, and no term of more than 32,766 bytes. Such characters are written as U+E000 and four hex digits,
and of a term too long its beginning and a digest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from searchkit.analysis.scripts import is_han

_ESCAPE = "\ue000"
_UNFIT = re.compile(r"[\s\ue000\ud800-\udfff\x00-\x1f\x7f-\x9f]")
_ESCAPED = re.compile(rf"{_ESCAPE}([0-9a-f]{{4}})")
_LONGEST, _KEPT = 8_000, 4_000  # characters, of which each has at most 4 bytes
EDGE = _ESCAPE + "|"
"""Where a run of letters or digits begins or ends, in the channel of letters."""


def encode(term: str) -> str:
    """*term* as it stands in the cluster.

    >>> encode("LLM agent")
    'LLM\\ue0000020agent'
    """
    encoded = _UNFIT.sub(_escaped, term) if _UNFIT.search(term) else term
    if len(encoded) <= _LONGEST:
        return encoded
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{encoded[:_KEPT]}{_UNFIT.sub(_escaped, _ESCAPE)}{digest}"


def decode(term: str) -> str:
    """The term again; of one that was too long, what is left of it."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), term) if _ESCAPE in term else term


def joined(terms: Iterable[str]) -> str:
    """*terms* as the text of a field."""
    return " ".join(map(encode, terms))


def pairs(tokens: Sequence[str]) -> list[str]:
    """The terms of the channel of bigrams: two Han characters one after the other."""
    return [a + b for a, b in pairwise(tokens) if is_han(a) and is_han(b)]


def letters(tokens: Sequence[str], *, open_start: bool = False, open_end: bool = False) -> list[str]:
    """*tokens* with every run of letters or digits taken apart, an edge on either side of it.

    So the rest of a longer word is letters in a row, without an edge at the end that is open.
    """
    found = list(_taken_apart(tokens))
    if open_start and found and found[0] == EDGE:
        del found[0]
    if open_end and found and found[-1] == EDGE:
        del found[-1]
    return found


def can_be_longer(token: str) -> bool:
    """Whether *token* is a run, which may be part of a longer one."""
    return token.isalnum() and not is_han(token)


def _escaped(found: re.Match[str]) -> str:
    return f"{_ESCAPE}{ord(found[0]):04x}"


def _taken_apart(tokens: Iterable[str]) -> Iterator[str]:
    for token in tokens:
        if can_be_longer(token):
            yield EDGE
            yield from token
            yield EDGE
        else:
            yield token
