"""Named values, such as a line of JSON or a row of a table -> an Article.

The facts of an article have the names that they have in front matter (`facts.py`), or one of `OTHER_NAMES`.
Capitals do not matter. A text may be a list of texts, of lists, and of values with such names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from searchkit.articles.facts import FACTS, is_blank, read_facts
from searchkit.articles.html import html_to_text
from searchkit.articles.markdown import MarkdownBody, is_html, read_body
from searchkit.articles.metadata import DEFAULT_IGNORED_TAGS, as_text
from searchkit.articles.plain_text import tidy
from searchkit.articles.read import Loaded, with_digest
from searchkit.errors import ArticleError
from searchkit.model import Article
from searchkit.reports import Problem

TEXTS = (
    *("body", "text", "content", "contents", "paragraphs", "para", "article", "passage"),
    *("html", "content_html", "markdown", "正文", "内容", "文章", "段落"),
)
"""Names of a text: the first that has a value."""
SHORT_TEXTS = (
    *("desc", "description", "summary", "abstract", "abst", "excerpt", "context"),
    *("sentence", "sentence1", "sentence2", "answer", "摘要", "简介", "回答"),
)
"""Names of which all are the text where there is none of `TEXTS`."""
OTHER_NAMES = {
    "title": ("subject", "rhythmic", "question", "chapter", "name", "题目", "词牌", "问题"),
    "date": ("time", "datetime", "timestamp", "时间", "发表时间"),
    "url": ("网址",),
    "categories": ("topic", "section", "label_desc", "类别"),
}
"""A fact -> what else it is called in THUCNews, CLUE, news2016zh, chinese-poetry, dumps of Wikipedia and of
crawlers; in front matter these names have other meanings."""
_TITLES = (*FACTS["title"].names, *OTHER_NAMES["title"])
_HTML = {"html", "content_html"}
_MOST_NAMES = 20


def article_from_mapping(
    values: Mapping[str, Any], article_id: str, *, ignored_tags: Iterable[str] = DEFAULT_IGNORED_TAGS
) -> Loaded:
    """An article from named values, and a remark if none of them is a text. Each that may be its title finds it.

    Raises:
        ArticleError: there is no title and no text, or the text is neither text nor a list of texts.
    """
    values = {str(name).strip().lower(): value for name, value in values.items()}
    names = _names_of_text(values)
    body = _body("\n".join(line for name in names for line in _lines(values[name], name)), names)
    known = {name: value for name, value in values.items() if name not in names}
    of_body = {"title": body.heading, "tags": list(body.tags)}
    facts, unread = read_facts((known, _others(known), of_body, {"title": article_id}), ignored_tags=ignored_tags)
    titles = [title for name in _TITLES if (title := as_text(known.get(name))) and title != facts["title"]]
    facts["aliases"] = tuple(dict.fromkeys((*facts.get("aliases", ()), *titles)))
    article = with_digest(Article(id=article_id, body=body.text, **facts))
    if not values.keys() & {*TEXTS, *SHORT_TEXTS}:
        if not has_title(values):
            raise ArticleError(f"no title and no text; the line has {_listed(values)}")
        return Loaded(article, Problem(article_id, f"no text; the line has {_listed(values)}"))
    remarks = [*([body.left] if body.left else []), *unread]
    return Loaded(article, Problem(article_id, "; ".join(remarks)) if remarks else None)


def _body(text: str, names: Collection[str]) -> MarkdownBody:
    """What *text* is, which has these *names*."""
    if is_html(text) or not _HTML.isdisjoint(names):
        return MarkdownBody(html_to_text(text))
    return read_body(text) if "markdown" in names else MarkdownBody(tidy(text))


def _others(values: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that have one of `OTHER_NAMES`, each under its own: the first value that is understood, or else
    the first."""
    found = {}
    for fact, names in OTHER_NAMES.items():
        present = [values[name] for name in names if not is_blank(values.get(name))]
        if present:
            found[fact] = next(filter(FACTS[fact].read, present), present[0])
    return found


def _listed(names: Collection[str]) -> str:
    shown = ", ".join(list(names)[:_MOST_NAMES])
    return f"the names {shown}" if names else "no names"


def has_title(values: Mapping[str, Any]) -> bool:
    """Whether one of the *values* is a title."""
    return any(as_text(values.get(name)) for name in _TITLES)


def has_known_names(names: Iterable[str]) -> bool:
    """Whether one of *names* is that of a text or a title."""
    return not {*TEXTS, *SHORT_TEXTS, *_TITLES}.isdisjoint(name.strip().lower() for name in names)


def _names_of_text(values: Mapping[str, Any]) -> list[str]:
    """The first of the long texts, or all short ones; where there is no text, what stands in the place of one."""
    present = [name for name in (*TEXTS, *SHORT_TEXTS) if _has_text(values.get(name))]
    present = present or [name for name in (*TEXTS, *SHORT_TEXTS) if values.get(name) not in (None, "", [], {})]
    return present[:1] if present and present[0] in TEXTS else present


def _has_text(value: Any) -> bool:
    """Whether there is a text in *value*, however deep."""
    if isinstance(value, dict):
        return any(_has_text(value.get(name)) for name in (*TEXTS, *SHORT_TEXTS))
    return (
        any(map(_has_text, value)) if isinstance(value, list) else isinstance(value, str) and bool(value.strip())
    )


def _lines(value: Any, name: str) -> Iterator[str]:
    """The texts in *value*, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _lines(item, name) if item is not None else ()
    elif isinstance(value, dict) and (names := _names_of_text(value)):
        for inner in names:
            yield from _lines(value[inner], inner)
    else:
        raise ArticleError(f'"{name}" holds a {type(value).__name__}; give a string or a list of strings')
