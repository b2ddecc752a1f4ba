"""HTML in Markdown: tags, components of MDX and Vue, and what only looks like them.

Whatever the tags are like, no text behind them is lost: a tag that is not complete, or hides what follows and is
never closed, is text. So is a placeholder such as `<name>` or `List<String>` that is not HTML and is not closed.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from markdown_it.common.html_blocks import block_names
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import html_block as commonmark_html_block
from markdown_it.rules_inline import StateInline

from searchkit.articles.html import BLOCKS
from searchkit.articles.html_elements import DROPPED, NAMES
from searchkit.articles.markdown.rules import dedent, is_ahead, line_of, push_paragraph
from searchkit.articles.markdown.template_tags import without_tags

_INLINE_NAMES = """
    a abbr acronym audio b base basefont bdi bdo big blink br button canvas cite code col colgroup data datalist
    del dfn em embed font frame frameset i image img input ins kbd keygen label link map mark marquee meta meter
    nobr noembed noframes output param picture plaintext progress q rb rtc ruby s samp search select slot small
    source span strike strong sub sup textarea time title track tt u var video wbr xmp td th
"""
_HTML = (BLOCKS | NAMES | frozenset(_INLINE_NAMES.split())) - {"template", "slot"}
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "frame",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    ]
)
_HIDING = (DROPPED - {"template"}) | {"textarea", "title", "xmp", "plaintext", "noembed", "noframes"}
"""What these contain is no text, or no markup: if one is not closed, what follows would be lost."""
_OFTEN_OPEN = _VOID | frozenset(
    [
        "p",
        "li",
        "dd",
        "dt",
        "tr",
        "td",
        "th",
        "thead",
        "tbody",
        "tfoot",
        "option",
        "rt",
        "rp",
        "rb",
        "body",
        "html",
        "head",
    ]
)
_QUIET = frozenset(
    [
        "a",
        "b",
        "i",
        "u",
        "s",
        "em",
        "strong",
        "font",
        "center",
        "span",
        "small",
        "big",
        "del",
        "ins",
        "strike",
        "sup",
        "sub",
        "mark",
    ]
)
_LABELS = re.compile(r"\b(?:title|label|text|caption)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")

_VALUE = (
    r"(?:\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"  # JSX: {…} in {…} in {…}
    r"|[^\s\"'<>`{}]+)"
)
_ATTRIBUTES = rf"(?:\s+[A-Za-z_:@#*\[(.][\w:@#.*\[\]()-]*(?:\s*=\s*{_VALUE})?|\s+\{{[^{{}}]*\}}|\s*,)*\s*"
_STRICT = re.compile(rf"<(/?)([A-Za-z][\w.:-]*)({_ATTRIBUTES})(/?)>", re.ASCII)
_LOOSE = re.compile(r"<(/?)([A-Za-z][\w:-]*)(\s[^<>=]*=[^<>]*|)(/?)>", re.ASCII)
_CLOSED = (("<!--", "-->"), ("<?xml", ">"), ("<![CDATA[", "]]>"))  # <?php begins a program, which is text
_CLOSING_TAG = re.compile(r"</([A-Za-z][\w.:-]*)")
_ANY_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)[^<>]*?(/?)>")
_MARKDOWN_INSIDE = re.compile(r"<[^>]*\smarkdown(?:\s*=\s*[\"']?(?:1|block|span)[\"']?)?[\s>]")
_NAME = re.compile(r"</?([A-Za-z][\w.:-]*)", re.ASCII)
_TO_THE_END = frozenset({"script", "pre", "style", "textarea"})
_BEGIN_BLOCKS = frozenset(block_names) | _TO_THE_END | _HIDING
_DOCTYPE = re.compile(r"<![A-Za-z][^<>]*>")


class Markup(NamedTuple):
    """Where a piece of markup ends, what stands for it in HTML, and the element that it opens or closes, or ""."""

    end: int
    html: str
    opens: str = ""
    closes: str = ""


def markup_at(text: str, pos: int, env: Any) -> Markup | None:
    """The markup that begins with the `<` at *pos*, or None if it is text. *env* is that of the whole file."""
    for opening, closing in _CLOSED:
        if text.startswith(opening, pos):
            found = _find(text, closing, pos + len(opening), env)
            return Markup(found + len(closing), "") if found >= 0 else None
    if doctype := _DOCTYPE.match(text, pos):
        return Markup(doctype.end(), "")
    tag = _STRICT.match(text, pos) or _LOOSE.match(text, pos)
    if tag is None:
        return None
    return _tag(text, tag, env)


def _tag(text: str, tag: re.Match[str], env: Any) -> Markup | None:
    slash, name, attributes, ending = tag[1], tag[2].lower(), tag[3].strip(), tag[4]
    closed = bool(slash or ending or name in closed_names(env))
    if not closed and _is_placeholder(name, attributes):
        return None
    if name in _HIDING and not slash:
        return _hiding(text, tag, env)
    if slash:
        return Markup(tag.end(), tag[0] if name in _HTML else "", closes=name)
    opens = name if closed and not ending and name not in _OFTEN_OPEN else ""
    return Markup(tag.end(), tag[0] if name in _HTML else _labels(attributes), opens=opens)


def _is_placeholder(name: str, attributes: str) -> bool:
    """Whether what looks like a tag and is never closed is text: 用 <div> 包起来, 填 <name>, <T extends U>."""
    if name in _HTML:
        return not attributes and name not in _OFTEN_OPEN and name not in _QUIET
    return "=" not in attributes


def _hiding(text: str, tag: re.Match[str], env: Any) -> Markup | None:
    """An element whose text is hidden or no markup, to its end; None if it does not end in *text*."""
    name = tag[2].lower()
    if tag[4] or name == "plaintext":
        return Markup(tag.end(), "")
    start = _find(text, f"</{name}", tag.end(), env) if name in closed_names(env) else -1
    end = text.find(">", start) + 1
    if start < 0 or not end:
        return None
    return Markup(end, "" if name in DROPPED else f"<p>{escapeHtml(text[tag.end() : start])}</p>")


def _find(text: str, closing: str, start: int, env: Any) -> int:
    """Where *closing* is in *text*, in any case, or -1. After one search in vain there is no other."""
    missing: dict[tuple[str, str], int] = env.setdefault("missing", {})
    if start >= missing.get((text, closing), len(text) + 1):
        return -1
    found = re.compile(re.escape(closing), re.IGNORECASE).search(text, start)
    if found is None:
        missing[text, closing] = start
    return found.start() if found else -1


def closed_names(env: Any) -> frozenset[str]:
    """The names of all closing tags in the file, in lower case."""
    if "closed" not in env:
        env["closed"] = frozenset(map(str.lower, _CLOSING_TAG.findall(env["source"])))
    names: frozenset[str] = env["closed"]
    return names


def _labels(attributes: str) -> str:
    """What a component shows of its attributes."""
    shown = [escapeHtml(a or b) for a, b in _LABELS.findall(attributes)]
    return f" {' '.join(shown)} " if shown else ""


def html_inline(state: StateInline, silent: bool) -> bool:
    """Take a tag, a comment or a hidden element."""
    if state.src[state.pos] != "<":
        return False
    found = markup_at(state.src, state.pos, state.env)
    if found is None or found.end > state.posMax:
        return False
    if not silent and found.html:
        state.push("html_inline", "", 0).content = found.html
    state.pos = found.end
    return True


def component(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a tag of a component that is alone on its lines. What follows is Markdown."""
    pos = state.bMarks[start] + state.tShift[start]
    if not line_of(state, start).startswith("<"):
        return False
    tag = _STRICT.match(state.src, pos)
    if tag is None or tag[2].lower() in _HTML:
        return False
    last = start + state.src.count("\n", pos, tag.end())
    if last >= end or state.src[tag.end() : state.eMarks[last]].strip():
        return False
    found = _tag(state.src, tag, state.env)
    if found is None or silent:
        return found is not None
    push_paragraph(state, found.html, start)
    _remember(state.env, found)
    state.line = last + 1
    return True


