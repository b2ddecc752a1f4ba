"""What an element of HTML is on a page of ours, and which of its attributes are kept, as markup of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

_INLINE_NAMES = "a b code del em i ins kbd rb rt ruby s samp strong sub sup u var"
INLINE = {name: name for name in _INLINE_NAMES.split()} | {"strike": "s", "tt": "code"}
HEADINGS = {f"h{level}": f"h{min(6, level + 1)}" for level in range(1, 7)}
PARENTS = {
    "li": ("ul", "ol"),
    **dict.fromkeys(("dt", "dd"), ("dl",)),
    **dict.fromkeys(("caption", "thead", "tbody", "tfoot"), ("table",)),
    "tr": ("table", "thead", "tbody", "tfoot"),
    **dict.fromkeys(("td", "th"), ("tr",)),
    "figcaption": ("figure",),
}
"""A block -> the blocks of which it can only be a part; anywhere else it is a paragraph."""
FRAMES = {*PARENTS, *HEADINGS.values(), "blockquote", "dl", "figure", "ol", "pre", "table", "ul"}
TIGHT = {"caption", "dd", "dt", "figcaption", "li", "td", "th"}
"""Blocks that need no paragraph in them if it is the only one."""
KEPT_EMPTY = {"td", "th"}
PARAGRAPHS = {
    **dict.fromkeys(("ul", "ol"), ("<li>", "</li>")),
    "dl": ("<dd>", "</dd>"),
    "tr": ("<td>", "</td>"),
    **dict.fromkeys(("table", "thead", "tbody", "tfoot"), ("<tr><td>", "</td></tr>")),
    "pre": ("<pre><code>", "</code></pre>"),
}
"""A block -> what a paragraph that stands right in it is."""
_BLOCK_NAMES = """
    address article aside body center details dialog dir div fieldset footer form header html legend main menu nav
    optgroup option p section summary
"""
BLOCKS = {*_BLOCK_NAMES.split(), *FRAMES, *HEADINGS}
_GONE_NAMES = """
    applet audio button canvas datalist embed frame frameset head iframe input map math meter noembed noframes
    noscript object progress script select style svg template textarea title video xmp
"""
GONE = frozenset(_GONE_NAMES.split())
MEDIA = frozenset({"audio", "embed", "iframe", "source", "video"})
_SOURCES = ("data-src", "src")
"""Where the address of a picture may be: a page that loads it late has another picture in `src`."""
_WEB = re.compile(r"https?://[^\x00-\x20\"<>\\\x7f-\xa0]+", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|mailto:)[^\x00-\x20\"<>\\\x7f-\xa0]+", re.IGNORECASE)
_LONGEST_URL = 4_000
_NUMBER = re.compile(r"[1-9]\d{0,2}")
_LENGTH = re.compile(r"([1-9]\d{0,3})(?:\.\d*)?(?:px)?")
_LATE_AND_QUIET = {"loading": "lazy", "referrerpolicy": "no-referrer"}
_LETTER = re.compile("[A-Za-z]")
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
ATTACHED = {"sup": _RAISED, "sub": _LOWERED}
"""Digits above and below the line, which are searched as the characters for them, as in an index."""


def link_of(attributes: Mapping[str, str]) -> str:
    """The opening tag of a link, or "" if it leads neither to the web nor to an address of mail."""
    href = attributes.get("href", "").strip()
    return f'<a href="{escape(href)}">' if len(href) <= _LONGEST_URL and _LINK.fullmatch(href) else ""


def source_of(attributes: Mapping[str, str]) -> str:
    """Where in the web a picture or a film is, or ""."""
    sources = (attributes.get(name, "").strip() for name in _SOURCES)
    return next((url for url in sources if len(url) <= _LONGEST_URL and _WEB.fullmatch(url)), "")


def image_of(source: str, attributes: Mapping[str, str]) -> str:
    """A picture that is shown. The server that it comes from is not told for which page."""
    lengths = {
        name: found[1] for name in ("width", "height") if (found := _LENGTH.fullmatch(attributes.get(name, "")))
    }
    kept = {"src": source, "alt": one_line(attributes.get("alt", "")), **lengths, **_LATE_AND_QUIET}
    return f"<img{''.join(_attribute(name, value) for name, value in kept.items())}>"


def frame_of(name: str, attributes: Mapping[str, str]) -> str:
    """The opening tag of a block."""
    names = {"td": ("colspan", "rowspan"), "th": ("colspan", "rowspan"), "ol": ("start",)}.get(name, ())
    kept = {each: attributes[each] for each in names if _NUMBER.fullmatch(attributes.get(each, ""))}
    return f"<{name}{''.join(_attribute(each, value) for each, value in kept.items())}>"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{escape(value)}"'


def one_line(text: str) -> str:
    """*text* with single spaces and no line ends."""
    return " ".join(text.split())


def attached(text: str, tag: str) -> str:
    """*text* above or below the line as it is searched: 2024² is no 20242. Letters are those of a name: 2nd."""
    return text if _LETTER.search(text) else text.translate(ATTACHED[tag])


def parts_words(before: str, after: str) -> bool:
    """Whether letters next to each other, one of them above or below the line, are of two words."""
    return bool(_LETTER.match(before[-1:]) and _LETTER.match(after))
