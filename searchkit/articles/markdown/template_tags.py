"""Tags of programs that make sites: `{% note %}` of Hexo, `{{< figure >}}` of Hugo, `{{ site.url }}` of Jekyll.

The tags are no text, what they enclose is, and so are captions in them: words of a tag with Chinese characters
that are no file name and no URL. What `{% codeblock %}` and the like enclose is code.
"""

from __future__ import annotations

import re

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from searchkit.articles.markdown.rules import dedent, has_han, is_ahead, line_of, push_paragraph

_TAG = r"\{%-?(?P<tag>(?:(?!%\}|\{%).){0,2000})%\}"
_SHORTCODE = r"\{\{[<%](?P<code>(?:(?!\{\{[<%]).){0,4000}?)[%>]\}\}"
"""Both end before the next one begins and after some characters, so that unclosed ones cost linear time."""
_VALUE = r"\{\{-?(?P<value>[^{}\n]{0,500})\}\}"
_NOTE = (
    r"\{\{?-?\s*/\*(?:(?!\*/\s*-?\}|\{/\*).){0,4000}\*/\s*-?\}\}?"
    r"|\{#[^{}]{0,4000}(?:\{[{%][^{}]{0,500}[}%]\}[^{}]{0,4000}){0,20}#\}"
)
"""`{/* … */}` of MDX, `{{/* … */}}` of Hugo, `{# … #}` of Nunjucks and Jinja. `{#name}` is an attribute."""
_BEGIN = r"\{[%{][<%]?-?\s*"
_COMMENT = (
    rf"{_BEGIN}comment\b[^{{}}\n]{{0,200}}[%>]\}}{{1,2}}"
    rf"[^{{]*(?:\{{(?![%{{][<%]?-?\s*(?:end|/\s*)?comment\b)[^{{]*)*"
    rf"{_BEGIN}(?:end|/\s*)comment\s*-?[%>]\}}{{1,2}}"
)
"""What `{% comment %}` encloses, up to the next one: unclosed ones cost linear time here too."""
_ANY = re.compile(f"{_COMMENT}|{_TAG}|{_SHORTCODE}|{_NOTE}|{_VALUE}", re.DOTALL)
_NAME = re.compile(r"\s*(/?\s*[\w.-]+)\s*")
_CODE = frozenset({"codeblock", "code", "highlight", "mermaid", "math"})
_ENDS = re.compile(rf"{_BEGIN}(?:end|/\s*)(\w+)")
_CONTROL = frozenset(
    {"if", "elsif", "elseif", "else", "unless", "for", "assign", "set", "capture", "case", "when", "extends"}
)
_CONTROL_LINE = re.compile(rf"\{{%-?\s*(?:end)?(?:{'|'.join(sorted(_CONTROL))})\b")
_PREFIX = re.compile(r"^[\w.#-]*[@=]", re.ASCII)
_WORD = re.compile(r"(?:[\w-]+=)?(?:\"[^\"]*\"|'[^']*')|[^\s,，\"']+")
_FILE = re.compile(
    r"://|^[\w-]+=[\x00-\x7f]*$|^[a-z_]+:[\w./-]+$|^[\w./%-]*/|/[\w.-]*$|\.[A-Za-z0-9]{2,5}(?:#.*)?$|^[\d.%x]+(?:px)?$",
    re.ASCII,
)


def template_tag(state: StateInline, silent: bool) -> bool:
    """Take a tag, and leave its caption. Between `{% raw %}` and `{% endraw %}` nothing is a tag."""
    found = _tag_at(state.src, state.pos)
    if found is None or found.end() > state.posMax:
        return False
    name = (found["tag"] or "").strip(" -")
    if state.env.get("raw") and name != "endraw":
        return False
    if not silent:
        state.env["raw"] = name == "raw"
        state.pending += caption(found["tag"] or found["code"] or "")
    state.pos = found.end()
    return True


def _tag_at(text: str, pos: int) -> re.Match[str] | None:
    found = _ANY.match(text, pos)
    return None if found is None or _is_text(found) else found


