"""The line under the heading of a page -> when it was published and by whom, where only classes name that.

A class or an id tells what is in an element; the elements of comments and of lists of other articles have the same
ones. So of a name that stands for many different values none is taken.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree

from searchkit.articles.metadata import clean_line

_LONGEST, _MOST_ELEMENTS, _MOST_VALUES = 80, 20, 3  # characters; elements in one; values on a page
_NAMED = etree.XPath("//*[@class or @id]")
_DATED = re.compile(
    r"(?:(?:blog-)?(?:post(?:ed)?|publish(?:ed)?|pub|entry|article|created?|release|news|contentitem|meta|info|update)"
    r"[-_]?)?(?:date|time)(?:-source)?|dt-(?:published|updated)|posted-on|authorposton\d*|published|updated",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?:(?:post|entry|article|news|p|by)[-_]?)?author(?:[-_]?name)?|byline|(?:follow-|profile_)?nick_?name|js_name",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)(?:\s?日)?(?:\s*\d{1,2}:\d{2}(?::\d{2})?)?"
)
_LATE = re.compile("更新|修改|编辑|編輯|updat|modif|edit", re.IGNORECASE)
_SIGNED = re.compile(r"(?:本文)?(?:作者|撰文|文|by|author)\s*[:：/／丨|]?\s*", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w·.\-]*(?: [\w·.\-]+){0,3}")
_ASIDE = re.compile("comment|reply|replies|sidebar|related|recent|widget|评论", re.IGNORECASE)


def facts_of_byline(root: Any) -> dict[str, list[str]]:
    """The date, the date of the last change and the author that classes and ids in the tree *root* name."""
    found: dict[str, list[str]] = {"date": [], "lastmod": [], "author": []}
    for element in _NAMED(root):
        name = _named(element.get("class") or "") or _named(element.get("id") or "")
        if name and (text := _short_text(element)) and not _is_aside(element):
            name, value = _told(name, text)
            if value and value not in found[name]:
                found[name].append(value)
    return {name: values[:1] for name, values in found.items() if len(values) <= _MOST_VALUES}


@lru_cache(maxsize=4096)
def _named(classes: str) -> str:
    """What an element with these *classes* holds: a date, an author or neither."""
    tokens = classes.split()
    if any(map(_DATED.fullmatch, tokens)):
        return "date"
    return "author" if any(map(_BY.fullmatch, tokens)) else ""


def _told(name: str, text: str) -> tuple[str, str]:
    """What the *text* of an element says of its *name*, or "": of two dates the first, of a name nothing else."""
    if name == "author":
        text = _SIGNED.sub("", text, 1) if _SIGNED.match(text) else text
        return name, text if _NAME.fullmatch(text) else ""
    found = _DATE.search(text)
    return "lastmod" if _LATE.search(text) else name, found[0] if found else ""


def _short_text(element: Any) -> str:
    if next(islice(element.iter(), _MOST_ELEMENTS, None), None) is not None:
        return ""
    text = clean_line("".join(islice(element.itertext(), _MOST_ELEMENTS)))
    return text if len(text) <= _LONGEST else ""


def _is_aside(element: Any) -> bool:
    """Whether *element* is in a comment, or in a part of the page around the article."""
    return any(
        each.tag in ("nav", "aside", "footer") or _ASIDE.search(f"{each.get('id')} {each.get('class')}")
        for each in (element, *element.iterancestors())
    )
