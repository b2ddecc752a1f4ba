"""What is in a line: links and tags of Obsidian, marked text, notes, formulas.

`RULES` maps a character to the rules for what begins with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline

from searchkit.articles.markdown.headings import attributes
from searchkit.articles.markdown.rules import HAN, push_inside
from searchkit.articles.markdown.template_tags import template_tag

_LINK = re.compile(r"!?\[\[(?P<page>[^\[\]\n|]*)(?:\\?\|(?P<text>[^\[\]\n]*))?\]\]")
_NUMBERS = re.compile(r"[\d\s,.:+*-]*")
_INDEX = re.compile(r"[\"'].*|\w{1,2}|[\w.$]+[\"'+,-].*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d?(?:-\d\d?)?")
_SIZE = re.compile(r"[\dx\s%]*|(?:left|right|center|inl)\w*")
_MEDIA = re.compile(r"\.(?!(?:md|canvas)$)[A-Za-z][A-Za-z0-9]{1,6}$")
_TAG = re.compile(r"#((?!\d+(?![\w/-]))[\w/-]*[^\W_][\w/-]*)#?")
_COLOUR = re.compile(r"[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8}", re.IGNORECASE)
_NO_TAGS = frozenset(
    [
        "include",
        "define",
        "ifdef",
        "ifndef",
        "endif",
        "pragma",
        "undef",
        "if",
        "elif",
        "else",
        "elseif",
        "error",
        "import",
        "region",
        "endregion",
    ]
)
_BLOCK_ID = re.compile(r"\^[A-Za-z0-9-]+\s*$")
_BEFORE_ID = re.compile(rf"[\s{HAN}\u3000-\u303f\uff00-\uffef=*_~)\]]$")
_COMMENT = re.compile(r"%%(?:(?!%%).){1,4000}?%%", re.DOTALL)
_PAIRED = re.compile(r"(==|\+\+)(?=[^\s=+])([^\n=+]{0,1000}?[^\s=+])\1(?![=+])")
_LOOSE_STRONG = re.compile(rf"\*\*(?=[^\s*])([^*\n]{{0,300}}[{HAN}：:][^*\n]{{0,300}}?)[ \t]+\*\*(?!\*)")
_ATTACHED = re.compile(
    rf"~([0-9A-Za-z+-]{{1,4}})~(?!~)|\^([0-9]{{1,4}}[+-]?|[+-][0-9]{{0,4}}|[A-Za-z]{{1,4}}|[{HAN}]{{1,10}})\^(?![0-9A-Za-z])"
)
_SPECIAL_NAME = re.compile(
    r"__(?:init|main|name|file|new|call|dict|class|slots|all|proto|dirname|filename|doc|str|repr|len|iter|next|enter|exit"
    r"|del|getattr|setattr|getitem|setitem|eq|hash|import|builtins|future|pycache|version)__(?![_\w])",
    re.ASCII,
)
_NOTE_MARK = re.compile(r"\[\^([^\]\s]{1,200})\]")
_LABEL = re.compile(r"\[\^([^\]\s]{1,200})\][:：]")
_NOTE = re.compile(r"\^\[((?:[^\[\]]|\[[^\[\]]*\]){1,2000})\]")
_FORMULA = re.compile(
    r"\$\$(?:(?!\$\$).){1,4000}?\$\$"
    r"|\$(?![\s$])(?:\\.|[^$\\]){0,2000}?(?<!\s)\$(?!\d)"
    rf"|\\\((?:(?!\\\)|[{HAN}]).){{1,2000}}?\\\)"
    rf"|\\\[(?=(?:(?!\\\]).){{0,2000}}?(?:\\(?!\])|[_^=]))(?:(?!\\\]|[{HAN}]).){{1,2000}}?\\\]",
    re.DOTALL,
)
_DIRECTIVE = re.compile(r":[a-z-]+\[")


def wiki_link(state: StateInline, silent: bool) -> bool:
    """Take `[[page#part|text]]`, which shows the text or else the name, and `![[embed]]`."""
    found = _LINK.match(state.src, state.pos)
    if found is None or found.end() > state.posMax or not _is_link(state, found):
        return False
    if not silent:
        if found[0][0] == "!":
            state.pending += _embedded(found)
        elif found["text"] and found["text"].strip():
            push_inside(state, found.start("text"), found.end("text"))
        else:
            state.pending += _name(found["page"])
    state.pos = found.end()
    return True


def _is_link(state: StateInline, found: re.Match[str]) -> bool:
    """Not `x[[1]]`, `x[["name"]]` or `[[1, 2]]` of a program, nor a link `[[1]](…)`."""
    before, after = state.src[: found.start()][-1:], state.src[found.end() : found.end() + 1]
    page = found["page"].strip()
    is_index = bool(_NUMBERS.fullmatch(page)) and not _DATE.fullmatch(page)
    is_index |= (_is_word(before) or before in ("_", ")")) and bool(_INDEX.fullmatch(page))
    return after not in ("(", "[") and (not is_index or bool(found["text"]) or found[0][0] == "!")


def _name(page: str) -> str:
    """`page#part#^block` is shown as `page > part`."""
    parts = [part.strip() for part in page.replace("\\", "").removesuffix(".canvas").split("#")]
    return " > ".join(part for part in parts if part and not part.startswith("^"))


def _embedded(found: re.Match[str]) -> str:
    text = (found["text"] or "").split("|")[0].strip()
    if text and not _SIZE.fullmatch(text):
        return text
    return "" if _MEDIA.search(found["page"].split("#")[0].strip()) else _name(found["page"])


def tag(state: StateInline, silent: bool) -> bool:
    """Note `#标签`, and leave it in the text."""
    if state.pos and not (state.src[state.pos - 1].isspace() or state.src[state.pos - 1] in "（(，、。；：#"):
        return False
    found = _TAG.match(state.src, state.pos)
    if found is None or found.end() > state.posMax:
        return False
    name = found[1].strip("/")
    if (
        name.lower() in _NO_TAGS
        or (_COLOUR.fullmatch(name) and name.isascii())
        or re.match(r"\d{1,3}(?!\d)", name)
    ):
        return False
    if not silent:
        state.env["tags"].append(name)
        state.pending += found[0]
    state.pos = found.end()
    return True


def comment(state: StateInline, silent: bool) -> bool:
    """Take `%%a comment%%`."""
    before = state.src[state.pos - 1] if state.pos else " "
    found = _COMMENT.match(state.src, state.pos)
    if found is None or found.end() > state.posMax or (before.isascii() and (before.isalnum() or before == "%")):
        return False
    state.pos = found.end()
    return True


def block_id(state: StateInline, silent: bool) -> bool:
    """Take the name of a block, ` ^name` at its end; but `2 ^3` is a power."""
    found = _BLOCK_ID.match(state.src, state.pos)
    before = state.src[max(0, state.pos - 2) : state.pos]
    if found is None or found.end() > state.posMax or (before and not _BEFORE_ID.search(before)):
        return False
    if re.match(r"\^-?\d{1,2}\s*$", found[0]) or (
        before.strip()[-1:].isalnum() and before.strip().isascii() and len(found[0]) < 4
    ):
        return False
    state.pos = found.end()
    return True


def paired(state: StateInline, silent: bool) -> bool:
    """Take `==marked==` and `++inserted++` text, but not `a==b` and `C++`."""
    found = _PAIRED.match(state.src, state.pos)
    if found is None or found.end() > state.posMax:
        return False
    before = state.src[state.pos - 1] if state.pos else ""
    after = state.src[found.end() : found.end() + 1]
    if before == found[1][0] or (_is_word(before) and (found[1] == "++" or _is_word(found[2][0]))):
        return False
    if _is_word(found[2][-1]) and _is_word(after):
        return False
    if not silent:
        push_inside(state, *found.span(2))
    state.pos = found.end()
    return True


def loose_strong(state: StateInline, silent: bool) -> bool:
    """Take `**注意: **`, in which CommonMark refuses the space."""
    found = _LOOSE_STRONG.match(state.src, state.pos)
    if found is None or found.end() > state.posMax or state.src[: state.pos][-1:] == "*":
        return False
    if not silent:
        push_inside(state, *found.span(1))
    state.pos = found.end()
    return True


def special_name(state: StateInline, silent: bool) -> bool:
    """Leave `__init__` as it is."""
    found = _SPECIAL_NAME.match(state.src, state.pos)
    if found is None or found.end() > state.posMax:
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True


def _is_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def attached(state: StateInline, silent: bool) -> bool:
    """Take `H~2~O` and `x^2^`."""
    found = _ATTACHED.match(state.src, state.pos)
    before = state.src[state.pos - 1] if state.pos else " "
    if found is None or found.end() > state.posMax:
        return False
    if found[1] and not (before.isascii() and (before.isalpha() or before in ")]")):
        return False
    if before.isspace():
        return False
    if not silent:
        name = "sub" if found[1] else "sup"
        state.push(f"{name}_open", name, 1)
        push_inside(state, *found.span(1 if found[1] else 2))
        state.push(f"{name}_close", name, -1)
    state.pos = found.end()
    return True


def note_mark(state: StateInline, silent: bool) -> bool:
    """Take the mark of a footnote, but not `[^0-9]` of a program."""
    found = _NOTE_MARK.match(state.src, state.pos)
    if found is None or found.end() > state.posMax:
        return False
    if not found[1].isdigit() and found[1] not in _labels(state):
        return False
    state.pos = found.end()
    return True


def _labels(state: StateInline) -> frozenset[str]:
    """The labels of all footnotes in the file."""
    if "labels" not in state.env:
        state.env["labels"] = frozenset(_LABEL.findall(state.env["source"]))
    labels: frozenset[str] = state.env["labels"]
    return labels


def note(state: StateInline, silent: bool) -> bool:
    """Take a footnote `^[text]`, which is shown at the end."""
    found = _NOTE.match(state.src, state.pos)
    if found is None or found.end() > state.posMax:
        return False
    if not silent:
        state.env["notes"].append(found[1])
    state.pos = found.end()
    return True


def notes(state: StateCore) -> None:
    """Add the footnotes that stood in the text."""
    while state.env["notes"]:
        content = state.env["notes"].pop(0)
        state.tokens += state.md.parseInline(content, state.env)


def formula(state: StateInline, silent: bool) -> bool:
    """Take a formula as it is typed; but `$5 和 $6` are prices."""
    found = _FORMULA.match(state.src, state.pos)
    if found is None or found.end() > state.posMax:
        return False
    if not silent:
        state.pending += found[0]
    state.pos = found.end()
    return True


InlineRule = Callable[[StateInline, bool], bool]
RULES: dict[str, tuple[InlineRule, ...]] = {
    "[": (wiki_link, note_mark),
    "!": (wiki_link,),
    "#": (tag,),
    "%": (comment,),
    "^": (note, attached, block_id),
    "*": (loose_strong,),
    "_": (special_name,),
    "=": (paired,),
    "+": (paired,),
    "~": (attached,),
    "$": (formula,),
    "\\": (formula,),
    "{": (template_tag, attributes),
}


def extension(state: StateInline, silent: bool) -> bool:
    """The first rule of `RULES` that takes something."""
    return any(rule(state, silent) for rule in RULES.get(state.src[state.pos], ()))
