"""An article's id <-> what an assistant calls it: the id, with what could end or disguise it written as `%XX`."""

from __future__ import annotations

import hashlib
import unicodedata
from urllib.parse import quote, unquote

from searchkit import Index
from searchkit.assistants.arguments import Refusal
from searchkit.assistants.budget import tokens
from searchkit.assistants.fencing import clean_line, is_hidden

SCHEME = "article://"
_PLAIN = frozenset("/-._~!$'()*+,;=:@&")
_LONGEST = 120
"""Tokens of a name: a longer id is called by a digest of it."""


def name_of(article_id: str) -> str:
    """What an assistant calls the article with this id: without blanks, quotes and brackets of markup.

    >>> name_of("hugo/月全食 a.md"), name_of("<b>%")
    ('hugo/月全食%20a.md', '%3Cb%3E%25')
    """
    name = "".join(map(_written, article_id[: 16 * _LONGEST]))
    is_short = len(article_id) <= 16 * _LONGEST and tokens(name) <= _LONGEST
    return name if is_short else _digest(article_id)


def uri_of(article_id: str) -> str:
    """The address of the article as a resource.

    >>> uri_of("hugo/a.md")
    'article://hugo/a.md'
    """
    return SCHEME + name_of(article_id)


def id_of(name: str, index: Index) -> str:
    """The id of the article that an assistant calls *name*, or whose address it is.

    Raises:
        Refusal: there is none.
    """
    name = name.removeprefix(SCHEME)
    for candidate in (name, unquote(name)):
        if candidate and candidate in index:
            return index.get(candidate).id
    found = next((one for one in index.ids() if _digest(one) == name), None) if name.startswith("~") else None
    if found is None:
        raise Refusal(f'no article has the id "{clean_line(name, 60)}"; take ids from search')
    return found


def _written(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() or character in _PLAIN else quote(character, safe="")
    is_plain = unicodedata.category(character)[0] in "LMNPS" and not is_hidden(character)
    return character if is_plain else quote(character.encode("utf-8", "surrogatepass"), safe="")


def _digest(article_id: str) -> str:
    return "~" + hashlib.sha256(article_id.encode("utf-8", "surrogatepass")).hexdigest()[:20]
