"""What an element of HTML is: a rule of its own for each `Kind`.

Both walks of HTML ask `kind_of` about each element and then follow the same rules, each in its own way.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property, lru_cache


class Kind(Enum):
    """A kind of element that is more than the text in it."""

    DROPPED = auto()
    """No text: scripts, styles, drawings, the second of two renderings of a formula."""
    HIDDEN = auto()
    """Not shown before a click, perhaps never: text if it has sentences, such as answers and notes of readers."""
    CONTROL = auto()
    """A button or a list to choose from, except in a heading or around one."""
    NOSCRIPT = auto()
    """Stands in for what a script does; the descriptions of the pictures in it are text."""
    FURNITURE = auto()
    """Navigation and the like around the main part of a page; text if the page has no main part."""
    MAIN = auto()
    HEADING = auto()
    NUMBERS = auto()
    """Perhaps numbers of lines of code: dropped if nothing but digits is in it."""
    FORMULA = auto()
    """Its text is in an attribute."""
    MATH = auto()
    """MathML, of which a TeX annotation is the text."""
    TEX = auto()
    RAISED = auto()
    LOWERED = auto()
    READING = auto()
    """How characters are pronounced: text after the line."""
    PICTURE = auto()


SOFT = frozenset({Kind.HIDDEN, Kind.CONTROL, Kind.NOSCRIPT, Kind.FURNITURE})
"""Rules that are not followed where hardly any text would be left."""

DROPPED = frozenset({"script", "style", "template", "svg", "head", "iframe", "object", "rp", "annotation-xml"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "summary"})
_NAMES: dict[str, Kind] = {
    **dict.fromkeys(DROPPED | {"annotation"}, Kind.DROPPED),
    **dict.fromkeys(HEADINGS, Kind.HEADING),
    **dict.fromkeys(("button", "select", "datalist"), Kind.CONTROL),
    **dict.fromkeys(("nav", "header", "footer", "aside"), Kind.FURNITURE),
    **dict.fromkeys(("main", "article"), Kind.MAIN),
    "noscript": Kind.NOSCRIPT,
    "math": Kind.MATH,
    "sup": Kind.RAISED,
    "sub": Kind.LOWERED,
    "rt": Kind.READING,
    "img": Kind.PICTURE,
}
NAMES = frozenset(_NAMES)

_ROLES = {
    "main": Kind.MAIN,
    **dict.fromkeys(("navigation", "banner", "contentinfo", "complementary", "search"), Kind.FURNITURE),
}
_ROLE_OWNERS = frozenset({"div", "section", "ul", "ol", "form", "table"})
_FORMULAS = ("data-tex", "data-formula", "data-latex")
_TELLING_ALONE = frozenset({"hidden", "role", *_FORMULAS})
TELLING = _TELLING_ALONE | {"class", "style"}
_HIDES = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.IGNORECASE)
_NUMBERS = frozenset(
    {
        *("gutter", "rouge-gutter", "lineno", "linenos", "linenodiv", "linenumber", "linenumbers", "line-number"),
        *("line-numbers", "lnt", "ln", "pre-numbering", "hljs-ln-numbers", "blob-num", "code-snippet__line-index"),
    }
)
"""Classes of line numbers: Pygments, Hexo, Rouge, Prism, VuePress, Hugo, CSDN, highlight.js, GitHub, WeChat."""
_DATA = frozenset({"language-compressed-json"})  # a drawing of Excalidraw in a note
_TWICE = {
    "katex-html": "katex-mathml",
    **dict.fromkeys(
        ("MathJax", "MathJax_Display", "MathJax_Preview", "MathJax_CHTML", "MathJax_SVG", "mjx-chtml"), "math/tex"
    ),
}
"""Classes of what a formula looks like -> what a page has that says the same formula in another way."""
_TELLING_CLASSES = _NUMBERS | _DATA | frozenset(_TWICE)
_NEVER_HIDDEN = frozenset({"html", "body", "br", "hr", "input"})
_NEVER_NUMBERS = frozenset({"pre", "code", "html", "body", "table"})
_OPTIONAL_END = frozenset(
    {
        *("html", "head", "body", "p", "li", "dt", "dd", "tbody", "thead", "tfoot", "tr", "td", "th"),
        *("option", "optgroup", "rt", "rp"),
    }
)
_TAG = re.compile(r"<(/?[a-zA-Z][^\s/>]*)")


@dataclass(frozen=True)
class Page:
    """The markup of a page as a whole. With *lenient*, text in elements of a `SOFT` kind is text."""

    markup: str
    lenient: bool = False

    def closes(self, name: str) -> bool:
        """Whether every element with this *name* is closed. One that is not may hold the rest of the page, so no
        text is dropped with it."""
        return name in _OPTIONAL_END or self._opened[name] <= self._opened["/" + name]

    @cached_property
    def _opened(self) -> Counter[str]:
        return Counter(tag.lower() for tag in _TAG.findall(self.markup))

    def has(self, text: str) -> bool:
        """Whether *text* is in the markup."""
        found = self._found.get(text)
        if found is None:
            found = self._found[text] = text in self.markup
        return found

    @cached_property
    def _found(self) -> dict[str, bool]:
        return {}


def tells(attributes: Mapping[str, str]) -> bool:
    """Whether *attributes*, some of which are `TELLING`, may make another kind of an element."""
    return (
        not _TELLING_ALONE.isdisjoint(attributes)
        or _is_telling_class(attributes.get("class"))
        or "none" in attributes.get("style", "").lower()
    )


@lru_cache(maxsize=4096)
def _is_telling_class(value: str | None) -> bool:
    return value is not None and not _TELLING_CLASSES.isdisjoint(value.split())


def kind_of(name: str, attributes: Mapping[str, str], page: Page) -> Kind | None:
    """The kind of an element, or None for one that is only the text in it."""
    kind = _NAMES.get(name)
    if kind is Kind.DROPPED or (kind is not Kind.PICTURE and not TELLING.isdisjoint(attributes)):
        kind = _kind_with(kind, name, attributes, page)
    return None if page.lenient and kind in SOFT else kind


def _kind_with(kind: Kind | None, name: str, attributes: Mapping[str, str], page: Page) -> Kind | None:
    """The *kind* of an element with *attributes*."""
    classes = attributes.get("class", "").split()
    if kind is Kind.DROPPED:
        return _kept(name, attributes)
    if any(each in _DATA or (each in _TWICE and page.has(_TWICE[each])) for each in classes):
        return Kind.DROPPED
    if name not in _NEVER_HIDDEN and _is_hidden(attributes):
        return Kind.HIDDEN
    if formula_of(attributes):
        return Kind.FORMULA
    if name not in _NEVER_NUMBERS and not _NUMBERS.isdisjoint(classes):
        return Kind.NUMBERS
    return _ROLES.get(attributes.get("role", ""), kind) if name in _ROLE_OWNERS else kind


def _kept(name: str, attributes: Mapping[str, str]) -> Kind | None:
    """The kind of an element that would be dropped if it had no *attributes*."""
    if name == "script" and attributes.get("type", "").startswith("math/tex"):
        return None
    if name == "template" and ("shadowrootmode" in attributes or "shadowroot" in attributes):
        return None
    if name == "annotation" and "tex" in attributes.get("encoding", "").lower():
        return Kind.TEX
    return Kind.DROPPED


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    """Not by `visibility` or `opacity`: WeChat hides the text of its pages with them until a script shows it."""
    if "hidden" in attributes:
        return attributes["hidden"] not in ("until-found", "false")
    return _HIDES.search(attributes.get("style", "")) is not None


def formula_of(attributes: Mapping[str, str]) -> str:
    """The TeX source in the attributes of an element, or ""."""
    written = (" ".join(attributes[name].split()) for name in _FORMULAS if name in attributes)
    return next(filter(None, written), "")


_FORMULA_CLASS = re.compile(r"\b(?:latex|tex|math|mathcode|formula|equation)\b|\bmwe-math", re.IGNORECASE)
_GENERIC = re.compile(
    r"(?:(?:插入|粘贴|输入|请输入|在这里插入|这里写|上传|文章|微信|QQ)?"
    r"(?:图片|图像|图|配图|插图|题图|头图|封面|封面图|照片|截图|动图|头像|表情|二维码)(?:描述|说明|标题|预览|加载中)?"
    r"|(?:please\s+)?(?:alt(?:\s+(?:text|tag))?|im(?:age|g)|pic(?:ture)?|photo|figure|fig|(?:\w+_)?cover(?:\s+image)?"
    r"|avatar|logo|icon|banner|thumb(?:nail)?|screenshot|loading|undefined|null|none|untitled|gif|qr\s?code)"
    r"(?:\s+description)?|(?:optional\s+)?title|left|right|center|=?\d+x"
    r"|(?:点击|點擊)?(?:查看|放大|预览|預覽)(?:大图|大圖|原图|原圖|图片|圖片)?(?:来源)?)[\W\d_]*",
    re.IGNORECASE,
)
"""Written by a program, or by nobody: the texts that pages of WeChat, Yuque, CSDN, Zhihu, Typora and Hexo have."""
_FILE_NAME = re.compile(
    r".*\.(?:png|jpe?g|gif|webp|svg|bmp|ico|avif|heic|tiff?)(?:[?@!#].*)?|[!-~]+\.html?", re.IGNORECASE
)
_UPLOAD = re.compile(r"(?=(?:\D*\d){5})[!-~]{8,}")
"""A hash, or the name of an upload: `image-20250328155407494`, `v2-029c175e_b`."""
_ADDRESS = re.compile(r"(?:https?:|data:|file:|blob:)?//\S+|data:\S+", re.IGNORECASE)


@lru_cache(maxsize=4096)
def is_generic(alt: str) -> bool:
    """Whether *alt*, which describes a picture, says nothing about this picture."""
    return not any(map(str.isalpha, alt)) or any(
        pattern.fullmatch(alt) for pattern in (_GENERIC, _FILE_NAME, _UPLOAD, _ADDRESS)
    )


def is_formula(attributes: Mapping[str, str]) -> bool:
    """Whether a picture shows a formula, which its `alt` spells."""
    return "eeimg" in attributes or _FORMULA_CLASS.search(attributes.get("class", "")) is not None
