"""Named values, such as a line of JSON or a row of a table -> an Article.

The facts of an article have the names that they have in front matter (`facts.py`), or one of `OTHER_NAMES`.
Capitals do not matter. A text may be a list of texts, of lists, and of values with such names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from searchkit.articles.facts import FACTS, read_facts
from searchkit.articles.html import html_to_text, tidy
from searchkit.articles.markdown import is_html
from searchkit.articles.metadata import DEFAULT_IGNORED_TAGS, as_text
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
    """An article from named values, and a remark if none of them is a text.

    Raises:
        ArticleError: there is no title and no text, or the text is neither text nor a list of texts.
    """
    values = {str(name).strip().lower(): value for name, value in values.items()}
    names = _names_of_text(values)
    body = "\n".join(line for name in names for line in _lines(values[name], name))
    text = html_to_text(body) if is_html(body) or not _HTML.isdisjoint(names) else tidy(body)
    known = {name: value for name, value in values.items() if name not in names}
    facts = read_facts((known, _others(known), {"title": article_id}), ignored_tags=ignored_tags)
    article = with_digest(Article(id=article_id, body=text, **facts))
    if values.keys() & {*TEXTS, *SHORT_TEXTS}:
        return Loaded(article)
    if not has_title(values):
        raise ArticleError(f"no title and no text; the line has {_listed(values)}")
    return Loaded(article, Problem(article_id, f"no text; the line has {_listed(values)}"))


def _others(values: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that have one of `OTHER_NAMES`, each under its own."""
    present = {fact: [values[name] for name in names if name in values] for fact, names in OTHER_NAMES.items()}
    return {fact: found[0] for fact, found in present.items() if found}


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
    """The first of the long texts, or all short ones."""
    present = [name for name in (*TEXTS, *SHORT_TEXTS) if values.get(name) not in (None, "", [], {})]
    return present[:1] if present and present[0] in TEXTS else present


def _lines(value: Any, name: str) -> Iterator[str]:
    """The texts in *value*, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _lines(item, name)
    elif isinstance(value, dict) and (names := _names_of_text(value)):
        for inner in names:
            yield from _lines(value[inner], inner)
    else:
        raise ArticleError(f'"{name}" holds a {type(value).__name__}; give a string or a list of strings')
