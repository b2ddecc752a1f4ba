"""How well a piece of text reads by itself: prose before headings, bylines, lists of links and code.

The lists are short on purpose: what they miss costs a worse passage, never a hit.

The grades are not tuned, nor are the shares of signs. They put kinds of text in an order: a sentence (1), one in
another language or a short one (0.8), with a heading (0.75), a heading or code with much Han (0.6), no sentence
(0.5), a list (0.45), a reference (0.4), a byline or links (0.3), code and numbers (0.25), scraps (0.2). How far
apart they are counts little: of 543 hits 19 show other passages with the roots of the grades, 23 with their
squares, 92 without.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from searchkit.analysis.scripts import HAN_RUN
from searchkit.patterns import lazy_pattern

MIN_LENGTH = 12  # characters: less says nothing by itself
HEADING_LENGTH = 40  # characters: a line as long without any stop is a sentence, or as good as one
_GOOD_LENGTH = 20  # characters of a short sentence

_STOP = lazy_pattern(r"[。！？；…!?;，,]|\.(?:\s|$)")
_BAR = lazy_pattern(r"\s[|｜丨]\s")
_CODE = lazy_pattern(
    r"<-|%>%|\|>|::|->|==|&&|</\w|\w\(\)|\w\([\"'\w./]+[,=)]|\w\s?=\s?[\"'\w(\[{]|[{};\\]\s*$|\$\w"
    r"|^\s*(?:[>$#+]\s|##|library\(|import |from \w+ import|def |sudo |conda |pip3? |wget |git |cd )",
    re.MULTILINE,
)
_SYMBOL = lazy_pattern(r"[<>{}\[\]()=_$|\\/@#%&*+~^;:\"'`\d.,-]")
_COMMENT = lazy_pattern(r"\s*(?:#|//)")
_LINK = lazy_pattern(r"https?://[!-~]+|www\.[!-~]+|[a-zA-Z0-9-]+\.(?:com|cn|org|html?)\b[!-~]*|[!-~]{30,}")
_REFERENCE = lazy_pattern(r"\bet al\b|\bdoi\b|\bPMID\b|\b10\.\d{4,}/|\b\d{4};\s?\d+", re.IGNORECASE)
_BYLINE = lazy_pattern(
    r"^\s*(?:来源|作者|编辑|责编|责任编辑|撰文|编译|审核|排版|校对|文|图|发表时间|发布时间|收录于)\s*[:：|｜丨/]",
    re.MULTILINE,
)
_APPEAL = lazy_pattern(  # apart, as a pattern in which nothing is tied to a place is faster
    r"阅读原文|扫码|扫一扫|二维码|长按|点赞|在看|公众号|微信号|转载|推荐阅读|推文链接|往期|投稿|加群|交流群|商务合作|版权归|侵权"
    r"|欢迎.{0,6}(?:关注|订阅|转发|加入|购买|联系)|点击.{0,8}(?:下方|上方|图片|链接|关注|阅读|蓝字|名片)|淘宝店"
)


def readability(text: str) -> float:
    """From 0 to 1, how good a passage *text* is, whatever it says: 1 is a sentence of prose."""
    if len(text) < MIN_LENGTH:
        return 0.2
    lines = [line for line in text.split("\n") if line.strip()]
    signs = min(map(_by_signs, lines))
    return signs if signs < 0.5 else min(signs, _by_lines(text, lines), _by_words(text))


def is_heading(line: str) -> bool:
    """Whether a *line* is as short as a heading, and as one without a stop."""
    return len(line) < HEADING_LENGTH and not _STOP.search(line)


def _by_signs(line: str) -> float:
    """Code, numbers and links have little Han and many symbols; words of another language have letters."""
    length = len(line)
    share = sum(map(len, HAN_RUN.findall(line))) / length
    if share > 0.5:
        return 0.5 if _COMMENT.match(line) else 1.0
    if share < 0.2 and len(_SYMBOL.findall(line)) > 0.3 * length:
        return 0.25
    if _CODE.search(line):
        return 0.25 if share < 0.3 else 0.6
    if sum(map(len, _LINK.findall(line))) > 0.25 * length:
        return 0.3
    return 0.8 if share < 0.1 else 1.0


def _by_lines(text: str, lines: Sequence[str]) -> float:
    """Lines without a stop are headings, several of them a list; a short sentence says less than a long one."""
    without_stop = sum(not _STOP.search(line) for line in lines)
    if without_stop == len(lines):
        return 0.45 if without_stop > 1 else 0.6 if is_heading(text) else 0.5
    if without_stop > 1 or len(_BAR.findall(text)) > 1:
        return 0.5
    if len(lines) > 1:
        return 0.75
    return 1.0 if len(text) >= _GOOD_LENGTH else 0.8


def _by_words(text: str) -> float:
    """What is written around articles, and references, say little about them."""
    if _REFERENCE.search(text):
        return 0.4
    hits = len(_BYLINE.findall(text)) + len(_APPEAL.findall(text))
    if not hits:
        return 1.0
    return 0.3 if hits > 1 or len(text) < 80 else 0.6
