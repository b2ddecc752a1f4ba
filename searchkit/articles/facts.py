"""What is said of an article, under whatever name -> the facts of the article.

`FACTS` is the table of names: every generator, editor and clipping tool has its own for the same fact. A name is
compared in lower case without spaces, `-` and `_`, so that `date created` and `dateCreated` are one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from searchkit.articles.dates import as_datetime
from searchkit.articles.metadata import (
    PLACEHOLDER_TITLES,
    as_categories,
    as_flag,
    as_tags,
    as_text,
    as_texts,
    as_url,
)

Metadata = Mapping[str, Any]
_Said = Mapping[str, Sequence[tuple[str, Any]]]
"""A fact -> the names under which something is said of it, each with what is said, as it is read."""

_SECTIONS = ("taxonomies", "extra", "params", "metadata", "meta")
"""Mappings in front matter whose values count like those beside them: Zola has the first two, Hugo the third."""
_JOINT = re.compile(r"[\s_-]+")
_SHOWN = 40  # characters of a value that is reported


@dataclass(frozen=True, slots=True)
class Fact:
    """The names of a fact, the most telling first, and how its value is read: to nothing where it says nothing,
    and to None where it is not understood."""

    names: tuple[str, ...]
    read: Callable[[Any], Any]


def _moment(value: Any) -> Any:
    """A date, the first of a list that is one, or False for a flag: `published: true` is no date."""
    if isinstance(value, list) and len(value) > 1:
        return next(filter(None, map(as_datetime, value)), None)
    return False if as_flag(value) is not None else as_datetime(value)


def _names(names: str) -> tuple[str, ...]:
    return tuple(names.split())


FACTS: dict[str, Fact] = {
    "title": Fact(_names("title 标题 headline"), as_text),
    "tags": Fact(_names("tags tag keywords keyword labels topics 标签 关键词 关键字"), as_tags),
    "categories": Fact(_names("categories category 分类 栏目"), as_categories),
    "author": Fact(_names("author authors 作者 creator byline writer"), as_texts),
    "translator": Fact(_names("translator translators translatedby 译者 翻译者"), as_texts),
    "date": Fact(
        _names(
            "date 日期 pubdate publishdate published publishedat publishedon publishtime datepublished 发布时间 "
            "发布日期 created createdat createdon createddate createdtime createtime createdate creationdate "
            "datecreated 创建时间 创建日期 posted"
        ),
        _moment,
    ),
    "lastmod": Fact(
        _names(
            "lastmod updated updatedat updatedon updatedate updatetime lastupdated lastupdate dateupdated "
            "modified modifiedat modifieddate modifytime lastmodified lastmodifiedat datemodified lastedited "
            "更新时间 更新日期 修改时间 修改日期"
        ),
        _moment,
    ),
    "url": Fact(
        _names(
            "url link source sourceurl canonical canonicalurl original originalurl originallink permalink "
            "原文链接 链接 来源"
        ),
        as_url,
    ),
    "description": Fact(_names("description summary excerpt abstract desc 摘要 简介 描述"), as_text),
    "aliases": Fact(_names("aliases alias 别名 subtitle 副标题 linktitle shorttitle sidebarlabel"), as_texts),
}
"""A fact -> its names, as `fold_name` gives them, and how its values are read. The translator
wrote the words of a translation, so he is an author of it, behind that of the original."""

_WITHHOLDING = ("draft", "private", "草稿")
_PUBLISHING = ("published", "publish", "public")
"""Names of a flag that an article is a draft, and of one that it is none. The first are values of `status` too."""

_LISTS = (as_texts, as_categories, as_tags)
_REPORTED = ("date", "lastmod")
"""The facts of which a value that is not understood is reported; any text is a title, a tag or an author."""


def fold_name(name: object) -> str:
    """*name* as `FACTS` has it.

    >>> fold_name("Date_Created")
    'datecreated'
    """
    return _JOINT.sub("", str(name).casefold())


_FACT_OF = {name: kind for kind, fact in FACTS.items() for name in fact.names}
_RANK = {name: rank for rank, name in enumerate(_FACT_OF)}
_FLAGS = (*_WITHHOLDING, *_PUBLISHING)
NAMES = frozenset([*_FLAGS, *_FACT_OF])
"""Every name that says something."""


def is_list(name: str) -> bool:
    """Whether a fact that has this *name* is a list of texts."""
    fact = _FACT_OF.get(fold_name(name))
    return fact is not None and FACTS[fact].read in _LISTS


def says_something(name: str, value: Any) -> bool:
    """Whether *value* is understood as a fact that has this *name*."""
    name = fold_name(name)
    is_read = name in _FACT_OF and bool(FACTS[_FACT_OF[name]].read(value))
    return is_read or (name in _FLAGS and as_flag(value) is not None)


def read_facts(
    metadata: Iterable[Metadata], *, ignored_tags: Iterable[str] = ()
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The facts in *metadata*, whose first mapping is believed most, as values of an `Article`, and a remark on
    each value that is not understood: `date: not a date: '昨天'`.

    Facts of which nothing is said are missing. Tags are those of all mappings, everything else is of the first
    that has it. What less trusted metadata say is remarked on only where nothing is understood.
    """
    sources = [_folded(values) for values in metadata]
    said = [_said(values) for values in sources]
    told = {name: [[value for _, value in each.get(name, ()) if value] for each in said] for name in FACTS}
    facts = {name: values[0] for name, lists in told.items() if (values := [*chain.from_iterable(lists)])}
    unread = chain.from_iterable(_unread(name, said, sources, is_read=name in facts) for name in _REPORTED)
    titles = (title for title in chain.from_iterable(told["title"]) if title not in PLACEHOLDER_TITLES)
    urls = (url for url in chain.from_iterable(told["url"]) if not url.startswith("/"))
    facts["title"] = next(titles, "")
    facts["tags"] = as_texts([values[0] for values in told["tags"] if values], ignored=ignored_tags)
    facts["author"] = ", ".join(dict.fromkeys((*facts.get("author", ()), *facts.pop("translator", ()))))
    facts["url"] = next(urls, facts.get("url", ""))
    facts["draft"] = any(map(_is_withheld, sources))
    return facts, tuple(unread)


