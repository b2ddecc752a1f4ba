"""`searchkit why`: print the explanation of `Index.explain`."""

from __future__ import annotations

from typing import Any

import click

from searchkit import Explanation, Filters
from searchkit.cli.failures import NOT_FOUND
from searchkit.cli.last_list import by_number, settings_for
from searchkit.cli.layout import View, labelled, visible_line
from searchkit.cli.options import (
    article_argument,
    filter_options,
    index_options,
    json_option,
    semantic_option,
    verbose_option,
)
from searchkit.cli.output import print_value
from searchkit.cli.render.addends import SCORE_WIDTH, addend_lines
from searchkit.cli.settings import index_of
from searchkit.json_form import reasons_to_dict
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

_EPILOG = _("""\b
Examples:
  searchkit why 'OpenAI 融资' 大模型公司
  searchkit why 融资 2
  searchkit why 配置 sing-box --tag 网络 --json

\b
ID is the id, the file path or the title of an article, a part of an id or a
title that only one article has, or a number of the list printed last. Drafts,
duplicates and failed files have an ID too.
Exit code: 0 found, 1 not found or no such article, 2 error or several match.
""")


@click.command(help=_("Explain why a query finds an article, or why not."), epilog=_EPILOG)
@click.argument("query")
@article_argument
@index_options
@filter_options
@semantic_option
@verbose_option
@json_option
def command(
    query: str,
    article: str,
    filters: Filters,
    semantic: bool | None,
    verbose: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    config, listed = settings_for([article], **flags)
    with index_of(config) as opened:
        name = by_number(article, opened, listed) or article
        reasons = opened.explain(query, name, filters=filters, semantic=semantic)
    print_value(reasons, reasons_to_text, reasons_to_dict, as_json=as_json, verbose=verbose)
    if reasons.rank is None:
        raise click.exceptions.Exit(NOT_FOUND)


def reasons_to_text(reasons: Explanation, view: View) -> str:
    """The verdict, then one line per reason."""
    lines = [("", _verdict(reasons)), (_("article: "), reasons.id)]
    if reasons.shown_as != reasons.id:
        lines.append(("", _("duplicate of {id}, which is shown instead").format(id=reasons.shown_as)))
    lines += [("", line) for line in reasons.outside + reasons.filtered]
    lines += [(_("has    ") if there else _("lacks  "), text) for text, there in reasons.wants]
    excluded = _("{text}, which the query excludes")
    lines += [(_("holds  "), excluded.format(text=text)) for text in reasons.excluded]
    if reasons.rank is None and reasons.score:
        lines.append(("", _("its score, {score:.3f}, is too low for the list").format(score=reasons.score)))
    addends = addend_lines(reasons.contributions, every=view.verbose)
    lines += [(line[:SCORE_WIDTH], line[SCORE_WIDTH:]) for line in addends]
    shown = (labelled(label, visible_line(text), view) for label, text in lines)
    return "".join(f"{line}\n" for reason in shown for line in reason)


def _verdict(reasons: Explanation) -> str:
    if reasons.rank is not None:
        found = _("found: number {rank:,} of {total:,}, score {score:.3f}")
        return found.format(rank=reasons.rank, total=reasons.total, score=reasons.score)
    if not reasons.total:
        return _("not found; the query finds nothing")
    others = ngettext(
        "not found; the query finds {count:,} other", "not found; the query finds {count:,} others", reasons.total
    )
    return others.format(count=reasons.total)
