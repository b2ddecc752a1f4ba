"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from searchkit import Filters
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


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
articles_argument = click.argument(
    "articles", metavar="ID...", nargs=-1, required=True, shell_complete=completing("id")
)
index_option = click.option(
    "--index",
    shell_complete=folders,
    metavar="DIR",
    help=_("Index folder, or index name on a cluster. [default: ./index if there, or else in your data folder]"),
)
engine_option = click.option("--engine", metavar="NAME", help=_("Search engine. [default: whoosh]"))
json_option = click.option("--json", "as_json", is_flag=True, help=_("Print JSON; see docs/json.md."))
color_option = click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), help=_("When to print colour. [default: auto]")
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help=_("Print results only, no messages."))
verbose_option = click.option("-v", "--verbose", is_flag=True, help=_("Show every addend of a score."))
semantic_option = click.option(
    "--semantic/--no-semantic", default=None, help=_("Order the first 40 by meaning too, or only by words.")
)
limit_option = click.option(
    "-n",
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help=_("Print at most N articles; 0 is all. [default: 10; all with -l, -0, --count, --jsonl and --vimgrep]"),
)
offset_option = click.option(
    "--offset", type=click.IntRange(min=0), default=0, metavar="N", help=_("Skip the first N articles.")
)
all_words_option = click.option("--all", "all_words", is_flag=True, help=_("Only articles with all words."))
prefix_option = click.option(
    "--prefix", is_flag=True, help=_("As you type: find words that begin with the last one too.")
)
query_option = click.option(
    "--query",
    metavar="QUERY",
    help=_("Mark the words of QUERY. [default: the query of the list, if ID is a number of it]"),
)

_FILTERS = (
    click.option(
        "--tag",
        "tags",
        shell_complete=completing("tag"),
        multiple=True,
        metavar="T",
        help=_("Only articles with this tag; repeatable."),
    ),
    click.option(
        "--category",
        "categories",
        shell_complete=completing("category"),
        multiple=True,
        metavar="C",
        help=_("Only articles in this category; repeatable."),
    ),
    click.option(
        "--author", shell_complete=completing("author"), metavar="A", help=_("Only articles by this author.")
    ),
    click.option(
        "--site",
        shell_complete=completing("site"),
        metavar="S",
        help=_("Only articles from this host, or from this domain."),
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
    click.option("--as-of", metavar="DAY", help=_("Search the archive as it was at the end of this day.")),
)

_FORMATS = {
    "json": click.option("--json", "json", is_flag=True, help=_("Print one JSON object; see docs/json.md.")),
    "jsonl": click.option(
        "--jsonl", "jsonl", is_flag=True, help=_("Print one JSON object per hit, one per line.")
    ),
    "paths": click.option(
        "-l", "--paths", "paths", is_flag=True, help=_("Print only the file paths, one per line.")
    ),
    "nul": click.option(
        "-0", "--null", "nul", is_flag=True, help=_("Print only the file paths, each followed by NUL.")
    ),
    "count": click.option("--count", "count", is_flag=True, help=_("Print only the number of matches.")),
    "vimgrep": click.option(
        "--vimgrep", "vimgrep", is_flag=True, help=_("Print path:line:column:text, a line for each passage.")
    ),
}
"""A format of results -> the option that asks for it."""


def index_options(command: Command) -> Command:
    """Add --index and --engine."""
    return index_option(engine_option(command))


def filter_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add --tag, --category, --author, --site, --path, --since, --until and --as-of; *command* gets them as
    `filters`."""

    @wraps(command)
    def with_filters(**values: Any) -> None:
        filters = Filters(**{field.name: values.pop(field.name) for field in fields(Filters)})
        command(filters=filters, **values)

    for option in reversed(_FILTERS):
        with_filters = option(with_filters)
    return with_filters


def format_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the formats of results, of which one may be given; *command* gets its name as `form`."""

    @wraps(command)
    def with_form(**values: Any) -> None:
        given = [name for name in _FORMATS if values.pop(name)]
        exclude_each_other(*given)
        command(form=given[0] if given else "text", **values)

    for option in reversed(_FORMATS.values()):
        with_form = option(with_form)
    return with_form


def exclude_each_other(*given: str) -> None:
    """Refuse more than one of the options of this command that were *given*, by the names of their values.

    Raises:
        click.UsageError
    """
    if len(given) > 1:
        context = click.get_current_context()
        flags = {option.name: option.opts[0] for option in context.command.params}
        first, second, *_rest = (flags[name] for name in given)
        raise click.UsageError(
            _("{first} and {second} exclude each other; give one of them").format(first=first, second=second),
            context,
        )


def joined(words: tuple[str, ...]) -> str:
    """The words of a command line as one text; bytes that the locale could not decode are replaced."""
    return " ".join(words).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
