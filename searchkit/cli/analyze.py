"""`searchkit analyze`: the terms of a text, as the index and as a query has them."""

from __future__ import annotations

from typing import Any

import click

from searchkit import Analysis
from searchkit.cli.layout import View, labelled, padded, visible_line
from searchkit.cli.options import joined, json_option
from searchkit.cli.output import print_value
from searchkit.cli.settings import settings
from searchkit.json_form import members
from searchkit.translation import gettext as _

_EPILOG = _("""\b
Examples:
  searchkit analyze 用FindMarkers看數據
  searchkit analyze --json 'ｉＰｈｏｎｅ15 夜景'

\b
normal      the text after Unicode, width, script and case are normalised
words       terms that rank articles
characters  terms that decide whether an article matches, with positions
query       the words that a query with this text asks for

The user dictionary of the settings is used. Exit code: 0 shown, 2 error.
""")


@click.command(
    help=_("Show how a text is segmented into terms."),
    epilog=_EPILOG,
    context_settings={"ignore_unknown_options": True},
)
@click.argument("text", nargs=-1, required=True)
@json_option
def command(text: tuple[str, ...], as_json: bool) -> None:
    from searchkit import analyze

    analysis = analyze(joined(text), config=settings())
    print_value(analysis, analysis_to_text, analysis_to_dict, as_json=as_json)


def analysis_to_dict(analysis: Analysis) -> dict[str, Any]:
    """The steps of the analysis as plain values."""
    return members(analysis, "text normal words") | {
        "characters": list(enumerate(analysis.characters)),
        "query": [{"term": term, "tokens": tokens} for term, tokens in analysis.query],
    }


def analysis_to_text(analysis: Analysis, view: View) -> str:
    """One line per step."""
    steps = {
        _("text"): analysis.text,
        _("normal"): analysis.normal,
        _("words"): " | ".join(analysis.words),
        _("characters"): " ".join(f"{position}:{term}" for position, term in enumerate(analysis.characters)),
        _("query"): " | ".join(term for term, _tokens in analysis.query),
    }
    shown = (labelled(padded(name, 12), visible_line(value), view) for name, value in steps.items())
    return "".join(f"{line}\n" for step in shown for line in step)
