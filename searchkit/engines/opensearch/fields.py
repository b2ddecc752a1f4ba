"""What stands in the cluster: its indices, the fields of an article, and their terms.

searchkit-NAME                  the alias: what readers open
searchkit-NAME-000007           one generation of the index; it never changes once the alias names it
searchkit.locks                 one small index for the locks of all

title_words, tags_words, …      the word channel, with frequencies
title_bigrams, …                two Han characters one after the other, with frequencies
title_characters, …             the character channel, with positions: phrases
title_letters, …                the same with runs taken apart: the rest of a longer word
head_characters, head_letters   those of title, tags and author together, far apart
body_singles                    the characters of the body that rank, with frequencies
body_rest                       the bigrams of the body that do not rank
any_words, any_bigrams, …       the terms of all four fields, without frequencies: one look-up
tag, category, id, …            keywords, matched whole
clock                           the date, in seconds since 1970
digest                          what the document was made of
vector                          bytes that an engine gives back; only kept
title_words_length, …           how many terms a channel of a field has

A field is a text of terms with spaces between them, so no term may hold white space; the cluster takes no lone
surrogates, and no term of more than 32,766 bytes. Such characters are written as U+E000 and four hex digits,
and of a term too long its beginning and a digest.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from searchkit.analysis.scripts import is_han
from searchkit.query.plan import Channel
from searchkit.schema import CHARACTER_FIELDS, FIELD_NAMES, KEYWORDS

CHANNELS: tuple[Channel, ...] = ("words", "bigrams", "characters")
POSITIONED = ("characters", "letters")
CLOCK, PART, GENERATION, DIGEST = "clock", "part", "generation", "digest"
ARTICLE, RECORD = "article", "record"
"""The two parts of an index: articles, and what is remembered of them. The fields with the stored bytes are
called so too."""
VECTOR = "vector"
FIELD_GAP = 1_000_000
"""Positions between two fields that are one in the cluster. No phrase reaches from one into the other: it has 500
tokens at most, and allows a distance of three digits."""

_ALIAS_PREFIX = "searchkit-"
LOCKS = "searchkit.locks"
_NOT_IN_NAMES = re.compile(r"[^\w.\-]+")
_LONGEST_NAME = 120
_MOST_BYTES = 237  # of what comes between the prefix and a number of six or seven digits: a name may have 255
_GENERATION = re.compile(r"-(\d{6,})\Z")

_ESCAPE = "\ue000"
_UNFIT = re.compile(r"[\s\ue000\ud800-\udfff\x00-\x1f\x7f-\x9f]")
_ESCAPED = re.compile(rf"{_ESCAPE}([0-9a-f]{{4}})")
_LONGEST_TERM, _KEPT_OF_TERM = 8_000, 4_000  # characters, of which each has at most 4 bytes
EDGE = _ESCAPE + "|"
"""Where a run of letters or digits begins or ends, in the channel of letters."""


def alias_of(location: str) -> str:
    """The alias of the index called *location*. Where that is no legal name, what is legal of it and a digest.

    >>> alias_of("articles")
    'searchkit-articles'
    """
    legal = _NOT_IN_NAMES.sub("-", location.lower()).strip("-.")[-_LONGEST_NAME:]
    if legal != location or len(legal.encode()) > _MOST_BYTES or _GENERATION.search(legal):
        digest = hashlib.blake2b(location.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        end = legal[-_LONGEST_NAME // 2 :].encode()[-_MOST_BYTES + len(digest) + 2 :].decode(errors="ignore")
        legal = f"{end}-{digest}x"
    return _ALIAS_PREFIX + legal


def generation_name(alias: str, number: int) -> str:
    """The index that is generation *number* of *alias*."""
    return f"{alias}-{number:06d}"


def generation_number(alias: str, name: str) -> int | None:
    """The number of a generation of *alias*, or None if *name* is not one."""
    found = _GENERATION.search(name)
    return int(found[1]) if found and name[: found.start()] == alias else None


def field_of(name: str, channel: str) -> str:
    """The cluster's field with one channel of *name*, which may be "head" or "any"."""
    return f"{name}_{channel}"


SINGLES, REST = "body_singles", "body_rest"


def ranked_field_of(name: str, channel: Channel) -> str:
    """The cluster's field whose frequencies rank: of the characters of the body, those that are no boilerplate."""
    return SINGLES if (name, channel) == ("body", "characters") else field_of(name, channel)


def length_of(name: str, channel: str) -> str:
    """The cluster's field that says how many terms the channel of *name* has."""
    return f"{name}_{channel}_length"


