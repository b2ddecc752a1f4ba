"""What a reindex would take out of the index -> why that may not be meant: a disk that is not mounted, another
folder, a sync that is half done. Nothing tells such a corpus from one that was tidied up, so more than a share of
the articles goes only if the user says so.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Set, Sized
from gettext import gettext as _
from gettext import ngettext

from searchkit.articles.duplicates import Group
from searchkit.articles.file_facts import Facts
from searchkit.ingest.diff import Changes
from searchkit.ingest.known import Before
from searchkit.ingest.manifest import Manifest
from searchkit.state import IndexState

FEW = 10
"""Fewer articles are what somebody deletes by hand. Not measured."""


def refusal(before: Before | None, changes: Changes, missed: Set[str], state: IndexState, *, most: float) -> str:
    """Why the index *before* does not become one of *changes* and *state*, or "" if it may: none of its articles
    would be left, or ten and more would go and a larger share than *most*. Of several folders this holds for each.
    Files that are *missed* count as gone, although their articles stay.
    """
    if before is None:
        return ""
    old = state.origin if before.origin is None else before.origin
    now = {i: group for i, group in changes.groups.items() if i not in missed}
    found = {**dict.fromkeys(missed, False), **{i: group.stub != "no text" for i, group in now.items()}}
    if before.manifest is None:
        return "" if now else _message(old, state, "", found, _("the index cannot be read"))
    files = (facts for group in changes.groups.values() for facts in group.files)
    texts = {facts.body_digest for facts in files if facts.id not in missed} - {""}
    for name, ids in _by_folder(before.manifest, old).items():
        is_same_place = state.origin.get(name) == old.get(name)
        there = [i for i in ids if _is_there(before.group(i), now.get(i), texts, is_same_place=is_same_place)]
        lost = len(ids) - len(there)
        if not there or _is_too_much(lost, ids, most):
            return _message(old, state, name, found, _would_go(lost, len(ids)))
        lost += sum(_is_another(before.group(i), now.get(i), texts) for i in there)
        if _is_too_much(lost, ids, most):
            return _message(old, state, name, found, _would_be_others(lost, len(ids)))
    return ""


def _is_too_much(lost: int, ids: Sized, most: float) -> bool:
    return lost >= FEW and lost > most * len(ids)


def _by_folder(manifest: Manifest, origin: Mapping[str, str]) -> dict[str, list[str]]:
    """The ids of the articles of each folder, by its name; that of the only one is empty."""
    found: dict[str, list[str]] = {}
    for article_id in manifest.documents:
        name = article_id.partition("/")[0] if len(origin) > 1 else ""
        found.setdefault(name, []).append(article_id)
    return found


def _is_there(old: Group | None, now: Group | None, texts: Set[str], *, is_same_place: bool) -> bool:
    """Whether an article is there: its text is, if only under another id or as a duplicate, or else what has its
    id in the same place is an article as it was one."""
    if old and old.files[0].body_digest in texts:
        return True
    if old is None or now is None:
        return now is not None
    return bool(old.stub or not now.stub) if is_same_place else old.files[0].digest == now.files[0].digest


def _is_another(old: Group | None, now: Group | None, texts: Set[str]) -> bool:
    """Whether in the place of an article, whose text is nowhere now, there is one under another title, or with
    less than half of its text: another disk with the same names of files, or files that were cut off."""
    if old is None or now is None or old.files[0].body_digest in texts:
        return False
    before, after = old.files[0], now.files[0]
    if before.stub or after.stub:  # for `_is_there`
        return False
    return _own_title(before) != _own_title(after) or 2 * after.length < before.length


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


def _message(old: Mapping[str, str], new: IndexState, name: str, found: Mapping[str, bool], what: str) -> str:
    facts = "; ".join([*_found(old, new, name, found), what])
    folders = list(dict.fromkeys([*old.values(), *new.folders.values()]))
    if new.folders and len(folders) > len(new.folders):
        return _(
            "{facts}; nothing was changed. To add a folder, name all of them: `searchkit reindex {folders}`. If "
            "the articles are to go, run `searchkit reindex --allow-removals {named}`"
        ).format(facts=facts, folders=shlex.join(folders), named=shlex.join(new.folders.values()))
    return _(
        "{facts}; nothing was changed. Is this the right folder, mounted and complete? If the articles are to go, "
        "run `searchkit reindex --allow-removals`"
    ).format(facts=facts)


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
