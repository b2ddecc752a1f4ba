"""What is in a line: links and tags of Obsidian, marked text, notes, formulas.

`RULES` maps a character to the rules for what begins with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import image as commonmark_image

from searchkit.articles.markdown.headings import attributes
from searchkit.articles.markdown.rules import HAN, char_before, match_here, push_inside
from searchkit.articles.markdown.template_tags import template_tag

_LINK = re.compile(r"!?\[\[(?P<page>[^\[\]\n|]*)(?:\\?\|(?P<text>[^\[\]\n]*))?\]\]")
_TARGET = re.compile(r"\[(?!\^)|\((?:[^()\n]*[/.#:]|\))")
_NUMBERS = re.compile(r"[\d\s,.:+*-]*")
_INDEX = re.compile(r"[\"'].*|\w{1,2}|[\w.$]+[\"'+,-].*", re.ASCII)
_DATE = re.compile(r"\d{4}-\d\d?(?:-\d\d?)?")
_SIZE = re.compile(r"[\dx\s%]*|(?:left|right|center|inl)\w*")
_PICTURE_SIZE = re.compile(
    r"(?:\\?\|\s*(?:\d{1,4}(?:\s*x\s*\d{1,4})?|left|right|center)\s*){1,3}$|^\d{1,4}x\d{1,4}$"
)
_KEY = re.compile(
    r"[ \t]*[*_]{0,2}"
    rf"(?:[A-Za-z][A-Za-z0-9_ -]{{0,29}}[*_]{{0,2}}(?=::(?:[ \t]|$))|[\w -]{{0,29}}[{HAN}][*_]{{0,2}}(?=::))",
    re.MULTILINE,
)
_HIDDEN_FIELD = re.compile(r"[ \t]*(?:id::[ \t]+[0-9a-f-]{36}|collapsed::[ \t]+(?:true|false))(?=\s|$)")
_MEDIA = re.compile(r"\.(?!(?:md|canvas)$)[A-Za-z][A-Za-z0-9]{1,6}$")
_TAG = re.compile(r"#((?!\d+(?![\w/-]))\w[\w/-]{0,59}(?![\w/-]))#?")
_COLOUR = re.compile(r"[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8}", re.IGNORECASE)
_SHORT_NUMBER = re.compile(r"\d{1,3}(?!\d)")  # #12 is an issue, #3楼 a comment; #2024年计划 is a tag
_DIRECTIVES = "include define ifdef ifndef endif pragma undef if elif else elseif error import region endregion"
_NO_TAGS = frozenset(_DIRECTIVES.split())
_BLOCK_ID = re.compile(r"\^[A-Za-z0-9-]+\s*$")
_BEFORE_ID = re.compile(rf"[\s{HAN}\u3000-\u303f\uff00-\uffef=*_~)\]]$")
_COMMENT = re.compile(r"%%(?:(?!%%).){1,4000}?%%", re.DOTALL)
_PAIRED = re.compile(r"(==|\+\+)(?=[^\s=+])((?:(?!\1).){0,1000}?[^\s=+])\1(?![=+])")
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
_LOOSE_STRONG = re.compile(rf"\*\*(?=[^\s*])([^*\n]{{0,300}}[{HAN}：:][^*\n]{{0,300}}?)[ \t]+\*\*(?!\*)")
_ATTACHED = re.compile(
    rf"~([0-9A-Za-z+-]{{1,4}})~(?!~)|\^([0-9]{{1,4}}[+-]?|[+-][0-9]{{0,4}}|[A-Za-z]{{1,4}}|[{HAN}]{{1,10}})\^(?![0-9A-Za-z])"
)
_SPECIAL_NAME = re.compile(
    r"__(?:init|main|name|file|new|call|dict|class|slots|all|proto|dirname|filename|doc|str|repr|len|iter|next|enter|exit"
    r"|del|getattr|setattr|getitem|setitem|eq|hash|import|builtins|future|pycache|version)__(?![_\w])",
    re.ASCII,
)
"""What is no bold text in Markdown that speaks of Python."""
_NOTE_MARK = re.compile(r"\[\^([^\]\s]{1,200})\]")
_LABEL = re.compile(r"\[\^([^\]\s]{1,200})\][ \t\u3000]*[:：]")
_NOTE = re.compile(r"\^\[((?:[^\[\]]|\[[^\[\]]*\]){1,2000})\]")
_FORMULA = re.compile(
    r"\$\$(?:(?!\$\$).){1,4000}?\$\$"
    r"|\$(?![\s$])(?:\\.|[^$\\]){0,2000}?(?<!\s)\$(?!\d)"
    rf"|\\\((?:(?!\\\)|[{HAN}]).){{1,2000}}?\\\)"
    rf"|\\\[(?=(?:(?!\\\]).){{0,2000}}?(?:\\(?!\])|[_^=]))(?:(?!\\\]|[{HAN}]).){{1,2000}}?\\\]",
    re.DOTALL,
)
"""A formula; but `$5 和 $6` are prices."""


def wiki_link(state: StateInline, silent: bool) -> bool:
    """Take `[[page#part|text]]`, which shows the text or else the name, and `![[embed]]`."""
    found = match_here(_LINK, state)
    if found is None or not _is_link(state, found):
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
    """Not `x[[1]]`, `x[["name"]]` or `[[1, 2]]` of a program, nor a link `[[1]](…)`. `[[缓存]](cache)` is one."""
    before = char_before(state)
    page = found["page"].strip()
    is_index = bool(_NUMBERS.fullmatch(page)) and not _DATE.fullmatch(page)
    is_index |= (_is_word(before) or before in ("_", ")")) and bool(_INDEX.fullmatch(page))
    is_label = _TARGET.match(state.src, found.end()) is not None
    return not is_label and (not is_index or bool(found["text"]) or found[0][0] == "!")


def _name(page: str) -> str:
    """`page#part#^block` is shown as `page > part`."""
    parts = [part.strip() for part in page.replace("\\", "").removesuffix(".canvas").split("#")]
    return " > ".join(part for part in parts if part and not part.startswith("^"))


def _embedded(found: re.Match[str]) -> str:
    text = (found["text"] or "").split("|")[0].strip()
    if text and not _SIZE.fullmatch(text):
        return text
    return "" if _MEDIA.search(found["page"].split("#")[0].strip()) else _name(found["page"])


def picture(state: StateInline, silent: bool) -> bool:
    """Take a picture, without the size and place in `![说明|left|300](…)` and without tags in its text."""
    known = len(state.env["tags"])
    if not commonmark_image(state, silent):
        return False
    del state.env["tags"][known:]
    texts = [] if silent else state.tokens[-1].children or []
    if texts and texts[-1].type == "text":
        texts[-1].content = _PICTURE_SIZE.sub("", texts[-1].content)
    return True


def field(state: StateInline, silent: bool) -> bool:
    """Take the name of a field, `作者:: 鲁迅`, which begins a line, and all of a field that is not shown."""
    if not state.src.startswith("::", state.pos):
        return False
    start = state.src.rfind("\n", max(0, state.pos - 40), state.pos) + 1
    key = _KEY.match(state.src, start)
    if key is None or key.end() != state.pos:
        return False
    hidden = _HIDDEN_FIELD.match(state.src, start)
    if not silent:
        state.pending = state.pending.removesuffix(key[0].lstrip()) if hidden else f"{state.pending}::"
        _break_line(state)
    state.pos = hidden.end() if hidden else state.pos + 2
    return True


def _break_line(state: StateInline) -> None:
    """Let the line be one of the text too. It begins before the tokens of the key, five if that is bold."""
    last = next((token for token in reversed(state.tokens[-6:]) if token.type == "softbreak"), None)
    if last is not None:
        last.type = "hardbreak"


def tag(state: StateInline, silent: bool) -> bool:
    """Note `#标签`, and leave it in the text. In the text of a link, `#` is before the name of a part."""
    before = char_before(state)
    found = match_here(_TAG, state) if before.isspace() or before in "（(，、。；：" else None
    if found is None or state.linkLevel:
        return False
    name = found[1].strip("/")
    if name.lower() in _NO_TAGS or _COLOUR.fullmatch(name) or _SHORT_NUMBER.match(name):
        return False
    if not silent:
        state.env["tags"].append(name)
        state.pending += found[0]
    state.pos = found.end()
    return True


def comment(state: StateInline, silent: bool) -> bool:
    """Take `%%a comment%%`."""
    before = char_before(state)
    found = match_here(_COMMENT, state)
    if found is None or _is_word(before) or before == "%":
        return False
    state.pos = found.end()
    return True


def block_id(state: StateInline, silent: bool) -> bool:
    """Take the name of a block, ` ^name` at its end; but `2 ^3` is a power."""
    found = match_here(_BLOCK_ID, state)
    before = state.src[max(0, state.pos - 2) : state.pos]
    if found is None or (before and not _BEFORE_ID.search(before)) or _is_power(before.strip(), found[0].strip()):
        return False
    state.pos = found.end()
    return True


def _is_power(before: str, sign: str) -> bool:
    """Whether `^3` or, after a word, `^n` is one."""
    return (sign[1:].lstrip("-").isdigit() and len(sign) < 4) or (_is_word(before[-1:]) and len(sign) < 4)


def paired(state: StateInline, silent: bool) -> bool:
    """Take `==marked==` and `++inserted++` text, but not `a==b` and `C++`."""
    found = match_here(_PAIRED, state)
    if found is None:
        return False
    before = char_before(state)
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
    """Take `**注意: **`, in which CommonMark refuses the space. From `**](…)`, the end of a link, none begins."""
    found = match_here(_LOOSE_STRONG, state)
    if found is None or char_before(state) == "*" or "]" in _BRACKETS.sub("", found[1]):
        return False
    if not silent:
        push_inside(state, *found.span(1))
    state.pos = found.end()
    return True


def _is_word(char: str) -> bool:
    return char.isascii() and char.isalnum()


def attached(state: StateInline, silent: bool) -> bool:
    """Take `H~2~O` and `x^2^`."""
    found = match_here(_ATTACHED, state)
    before = char_before(state)
    if found is None:
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
    found = match_here(_NOTE_MARK, state)
    if found is None:
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
    found = match_here(_NOTE, state)
    if found is None:
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


InlineRule = Callable[[StateInline, bool], bool]


def as_typed(pattern: re.Pattern[str]) -> InlineRule:
    """The rule to leave what matches *pattern* as it is."""

    def rule(state: StateInline, silent: bool) -> bool:
        found = match_here(pattern, state)
        if found is None:
            return False
        if not silent:
            state.pending += found[0]
        state.pos = found.end()
        return True

    return rule


RULES: dict[str, tuple[InlineRule, ...]] = {
    "[": (wiki_link, note_mark),
    "!": (wiki_link,),
    ":": (field,),
    "#": (tag,),
    "%": (comment,),
    "^": (note, attached, block_id),
    "*": (loose_strong,),
    "_": (as_typed(_SPECIAL_NAME),),
    "=": (paired,),
    "+": (paired,),
    "~": (attached,),
    "$": (as_typed(_FORMULA),),
    "\\": (as_typed(_FORMULA),),
    "{": (template_tag, attributes),
}


def extension(state: StateInline, silent: bool) -> bool:
    """The first rule of `RULES` that takes something."""
    return any(rule(state, silent) for rule in RULES.get(state.src[state.pos], ()))
