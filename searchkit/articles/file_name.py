"""The path of a file -> what its name says of the article: a title, a date, that it is a draft."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import PurePosixPath

from searchkit.articles.metadata import PLACEHOLDER_TITLES, letters_of

FOLDER_PAGES = frozenset({"readme", "index", "_index"})
"""Names of the file that a folder shows: its title is that of the folder."""

_DATE = re.compile(
    r"(?:^|/)((?:19|20)\d{2})(?:"
    r"([-_.年])(0?[1-9]|1[0-2])(?:\2|月)(0?[1-9]|[12]\d|3[01])日?(?!\d)"
    r"|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)"
    r"|/(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])(?=/))"
)
"""With separators, of eight digits, or three folders; `202411` is a month, `2020/10/30个技巧.md` is no day."""
_WEEKDAY = re.compile(
    r"(?:星期|周|週|礼拜)[一二三四五六日天]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*", re.IGNORECASE
)
_DATE_BEFORE = re.compile(
    r"(?:19|20)\d{2}([-_.年])\d{1,2}(?:\1|月)\d{1,2}日?[-_\s.、，]*|(?:19|20)\d{6}[-_\s、，]+"
)
_NUMBER_BEFORE = re.compile(r"\d{5,}_")
"""The number that a clipping bot gives a file. Shorter ones are an author's own: `0031.整理旧照片`."""


def title_of_path(article_id: str) -> str:
    """The title in the name of a file, or of the folder that it is the page of; "" for a placeholder.

    >>> title_of_path("_posts/2021-03-04-梅花开了.md"), title_of_path("旧照片/README.md")
    ('梅花开了', '旧照片')
    >>> title_of_path("posts__2024-05__A_title.md")  # saved from posts/2024-05/A title
    'A title'
    """
    path = PurePosixPath(article_id)
    is_folder_page = path.stem.casefold() in FOLDER_PAGES and path.parent.name
    stem = path.parent.name if is_folder_page else path.stem
    *_, stem = (stem, *(part for part in stem.split("__") if part.strip("_")))
    stem = stem[found.end() :] if (found := _NUMBER_BEFORE.match(stem)) and stem[found.end() :] else stem
    if (found := _DATE_BEFORE.match(stem)) and stem[found.end() :] and not _WEEKDAY.fullmatch(stem, found.end()):
        stem = stem[found.end() :]
    title = " ".join(stem.replace("_", " ").split())
    return "" if title.replace(" ", "_") in PLACEHOLDER_TITLES else title


def with_name(article_id: str, title: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """*aliases*, and the title in the name of the file if neither they nor *title* say as much.

    >>> with_name("a/如何给自行车补胎.md", "补胎", ())
    ('如何给自行车补胎',)
    """
    name = title_of_path(article_id)
    is_known = any(letters_of(name) in letters_of(known) for known in (title, *aliases))
    return aliases if is_known else (*aliases, name)


def date_of_path(article_id: str) -> datetime | None:
    """The day at the beginning of a file's name, or in its folders: `2021-03-04-梅花.md`, `2021/03/04/梅花.md`.

    >>> date_of_path("_posts/2021-03-04-梅花.md").isoformat()
    '2021-03-04T00:00:00+00:00'
    """
    *_, found = (None, *_DATE.finditer(article_id))  # a file's own name says more than its folder's
    if found is None:
        return None
    try:
        month, day = (int(part) for part in found.groups()[2:] if part)
        return datetime(int(found[1]), month, day, tzinfo=UTC)
    except ValueError:
        return None


def is_draft_path(article_id: str) -> bool:
    """Whether a file is in a folder of drafts, as Jekyll and Hexo have one."""
    return "_drafts" in article_id.split("/")[:-1]
