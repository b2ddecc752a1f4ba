"""`searchkit source`: the article that a passage is from, and what it says otherwise."""

from __future__ import annotations

import sys
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any

import click

from searchkit import Quote
from searchkit.cli.failures import NOT_FOUND
from searchkit.cli.layout import BOLD, View, linked, styled, visible_line, wrap
from searchkit.cli.options import color_option, index_options, joined, json_option
from searchkit.cli.output import print_value
from searchkit.cli.render.as_text import display_path, fact_line, passage_lines
from searchkit.cli.settings import index_of, settings
from searchkit.cli.terminal import say
from searchkit.json_form import source_to_dict
from searchkit.translation import gettext as _

_EPILOG = _("""\b
Examples:
  searchkit source 月全食时月亮变红,是因为大气把红光折射到月面
  xclip -o | searchkit source
  searchkit source --json < 摘录.txt

\b
Up to about a third of the passage may have been changed. Where it differs,
[-this-] is what was given and {+this+} what the article has.
Exit code: 0 found, 1 from no article of the index, 2 error.
""")


@click.command(
    help=_("Find the article that a passage is from."),
    epilog=_EPILOG,
    context_settings={"ignore_unknown_options": True},
)
@click.argument("passage", nargs=-1)
@index_options
@json_option
@color_option
def command(passage: tuple[str, ...], as_json: bool, **flags: Any) -> None:
    text = joined(passage) if passage and passage != ("-",) else _standard_input()
    if not text.strip():
        raise click.UsageError(_("the passage is empty; name it, or pipe it in"))
    config = settings(**flags)
    with index_of(config) as index:
        quote = index.find_quote(text)
    if quote or as_json:
        print_value(quote, _to_text, source_to_dict, as_json=as_json, color=config.color)
    if not quote:
        say(_("no article has this passage, or one like it"))
        raise click.exceptions.Exit(NOT_FOUND)


def _standard_input() -> str:
    """What is piped in, or typed up to the end of the file."""
    if sys.stdin is None:  # closed, as by a service
        return ""
    if sys.stdin.isatty():
        say(_("type or paste the passage, then press Ctrl-D"))
    return _decoded(sys.stdin.buffer.read())


def _decoded(data: bytes) -> str:
    """What is not UTF-8, but for a stray byte, is most likely GB 18030, or UTF-16 if it says so."""
    text = data.decode("utf-16" if data[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig", "replace")
    return text if text.count("\ufffd") <= len(text) // 20 else data.decode("gb18030", "replace")


def _to_text(quote: Quote | None, view: View) -> str:
    """The article, its facts, where the passage stands, how much of it is the same, and the passage."""
    if quote is None:
        return ""
    hit, share = quote.hit, _("{share:.0%} the same").format(share=quote.identity)
    title = [linked(styled(line, BOLD, view), hit.path, view) for line in _lines(hit.title or hit.id, view)]
    facts = [line for fact in (fact_line(hit), _place(quote), share) if fact for line in _lines(fact, view)]
    return "\n".join([*title, *facts, *passage_lines(*_compared(quote), view)]) + "\n"


def _lines(text: str, view: View) -> list[str]:
    return wrap(visible_line(text), view.width).split("\n")


def _place(quote: Quote) -> str:
    """The file and the line."""
    from searchkit import locate

    (place,) = locate(quote.hit)
    path = display_path(quote.path) or quote.article.id
    return f"{path}:{place.line}" if quote.path and place.is_found else path


def _compared(quote: Quote) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The passage as the article has it, with what was given where it differs, and the ranges of both."""
    body, at = quote.article.body, quote.start
    parts, ranges, length = [], [], 0
    for difference in quote.differences:
        same, other = body[at : difference.start], body[difference.start : difference.end]
        marked = (f"[-{difference.given}-]" if difference.given else "") + (f"{{+{other}+}}" if other else "")
        ranges.append((length + len(same), length + len(same) + len(marked)))
        parts += [same, marked]
        length, at = ranges[-1][1], difference.end
    return "".join([*parts, body[at : quote.end]]), tuple(ranges)
