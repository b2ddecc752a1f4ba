"""Completion in a shell: names that are in the index, and values that a shell must quote.

A shell sends the line up to the cursor and gets a kind, "plain", "file" or "dir", and then a value a line. Opening
an index takes longer than one waits for a completion, so its names are cached until the index changes.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from functools import cached_property
from time import time
from zlib import crc32  # hashlib would load OpenSSL

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class

from searchkit import Config, Facet
from searchkit.cli.layout import visible_line
from searchkit.cli.settings import index_of, settings
from searchkit.errors import SearchkitError
from searchkit.user_folder import user_folder, write_private

Names = dict[str, list[str]]
"""The values of each facet, the most frequent first, and the ids of all articles, sorted."""

FACETS: tuple[Facet, ...] = ("tag", "category", "author", "site")
ID = "id"
_SPECIAL = re.compile(r"([^\w./,@%+\-\u0080-\U0010ffff])")
"""What may mean something to bash; no letter or mark outside ASCII does."""
_LONGEST_AGE = 600  # seconds that names of an index on a cluster are believed: it has no time of change


def names_for(ctx: click.Context, facet: str, incomplete: str) -> list[CompletionItem]:
    """What *facet* may go on with; nothing if there is no index."""
    try:
        with ctx.scope(cleanup=False):
            config = settings(index=ctx.params.get("index"), engine=ctx.params.get("engine"))
        names = _names_of(config)[facet]
    except (SearchkitError, ValueError, OSError):
        return []
    if facet != ID:
        return [CompletionItem(name) for name in names if name.startswith(incomplete)]
    steps = _steps([name for name in names if name.startswith(incomplete)], incomplete) or _file_names(
        names, incomplete
    )
    return [CompletionItem(step) for step in steps] or [CompletionItem(incomplete, type="file")]


def _steps(ids: Iterable[str], incomplete: str) -> list[str]:
    """*ids* up to the next folder, as a shell completes paths."""
    at = len(incomplete)
    return list(dict.fromkeys(found[: found.find("/", at) + 1 or None] for found in ids))


def _file_names(ids: Iterable[str], incomplete: str) -> list[str]:
    """The last parts of *ids*, which name an article too."""
    names = (found.rpartition("/")[2] for found in ids) if incomplete else ()
    return [name for name in names if name.startswith(incomplete)]


def _names_of(config: Config) -> Names:
    """The names of an index, cached in a file of the user."""
    folder = config.index_folder
    changed = folder.stat().st_mtime_ns if folder else 0
    index = f"{config.engine} {folder or config.index}"
    file = user_folder("cache") / f"{crc32(index.encode('utf-8', 'surrogatepass')):08x}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads(file.read_bytes())
        is_new = changed or time() - kept["written"] < _LONGEST_AGE
        if (kept["index"], kept["changed"]) == (index, changed) and is_new:
            return Names(kept["names"])
    with index_of(config) as opened:
        names: Names = {facet: [value for value, _count in opened.values(facet)] for facet in FACETS}
        names[ID] = list(opened.ids())
    with suppress(OSError):
        write_private(file, json.dumps({"index": index, "changed": changed, "written": time(), "names": names}))
    return names


class _Shell(ShellComplete):
    """Takes the line up to the cursor as it was typed, in COMP_WORDS."""

    @cached_property
    def typed(self) -> tuple[list[str], str, str]:
        """The line, as `split_line` reads it."""
        return split_line(os.environ.get("COMP_WORDS", ""), os.environ.get("COMP_WORDBREAKS", ""))

    def get_completion_args(self) -> tuple[list[str], str]:
        words = self.typed[0]
        return words[1:-1], words[-1]

    def complete(self) -> str:
        """The kind of what may follow, and each value."""
        args, incomplete = self.get_completion_args()
        items = self.get_completions(args, incomplete)
        for item in items:
            if item.type != "plain":
                return str(item.type)
        values = (str(item.value) for item in items)
        return "\n".join(["plain", *(self.quoted(value) for value in values if value == visible_line(value))])

    def quoted(self, value: str) -> str:
        """*value* as the shell takes it from us, in place of the whole word."""
        word = self.typed[0][-1]
        return word[: len(word) - _length_of_value(word)] + value


class _Bash(_Shell):
    """Replaces what follows the last of COMP_WORDBREAKS, and inserts it as it is."""

    name = "bash"
    source_template = """\