def html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a block of HTML as CommonMark has it, on to the end of a hidden element or comment that begins in it.
    A line that begins with `<img>` or the like is a paragraph."""
    line = line_of(state, start)
    if not line.startswith("<") or _is_inline(line) or _is_open(state, line, start):
        return False
    if not commonmark_html_block(state, start, end, silent):
        return False
    if not silent:
        state.line = start + 1 if _MARKDOWN_INSIDE.match(line) else _closed_at(state, start)
        state.tokens[-1].content = _visible(state, start, end)
    return True


def _is_inline(line: str) -> bool:
    name = _NAME.match(line)
    return name[1].lower() not in _BEGIN_BLOCKS if name else line.startswith("<?")


def _is_open(state: StateBlock, line: str, start: int) -> bool:
    """Whether a comment or hidden element, which would go on to the end of the text, is never closed."""
    pos = state.bMarks[start]
    for opening, closing in _CLOSED:
        if line.startswith(opening):
            return not is_ahead(state.env, state.env["source"], closing, pos)
    name = _NAME.match(line)
    return name is not None and name[1].lower() in _TO_THE_END and name[1].lower() not in closed_names(state.env)


def _visible(state: StateBlock, start: int, end: int) -> str:
    """The HTML of the block from *start* to `state.line` with only such markup as ends in it."""
    content = _content(state, start)
    pieces: list[str] = []
    pos = 0
    while (found := content.find("<", pos)) >= 0:
        pieces.append(content[pos:found])
        markup = markup_at(content, found, state.env)
        if markup is None and _goes_on(state, content[found : found + 12], end):
            content = _content(state, start)
            markup = markup_at(content, found, state.env)
        if markup is None:
            pieces.append("&lt;" if content[found] == "<" else content[found])
            pos = found + 1
        else:
            _remember(state.env, markup)
            pieces.append(markup.html)
            pos = markup.end
    return "".join([*pieces, content[pos:], "<br>" if "&lt;" in pieces else ""])


def _content(state: StateBlock, start: int) -> str:
    return without_tags(state.getLines(start, state.line, state.blkIndent, True))


def _closed_at(state: StateBlock, start: int) -> int:
    """The line after which no element of the block is open, if it goes on with something that is no HTML."""
    depth = 0
    for line in range(start, state.line - 1):
        for slash, name, ending in _ANY_TAG.findall(state.src, state.bMarks[line], state.eMarks[line]):
            if name.lower() not in _VOID and not ending:
                depth += -1 if slash else 1
        following = state.src[state.bMarks[line + 1] : state.bMarks[line + 1] + 1]
        if depth <= 0 and following not in (" ", "\t", "<"):
            return line + 1
    return state.line


def _goes_on(state: StateBlock, beginning: str, end: int) -> bool:
    """Whether the markup with this *beginning* ends after the block, which is then made longer."""
    closing = _closing_of(beginning)
    if not closing or not is_ahead(state.env, state.env["lower"], closing, state.bMarks[state.line]):
        return False
    for line in range(state.line, end):
        if closing in state.src[state.bMarks[line] : state.eMarks[line]].lower():
            state.line = line + 1
            return True
    return False


def _closing_of(beginning: str) -> str:
    for opening, closing in _CLOSED:
        if beginning.startswith(opening):
            return closing
    name = re.match(r"<([a-z]+)\b", beginning.lower())
    return f"</{name[1]}" if name and name[1] in _HIDING else ""


def _remember(env: Any, markup: Markup) -> None:
    """Note which elements are open."""
    names: list[str] = env["open"]
    if markup.opens:
        names.append(markup.opens)
    elif markup.closes in names:
        while names.pop() != markup.closes:
            pass


def indented_html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Let lines be no code because of their indent: tags in HTML, and anything in a component."""
    if silent or not state.is_code_block(start):
        return False
    names: list[str] = state.env["open"]
    after_html = bool(state.tokens) and state.tokens[-1].type == "html_block"
    is_tag = state.src.startswith("<", state.bMarks[start] + state.tShift[start])
    if (is_tag and (names or after_html)) or (names and names[-1].lower() not in _HTML):
        dedent(state, start, end, state.sCount[start] - state.blkIndent)
    return False
