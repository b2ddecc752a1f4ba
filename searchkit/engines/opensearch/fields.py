"""How the channels of an article are laid out in the cluster.

title_words, tags_words, …      the word channel, with frequencies
title_bigrams, …                two Han characters one after the other, with frequencies
title_characters, …             the character channel, with positions: phrases
title_letters, …                the same with runs taken apart: the rest of a longer word
head_characters, head_letters   those of title, tags and author together, far apart
any_words, any_bigrams, …       the terms of all four fields, without frequencies: one look-up
tag, category, id, …            keywords, matched whole
clock                           the date, in seconds since 1970
digest                          the fingerprint of the article
title_words_length, …           how many terms a channel of a field has
"""

from __future__ import annotations

from typing import Any

from searchkit.query.plan import Channel
from searchkit.schema import CATEGORY_FIELD, CLUSTER_LAYOUT, FIELD_NAMES, KEYWORDS

CHANNELS: tuple[Channel, ...] = ("words", "bigrams", "characters")
POSITIONED = ("characters", "letters")
PLACED_FIELDS = (*FIELD_NAMES, CATEGORY_FIELD)
"""The fields that have positions."""
SMALL_FIELDS = tuple(name for name in FIELD_NAMES if name != "body")
CLOCK, PART, GENERATION, DIGEST = "clock", "part", "generation", "digest"
ARTICLE, RECORD = "article", "record"
"""The two parts of an index: articles, and what is remembered of them. The fields with the stored bytes are
called so too."""
_APART = 1_000_000
"""Positions between two fields that are one in the cluster: no phrase reaches from one into the other."""


def field_of(name: str, channel: str) -> str:
    """The cluster's field with one channel of *name*, which may be "head" or "any"."""
    return f"{name}_{channel}"


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
    for name in PLACED_FIELDS:
        for channel in POSITIONED:
            properties[field_of(name, channel)] = _text("positions", *_shared(name, channel))
    for name in FIELD_NAMES:
        for channel in ("words", "bigrams"):
            properties[field_of(name, channel)] = _text("freqs", *_shared(name, channel))
        for channel in CHANNELS:
            properties[length_of(name, channel)] = {"type": "long", "index": False}
    for channel in POSITIONED:
        properties[field_of("head", channel)] = {**_text("positions"), "position_increment_gap": _APART}
    properties[field_of("any", "words")] = {"type": "keyword"}
    for channel in ("bigrams", "characters"):
        properties[field_of("any", channel)] = _text("docs")
    return {
        "dynamic": False,
        "_source": {"includes": [ARTICLE, RECORD], **({"recovery_source_enabled": False} if lean else {})},
        "_meta": {"searchkit": {"layout": CLUSTER_LAYOUT}},
        "properties": properties,
    }


def _shared(name: str, channel: str) -> list[str]:
    """The fields that take the terms of *name* too."""
    if name == CATEGORY_FIELD:
        return []
    head = [field_of("head", channel)] if channel in POSITIONED and name in SMALL_FIELDS else []
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
