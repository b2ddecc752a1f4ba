"""Plain text: the first line is the title if it looks like one."""

from __future__ import annotations

import re

from searchkit.articles.decode import decode
from searchkit.articles.formats.paragraphs import join_wrapped, width
from searchkit.articles.front_matter import FrontMatter, parse_front_matter
from searchkit.articles.html_markup import paragraphs_of
from searchkit.articles.metadata import LONGEST_VALUE, clean_line
from searchkit.articles.plain_text import tidy, with_newlines
from searchkit.articles.reading import Reading

_WIDEST_TITLE = 80
"""Columns; not measured: forty characters of Han, twice a long headline."""
_LABEL = re.compile(r"(?:标题|題目|题目|標題|书名|書名|title)\s*[:：]\s*", re.IGNORECASE)
_SENTENCE_ENDS = tuple("。，、；：…,;:.")
_NO_TITLE = re.compile(r"[-*+•·>|]\s|https?://|[\d\s/:.年月日-]+$|\W+$")


def read_plain(data: bytes) -> Reading:
    """A text file, with or without front matter."""
    text, remark = decode(data)
    matter = front_matter_of(text)
    return Reading(
        tidy(join_wrapped(matter.body)),
        (matter.values, {"title": _title(matter.body)}),
        reasons=(matter.reason, remark),
        line=matter.line,
    )


def plain_to_html(data: bytes) -> str:
    """The paragraphs of a text file."""
    return paragraphs_of(join_wrapped(front_matter_of(decode(data)[0]).body))


def front_matter_of(text: str) -> FrontMatter:
    """The front matter of *text* if it has values; a row of dashes or a brace may begin any other text too."""
    matter = parse_front_matter(text)
    is_json = text.lstrip("\ufeff \t\r\n").startswith("{")
    if matter.values and not is_json:
        return matter
    return FrontMatter({}, with_newlines(text))


def _title(text: str) -> str:
    """The first line of *text* if it is a title: short, no sentence, and apart from what follows."""
    first, following = [*text.strip().split("\n", 2), ""][:2]
    first = clean_line(first[:LONGEST_VALUE])
    labelled = _LABEL.match(first)
    title = first[labelled.end() :] if labelled else first
    is_like_one = (
        width(title) <= _WIDEST_TITLE and not title.endswith(_SENTENCE_ENDS) and not _NO_TITLE.match(title)
    )
    if not is_like_one or not (labelled or _is_apart(first, following)):
        return ""
    return title


def _is_apart(line: str, following: str) -> bool:
    """Whether *following* does not go on with *line*: it is empty, indented, underlines it or is much longer."""
    stripped = following.strip()
    if not stripped or following[0].isspace() or not stripped.strip("=-~*_"):
        return True
    return width(line) * 2 <= width(stripped)
