"""`searchkit tags`, `authors`, `categories` and `sites`: the values of a facet, with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from searchkit import Facet, Filters
from searchkit.cli.failures import NOT_FOUND
from searchkit.cli.layout import View, clipped, visible_line
from searchkit.cli.options import color_option, completing, filter_options, index_options, json_option
from searchkit.cli.output import print_value
from searchkit.cli.settings import index_of, settings
from searchkit.cli.terminal import say
from searchkit.json_form import values_to_dict
from searchkit.schema import facet_name
from searchkit.translation import gettext as _

Values = Sequence[tuple[str, int]]

_EPILOG = _("""\b
Examples:
  searchkit {name}
  searchkit {name} {example} -n 5
  searchkit {name} --since 1y --json | jq -r '.values[][0]'

\b
The most frequent ones are first. Exit code: 0 found, 1 none, 2 error.
""")


def values_command(name: str, facet: Facet, example: str, text: str) -> click.Command:
    """The command *name*, which lists the values of *facet*; its help is *text*."""

    @click.command(name, help=text, epilog=_EPILOG.format(name=name, example=example))
    @click.argument("prefix", default="", shell_complete=completing(facet))
    @index_options
    @click.option(
        "-n",
        "--limit",
        "most",
        type=click.IntRange(min=0),
        metavar="N",
        help=_("Print at most N; 0 is all. [default: all]"),
    )
    @filter_options
    @json_option
    @color_option
    def command(prefix: str, most: int | None, filters: Filters, as_json: bool, **flags: Any) -> None:
        config = settings(**flags)
        with index_of(config) as opened:
            found = opened.values(facet, prefix, filters=filters)

        def to_dict(shown: Values) -> dict[str, Any]:
            return values_to_dict(facet, prefix, shown, len(found))

        print_value(found[: most or None], values_to_text, to_dict, as_json=as_json, color=config.color)
        if not found:
            say(_nothing_of(facet, prefix))
            raise click.exceptions.Exit(NOT_FOUND)

    return command


def _nothing_of(facet: Facet, prefix: str) -> str:
    if prefix:
        return _("no {facet} begins with {prefix}").format(facet=facet_name(facet), prefix=prefix)
    return _("no article has a {facet}").format(facet=facet_name(facet))


def values_to_text(values: Values, view: View) -> str:
    """A line for each value, after its count."""
    digits = max((len(f"{count:,}") for _value, count in values), default=0)
    lines = (f"{count:>{digits},}  {visible_line(value)}" for value, count in values)
    return "".join(clipped(line, view.width) + "\n" for line in lines)
