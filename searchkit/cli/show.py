"""`searchkit show`: the metadata and the text of articles."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

import click

from searchkit import Article, Cluster
from searchkit.cli.last_list import Asked, asked_for, resolve, settings_for
from searchkit.cli.layout import (
    BOLD,
    DIM,
    Range,
    View,
    break_lines,
    clip_ranges,
    linked,
    marked,
    styled,
    visible,
    visible_line,
    wrap,
)
from searchkit.cli.options import (
    articles_argument,
    color_option,
    index_options,
    json_option,
    prefix_option,
    query_option,
)
from searchkit.cli.render.as_text import display_path
from searchkit.cli.settings import index_of
from searchkit.cli.terminal import print_data, print_text, view_of_stdout
from searchkit.json_form import article_to_dict, json_text
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from searchkit import Index

_EPILOG = _("""\b
Examples:
  searchkit show hugo/posts__2025-09__月全食为什么是红色的.md
  searchkit show corpus/hugo/git_误删分支怎么找回.md
  searchkit show 月全食
  searchkit show 2
  searchkit show 月全食 --query 红色
  searchkit show 月全食 --json | jq -r .body

\b
ID is the id, the file path or the title of an article, a part of an id or a
title that only one article has, or a number of the list printed last.
Exit code: 0 shown, 1 no such article, 2 error or several match.
""")


@dataclass(frozen=True, slots=True)
class Shown:
    """An article, its file, the cluster of reposts it is in, if it is in one, and the ranges of its title and its
    body that are marked."""

    article: Article
    path: str = ""
    clusters: tuple[Cluster, ...] = ()
    title_marks: tuple[Range, ...] = ()
    marks: tuple[Range, ...] = ()


@click.command(help=_("Print articles."), epilog=_EPILOG)
@articles_argument
@query_option
@prefix_option
@index_options
@json_option
@color_option
def command(articles: tuple[str, ...], query: str | None, prefix: bool, as_json: bool, **flags: Any) -> None:
    config, listed = settings_for(articles, **flags)
    with index_of(config) as opened:
        found: dict[str, Shown] = {}
        for name in articles:
            article = opened.get(resolve(name, opened, listed))
            if article.id not in found:
                asked = asked_for(name, opened, listed, query, prefix=prefix)
                found[article.id] = _shown(opened, article, asked, as_json=as_json)
    shown = found.values()
    if as_json:
        print_data("".join(json_text(_to_dict(one)) for one in shown))
    else:
        view = view_of_stdout(config.color)
        print_text("\n\n".join(article_to_text(one, view) for one in shown))


def _shown(opened: Index, article: Article, asked: Asked, *, as_json: bool) -> Shown:
    """What JSON has of *article*, or else a terminal."""
    path, both = opened.path_of(article.id), (article.title, article.body)
    if as_json:
        return Shown(article, path, opened.reposts(article.id, compared=0))
    if not asked.query:
        return Shown(article, path)
    marks = (opened.highlights(asked.query, *texts, prefix=asked.prefix) for texts in (both, both[::-1]))
    return Shown(article, path, (), *marks)


def _to_dict(shown: Shown) -> dict[str, Any]:
    return article_to_dict(shown.article, path=shown.path, clusters=shown.clusters)


def article_to_text(shown: Shown, view: View) -> str:
    """The title, one line per fact, and the text."""
    article, path = shown.article, shown.path
    facts = {
        _("date"): _date(article.date) if article.date else "",
        _("author"): article.author,
        _("tags"): ", ".join(article.tags),
        _("categories"): ", ".join(article.categories),
        _("url"): article.url,
        _("file"): display_path(path) or article.id,
        _("duplicates"): ", ".join(article.duplicates),
        _("titles"): ", ".join(article.other_titles),
    }
    title = _marked_lines(visible_line(article.title), shown.title_marks, view, BOLD)
    lines = [linked(line, path, view) for line in title]
    for name, value in facts.items():
        if value:
            fact = wrap(_("{name}: {value}").format(name=name, value=visible_line(value)), view.width)
            lines += [styled(line, DIM, view) for line in fact.split("\n")]
    body = "\n".join(_marked_lines(visible(article.body), shown.marks, view))
    return "\n".join([*lines, "", body]).rstrip("\n") + "\n"


def _date(date: datetime) -> str:
    """The day, and the time unless it is midnight, which is that of a day without one."""
    return date.isoformat(sep=" ") if date.time() > time.min else date.date().isoformat()


def _marked_lines(text: str, marks: tuple[Range, ...], view: View, style: str = "") -> list[str]:
    """The lines of *text*, broken at the width, with their *marks*."""
    starts, ends = [start for start, _end in marks], [end for _start, end in marks]
    lines, begin = [], 0
    for line in text.split("\n"):
        end = begin + len(line)
        inside = marks[bisect_right(ends, begin) : bisect_left(starts, end)]
        here = clip_ranges(inside, (begin, end))
        parts = break_lines(line, view.width)
        lines += [marked(line[slice(*part)], clip_ranges(here, part), view, style) for part in parts]
        begin = end + 1
    return lines
