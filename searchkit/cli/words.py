"""`searchkit words`: names and terms that the dictionaries lack, and the user dictionary for those that are taken.

树莓派  树莓 | 派 → 树莓派
    119 times in 52 accounts · 61 articles · no word today in 61
    │ 一块树莓派就够做家里的服务器
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from searchkit import AcceptedWords, NewWord, accept_words
from searchkit.cli.failures import NOT_FOUND
from searchkit.cli.layout import BOLD, DIM, View, labelled, styled, visible_line
from searchkit.cli.noted import noted_gaps
from searchkit.cli.options import color_option, exclude_each_other, index_options, json_option
from searchkit.cli.output import print_value
from searchkit.cli.render.as_text import passage_lines
from searchkit.cli.settings import index_of, settings
from searchkit.cli.terminal import say
from searchkit.config_sources import OWN
from searchkit.json_form import members, new_words_to_dict
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

_INDENT = "    "
_EPILOG = _("""\b
Examples:
  searchkit words
  searchkit words -n 20 --json | jq -r '.words[].word'
  searchkit words --accept 单细胞 --accept 热图
  searchkit words -n 30 --accept-all

\b
A word stands together in the articles of three accounts or more, where names
and terms stand. After it: what a query cuts it into today, and what it is if
the user dictionary has it. --accept adds words to the user dictionary; the
next reindex writes the articles that have them. With the setting gap_log,
words of searches that found little are first.

\b
Exit code: 0 found or added, 1 none, 2 error.
""")


@click.command(help=_("Find names and terms that the dictionary lacks."), epilog=_EPILOG)
@index_options
@click.option(
    "-n",
    "--limit",
    "most",
    type=click.IntRange(min=0),
    default=100,
    metavar="N",
    help=_("Take at most N words; 0 is all. [default: 100]"),
)
@click.option("--accept", metavar="WORD", multiple=True, help=_("Add WORD to the user dictionary; repeatable."))
@click.option("--accept-all", is_flag=True, help=_("Add all words that are found to the user dictionary."))
@json_option
@color_option
def command(most: int, accept: tuple[str, ...], accept_all: bool, as_json: bool, **flags: Any) -> None:
    exclude_each_other(*(name for name, given in (("accept", accept), ("accept_all", accept_all)) if given))
    config = settings(**flags)
    found: tuple[NewWord, ...] = ()
    if not accept:
        with index_of(config) as opened:
            queries = [gap.query for gap in noted_gaps(config)]
            found = opened.new_words(most or None, queries=queries)
        if not found:
            say(_("no new words"))
    wanted = tuple(word.word for word in found) if accept_all else accept
    if wanted:
        accepted = accept_words(wanted, config=config)
        print_value(accepted, accepted_to_text, accepted_to_dict, as_json=as_json, color=config.color)
        if accepted.added or not accepted.configured:
            say(_what_next(accepted))
    else:
        print_value(found, words_to_text, new_words_to_dict, as_json=as_json, color=config.color)
    if not (found or accept):
        raise click.exceptions.Exit(NOT_FOUND)


def words_to_text(words: Sequence[NewWord], view: View) -> str:
    """A block a word: how it is cut today and how if it is taken, numbers, and an example."""
    return "\n".join("\n".join(_lines_of(word, view)) + "\n" for word in words)


def _lines_of(word: NewWord, view: View) -> list[str]:
    then = f" → {_pieces(word.cut_then)}" if word.cut_then != word.cut else ""
    stands = ngettext(
        "{count:,} time in {accounts:,} accounts", "{count:,} times in {accounts:,} accounts", word.count
    )
    articles = ngettext("{count:,} article", "{count:,} articles", word.articles).format(count=word.articles)
    changes = _("no word today in {count:,}").format(count=word.changes)
    asked = ngettext(
        "in {count:,} search that found little", "in {count:,} searches that found little", word.asked
    )
    facts = [stands.format(count=word.count, accounts=word.accounts), articles, changes]
    facts += [asked.format(count=word.asked)] if word.asked else []
    lines = [f"{styled(word.word, BOLD, view)}  {_pieces(word.cut)}{then}"]
    lines += [_INDENT + styled(line, DIM, view) for line in labelled("", " · ".join(facts), view)]
    return lines + _example_lines(word, view)


def _pieces(cut: Sequence[str]) -> str:
    return " | ".join(cut)


def _example_lines(word: NewWord, view: View) -> list[str]:
    """A passage with the word, or the title if that alone has it."""
    if word.example is None:
        return []
    marked = [(snippet.text, snippet.highlights) for snippet in word.example.snippets if snippet.highlights]
    text, ranges = marked[0] if marked else (word.example.title, word.example.title_highlights)
    return passage_lines(text, ranges, view)


def accepted_to_text(accepted: AcceptedWords, view: View) -> str:
    """How many words were added, and where."""
    added = ngettext("{count:,} word added to {path}", "{count:,} words added to {path}", len(accepted.added))
    facts = [added.format(count=len(accepted.added), path=accepted.path)]
    if accepted.known:
        facts.append(_("{count:,} known to it").format(count=len(accepted.known)))
    return visible_line(" · ".join(facts)) + "\n"


def accepted_to_dict(accepted: AcceptedWords) -> dict[str, Any]:
    """What was written as plain values."""
    return members(accepted, "path added known configured")


def _what_next(accepted: AcceptedWords) -> str:
    """What makes the words words of the index."""
    if accepted.configured:
        return _("run `searchkit reindex`, which writes the articles that have them")
    setting = f"user_dictionary = {json.dumps(accepted.path, ensure_ascii=False)}"
    return _("add {setting} to a settings file, such as {file}, and run `searchkit reindex`").format(
        setting=setting, file=Path(accepted.path).parent / OWN
    )