%(complete_func)s() {
    local -a found
    mapfile -t found < <(%(complete_var)s=bash_complete COMP_WORDS="${COMP_LINE:0:COMP_POINT}" \\
        COMP_WORDBREAKS="$COMP_WORDBREAKS" "$1" 2>/dev/null)
    COMPREPLY=()
    case ${found[0]} in
        dir) compopt -o dirnames ;;
        file) compopt -o default ;;
        plain) COMPREPLY=("${found[@]:1}") ;;
    esac
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == */ ]] && compopt -o nospace
    return 0
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def quoted(self, value: str) -> str:
        words, quote, after_break = self.typed
        rest = value[_length_of_value(words[-1]) - len(after_break) :]
        if quote:
            return re.sub(r'(["\\$`])', r"\\\1", rest) if quote == '"' else rest.replace("'", "'\\''")
        return _SPECIAL.sub(r"\\\1", rest)


class _Zsh(_Shell):
    """Quotes values itself."""

    name = "zsh"
    source_template = """\
#compdef %(prog_name)s

%(complete_func)s() {
    local -a found folders others
    found=("${(@f)$(%(complete_var)s=zsh_complete COMP_WORDS="${(j: :)words[1,CURRENT]}" \\
        "${words[1]}" 2>/dev/null)}")
    case ${found[1]} in
        dir) _path_files -/ ;;
        file) _files ;;
        plain)
            folders=("${(@M)found[2,-1]:#*/}")
            others=("${(@)found[2,-1]:#*/}")
            (( ${#folders} )) && compadd -S '' -V folders -a folders
            (( ${#others} )) && compadd -V others -a others
            ;;
    esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""


class _Fish(_Shell):
    """Quotes values itself."""

    name = "fish"
    source_template = """\
function %(complete_func)s
    set -l line (commandline -cp | string collect)
    set -l found (%(complete_var)s=fish_complete COMP_WORDS=$line %(prog_name)s 2>/dev/null)
    switch "$found[1]"
        case dir
            __fish_complete_directories (commandline -ct)
        case file
            __fish_complete_path (commandline -ct)
        case plain
            printf '%%s\\n' $found[2..]
    end
end
complete --no-files --keep-order --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


def add_shells() -> None:
    """Use the scripts above instead of those of click, which split values at spaces and colons."""
    os.environ["SEARCHKIT_OPENSEARCH_TIMEOUT"] = "2"  # nobody waits longer at a key
    for shell in (_Bash, _Zsh, _Fish):
        add_completion_class(shell)


def _length_of_value(word: str) -> int:
    """How much of *word* is a value: that of an option may stand behind `=`."""
    return len(word.partition("=")[2]) if word.startswith("--") and "=" in word else len(word)


def split_line(line: str, breaks: Iterable[str] = ()) -> tuple[list[str], str, str]:
    """The words of *line*, the last of which is being typed; the quote that is open in it; and what of it follows
    the last of *breaks* that is not quoted.

    >>> split_line("searchkit show '月 全")
    (['searchkit', 'show', '月 全'], "'", '月 全')
    >>> split_line("searchkit show a:b\\\\ c", ":")
    (['searchkit', 'show', 'a:b c'], '', 'b c')
    """
    words, quote, after, inside = [""], "", "", False
    characters = iter(line)
    for char in characters:
        if char == quote:
            quote = ""
        elif char == "\\" and quote != "'":
            words[-1] += (escaped := next(characters, ""))
            after += escaped
        elif not quote and char in "'\"":
            quote, inside = char, True
        elif not quote and char.isspace():
            words, after, inside = ([*words, ""], "", False) if inside or words[-1] else (words, "", False)
        else:
            words[-1] += char
            after = "" if char in breaks and not quote else after + char
    return words, quote, after
