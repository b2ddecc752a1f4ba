"""Options that several commands share, and the settings they make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from searchkit import Config, Index

Command = TypeVar("Command", bound=Callable[..., Any])

index_option = click.option(
    "--index", metavar="DIR", help="The folder of the index, or its name on a cluster. [default: index]"
)
engine_option = click.option("--engine", metavar="NAME", help="The search engine. [default: whoosh]")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON; see docs/json.md.")
color_option = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), help="When to colour. [default: auto]"
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print no messages beside the results.")
limit_option = click.option(
    "-n", "--limit", type=click.IntRange(min=0), metavar="N", help="Print at most N articles. [default: 10]"
)

_FILTERS = (
    click.option("--tag", "tags", multiple=True, metavar="T", help="Only articles with this tag; repeatable."),
    click.option("--category", "categories", multiple=True, metavar="C", help="Only this category; repeatable."),
    click.option("--author", metavar="A", help="Only articles by this author."),
    click.option("--since", metavar="DAY", help="From this day on: 2024, 2024-05 or 2024-05-14."),
    click.option("--until", metavar="DAY", help="Up to and including this day, month or year."),
)


def filter_options(command: Command) -> Command:
    """Add --tag, --category, --author, --since and --until."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def settings(**flags: Any) -> Config:
    """The settings of the current folder with the *flags* that were given over them."""
    from searchkit import load_config

    return replace(load_config(), **{name: value for name, value in flags.items() if value is not None})


def index_of(config: Config) -> Index:
    """The index the settings name, open."""
    from searchkit import open_index

    return open_index(config=config)


def joined(words: tuple[str, ...]) -> str:
    """Words of a command line as one text, also where the locale could not decode them."""
    return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