def _unread(name: str, said: Sequence[_Said], sources: Sequence[Metadata], *, is_read: bool) -> list[str]:
    return [
        f"{written}: not a date: {(as_text(values[written]) or str(values[written]))[:_SHOWN]!r}"
        for each, values in zip(said[:1] if is_read else said, sources, strict=False)
        for written, value in each.get(name, ())
        if value is None
    ]


def _folded(values: Metadata) -> dict[str, Any]:
    """*values* by their folded names, and behind them those of their sections; nothing of what is empty."""
    folded = {fold_name(name): value for name, value in values.items() if not is_blank(value)}
    for section in _SECTIONS:
        if isinstance(inner := folded.get(section), dict):
            folded = _folded(inner) | folded
    return folded


def _said(values: Metadata) -> _Said:
    """Whatever *values* say of each fact, as it is read, the most telling name first."""
    said: dict[str, list[tuple[str, Any]]] = {}
    for name in sorted(_FACT_OF.keys() & values.keys(), key=_RANK.__getitem__):
        fact = _FACT_OF[name]
        said.setdefault(fact, []).append((name, FACTS[fact].read(values[name])))
    return said


def _is_withheld(values: Metadata) -> bool:
    """Whether an article is not for the public, by its own words: `draft: true`, `published: false`."""
    told = ((name, as_flag(values[name])) for name in _FLAGS if name in values)
    flagged = any(flag is (name in _WITHHOLDING) for name, flag in told if flag is not None)
    return flagged or as_text(values.get("status")).casefold() in _WITHHOLDING


def is_blank(value: Any) -> bool:
    """Whether *value* says nothing, whatever it is of."""
    return value is None or value == [] or (isinstance(value, str) and not value.strip())
