"""What a reindex would take out of the index -> why that may not be meant: a disk that is not mounted, another
folder, a sync that is half done. Nothing tells such a corpus from one that was tidied up, so more than a share of
the articles goes only if the user says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from gettext import gettext as _
from gettext import ngettext

from searchkit.articles.duplicates import Group
from searchkit.ingest.diff import Changes
from searchkit.ingest.known import Before
from searchkit.ingest.manifest import Manifest
from searchkit.state import IndexState

FEW = 10
"""Fewer articles are what somebody deletes by hand. Not measured."""


def refusal(before: Before | None, changes: Changes, state: IndexState, *, most: float) -> str:
    """Why the index *before* does not become one of *changes* and *state*, or "" if it may: none of its articles
    would be left, or ten and more would go and a larger share than *most*. Of several folders this holds for each.
    """
    if before is None:
        return ""
    old = state.origin if before.origin is None else before.origin
    if before.manifest is None:
        return "" if changes.groups else _message(old, state, "", changes, _("the index cannot be read"))
    texts = {facts.body_digest for group in changes.groups.values() for facts in group.files} - {""}
    for name, ids in _by_folder(before.manifest, old).items():
        is_same_place = state.origin.get(name) == old.get(name)
        now = changes.groups
        lost = sum(not _is_there(before.group(i), now.get(i), texts, is_same_place=is_same_place) for i in ids)
        if lost == len(ids) or (lost >= FEW and lost > most * len(ids)):
            return _message(old, state, name, changes, _would_go(lost, len(ids)))
    return ""


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


def _would_go(lost: int, total: int) -> str:
    return ngettext(
        "{lost:,} of {total:,} article would be removed from the index",
        "{lost:,} of {total:,} articles would be removed from the index",
        total,
    ).format(lost=lost, total=total)


def _message(old: Mapping[str, str], new: IndexState, name: str, changes: Changes, what: str) -> str:
    facts = "; ".join([*_found(old, new, name, changes), what])
    return _(
        "{facts}; nothing was changed. Is this the right folder, mounted and complete? If the articles are to go, "
        "run `searchkit reindex --allow-removals`"
    ).format(facts=facts)


def _found(old: Mapping[str, str], new: IndexState, name: str, changes: Changes) -> Iterator[str]:
    """What is in the corpus, or in the folder *name* of it, and where it was when it was indexed."""
    before, place = old.get(name, ""), new.origin.get(name, "")
    if name and not place:
        yield _("{folder}: not part of the corpus any more").format(folder=before)
        return
    ids = [i for i in changes.groups if not name or i.startswith(f"{name}/")]
    corpus = place or " · ".join(new.origin.values()) or _("the corpus")
    yield _("{corpus}: {found}").format(corpus=corpus, found=_count(len(ids)))
    if before and before != place:
        yield _("the index was made of {corpus}").format(corpus=before)


def _count(found: int) -> str:
    if not found:
        return _("no articles")
    return ngettext("{found:,} article", "{found:,} articles", found).format(found=found)
