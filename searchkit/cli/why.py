"""`searchkit why`: the story of one article and one query. `explaining` finds the reasons; here they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.options import engine_option, filter_options, index_of, index_option, json_option, settings
from searchkit.cli.words import plural

if TYPE_CHECKING:
    from searchkit.cli.explanation import Reasons

_EPILOG = """\b
Examples:
  searchkit why 'OpenAI 融资' 大模型公司
  searchkit why 配置 sing-box --tag 网络 --json

\b
ID is an id, the path of a file, or any part of an id that only one file has;
drafts, repeats and files that failed count too.
Exit code: 0 it is found, 1 it is not, or there is no such article, 2 error.
"""


@click.command(epilog=_EPILOG)
@click.argument("query")
@click.argument("article", metavar="ID")
@index_option
@engine_option
@filter_options
@json_option
def command(
    query: str, article: str, index: str | None, engine: str | None, as_json: bool, **filters: Any
) -> None:
    """Say why an article is found, or why it is not."""
    from searchkit.cli.explanation import find_reasons
    from searchkit.cli.failures import NOT_FOUND
    from searchkit.cli.safe import dump_json
    from searchkit.cli.terminal import print_data, print_text
    from searchkit.filters import Filters

    with index_of(settings(index=index, engine=engine)) as opened:
        reasons = find_reasons(opened, query, article, Filters(**filters))
    if as_json:
        print_data(dump_json(reasons_to_dict(reasons), indent=2) + "\n")
    else:
        print_text(reasons_to_text(reasons))
    if reasons.rank is None:
        raise click.exceptions.Exit(NOT_FOUND)


def reasons_to_text(reasons: Reasons) -> str:
    """The verdict, then a line a reason."""
    from searchkit.cli.safe import visible_line

    if reasons.rank is not None:
        verdict = f"found: number {reasons.rank:,} of {reasons.total:,}, score {reasons.score:.3f}"
    else:
        others = f"{reasons.total:,} {plural(reasons.total, 'other')}" if reasons.total else "nothing"
        verdict = f"not found; the query finds {others}"
    lines = [verdict, f"article: {reasons.id}"]
    if reasons.shown_as != reasons.id:
        lines.append(f"its text is the same as that of {reasons.shown_as}, which is shown in its place")
    lines += reasons.outside + reasons.filtered
    lines += [f"{'has  ' if there else 'lacks'}  {text}" for text, there in reasons.wants]
    lines += [f"holds  {text}, which the query excludes" for text in reasons.excluded]
    if reasons.relaxed:
        lines.append(f"nothing has all of it, so {reasons.relaxed} had to do")
    lines += [f"{score:9.3f} {name}" for name, score in reasons.addends]
    return "".join(visible_line(line) + "\n" for line in lines)


def reasons_to_dict(reasons: Reasons) -> dict[str, Any]:
    """The reasons as plain values, in the order of docs/json.md."""
    from searchkit.schema import JSON_VERSION

    return {
        "version": JSON_VERSION,
        "query": reasons.query,
        "id": reasons.id,
        "shown_as": reasons.shown_as,
        "found": reasons.rank is not None,
        "rank": reasons.rank,
        "total": reasons.total,
        "score": None if reasons.rank is None else round(reasons.score, 4),
        "relaxed": reasons.relaxed,
        "outside": list(reasons.outside),
        "filtered": list(reasons.filtered),
        "wants": [{"text": text, "there": there} for text, there in reasons.wants],
        "excluded": list(reasons.excluded),
        "explanation": [{"name": name, "score": round(score, 4)} for name, score in reasons.addends],
    }