def index_settings(shards: int) -> dict[str, Any]:
    """The settings of an index that is being filled: nothing is copied or made visible meanwhile."""
    return {
        "number_of_shards": shards,
        "number_of_replicas": 0,
        "refresh_interval": -1,
        "analysis": {
            "tokenizer": {"terms": {"type": "whitespace", "max_token_length": 1_048_576}},
            "analyzer": {"terms": {"type": "custom", "tokenizer": "terms"}},
        },
        "similarity": {"frequency": {"type": "scripted", "script": {"source": "return query.boost * doc.freq;"}}},
    }


def index_mapping(*, lean: bool = True) -> dict[str, Any]:
    """The fields of an index. Only the stored bytes are kept of what is sent.

    A cluster keeps all of it besides for a while, for copies that fall behind, unless the mapping is *lean*. Ours
    cannot: there are none while an index is filled, and later it does not change. Versions before 2.19 do not know
    that setting.
    """
    properties: dict[str, Any] = {name: {"type": "keyword"} for name in (*KEYWORDS, PART)}
    properties |= {name: {"type": "long"} for name in (CLOCK, GENERATION)}
    properties[DIGEST] = {"type": "keyword", "index": False}
    for name in CHARACTER_FIELDS:
        for channel in POSITIONED:
            properties[field_of(name, channel)] = _text("positions", *_shared(name, channel))
    for name in FIELD_NAMES:
        for channel in ("words", "bigrams"):
            properties[field_of(name, channel)] = _text("freqs", *_shared(name, channel))
        for channel in CHANNELS:
            properties[length_of(name, channel)] = {"type": "long", "index": False}
    properties[SINGLES] = _text("freqs")
    properties[REST] = _text("docs", field_of("any", "bigrams"))
    for channel in POSITIONED:
        properties[field_of("head", channel)] = {**_text("positions"), "position_increment_gap": FIELD_GAP}
    properties[field_of("any", "words")] = {"type": "keyword"}
    for channel in ("bigrams", "characters"):
        properties[field_of("any", channel)] = _text("docs")
    return {
        "dynamic": False,
        "_source": {"includes": [ARTICLE, RECORD, VECTOR], **({"recovery_source_enabled": False} if lean else {})},
        "properties": properties,
    }


def _shared(name: str, channel: str) -> list[str]:
    """The fields that take the terms of *name* too."""
    if name not in FIELD_NAMES:
        return []
    head = [field_of("head", channel)] if channel in POSITIONED and name != "body" else []
    every = [field_of("any", channel)] if channel in ("bigrams", "characters") else []
    return head + every


def _text(index_options: str, *copies: str) -> dict[str, Any]:
    field: dict[str, Any] = {
        "type": "text",
        "analyzer": "terms",
        "similarity": "frequency",
        "norms": False,
        "index_options": index_options,
    }
    return {**field, "copy_to": list(copies)} if copies else field


def encode(term: str) -> str:
    """*term* as it stands in the cluster.

    >>> encode("LLM agent")
    'LLM\\ue0000020agent'
    """
    encoded = _UNFIT.sub(_escaped, term)
    if len(encoded) <= _LONGEST_TERM:
        return encoded
    digest = hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{encoded[:_KEPT_OF_TERM]}{_UNFIT.sub(_escaped, _ESCAPE)}{digest}"


def decode(term: str) -> str:
    """The term again; of one that was too long, what is left of it."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), term) if _ESCAPE in term else term


def joined(terms: Iterable[str]) -> str:
    """*terms* as the text of a field."""
    return " ".join(map(encode, terms))


def han_bigrams(tokens: Sequence[str]) -> list[str]:
    """The terms of the channel of bigrams: two Han characters one after the other."""
    return [a + b for a, b in pairwise(tokens) if is_han(a) and is_han(b)]


def letters(tokens: Sequence[str], *, open_start: bool = False, open_end: bool = False) -> list[str]:
    """*tokens* with every run of letters or digits taken apart, an edge on either side of it.

    So the rest of a longer word is letters in a row, without an edge at the end that is open.
    """
    found = [part for token in tokens for part in ((EDGE, *token, EDGE) if can_be_longer(token) else (token,))]
    is_cut_start, is_cut_end = open_start and found[:1] == [EDGE], open_end and found[-1:] == [EDGE]
    return found[is_cut_start : len(found) - is_cut_end]


def can_be_longer(token: str) -> bool:
    """Whether *token* is a run, which may be part of a longer one."""
    return token.isalnum() and not is_han(token)


def _escaped(found: re.Match[str]) -> str:
    return f"{_ESCAPE}{ord(found[0]):04x}"
