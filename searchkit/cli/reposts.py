"""`searchkit reposts`: articles with nearly the same text, and what they say otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor
from typing import Any

import click

from searchkit import Cluster, Difference, Repost
from searchkit.cli.failures import NOT_FOUND
from searchkit.cli.last_list import resolve, settings_for
from searchkit.cli.layout import BOLD, DIM, View, labelled, linked, styled, visible_line, wrap
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
its cluster is printed, with what differs from the first article and a few
characters around it: [-this-] is in the first article and not in the repost,
{+this+} in the repost and not in the first article. Long ones are cut, but
not in JSON.
Exit code: 0 found, 1 no reposts or no such article, 2 error.
""")
_INDENT, _DEEP = " " * 4, " " * 6
_MOST_DIFFERENCES = 20
_AROUND = 12  # characters on each side of a difference
_LONGEST, _END = 80, 30  # characters of a text that is shown whole; of each end of a longer one


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
        path = visible_line(display_path(repost.path) or repost.article.id)
        lines += labelled(_INDENT, _facts(repost, cluster), view)
        lines.append(_INDENT + linked(styled(path, DIM, view), repost.path, view))
        if with_differences and repost is not first:
            lines += [
                styled(line, DIM, view) for text in _differences(repost) for line in labelled(_DEEP, text, view)
            ]
    return "".join(f"{line}\n" for line in lines)


def _facts(repost: Repost, cluster: Cluster) -> str:
    article = repost.article
    facts = (
        article.date.date().isoformat() if article.date else "",
        article.author,
        "" if repost is cluster.first or repost.identity is None else _share(repost.identity),
        _("newest") if repost is cluster.newest else "",
        "" if article.title == cluster.first.article.title else article.title,
    )
    return " · ".join(visible_line(fact) for fact in facts if fact)


def _share(identity: float) -> str:
    return _("{share:.0%} the same").format(share=floor(100 * identity) / 100)


def _differences(repost: Repost) -> Iterator[str]:
    for difference in repost.differences[:_MOST_DIFFERENCES]:
        yield visible_line(_shown(difference, repost.article.body))
    if (more := len(repost.differences) - _MOST_DIFFERENCES) > 0:
        yield ngettext("… {count} more difference", "… {count} more differences", more).format(count=more)


def _shown(difference: Difference, body: str) -> str:
    """A difference with what stands around it."""
    before, after = body[max(0, difference.start - _AROUND) : difference.start], body[difference.end :][:_AROUND]
    given, has = _ends(difference.given), _ends(body[difference.start : difference.end])
    marked = (f"[-{given}-]" if given else "") + (f"{{+{has}+}}" if has else "")
    return " ".join(f"{before}{marked}{after}".split())


def _ends(text: str) -> str:
    """*text* without its middle if it is long, and how much is left out."""
    if len(text) <= _LONGEST:
        return text
    cut = _("{begin} … {count:,} more characters … {end}")
    return cut.format(begin=text[:_END], count=len(text) - 2 * _END, end=text[-_END:])
