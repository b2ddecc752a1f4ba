"""Options that several commands share, and the settings from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from functools import wraps
from gettext import gettext as _
from typing import TYPE_CHECKING, Any, TypeVar

import click

from searchkit import Config, Filters, load_config

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from searchkit import Index

Completing = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]
"""What click asks for completions of a parameter."""
Command = TypeVar("Command", bound=Callable[..., Any])


def completing(facet: str) -> Completing:
    """Completion of the names of *facet* that are in the index."""

    def complete(ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from searchkit.cli.completion import names_for

        return names_for(ctx, facet, incomplete)

    return complete


def files(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Completion of files and folders, as the shell does it."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def folders(_ctx: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Completion of folders, as the shell does it."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="dir")]


article_argument = click.argument("article", metavar="ID", shell_complete=completing("id"))
index_option = click.option(
    "--index",
    shell_complete=folders,
    metavar="DIR",
    help="Index folder, or index name on a cluster. [default: index]",
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

_FILTERS = (
    click.option(
        "--tag",
        "tags",
        shell_complete=completing("tag"),
        multiple=True,
        metavar="T",
        help="Only articles with this tag; repeatable.",
    ),
    click.option(
        "--category",
        "categories",
        shell_complete=completing("category"),
        multiple=True,
        metavar="C",
        help="Only articles in this category; repeatable.",
    ),
    click.option(
        "--author", shell_complete=completing("author"), metavar="A", help="Only articles by this author."
    ),
    click.option(
        "--path",
        shell_complete=completing("id"),
        metavar="GLOB",
        help=_("Only articles in this folder of the corpus, or with such a path: mp, '2024/**/*.md'."),
    ),
    click.option(
        "--since",
        metavar="DAY",
        help=_("Only articles from this day on: 2024-05-14, 2024-05, 2024, 30d, 6m, 1y."),
    ),
    click.option("--until", metavar="DAY", help=_("Only articles up to and including this day.")),
)


def index_options(command: Command) -> Command:
    """Add --index and --engine."""
    return index_option(engine_option(command))


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --tag, --category, --author, --path, --since and --until; *command* gets them as `filters`."""

    @wraps(command)
    def with_filters(**values: Any) -> None:
        filters = Filters(**{field.name: values.pop(field.name) for field in fields(Filters)})
        command(filters=filters, **values)

    for option in reversed(_FILTERS):
        with_filters = option(with_filters)
    return with_filters


def settings(**flags: Any) -> Config:
    """The settings of the current folder, overridden by the *flags* that are not None."""
    return replace(load_config(), **{name: value for name, value in flags.items() if value is not None})


def index_of(config: Config) -> Index:
    """Open the index that the settings name."""
    from searchkit import open_index

    return open_index(config=config)


def joined(words: tuple[str, ...]) -> str:
    """The words of a command line as one text; bytes that the locale could not decode are replaced."""
    return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
