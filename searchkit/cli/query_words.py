"""A query of several words on a command line, some of which may begin with a dash."""

from __future__ import annotations

import re

import click

from searchkit.cli.options import joined
from searchkit.translation import gettext as _

_FIELDS = ("title", "body", "date")
"""What a query names before a colon and no option does."""
_MARK = "\0"
_OPTION = re.compile(r"-[hlqv0]*(n\d*)?|--.*", re.DOTALL)


class QueryCommand(click.Command):
    """Accepts words such as -复杂: an argument with one dash is an option only if it can be one."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, self._protected(args))
        except click.NoSuchOption as error:
            name = error.option_name.lstrip("-")
            if name in _FIELDS:
                raise click.UsageError(
                    _("no option --{name}; write {name}:… in the query").format(name=name), ctx
                ) from None
            raise

    def _protected(self, args: list[str]) -> list[str]:
        """*args* with NUL, which no command line can contain, before words that begin with a dash."""
        end = args.index("--") if "--" in args else len(args)
        valued = {name for o in self.params if isinstance(o, click.Option) and not o.is_flag for name in o.opts}
        words = [
            n < end
            and arg.startswith("-")
            and not _OPTION.fullmatch(arg)
            and (n == 0 or args[n - 1] not in valued)
            for n, arg in enumerate(args)
        ]
        return [_MARK + arg if word else arg for arg, word in zip(args, words, strict=True)]


def _query(ctx: click.Context, parameter: click.Parameter, words: tuple[str, ...]) -> str:
    return joined(tuple(word.removeprefix(_MARK) for word in words))


query_argument = click.argument("query", nargs=-1, required=True, callback=_query)
