"""Titles of web pages -> titles without the name of the site, which the pages of a site have in common."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from searchkit.articles.file_facts import Facts

_SHARED = 3  # pages: fewer with the same words in their titles may be about the same thing
_SHARE = 0.2
"""Of the titles of a site: fewer are about one thing. On 106 sites with 500 saved pages, what is a name is in a
third of the titles or more."""
_SEPARATOR = re.compile(r"\s+[-–—·:：»«/•]+\s+|\s*(?:[|｜_»«]|--+|——)+\s*|(?<=[^\x00-\x7f])-(?=[^\x00-\x7f])")
_SERIAL = re.compile(
    r"第?\s*[\d一二三四五六七八九十百零〇两]+\s*[章节節回集部卷篇讲課课期页頁]?|[上中下前后]篇?|序|目录|[IVX]+"
)


def with_shown_titles(files: Iterable[Facts]) -> list[Facts]:
    """*files*, those of web pages under the title that is shown, and without the keywords of the site."""
    found = without_site_tags(list(files))
    pages = (PageTitle(facts.id, facts.page[0], facts.title, facts.page[1:]) for facts in found if facts.page)
    titles = without_site_names(pages)
    return [_under(titles[facts.id], facts) if facts.page else facts for facts in found]


def _under(title: str, facts: Facts) -> Facts:
    return facts if title == facts.title else replace(facts, title=title, written=facts.title)


def without_site_tags(files: list[Facts]) -> list[Facts]:
    """*files* without a list of keywords that three pages of a site have, and half of those with keywords."""
    lists = Counter((facts.page[0], facts.keywords) for facts in files if facts.keywords)
    pages = Counter(facts.page[0] for facts in files if facts.keywords)
    shared = {key for key, count in lists.items() if count >= max(_SHARED, pages[key[0]] / 2)}
    return [_untagged(facts) if (*facts.page[:1], facts.keywords) in shared else facts for facts in files]


def _untagged(facts: Facts) -> Facts:
    return replace(facts, tags=tuple(tag for tag in facts.tags if tag not in facts.keywords))


def parts_of(title: str) -> tuple[list[int], list[int]]:
    """Where the parts of *title* between separators begin and end; the first ones and the last ones if many."""
    found = [each for each in islice(_SEPARATOR.finditer(title), 20) if each.start() and each.end() < len(title)]
    return [0, *(each.end() for each in found)], [*(each.start() for each in found), len(title)]


@dataclass(frozen=True, slots=True)
class PageTitle:
    """The title of a page, others for it, and the site that it is of: a host, or else a folder."""

    id: str
    site: str
    title: str
    alternatives: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


def without_site_names(pages: Iterable[PageTitle]) -> dict[str, str]:
    """The title of each of *pages* by id. What three titles of a site, and a fifth of all, begin or end with, next
    to a separator, is the name of the site or of a part of it; a whole title that three pages have gives way to
    the first alternative that fewer pages have.

    >>> names = ["春天 - 某某网", "夏天 - 某某网", "秋天 - 某某网"]
    >>> list(without_site_names(PageTitle(name, "example.com", name) for name in names).values())
    ['春天', '夏天', '秋天']
    """
    sites: dict[str, list[PageTitle]] = defaultdict(list)
    for page in pages:
        sites[page.site].append(page)
    return {page.id: title for group in sites.values() for page, title in _told_apart(group)}


def _told_apart(pages: list[PageTitle]) -> Iterator[tuple[PageTitle, str]]:
    titles = Counter(page.title for page in pages)
    common = titles + Counter(each for page in pages for each in set(page.alternatives) - {page.title})
    ends = _shared((end for title in titles for end in _ends(title)), max(_SHARED, _SHARE * len(titles)))
    for page in pages:
        others = (each for each in page.alternatives if each and common[each] < _SHARED)
        title = next(others, page.title) if titles[page.title] >= _SHARED else page.title
        yield page, _cut(title, ends)


def _ends(title: str) -> Iterator[tuple[bool, str, str]]:
    """Each beginning (True) and end (False) of *title* with its separator, and what is left without it."""
    starts, ends = parts_of(title)
    for start, end in zip(starts[1:], ends[:-1], strict=True):
        yield False, title[end:], title[:end]
        yield True, title[:start], title[start:]


def _shared(ends: Iterable[tuple[bool, str, str]], least: float) -> frozenset[tuple[bool, str]]:
    """What at least so many titles begin or end with. What is left of one must not be a number in a series."""
    left: dict[tuple[bool, str], set[str]] = defaultdict(set)
    for is_beginning, end, rest in ends:
        if rest.strip() and not _SERIAL.fullmatch(rest.strip()):
            left[is_beginning, end].add(rest)
    return frozenset(end for end, rests in left.items() if len(rests) >= least)


def _cut(title: str, shared: frozenset[tuple[bool, str]]) -> str:
    """*title* without the longest shared end, and then without the longest shared beginning."""
    for is_beginning in (False, True):
        found = [
            (len(end), rest)
            for where, end, rest in _ends(title)
            if where is is_beginning and (where, end) in shared
        ]
        if found and not _SERIAL.fullmatch(rest := max(found)[1].strip()):
            title = rest
    return title
