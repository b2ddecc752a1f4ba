"""The site of an article: the host of its URL, and the domains that the host is in."""

from __future__ import annotations

from searchkit.analysis.normalize import fold_case
from searchkit.hosts import host_of


def site_of(url: str) -> str:
    """The host of *url* as it is shown, without `www.`; "" if it has none.

    >>> site_of("https://www.Example.com:8080/post?id=1"), site_of("posts/moon.html")
    ('example.com', '')
    """
    host = host_of(url)
    rest = host.removeprefix("www.")
    return rest if "." in rest else host


def site_key(text: str) -> str:
    """What a query that names a site, or a page of it, looks for.

    >>> site_key("QQ.com"), site_key("*.qq.com"), site_key("https://mp.weixin.qq.com/s/moon")
    ('qq.com', 'qq.com', 'mp.weixin.qq.com')
    """
    host = text.strip().removeprefix("*.")
    return fold_case(site_of(host if "//" in host else f"//{host}"))


def domains_of(site: str) -> tuple[str, ...]:
    """The keys of *site*: itself and each domain it is in.

    >>> domains_of("mp.weixin.qq.com")
    ('mp.weixin.qq.com', 'weixin.qq.com', 'qq.com', 'com')
    """
    labels = fold_case(site).split(".")
    return tuple(".".join(labels[at:]) for at in range(len(labels))) if site else ()
