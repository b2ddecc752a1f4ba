"""Tags of HTML and of components of MDX and Vue, and what only looks like them.

Whatever the tags are like, no text behind them is lost: a tag that is not complete, or hides what follows and is
never closed, is text. So is a placeholder such as `<name>` or `List<String>` that is not HTML and is not closed.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from markdown_it.common.utils import escapeHtml

from searchkit.articles.html_elements import DROPPED, NAMES
from searchkit.articles.html_pieces import BLOCKS

_INLINE_NAMES = """
    a abbr acronym audio b base basefont bdi bdo big blink br button canvas cite code col colgroup data datalist
    del dfn em embed font frame frameset i image img input ins kbd keygen label link map mark marquee meta meter
    nobr noembed noframes output param picture plaintext progress q rb rtc ruby s samp search select small
    source span strike strong sub sup textarea time title track tt u var video wbr xmp td th
"""
_VOID_NAMES = "area base br col embed frame hr img input link meta param source track wbr"
_OFTEN_OPEN_NAMES = "p li dd dt tr td th thead tbody tfoot option rt rp rb body html head"
_QUIET_NAMES = "a b i u s em strong font center span small big del ins strike sup sub mark"

HTML = (BLOCKS | NAMES | frozenset(_INLINE_NAMES.split())) - {"template"}
"""The elements of HTML. `<template>` is used by Vue, for text that is shown."""
VOID = frozenset(_VOID_NAMES.split())
HIDING = (DROPPED - {"template"}) | {"textarea", "title", "xmp", "plaintext", "noembed", "noframes"}
"""What these contain is no text, or no markup: if one is not closed, what follows would be lost."""
_COMPONENTS = frozenset({"Aside", "Button", "Footer", "Header", "Nav", "Object", "Select", "Textarea", "Title"})
"""Components of MDX and Vue that an element of HTML of which text is left out has the name of, but for case."""
_OFTEN_OPEN = VOID | frozenset(_OFTEN_OPEN_NAMES.split())
_QUIET = frozenset(_QUIET_NAMES.split())
_LABELS = re.compile(r"\b(?:title|label|text|caption)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")

_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"  # JSX: {…} in {…} in {…}
_VALUE = rf"(?:\"[^\"]*\"|'[^']*'|{_BRACES}|[^\s\"'<>`{{}}]+)"
_ATTRIBUTES = rf"(?:\s+[A-Za-z_:@#*\[(.][\w:@#.*\[\]()-]*(?:\s*=\s*{_VALUE})?|\s+\{{[^{{}}]*\}}|\s*,)*\s*"
TAG = re.compile(rf"<(/?)([A-Za-z][\w.:-]*)({_ATTRIBUTES})(/?)>", re.ASCII)
_JSX = re.compile(rf"=\s*{_BRACES}")
_LOOSE = re.compile(r"<(/?)([A-Za-z][\w:-]*)(\s[^<>=]*=[^<>]*|)(/?)>", re.ASCII)
ENCLOSED = (("<!--", "-->"), ("<?xml", ">"), ("<![CDATA[", "]]>"))  # <?php begins a program, which is text
_CLOSING_TAG = re.compile(r"</([A-Za-z][\w.:-]*|(?=>))")
_FRAGMENT = re.compile(r"(?<![\w)])<>(?![ \t])|(?:(?<=\S)</>|</>(?=[ \t]*$))", re.MULTILINE | re.ASCII)
"""`<>…</>` of JSX; but `a <> b` is a comparison."""
_TAB = re.compile(r"<!-- *tab +([^\n@]{1,200}?) *(?:@[\w-]+ *)?-->")
_DOCTYPE = re.compile(r"<![A-Za-z][^<>]*>")


class Markup(NamedTuple):
    """Where a piece of markup ends, what stands for it in HTML, and the element that it opens or closes, or ""."""

    end: int
    html: str
    opens: str = ""
    closes: str = ""


def markup_at(text: str, pos: int, env: Any) -> Markup | None:
    """The markup that begins with the `<` at *pos*, or None if it is text. *env* is that of the whole file."""
    if tab := _TAB.match(text, pos):
        return Markup(tab.end(), f"<p>{escapeHtml(tab[1])}</p>")
    for opening, closing in ENCLOSED:
        if text.startswith(opening, pos):
            found = _find(text, closing, pos + len(opening), env)
            return Markup(found + len(closing), "") if found >= 0 else None
    if doctype := _DOCTYPE.match(text, pos):
        return Markup(doctype.end(), "")
    fragment = _FRAGMENT.match(text, pos)
    if fragment and "" in closed_names(env):
        return Markup(fragment.end(), "")
    tag = TAG.match(text, pos) or _LOOSE.match(text, pos)
    if tag is None:
        return None
    return tag_markup(text, tag, env)


def tag_markup(text: str, tag: re.Match[str], env: Any) -> Markup | None:
    slash, name, attributes, ending = tag[1], element_name(tag[2]), tag[3].strip(), tag[4]
    closed = bool(slash or ending or name.lower() in closed_names(env))
    if not closed and _is_placeholder(name, attributes):
        return None
    if name in HIDING and not slash:
        return _hiding(text, tag, env)
    if slash:
        return Markup(tag.end(), tag[0] if name in HTML else "", closes=name)
    opens = name if closed and not ending and name not in _OFTEN_OPEN else ""
    return Markup(tag.end(), _without_programs(tag[0]) if name in HTML else _labels(attributes), opens=opens)


def element_name(written: str) -> str:
    """The name of an element as it is *written* in a tag: in lower case, except that of a component."""
    return written if written in _COMPONENTS else written.lower()


def _without_programs(tag: str) -> str:
    """The *tag* without values of JSX, in which a `>` would end it for a parser of HTML."""
    return _JSX.sub("", tag) if "{" in tag else tag


def _is_placeholder(name: str, attributes: str) -> bool:
    """Whether what looks like a tag and is never closed is text: 用 <div> 包起来, 填 <name>, <T extends U>."""
    if name in HTML:
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
    """The names of all closing tags in the file, in lower case; that of `</>` is empty."""
    if "closed" not in env:
        env["closed"] = frozenset(map(str.lower, _CLOSING_TAG.findall(env["source"])))
    names: frozenset[str] = env["closed"]
    return names


def _labels(attributes: str) -> str:
    """What a component shows of its attributes."""
    shown = [escapeHtml(a or b) for a, b in _LABELS.findall(attributes)]
    return f" {' '.join(shown)} " if shown else ""
