"""A URL -> its host."""

from __future__ import annotations

import re
from contextlib import suppress

from searchkit.patterns import lazy_pattern

_AUTHORITY = lazy_pattern(r"(?:[a-z][a-z\d+.-]*:)?//([^/?#\s\\]*)", re.IGNORECASE)
_HOST = lazy_pattern(r"(\[[\da-f:.]+\]|[^:\[\]]*)(?::.*)?", re.IGNORECASE)
"""What follows the user in an authority (RFC 3986, section 3.2): a host or an address of IPv6, and a port."""
_MOST_CHARACTERS = 253  # of a host, as in DNS


def host_of(url: str) -> str:
    """The host of *url* as it is shown; "" if it has none. No text is an error.

    >>> host_of("https://Example.com:8080/post?id=1"), host_of("posts/moon.html")
    ('example.com', '')
    """
    authority = _AUTHORITY.match(url.strip())
    found = _HOST.fullmatch(authority[1].rpartition("@")[2]) if authority else None
    host = found[1].strip(".").lower() if found else ""
    if len(host) > _MOST_CHARACTERS:
        return ""
    if "xn--" in host:
        with suppress(UnicodeError):
            return host.encode("ascii").decode("idna")
    return host
