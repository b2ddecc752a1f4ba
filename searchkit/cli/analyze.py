"""`searchkit analyze`: what a text is to the index and what it is as a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.options import joined, json_option, settings

if TYPE_CHECKING:
    from searchkit import Analysis

_EPILOG = """\b
Examples:
  searchkit analyze 用FindMarkers看數據
  searchkit analyze --json 'ｉＰｈｏｎｅ15 夜景'

\b
normal      the text after Unicode, width, script and case are made the same
words       terms that rank articles
characters  terms that decide whether an article matches, with positions
query       the words a query of this text asks for

The user dictionary of the settings is used.
"""


@click.command(epilog=_EPILOG, context_settings={"ignore_unknown_options": True})
@click.argument("text", nargs=-1, required=True)
@json_option
def command(text: tuple[str, ...], as_json: bool) -> None:
    """Show how a text is cut into terms."""
    from searchkit import analyze
    from searchkit.cli.safe import dump_json
    from searchkit.cli.terminal import print_data, print_text

    analysis = analyze(joined(text), config=settings())
    if as_json:
        print_data(dump_json(analysis_to_dict(analysis), indent=2) + "\n")
    else:
        print_text(analysis_to_text(analysis))


def analysis_to_dict(analysis: Analysis) -> dict[str, Any]:
    """The steps of the analysis as plain values, in the order of docs/json.md."""
    from searchkit.cli.render.as_json import JSON_VERSION

    return {
        "version": JSON_VERSION,
        "text": analysis.text,
        "normal": analysis.normal,
        "words": list(analysis.words),
        "characters": [[position, term] for position, term in enumerate(analysis.characters)],
        "query": [{"term": term, "tokens": list(tokens)} for term, tokens in analysis.query],
    }


def analysis_to_text(analysis: Analysis) -> str:
    """A line a step."""
    from searchkit.cli.safe import visible_line

    steps = {
        "text": analysis.text,
        "normal": analysis.normal,
        "words": " | ".join(analysis.words),
        "characters": " ".join(f"{position}:{term}" for position, term in enumerate(analysis.characters)),
        "query": " | ".join(term for term, _ in analysis.query),
    }
    return "".join(f"{name:<12}{visible_line(value)}\n" for name, value in steps.items())
