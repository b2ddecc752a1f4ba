"""Options that several commands share, and the settings from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from searchkit import Config, Filters, load_config

if TYPE_CHECKING:
    from searchkit import Index

Command = TypeVar("Command", bound=Callable[..., Any])

index_option = click.option(
    "--index", metavar="DIR", help="Index folder, or index name on a cluster. [default: index]"
)
engine_option = click.option("--engine", metavar="NAME", help="Search engine. [default: whoosh]")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON; see docs/json.md.")
color_option = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), help="When to print colour. [default: auto]"
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print results only, no messages.")
verbose_option = click.option("-v", "--verbose", is_flag=True, help="Show every addend of a score.")
limit_option = click.option(
    "-n", "--limit", type=click.IntRange(min=0), metavar="N", help="Print at most N articles. [default: 10]"
)

BEFORE_THE_COMMAND = ("index", "engine", "color")
"""Options that may also stand before the command; those after it count more."""

_FILTERS = (
    click.option("--tag", "tags", multiple=True, metavar="T", help="Only articles with this tag; repeatable."),
    click.option(
        "--category", "categories", multiple=True, metavar="C", help="Only articles in this category; repeatable."
    ),
    click.option("--author", metavar="A", help="Only articles by this author."),
    click.option("--since", metavar="DAY", help="Only articles from this date on: 2024, 2024-05 or 2024-05-14."),
    click.option("--until", metavar="DAY", help="Only articles up to and including this date."),
)


def index_options(command: Command) -> Command:
    """Add --index and --engine."""
    return index_option(engine_option(command))


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --tag, --category, --author, --since and --until; *command* gets them as `filters`."""

    @wraps(command)
    def with_filters(**values: Any) -> None:
        filters = Filters(**{field.name: values.pop(field.name) for field in fields(Filters)})
        command(filters=filters, **values)

    for option in reversed(_FILTERS):
        with_filters = option(with_filters)
    return with_filters


def settings(**flags: Any) -> Config:
    """The settings for a command with these *flags*; those that are None may stand before the command."""
    return load_config(options=options_of(flags))


def options_of(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The options before the command, overridden by the *flags* after it that are not None."""
    before = click.get_current_context().find_root().params
    after = {name: value for name, value in flags.items() if value is not None}
    return {**{name: before.get(name) for name in BEFORE_THE_COMMAND}, **after}


def index_of(config: Config) -> Index:
    """Open the index that the settings name."""
    from searchkit import open_index

    return open_index(config=config)


def joined(words: tuple[str, ...]) -> str:
    """The words of a command line as one text; bytes that the locale could not decode are replaced."""
    return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
