"""`searchkit`: the table of commands. A command's module is imported when the command is called."""

from __future__ import annotations

import gc
import os
import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING

import click

from searchkit import __version__
from searchkit.cli.failures import failures_as_exit_codes
from searchkit.cli.layout import cell_width, wrap
from searchkit.cli.options import color_option, index_options
from searchkit.cli.terminal import prepare_streams
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem

COMMANDS = {
    "reindex": _("Update the index from a folder of articles."),
    "search": _("Find articles."),
    "timeline": _("Show when articles are from, and when they rose."),
    "show": _("Print articles."),
    "open": _("Open articles in an editor or a browser."),
    "similar": _("Find articles similar to a given one."),
    "reposts": _("List reposts and near repeats."),
    "source": _("Find the article that a passage is from."),
    "why": _("Explain why a query finds an article, or why not."),
    "analyze": _("Show how a text is segmented into terms."),
    "tags": _("List the tags of the articles."),
    "authors": _("List the authors of the articles."),
    "categories": _("List the categories of the articles."),
    "sites": _("List the sites the articles are from."),
    "words": _("Find names and terms that the dictionary lacks."),
    "serve": _("Search in a browser."),
    "mcp": _("Let assistants search (Model Context Protocol)."),
    "stats": _("Show what is in the index."),
    "config": _("Show the settings and where they come from."),
    "eval": _("Measure search quality with judged queries."),
    "judge": _("Judge the articles that a query finds, one by one."),
    "compare": _("Compare the results of two engines or two indexes."),
    "check": _("Verify the index and compare it with the corpus."),
}
"""Name -> the first line of its help; `searchkit.cli.NAME` defines it as `command`."""

_EPILOG = _("""\b
Examples:
  searchkit reindex corpus
  searchkit search OpenAI 融资
  searchkit show 算力账单

\b
A setting comes from the option, or else the variable SEARCHKIT_…, or else
searchkit.toml or [tool.searchkit] of pyproject.toml in this folder or above,
or else your own config.toml; `searchkit config` shows all of it.

\b
Shell completion of commands, options and names:
  eval "$(_SEARCHKIT_COMPLETE=bash_source searchkit)"    (or zsh_source)
  _SEARCHKIT_COMPLETE=fish_source searchkit | source
""")

_COLLECT_EVERY = 50_000
"""New objects after which Python looks for garbage: most commands end before they make so many that are any."""


def main() -> None:
    """Run the command line and exit."""
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # NumPy would start threads for linear algebra, which is not used
    gc.set_threshold(_COLLECT_EVERY)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    prepare_streams()
    if "_SEARCHKIT_COMPLETE" in os.environ:
        from searchkit.cli.completion import add_shells

        add_shells()
    click.Context.formatter_class = _HelpFormatter
    try:
        cli.main(prog_name="searchkit")
    finally:
        gc.freeze()  # or else Python looks for garbage once more before it ends, which takes as long as a search


class _HelpFormatter(click.HelpFormatter):
    """Breaks Chinese texts too: click looks for spaces and counts characters, which take two columns here."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        begin = min(max(len(name) for name, _text in rows), col_max) + col_spacing + self.current_indent
        room = max(self.width - begin, 10)
        broken = [
            (name, text if len(text) == cell_width(text) else f"\b\n{wrap(text, room)}") for name, text in rows
        ]
        super().write_dl(broken, col_max, col_spacing)


class _Commands(click.Group):
    """A group that imports a command only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = import_module(f"searchkit.cli.{cmd_name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Suggest a command whose name is like the one that there is not."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-") and not ctx.resilient_parsing:
            from difflib import get_close_matches  # only an error needs it

            if name == "help":
                ctx.fail(_("no command 'help'; `searchkit COMMAND --help` is the help of a command"))
            nearest = get_close_matches(name, COMMANDS, 1)
            hint = _("did you mean {name}?").format(name=nearest[0]) if nearest else _("see searchkit --help")
            ctx.fail(_("no command {name!r}; {hint}").format(name=name, hint=hint))
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Commands, without importing them, and options."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        with failures_as_exit_codes():
            return super().invoke(ctx)


@click.group(
    cls=_Commands,
    help=_("Full-text search for a folder of Chinese articles."),
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="searchkit")
@index_options
@color_option
def cli(**_before_the_command: str | None) -> None:
    pass
