"""Files with the same text -> one article, the one with the earliest date, that lists the others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from searchkit.model import Article


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a file that are needed to find its duplicates and to merge them."""

    id: str
    digest: str
    body_digest: str
    title: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    clock: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Files with the same text; the first one is shown. Equal groups have equal digests."""

    files: tuple[Facts, ...]

    @property
    def id(self) -> str:
        return self.files[0].id

    @property
    def digest(self) -> str:
        return "+".join(f"{facts.id}:{facts.digest}" if n else facts.digest for n, facts in enumerate(self.files))


def group_repeats(files: Iterable[Facts]) -> list[Group]:
    """Groups in the order of their first file. A file without text has no duplicates."""
    together: dict[str, list[Facts]] = {}
    for facts in files:
        together.setdefault(facts.body_digest or f"no text: {facts.id}", []).append(facts)
    return [Group(tuple(sorted(group, key=_earliest_first))) for group in together.values()]


def merge(article: Article, group: Group) -> Article:
    """*article*, the first of its group, with the ids, tags, categories and titles of the others."""
    if len(group.files) == 1:
        return article
    titles = dict.fromkeys(facts.title for facts in group.files if facts.title != article.title)
    tags = dict.fromkeys([*article.tags, *(tag for facts in group.files for tag in facts.tags)])
    categories = dict.fromkeys([*article.categories, *(c for facts in group.files for c in facts.categories)])
    return replace(
        article,
        duplicates=tuple(facts.id for facts in group.files[1:]),
        other_titles=tuple(titles),
        tags=tuple(tags),
        categories=tuple(categories),
    )


def _earliest_first(facts: Facts) -> tuple[bool, int, str]:
    return facts.clock is None, facts.clock or 0, facts.id
