"""Titles of web pages -> titles without the name of the site, which the pages of a site have in common."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from itertools import islice

from msgspec.structs import replace

from searchkit.articles.file_facts import Facts, Page
from searchkit.patterns import lazy_pattern

_SHARED = 3  # pages: fewer with the same words in their titles may be about the same thing
_SHARE = 0.2
"""Of the titles of a site: fewer are about one thing. On 106 sites with 500 saved pages, what is a name is in a
third of the titles or more."""
_NUMBER = (
    r"(?:第?\s*[\d一二三四五六七八九十百零〇两]+\s*[章节節回集部卷篇讲課课期页頁]?|[上中下前后]篇?|序|目录|[IVX]+)"
)
_SERIAL = lazy_pattern(rf"[（(]?\s*{_NUMBER}\s*[）)]?")
_SEPARATOR = lazy_pattern(
    r"\s+[-–—·:：»«/•>~～]+\s+|\s*(?:[|｜_»«]|--+|——)+\s*|(?<=[^\x00-\x7f])-(?=[^\x00-\x7f])"
    rf"|(?<=】)\s*|(?=（(?!{_NUMBER}）)[^（）]+）$)"
)
"""What stands between a title and the name of a site, which may be in brackets: 【小站】春, 春（小站）."""


def with_shown_titles(files: Iterable[Facts]) -> list[Facts]:
    """*files*, those of web pages under the title that is shown, and without the keywords of the site."""
    found = without_site_tags(list(files))
    titles = without_site_names(found)
    return [_under(titles.get(facts.id, facts.title), facts) for facts in found]


def _under(title: str, facts: Facts) -> Facts:
    if facts.web_page is None or title == facts.title:
        return facts
    return replace(facts, title=title, web_page=replace(facts.web_page, written=facts.title))


def without_site_tags(files: list[Facts]) -> list[Facts]:
    """*files* without a list of keywords that three pages of a site have, and half of those with keywords."""
    pages = [facts.web_page for facts in files if facts.web_page and facts.web_page.keywords]
    lists = Counter((page.site, page.keywords) for page in pages)
    sites = Counter(page.site for page in pages)
    shared = {(site, keywords) for (site, keywords), n in lists.items() if n >= max(_SHARED, sites[site] / 2)}
    return [_untagged(facts, facts.web_page, shared) if facts.web_page else facts for facts in files]


def _untagged(facts: Facts, page: Page, shared: Container[tuple[str, tuple[str, ...]]]) -> Facts:
    if (page.site, page.keywords) not in shared:
        return facts
    return replace(facts, tags=tuple(tag for tag in facts.tags if tag not in page.keywords))


def parts_of(title: str) -> tuple[list[int], list[int]]:
    """Where the parts of *title* between separators begin and end; the first ones and the last ones if many."""
    found = [each for each in islice(_SEPARATOR.finditer(title), 20) if each.start() and each.end() < len(title)]
    return [0, *(each.end() for each in found)], [*(each.start() for each in found), len(title)]


def without_site_names(files: Iterable[Facts]) -> dict[str, str]:
    """The title by id of each of *files* that is a web page. What three titles of a site, and a fifth of all,
    begin or end with, next to a separator, is the name of the site or of a part of it; a whole title that three
    pages have gives way to the first of its other titles that fewer pages have."""
    sites: dict[str, list[tuple[Facts, Page]]] = defaultdict(list)
    for facts in files:
        if facts.web_page:
            sites[facts.web_page.site].append((facts, facts.web_page))
    return {facts.id: title for pages in sites.values() for facts, title in _told_apart(pages)}


def _told_apart(pages: list[tuple[Facts, Page]]) -> Iterator[tuple[Facts, str]]:
    titles = Counter(facts.title for facts, _ in pages)
    common = titles + Counter(each for facts, page in pages for each in set(page.other_titles) - {facts.title})
    ends = _shared((end for title in titles for end in _ends(title)), max(_SHARED, _SHARE * len(titles)))
    for facts, page in pages:
        others = (each for each in page.other_titles if each and common[each] < _SHARED)
        title = next(others, facts.title) if titles[facts.title] >= _SHARED else facts.title
        yield facts, _cut(title, ends)


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
