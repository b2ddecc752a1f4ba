"""What a reindex would take out of the index -> why that may not be meant: a disk that is not mounted, another
folder, a sync that is half done. Nothing tells such a corpus from one that was tidied up, so more than a share of
the articles goes only if the user says so.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from searchkit.articles.boilerplate import lines_of
from searchkit.articles.duplicates import Group
from searchkit.articles.file_facts import Facts
from searchkit.config import Config
from searchkit.ingest.diff import Changes
from searchkit.ingest.known import Before
from searchkit.ingest.manifest import Record
from searchkit.state import IndexState
from searchkit.translation import gettext as _
from searchkit.translation import ngettext

FEW = 9
"""So many articles are what somebody deletes, or writes anew, by hand. Not measured."""
_ALIKE, _IN_COMMON = 0.5, 0.1
"""The share of two titles, and of the lines of a text, that is the same if one file was edited. Of pairs of other
articles in an archive of 5,280, 2 and 3 of 10,000 have more in common."""
_LONGEST_TITLE = 100
"""Characters that are compared. Not measured."""

Fate = Literal["there", "replaced", "gone"]


def refusal(
    before: Before | None,
    changes: Changes,
    records: Mapping[str, Record],
    missed: Set[str],
    state: IndexState,
    config: Config,
) -> str:
    """Why the index *before* does not become one of *changes* and *state*, made of files with these *records*, or
    "" if it may: none of its articles would be left, or more would go than its limit allows. Of several folders
    this holds for each, and for all together. Files that are *missed* count as gone, although their articles stay.
    """
    if before is None:
        return ""
    old = state.origin if before.origin is None else before.origin
    groups = [group for i, group in changes.groups.items() if i not in missed]
    if before.manifest is None:
        what = _("the index cannot be read")
        return "" if groups else _message(old, state, "", _texts_of(groups, missed), what, config.index)
    articles = {facts.id: group for group in groups for facts in group.files}
    files = (facts for group in changes.groups.values() for facts in group.files)
    texts = frozenset(facts.body_digest for facts in files if facts.id not in missed) - {""}
    now = _Now(before, articles, texts, records, is_read_otherwise=before.reading_version != state.reading.version)
    fates: dict[str, Counter[Fate]] = {name: Counter() for name in (*old, "")}
    for article_id in before.manifest.documents:
        name = _folder_of(article_id, old)
        fate = now.fate(article_id, is_same_place=state.origin.get(name) == old.get(name))
        for counted in {name, ""}:
            fates[counted][fate] += 1
    reasons = ((name, _loss(counts, _limit(name, old, state, config))) for name, counts in fates.items())
    for name, what in reasons:
        if what:
            return _message(old, state, name, _texts_of(groups, missed), what, config.index)
    return ""


def _texts_of(groups: Iterable[Group], missed: Iterable[str]) -> dict[str, bool]:
    """Whether there is a text in the first file of each of *groups*, and none in files that are *missed*."""
    return {**dict.fromkeys(missed, False), **{group.id: group.stub != "no text" for group in groups}}


@dataclass(frozen=True, slots=True)
class _Limit:
    """The share of articles that may go, or a few, but of those no more than half."""

    share: float
    few: int

    def allows(self, lost: int, total: int) -> bool:
        return lost <= max(self.share * total, min(self.few, total / 2))


def _limit(name: str, old: Mapping[str, str], new: IndexState, config: Config) -> _Limit:
    """That of a folder, or of all: only the share, if the user chose one, or if they are in another place."""
    is_chosen = config.max_removals != Config().max_removals
    places = [old[name]] if name in old else old.values()
    return _Limit(config.max_removals, 0 if is_chosen or {*places} - {*new.origin.values()} else FEW)


def _loss(fates: Counter[Fate], limit: _Limit) -> str:
    """What is too much of articles with these *fates*, or "" if nothing is. A few that are others were edited."""
    total, gone, others = fates.total(), fates["gone"], fates["gone"] + fates["replaced"]
    if (total and gone == total) or not limit.allows(gone, total):
        return _would_go(gone, total)
    return _would_be_others(others, total) if others > FEW and not limit.allows(others, total) else ""


def _folder_of(article_id: str, origin: Mapping[str, str]) -> str:
    """The name of the folder of an article; empty if there is one only, or if a program added the article."""
    name, slash, _rest = article_id.partition("/")
    return name if slash and len(origin) > 1 and name in origin else ""


@dataclass(frozen=True, slots=True)
class _Now:
    """What the index would hold after what was *before*: `articles` by the id of each of their files, their texts,
    and all records."""

    before: Before
    articles: Mapping[str, Group]
    texts: Set[str]
    records: Mapping[str, Record]
    is_read_otherwise: bool

    def fate(self, article_id: str, *, is_same_place: bool) -> Fate:
        """What became of a published article: it is there if its text or its file is, if only under another id or
        as a duplicate, or else if what has its id in the same place is an article as it was one."""
        record = self.before.record(article_id)
        if record and record.facts and record.facts.body_digest in self.texts:
            return "there"
        old, now = self.before.group(article_id), self.articles.get(article_id)
        is_same_file = self._is_same_file(article_id)
        if now is None or not (now.id == article_id or is_same_file):
            return "gone"
        if old is None:
            return "there"
        if now.stub and not old.stub:
            return "gone"
        if is_same_file or old.files[0].digest == now.files[0].digest:
            return "there"
        if not is_same_place:
            return "there" if self.is_read_otherwise and _is_edited(old, now) else "gone"
        return "there" if self.is_read_otherwise or old.stub or now.stub or _is_edited(old, now) else "replaced"

    def _is_same_file(self, article_id: str) -> bool:
        before, now = self.before.record(article_id), self.records.get(article_id)
        return bool(before and now and before.stamp and before.stamp == now.stamp)


def _is_edited(old: Group, now: Group) -> bool:
    """Whether a file with another text is what somebody made of the *old* one: it has some lines of that, or
    the title is much the same. If not, or if less than half of the text is left, it is a file of another disk with
    the same names, or one that was cut off."""
    if 2 * now.files[0].length < old.files[0].length:
        return False
    return _are_alike(_own_title(old.files[0]), _own_title(now.files[0])) or _have_lines_in_common(old, now)


def _are_alike(title: str, other: str) -> bool:
    compared = SequenceMatcher(None, title[:_LONGEST_TITLE], other[:_LONGEST_TITLE], autojunk=False)
    return title == other or compared.ratio() > _ALIKE


def _have_lines_in_common(old: Group, now: Group) -> bool:
    """Whether a text has some of the lines of the *old* one, but for those that many others have."""
    before, after = (lines_of(group.files[0].edges, group.left_out) for group in (old, now))
    common = sum(before[line] for line in before.keys() & after.keys())
    return common > _IN_COMMON * sum(before.values())


def _own_title(facts: Facts) -> str:
    return (facts.web_page and facts.web_page.written) or facts.title


def _would_be_others(lost: int, total: int) -> str:
    return ngettext(
        "{lost:,} of {total:,} article would be removed, or replaced by another or a much shorter one",
        "{lost:,} of {total:,} articles would be removed, or replaced by other or much shorter ones",
        total,
    ).format(lost=lost, total=total)


def _would_go(lost: int, total: int) -> str:
    return ngettext(
        "{lost:,} of {total:,} article would be removed from the index",
        "{lost:,} of {total:,} articles would be removed from the index",
        total,
    ).format(lost=lost, total=total)


def _message(
    old: Mapping[str, str], new: IndexState, name: str, found: Mapping[str, bool], what: str, index: str
) -> str:
    facts = "; ".join([*_found(old, new, name, found), what])
    folders = list(dict.fromkeys([*old.values(), *new.folders.values()]))
    if new.folders and len(folders) > len(new.folders):
        return _(
            "{facts}; the index {index} was not changed. To add a folder, name all of them: {folders}. If the "
            "articles are to go, run the same command again with `--allow-removals`"
        ).format(facts=facts, index=index, folders=shlex.join(folders))
    return _(
        "{facts}; the index {index} was not changed. Is this the right folder, mounted and complete? If the "
        "articles are to go, run the same command again with `--allow-removals`"
    ).format(facts=facts, index=index)


def _found(old: Mapping[str, str], new: IndexState, name: str, found: Mapping[str, bool]) -> Iterator[str]:
    """What is in the corpus, or in the folder *name* of it, and where it was when it was indexed. *found* says of
    each file whether there is a text in it."""
    before, place = old.get(name, ""), new.origin.get(name, "")
    if name and not place:
        yield _("{folder}: not part of the corpus any more").format(folder=before)
        return
    texts = [is_text for i, is_text in found.items() if not name or i.startswith(f"{name}/")]
    corpus = place or " · ".join(new.origin.values()) or _("the corpus")
    yield _("{corpus}: {found}").format(corpus=corpus, found=_count(sum(texts)))
    if empty := texts.count(False):
        yield ngettext("{count:,} empty or unreadable file", "{count:,} empty or unreadable files", empty).format(
            count=empty
        )
    if before and before != place:
        yield _("the index was made of {corpus}").format(corpus=before)


def _count(found: int) -> str:
    if not found:
        return _("no articles")
    return ngettext("{found:,} article", "{found:,} articles", found).format(found=found)
