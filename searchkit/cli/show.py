"""`searchkit show`: the metadata and the text of one article."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from searchkit import Article
from searchkit.cli.layout import BOLD, DIM, View, linked, styled, visible, visible_line, wrap
from searchkit.cli.options import article_argument, color_option, index_of, index_options, json_option, settings
from searchkit.cli.output import print_value
from searchkit.cli.render.as_json import members
from searchkit.cli.render.as_text import display_path

_EPILOG = """\b
Examples:
  searchkit show hugo/posts__2025-09__月全食为什么是红色的.md
  searchkit show corpus/hugo/git_误删分支怎么找回.md
  searchkit show 月全食
  searchkit show 月全食 --json | jq -r .body

\b
ID is the id, the file path or the title of an article, or a part of an id or
a title that only one article has.
Exit code: 0 shown, 1 no such article, 2 error or several match.
"""


@click.command(epilog=_EPILOG)
@article_argument
@index_options
@json_option
@color_option
def command(article: str, as_json: bool, **flags: Any) -> None:
    """Print an article."""
    config = settings(**flags)
    with index_of(config) as opened:
        found = opened.get(opened.resolve(article))
        path = opened.path_of(found.id)
    to_text, to_dict = partial(article_to_text, path=path), partial(article_to_dict, path=path)
    print_value(found, to_text, to_dict, as_json=as_json, color=config.color)


def article_to_text(article: Article, view: View, *, path: str) -> str:
    """The title, one line per fact, and the text."""
    facts = {
        "date": article.date.isoformat(sep=" ") if article.date else "",
        "author": article.author,
        "tags": ", ".join(article.tags),
        "categories": ", ".join(article.categories),
        "url": article.url,
        "file": display_path(path) or article.id,
        "duplicates": ", ".join(article.duplicates),
        "titles": ", ".join(article.other_titles),
    }
    title = wrap(visible_line(article.title), view.width).split("\n")
    lines = [linked(styled(line, BOLD, view), path, view) for line in title]
    for name, value in facts.items():
        if value:
            fact = wrap(f"{name}: {visible_line(value)}", view.width)
            lines += [styled(line, DIM, view) for line in fact.split("\n")]
    return "\n".join([*lines, "", wrap(visible(article.body), view.width).rstrip("\n")]).rstrip("\n") + "\n"


def article_to_dict(article: Article, *, path: str) -> dict[str, Any]:
    """An article as plain values."""
    return {
        **members(article, "id title date lastmod author tags categories url description"),
        "path": path,
        **members(article, "aliases draft duplicates other_titles body"),
    }
