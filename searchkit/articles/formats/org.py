"""Org mode -> text: keywords at the head are metadata, and the marks of headings, lists, links and emphasis go.

Two lists of rules are the whole of it: `_line` for what a line is, `_INLINE` for what is in it. The syntax is that
of https://orgmode.org/worg/org-syntax.html; emphasis also counts next to Han, where Org wants a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from searchkit.articles.decode import decode
from searchkit.articles.formats.paragraphs import join_wrapped
from searchkit.articles.formats.plain import front_matter_of
from searchkit.articles.html import html_to_text
from searchkit.articles.plain_text import tidy
from searchkit.articles.reading import Reading

_KEYWORD = re.compile(r"\s*#\+([\w-]+)(?:\[.*?\])?:\s*(.*)")
_BEGIN = re.compile(r"\s*#\+begin_(\w+)\s*(\S*)", re.IGNORECASE)
_HEADING = re.compile(r"\*+\s+(.*)")
_HEADING_TAGS = re.compile(r"(?<!\s)\s+:[\w@#%:]+:\s*$")
_PRIORITY = re.compile(r"\[#\w\]\s*")
_PLANNING = re.compile(r"\s*(?:SCHEDULED|DEADLINE|CLOSED|CLOCK):\s*[<\[]")
_DRAWER, _DRAWER_END = re.compile(r"\s*:([\w-]+):\s*$"), re.compile(r"\s*:END:\s*$", re.IGNORECASE)
_HIDDEN = ("PROPERTIES", "LOGBOOK")
"""The drawers that Org does not export."""
_PROPERTY = re.compile(r"\s*:([\w-]+):\s+(\S.*)")
_BULLET = re.compile(r"^\s*(?:[-+]|\s\*|\d+[.)])\s+(?:\[[ Xx-]\]\s+)?")
_RULES = re.compile(r"\s*(?:-{5,}|\|[-+:|]*)\s*$")
_COMMENT = re.compile(r"\s*#(?:\s|$)")
_WORDS = re.compile(r'"([^"]+)"|([^\s,，、;；:]+)')
_TO_DO = ("TODO", "DONE", "NEXT", "WAITING", "CANCELLED", "CANCELED")
"""States of a headline: the two that Org has, and those that its manual and guides set up. Others are words,
unless the file itself says with `#+TODO:` that they are states."""

_IMAGE = re.compile(r"(?:file:)?[^\s]*\.(?:png|jpe?g|gif|svg|webp|bmp)$", re.IGNORECASE)
_BEFORE, _AFTER = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"
_BEFORE_STRICT = "(?<![^\\s\\u200b\\-({'\"，。、；：！？“”‘’（）《》【】])"
_AFTER_STRICT = "(?![^\\s\\u200b\\-.,:!?;'\")}\\[，。、；：！？“”‘’（）《》【】])"
_INLINE = re.compile(
    r"\[\[(?P<target>[^\[\]\n]+)\](?:\[(?P<label>[^\[\]\n]*(?:\[[^\[\]\n]*\][^\[\]\n]*)?)\])?\]"
    r"|\[fn:[\w-]*:(?P<note>[^\[\]\n]*)\]|\[fn:[\w-]+\]\s?"
    r"|\[cite[^\[\]\n]*\]|\{\{\{[^{}\n]*\}\}\}|@@\w+:[^@\n]*@@|(?<!<)<<(?!<)[^<>\n]*>>|\[\d*[/%]\d*\]|\\\\\s*$"
    r"|<<<(?P<radio>[^<>\n]*)>>>"
    r"|[<\[](?P<time>\d{4}-\d{2}-\d{2}[^<>\[\]\n]*)[>\]]"
    r"|<(?P<link>https?://[^<>\s]+)>"
    rf"|{_BEFORE}(?:=(?P<verbatim>[^\s=](?:[^=\n]*[^\s=])?)=|~(?P<code>[^\s~](?:[^~\n]*[^\s~])?)~){_AFTER}"
    rf"|{_BEFORE}\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*{_AFTER}"
    rf"|{_BEFORE_STRICT}(?:/(?P<italic>[^\s/](?:[^/\n]*[^\s/])?)/|_(?P<under>[^\s_](?:[^_\n]*[^\s_])?)_"
    rf"|\+(?P<struck>[^\s+](?:[^+\n]*[^\s+])?)\+){_AFTER_STRICT}"
)
"""What is replaced in a line: by what the group holds, if there is one, or by nothing. Slashes, plus and
underscores are emphasis only where Org says so: between Han they are alternatives (男/女/其他)."""
_FLOWING = ("quote", "verse", "center")
"""Blocks of ordinary text."""
_DEEPEST = 5
"""Emphasis in emphasis. Not measured: Org has five kinds."""


def read_org(data: bytes) -> Reading:
    """An Org file, with or without front matter."""
    text, remark = decode(data)
    matter = front_matter_of(text)
    lines = _without_drawers(matter.body.split("\n"))
    keywords = _keywords(lines)
    to_do = (
        *_TO_DO,
        *re.findall(r"[^\s|(]+(?=\(|\s|$)", " ".join(map(keywords.get, ("todo", "seq_todo"), ("", "")))),
    )
    return Reading(
        tidy(join_wrapped("\n".join(_text(lines, to_do)))),
        (matter.values, _metadata(keywords), _roam(matter.body), {"title": _first_heading(lines, to_do)}),
        reasons=(matter.reason, remark),
        line=matter.line,
    )


def _marked(lines: list[str]) -> Iterator[tuple[str, bool]]:
    """Each of *lines*, and whether it is in a block of code, or begins or ends one."""
    last = {line.strip().lower(): number for number, line in enumerate(lines) if line.lstrip()[:2] == "#+"}
    ending = ""
    for number, line in enumerate(lines):
        begin = None if ending else _BEGIN.match(line)
        if begin and _kind(begin) not in _FLOWING and last.get(_ending(begin), -1) > number:
            ending = _ending(begin)
        yield line, bool(ending)
        if ending and line.strip().lower() == ending:
            ending = ""


def _kind(begin: re.Match[str]) -> str:
    return f"{begin[1]} {begin[2]}".lower().strip()


def _ending(begin: re.Match[str]) -> str:
    return f"#+end_{begin[1].lower()}"


def _without_drawers(lines: list[str]) -> list[str]:
    """*lines* without the marks of drawers, which begin with `:NAME:` and end with `:END:` before the next
    heading, and without what is in those that are not for readers."""
    kept: list[str] = []
    opened, is_hidden = -1, False
    for line, is_code in _marked(lines):
        if not is_code and opened >= 0 and _DRAWER_END.match(line):
            kept[opened:] = [""] if is_hidden else ["", *kept[opened + 1 :], ""]
            opened = -1
            continue
        if is_code:
            pass
        elif _HEADING.match(line):
            opened = -1
        elif opened < 0 and (drawer := _DRAWER.match(line)):
            opened, is_hidden = len(kept), drawer[1].upper() in _HIDDEN
        kept.append(line)
    return kept


def _keywords(lines: list[str]) -> dict[str, str]:
    """What `#+NAME: value` says outside of code, by name; a name that is there again goes on."""
    found: dict[str, list[str]] = {}
    for keyword in (_KEYWORD.match(line) for line, is_code in _marked(lines) if not is_code):
        if keyword and (value := keyword[2].strip()):
            found.setdefault(keyword[1].lower(), []).append(value)
    return {name: " ".join(values) for name, values in found.items()}


def _metadata(keywords: Mapping[str, str]) -> dict[str, Any]:
    """The keywords of Org, of its exporter to Hugo and of blogs, as values of an article."""

    def first(*names: str) -> str:
        return next(filter(None, (keywords.get(name) for name in names)), "")

    return {
        "title": _inline(first("title")),
        "author": first("author", "hugo_author"),
        "date": first("date", "hugo_date", "hugo_publishdate"),
        "lastmod": first("lastmod", "hugo_lastmod", "last_modified"),
        "tags": _words(first("filetags", "hugo_tags", "tags", "keywords")),
        "categories": _words(first("hugo_categories", "categories", "category")),
        "draft": first("draft", "hugo_draft"),
        "url": first("url", "canonical"),
    }


def _roam(text: str) -> dict[str, Any]:
    """The other names of a note, from the drawer before its first heading."""
    head = re.split(r"^\*+\s", text, maxsplit=1, flags=re.MULTILINE)[0]
    names = [
        found[2] for line in head.split("\n") if (found := _PROPERTY.match(line)) and found[1] == "ROAM_ALIASES"
    ]
    return {"aliases": [name for value in names for name in _words(value)]}


def _words(value: str) -> list[str]:
    """The words of a list: `:甲:乙:`, `甲, 乙` or `甲 "乙 丙"`."""
    return [quoted or word for quoted, word in _WORDS.findall(value)]


def _first_heading(lines: list[str], to_do: tuple[str, ...]) -> str:
    outside = (line for line, is_code in _marked(lines) if not is_code)
    headings = (_heading(found[1], to_do) for found in map(_HEADING.match, outside) if found)
    return next(filter(None, headings), "")


def _heading(text: str, to_do: tuple[str, ...]) -> str:
    """The title of a headline, without its state, priority and tags."""
    first, _, rest = text.partition(" ")
    title = rest.lstrip() if first in to_do else text
    return _inline(_HEADING_TAGS.sub("", _PRIORITY.sub("", title, count=1))).strip()


def _text(lines: list[str], to_do: tuple[str, ...]) -> Iterator[str]:
    """The text of *lines*; that of a block of code is as it is there."""
    block, ending, held = "", "", list[str]()
    for line in lines:
        if ending:
            if line.strip().lower() == ending:
                yield f"\n{_block(block, held)}\n"
                ending, held = "", []
            else:
                held.append(line)
        elif begin := _BEGIN.match(line):
            block = _kind(begin)
            ending = "" if block in _FLOWING else _ending(begin)
        else:
            yield _line(line, to_do)
    yield from held


def _block(kind: str, lines: list[str]) -> str:
    """The text of a block of such a *kind*: HTML for an exporter is read as such, what is for others is markup."""
    text = "\n".join(re.sub(r"^(\s*),(?=[*#,])", r"\1", line) for line in lines)
    if kind == "export html":
        return html_to_text(text)
    return "" if kind == "comment" or kind.startswith("export") else text


def _line(line: str, to_do: tuple[str, ...]) -> str:
    """The text of a line outside of code; an empty line sets apart what does not flow."""
    if heading := _HEADING.match(line):
        return f"\n{_heading(heading[1], to_do)}\n"
    if keyword := _KEYWORD.match(line):
        return _inline(keyword[2]) if keyword[1].lower() in ("caption", "title", "subtitle", "description") else ""
    if line.lstrip()[:2] == "#+" or any(rule.match(line) for rule in (_COMMENT, _PLANNING, _RULES)):
        return ""
    if line.lstrip().startswith("|"):
        return "\n" + " ".join(_inline(cell.strip()) for cell in line.strip().strip("|").split("|"))
    if line.lstrip()[:2] == ": ":
        return f"\n{line.lstrip()[2:]}\n"
    if bullet := _BULLET.match(line):
        return "\n" + _inline(line[bullet.end() :].replace(" :: ", "\n"))
    return _inline(line)


def _inline(text: str, depth: int = 0) -> str:
    """*text* without what marks a part of it; the text of a footnote follows on a line of its own."""
    notes: list[str] = []

    def replaced(found: re.Match[str]) -> str:
        kind, value = found.lastgroup, found[found.lastgroup] if found.lastgroup else ""
        if kind in ("verbatim", "code", "time", "link"):
            return value
        if kind == "target":
            return _bare_link(value)
        if kind == "label":
            return "" if _IMAGE.match(value) else value
        if kind == "note":
            notes.append(value.strip())
            return ""
        return _inline(value, depth + 1) if value and depth < _DEEPEST else value

    return "\n".join([_INLINE.sub(replaced, text), *notes])


def _bare_link(target: str) -> str:
    """What a link without a label shows; an image and the number of a note show nothing."""
    if _IMAGE.match(target) or target.startswith("id:"):
        return ""
    return target.removeprefix("file:").lstrip("*#")
