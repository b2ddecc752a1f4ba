"""What a pattern, a fuzzy word and words near each other mean, one term and one text at a time.

These are the definitions: an engine that is faster is held to them by tests.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from fnmatch import translate

from searchkit.query.plan import MultiTerm

Span = tuple[int, int, int]
"""First position, position after the last, and number of the phrase that stands there."""


def like(condition: MultiTerm, words: Iterable[str]) -> Iterator[str]:
    """The *words* that *condition* stands for: those that a pattern with `*` and `?` fits, or those at most its
    distance away in edits."""
    text, distance = condition.text, condition.distance
    if condition.kind == "pattern":
        pattern = re.compile(translate(text.replace("[", "[[]")))
        return (word for word in words if pattern.match(word))
    near = (word for word in words if abs(len(word) - len(text)) <= distance)
    return (word for word in near if edit_distance(text, word, distance) <= distance)


FILES = ("id", "duplicate")
"""The keywords that have the paths of an article."""


def name_regexp(name: str) -> str:
    """The regular expression of the names that *name* means, with `*` for any characters and `?` for one; a
    bracket is only a bracket. What is found after a star is not looked for again, so that no name takes long."""
    first, *others = (
        "".join("[^/]" if char == "?" else re.escape(char) for char in part) for part in re.split(r"\*+", name)
    )
    last = f"[^/]*{others.pop()}" if others else ""
    return first + "".join(f"(?>[^/]*?{part})" for part in others) + last


def path_regexp(pattern: str, named: Callable[[str], str] = name_regexp) -> str:
    """The regular expression of the paths that *pattern* means, as in `.gitignore`: a folder means all that is in
    it, `**` any folders, and a name without `/` is looked for in every folder. *named* makes that of one name.

    >>> bool(re.fullmatch(path_regexp("mp"), "mp/moon.md")), bool(re.fullmatch(path_regexp("/*.md"), "mp/moon.md"))
    (True, False)
    """
    *folders, last = pattern.strip("/").split("/")
    if "/" not in pattern.rstrip("/"):
        folders = ["**"]
    inside = "".join("(.*/)?" if name == "**" else f"{named(name)}/" for name in folders)
    if last in ("", "**"):
        return f"{inside}.*"
    return inside + named(last) + ("/.*" if pattern.endswith("/") else "(/.*)?")


def edit_distance(a: str, b: str, limit: int) -> int:
    """Edits from *a* to *b* (insert, delete, replace, swap neighbours); any number above *limit* means more.

    Optimal string alignment, the restricted Damerau distance.

    >>> edit_distance("findmarkrs", "findmarkers", 1), edit_distance("ab", "ba", 1)
    (1, 1)
    """
    while a and b and a[0] == b[0]:
        a, b = a[1:], b[1:]
    while a and b and a[-1] == b[-1]:
        a, b = a[:-1], b[:-1]
    if not a or not b:
        return len(a) + len(b)
    if abs(len(a) - len(b)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        following = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
    return row[-1]


def within_reach(spans: Iterable[Span], phrases: int, room: int) -> bool:
    """Whether one stretch of *room* tokens holds a span of each of the *phrases*."""
    places: list[list[tuple[int, int]]] = [[] for _ in range(phrases)]
    for start, end, phrase in sorted(spans):
        places[phrase].append((start, end))
    begins = [start for spans_of_one in places for start, _ in spans_of_one]
    return any(all(_reaches(own, begin, begin + room) for own in places) for begin in begins)


def _reaches(spans: list[tuple[int, int]], begin: int, limit: int) -> bool:
    """Whether the first of the sorted *spans* from *begin* on ends within the *limit*."""
    at = bisect_left(spans, (begin, 0))
    return at < len(spans) and spans[at][1] <= limit
