"""What things are called in the cluster.

searchkit-NAME            the alias: what readers open
searchkit-NAME-000007     one generation of the index; it never changes once the alias names it
searchkit.locks           one small index for the locks of all
"""

from __future__ import annotations

import hashlib
import re

_PREFIX = "searchkit-"
LOCKS = "searchkit.locks"
_FORBIDDEN = re.compile(r"[^\w.\-]+")
_LONGEST = 120
_MOST_BYTES = 237  # of what comes between the prefix and a number of six or seven digits: a name may have 255
_NUMBER = re.compile(r"-(\d{6,})\Z")


def alias_of(location: str) -> str:
    """The alias of the index called *location*. Where that is no legal name, what is legal of it and a digest.

    >>> alias_of("articles")
    'searchkit-articles'
    """
    legal = _FORBIDDEN.sub("-", location.lower()).strip("-.")[-_LONGEST:]
    if legal != location or len(legal.encode()) > _MOST_BYTES or _NUMBER.search(legal):
        digest = hashlib.blake2b(location.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
        end = legal[-_LONGEST // 2 :].encode()[-_MOST_BYTES + len(digest) + 2 :].decode(errors="ignore")
        legal = f"{end}-{digest}x"
    return _PREFIX + legal


def generation_name(alias: str, number: int) -> str:
    """The index that is generation *number* of *alias*."""
    return f"{alias}-{number:06d}"


def generation_number(alias: str, name: str) -> int | None:
    """The number of a generation of *alias*, or None if *name* is not one."""
    found = _NUMBER.search(name)
    return int(found[1]) if found and name[: found.start()] == alias else None