def caption(inside: str) -> str:
    """The text that a tag shows.

    >>> caption(" asset_img a.png Vim 的界面 ")
    'Vim 的界面'
    """
    name = _NAME.match(inside)
    if name is None or name[1] in _CONTROL or not has_han(inside):
        return ""
    words = [_plain(word) for word in _WORD.findall(inside[name.end() :])]
    files = [number for number, word in enumerate(words) if _FILE.search(word)]
    chinese = [number for number, word in enumerate(words) if has_han(word) and number not in files]
    if not chinese:
        return ""
    first = max((number + 1 for number in files if number < chinese[0]), default=chinese[0])
    return " ".join(word for number, word in enumerate(words[first:], first) if number not in files)


def _plain(word: str) -> str:
    """A word of a tag without quotes, and without the name or colour before it: `title="标题"`, `red@文字`."""
    return (_PREFIX.sub("", word) if has_han(word) else word).strip("\"'")


def without_tags(html: str) -> str:
    """*html* with captions in the place of tags; as it is where it may show code."""
    if "{" not in html or "<pre" in html or "<code" in html:
        return html
    return _ANY.sub(_shown, html)


def _shown(found: re.Match[str]) -> str:
    return found[0] if _is_text(found) else caption(found["tag"] or found["code"] or "")


def _is_text(found: re.Match[str]) -> bool:
    """A `{{ … }}` with Chinese characters is text: nobody names a variable so."""
    return has_han(found["value"] or "")


def template_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a line of nothing but tags, so that it does not become part of a heading or a paragraph."""
    line = line_of(state, start)
    if not line.startswith("{") or line[1:2] not in ("%", "{", "/", "#"):
        return False
    if line.startswith("{/*") and "*/}" not in line:
        return _comment(state, start, end, silent)
    begin = state.bMarks[start] + state.tShift[start]
    last = start
    pos = begin
    while found := _tag_at(state.src, pos):
        last += state.src.count("\n", pos, found.end())
        pos = state.skipSpaces(found.end())
    if pos == begin or last >= end or pos < state.eMarks[last]:
        return False
    if not silent:
        state.line = last + 1
        if last > start or not _code(state, line, start, end):
            push_paragraph(state, state.src[begin:pos], start)
        if _CONTROL_LINE.match(line):
            _outdent(state, end)
    return True


def _outdent(state: StateBlock, end: int) -> None:
    """Let the line after that of an `{% if %}` be no code because of its indent, which is that of a program."""
    if state.line < end and not state.isEmpty(state.line) and state.is_code_block(state.line):
        dedent(state, state.line, end, state.sCount[state.line] - state.blkIndent)


def _comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Take a comment of MDX, which may have empty lines."""
    if silent or not is_ahead(state.env, state.env["source"], "*/}", state.bMarks[start]):
        return False
    for line in range(start, end):
        text = line_of(state, line)
        if "*/}" in text:
            state.line = line + 1
            push_paragraph(state, text.partition("*/}")[2], line)
            return True
    return False


def _code(state: StateBlock, line: str, start: int, end: int) -> bool:
    """Take what a tag such as `{% codeblock %}` encloses as code."""
    found = _tag_at(line, 0)
    inside = (found["tag"] or found["code"] or "") if found else ""
    name = _NAME.match(inside)
    if name is None or name[1] not in _CODE or state.bMarks[start] >= _last_ends(state).get(name[1], -1):
        return False
    for last in range(start + 1, end):
        ending = _ENDS.match(line_of(state, last))
        if ending and ending[1] == name[1]:
            break
    else:
        return False
    push_paragraph(state, caption(inside), start)
    state.push("code_block", "code", 0).content = state.getLines(start + 1, last, state.blkIndent, True)
    state.line = last + 1
    return True


def _last_ends(state: StateBlock) -> dict[str, int]:
    """Where the last closing tag of each name is."""
    if "ends" not in state.env:
        state.env["ends"] = {found[1]: found.start() for found in _ENDS.finditer(state.env["source"])}
    ends: dict[str, int] = state.env["ends"]
    return ends
