"""`searchkit why`: print the explanation of `Index.explain`."""

from __future__ import annotations

from typing import Any

import click

from searchkit import Explanation, Filters
from searchkit.cli.failures import NOT_FOUND
from searchkit.cli.layout import View, counted, labelled, visible_line
from searchkit.cli.options import (
    article_argument,
    filter_options,
    index_of,
    index_options,
    json_option,
    settings,
    verbose_option,
)
from searchkit.cli.output import print_value
from searchkit.cli.render.addends import SCORE_WIDTH, addend_lines, addend_name
from searchkit.cli.render.as_json import members

_EPILOG = """\b
Examples:
  searchkit why 'OpenAI 融资' 大模型公司
  searchkit why 配置 sing-box --tag 网络 --json

\b
ID is the id, the file path or the title of an article, or a part of an id or
a title that only one article has. Drafts, duplicates and failed files have an
ID too.
Exit code: 0 found, 1 not found or no such article, 2 error or several match.
"""


@click.command(epilog=_EPILOG)
@click.argument("query")
@article_argument
@index_options
@filter_options
@verbose_option
@json_option
def command(query: str, article: str, filters: Filters, verbose: bool, as_json: bool, **flags: Any) -> None:
    """Explain why a query finds an article, or why not."""
    with index_of(settings(**flags)) as opened:
        reasons = opened.explain(query, article, filters=filters)
    print_value(reasons, reasons_to_text, reasons_to_dict, as_json=as_json, verbose=verbose)
    if reasons.rank is None:
        raise click.exceptions.Exit(NOT_FOUND)


def reasons_to_text(reasons: Explanation, view: View) -> str:
    """The verdict, then one line per reason."""
    if reasons.rank is not None:
        verdict = f"found: number {reasons.rank:,} of {reasons.total:,}, score {reasons.score:.3f}"
    else:
        others = counted(reasons.total, "other") if reasons.total else "nothing"
        verdict = f"not found; the query finds {others}"
    lines = [("", verdict), ("article: ", reasons.id)]
    if reasons.shown_as != reasons.id:
        lines.append(("", f"duplicate of {reasons.shown_as}, which is shown instead"))
    lines += [("", line) for line in reasons.outside + reasons.filtered]
    lines += [("has    " if there else "lacks  ", text) for text, there in reasons.wants]
    lines += [("holds  ", f"{text}, which the query excludes") for text in reasons.excluded]
    if reasons.rank is None and reasons.score:
        lines.append(("", f"its score, {reasons.score:.3f}, is too low for the list"))
    addends = addend_lines(reasons.contributions, every=view.verbose)
    lines += [(line[:SCORE_WIDTH], line[SCORE_WIDTH:]) for line in addends]
    shown = (labelled(label, visible_line(text), view) for label, text in lines)
    return "".join(f"{line}\n" for reason in shown for line in reason)


def reasons_to_dict(reasons: Explanation) -> dict[str, Any]:
    """The reasons as plain values."""
    return {
        **members(reasons, "query id shown_as"),
        "found": reasons.rank is not None,
        **members(reasons, "rank total complete"),
        "score": round(reasons.score, 4) if reasons.score else None,
        **members(reasons, "outside filtered"),
        "wants": [{"text": text, "there": there} for text, there in reasons.wants],
        "excluded": reasons.excluded,
        "explanation": [{"name": addend_name(c), "score": round(c.score, 4)} for c in reasons.contributions],
    }
