"""`searchkit reposts`: articles with nearly the same text, and what they say otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor
from typing import Any

import click

from searchkit import Cluster, Difference, Repost
from searchkit.cli.failures import NOT_FOUND
from searchkit.cli.last_list import resolve, settings_for
from searchkit.cli.layout import BOLD, DIM, View, linked, styled, visible_line, wrap
from searchkit.cli.options import color_option, completing, index_options, json_option
from searchkit.cli.output import print_value
from searchkit.cli.render.as_text import display_path
from searchkit.cli.settings import index_of
from searchkit.cli.terminal import say
from searchkit.json_form import cluster_to_dict
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

_EPILOG = _("""\b
Examples:
  searchkit reposts
  searchkit reposts 月全食
  searchkit reposts --json | jq -r '.clusters[].newest'

\b
The earliest article of a cluster is first. With an ID, as for `show`, only
its cluster is printed, with what differs from the first article:
[-this-] is what that has and {+this+} what the repost has.
Exit code: 0 found, 1 no reposts or no such article, 2 error.
""")
_MOST_DIFFERENCES = 20
_AROUND = 12  # characters on each side of a difference


@click.command(help=_("List reposts and near repeats."), epilog=_EPILOG)
@click.argument("article", metavar="[ID]", default="", shell_complete=completing("id"))
@index_options
@json_option
@color_option
def command(article: str, as_json: bool, **flags: Any) -> None:
    config, listed = settings_for([article], **flags)
    with index_of(config) as opened:
        clusters = opened.reposts(resolve(article, opened, listed) if article else None)

    def to_text(found: Sequence[Cluster], view: View) -> str:
        return "\n".join(_lines_of(cluster, view, with_differences=bool(article)) for cluster in found)

    if clusters or as_json:
        print_value(clusters, to_text, _to_dict, as_json=as_json, color=config.color)
    if not clusters:
        say(
            _("no other article has nearly the same text")
            if article
            else _("no two articles have nearly the same text")
        )
        raise click.exceptions.Exit(NOT_FOUND)


def _to_dict(clusters: Sequence[Cluster]) -> dict[str, Any]:
    return {"clusters": [cluster_to_dict(cluster) for cluster in clusters]}


def _lines_of(cluster: Cluster, view: View, *, with_differences: bool) -> str:
    """The title and the number of reposts, then each article: its date, its account, its path, how much of it is
    the same and whether it is the newest."""
    first, *others = cluster.reposts
    more = ngettext("+{count} repost", "+{count} reposts", len(others)).format(count=len(others))
    title = f"{visible_line(first.article.title or first.article.id)} · {more}"
    lines = [styled(line, BOLD, view) for line in wrap(title, view.width).split("\n")]
    for repost in cluster.reposts:
        lines += [f"    {line}" for line in _facts(repost, cluster, view)]
        if with_differences and repost is not first:
            lines += [f"      {styled(line, DIM, view)}" for line in _differences(repost, first)]
    return "".join(f"{line}\n" for line in lines)


def _facts(repost: Repost, cluster: Cluster, view: View) -> Iterator[str]:
    article = repost.article
    facts = (
        article.date.date().isoformat() if article.date else "",
        article.author,
        "" if repost is cluster.first or repost.identity is None else _share(repost.identity),
        _("newest") if repost is cluster.newest else "",
        "" if article.title == cluster.first.article.title else article.title,
    )
    yield " · ".join(visible_line(fact) for fact in facts if fact)
    yield linked(styled(visible_line(display_path(repost.path) or article.id), DIM, view), repost.path, view)


def _share(identity: float) -> str:
    return _("{share:.0%} the same").format(share=floor(100 * identity) / 100)


def _differences(repost: Repost, first: Repost) -> Iterator[str]:
    for difference in repost.differences[:_MOST_DIFFERENCES]:
        yield visible_line(_shown(difference, repost.article.body))
    if (more := len(repost.differences) - _MOST_DIFFERENCES) > 0:
        yield ngettext("… {count} more difference", "… {count} more differences", more).format(count=more)


def _shown(difference: Difference, body: str) -> str:
    """A difference with what stands around it."""
    before, after = body[max(0, difference.start - _AROUND) : difference.start], body[difference.end :][:_AROUND]
    has = body[difference.start : difference.end]
    given = f"[-{difference.given}-]" if difference.given else ""
    return " ".join(f"{before}{given}{f'{{+{has}+}}' if has else ''}{after}".split())
