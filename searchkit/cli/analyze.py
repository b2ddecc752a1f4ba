"""`searchkit analyze`: what a text is to the index and what it is as a query."""

from __future__ import annotations

from typing import Any

import click

from searchkit.cli.options import joined, json_option, settings

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
    from searchkit.cli.safe import dump_json
    from searchkit.cli.terminal import print_data, print_text

    analysis = analysis_of(joined(text))
    if as_json:
        print_data(dump_json(analysis, indent=2) + "\n")
    else:
        print_text(analysis_to_text(analysis))


def analysis_of(text: str) -> dict[str, Any]:
    """The steps of the analysis as plain values, in the order of docs/json.md."""
    from searchkit.analysis.analyzer import Analyzer
    from searchkit.analysis.normalize import fold_case
    from searchkit.config import user_words
    from searchkit.schema import JSON_VERSION

    analyzer = Analyzer(user_words(settings()))
    return {
        "version": JSON_VERSION,
        "text": text,
        "normal": fold_case(text),
        "words": analyzer.words(text),
        "characters": [[position, term] for position, term in enumerate(analyzer.characters(text))],
        "query": [{"term": cut.term, "tokens": list(cut.tokens)} for cut in analyzer.cut(text)],
    }


def analysis_to_text(analysis: dict[str, Any]) -> str:
    """A line a step."""
    from searchkit.cli.safe import visible_line

    steps = {
        "text": analysis["text"],
        "normal": analysis["normal"],
        "words": " | ".join(analysis["words"]),
        "characters": " ".join(f"{position}:{term}" for position, term in analysis["characters"]),
        "query": " | ".join(cut["term"] for cut in analysis["query"]),
    }
    return "".join(f"{name:<12}{visible_line(value)}\n" for name, value in steps.items())
