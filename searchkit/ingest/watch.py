"""Files that change -> an index that follows: a reindex, a round, after each burst of writes.

Where the library watchfiles is installed, the system reports what changes. Without it, and where the system
reports nothing, as of a network file system, a round now and then sees it: it reads only what is new.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import accumulate
from pathlib import Path

from searchkit.articles.corpus import paths_of
from searchkit.articles.exclusion import IGNORE_FILE, Exclusion, exclusion_of
from searchkit.config import Config, expanded
from searchkit.engines import load_engine
from searchkit.engines.base import Engine
from searchkit.engines.distributed import Distributed
from searchkit.errors import IndexLocked, SearchkitError
from searchkit.ingest.reindex import reindex
from searchkit.ingest.repeated import as_last_time, last_run
from searchkit.reports import IndexReport, OnProgress
from searchkit.translation import gettext as _

Signals = Generator[bool, None, None]

_CALM, _LONGEST = 0.2, 3.0
"""Seconds without a write after which a burst is over, and after which its end is not waited for any longer."""
_REPORTED, _UNREPORTED, _FAILED = 60.0, 1.0, 5.0
"""Seconds until the next round if no change is reported: where the system reports changes, where it does not, and
after a round that failed."""
_REST = 9
"""How many times as long as a round that changed nothing the time to the next one is at least, so that a tenth of
the time is spent on looking."""
_log = logging.getLogger(__name__)


def watch(
    corpus: str | Path | Sequence[str | Path] | None = None,
    index: str | Path | None = None,
    *,
    progress: OnProgress | None = None,
    on_error: Callable[[Exception], object] | None = None,
    config: Config | None = None,
) -> Iterator[IndexReport]:
    """Bring the index at *index* up to date with *corpus*, as `reindex` does, and again after each change of a
    file, without an end. Gives the report of the first round, and of those that changed the index or met other
    files that fail.

    A round begins when nothing was written for a fifth of a second, or after three seconds of writing. Without the
    library watchfiles one begins every second, or so seldom that a tenth of the time is spent on looking.

    A round that fails is tried again later. *on_error* is called with its error, once while that stays the same;
    without it, the error is logged. If the first round fails, it is raised, unless another reindex is at work.

    Raises:
        ValueError: *corpus* is not a folder, folders, or a file.
        SearchkitError: as of `reindex`, in the first round.
    """
    config = config or Config()
    index = expanded(config.index if index is None else index)
    engine = load_engine(config.engine, index)
    config = _with_corpus(config, corpus, engine)
    own = None if isinstance(engine, Distributed) else index
    tell = on_error or partial(_log.warning, "%s")
    last: IndexReport | None = None
    said = ""
    work = partial(reindex, index=index, progress=progress, config=config)
    for result in _rounds(work, partial(_changes, config, own)):
        if isinstance(result, IndexReport):
            if last is None or _is_news(result, last):
                yield result
            last, said = result, ""
        elif last is None and not isinstance(result, IndexLocked):
            raise result
        elif str(result) != said:
            tell(result)
            said = str(result)


def _with_corpus(config: Config, corpus: str | Path | Sequence[str | Path] | None, engine: Engine) -> Config:
    """*config* with the absolute paths of what is watched: *corpus*, or what a reindex takes without one."""
    if corpus is None:
        config = config if config.corpus else as_last_time(config, last_run(engine, may_be_damaged=False))
        corpus = config.corpus
    paths = paths_of(corpus)
    if not paths:
        raise ValueError(_("only files can be watched; name a folder of articles, a .jsonl or a .csv file"))
    return replace(config, corpus=tuple(map(str, paths.values())))


def _is_news(report: IndexReport, last: IndexReport) -> bool:
    """Whether a round changed the index, or met other files that fail than the *last* one."""
    return _changed(report) or report.failed != last.failed


def _changed(report: IndexReport) -> bool:
    return bool(report.added or report.updated or report.removed)


def _rounds(work: Callable[[], IndexReport], listen: Callable[[], Signals]) -> Iterator[IndexReport | Exception]:
    """What comes of *work*, done again whenever there may be something to do.

    The system is asked anew to report changes where it did not, and after a failure: the folder may be another one
    at the same place, such as a disk that is mounted again.
    """
    while True:
        with closing(listen()) as changes:
            reports = next(changes, None) is not None  # from here on no change is missed
            result: IndexReport | Exception | None = None
            while result is None or (reports and isinstance(result, IndexReport)):
                began = time.monotonic()
                result = _attempt(work)
                took = time.monotonic() - began
                yield result
                unreported = _pause(result, took, reports=False)
                reports = _wait(changes, _pause(result, took, reports=reports), unreported)


def _attempt(work: Callable[[], IndexReport]) -> IndexReport | Exception:
    try:
        return work()
    except (SearchkitError, OSError) as error:
        return error


def _pause(result: IndexReport | Exception, took: float, *, reports: bool) -> float:
    """Seconds until the next round, unless the system *reports* a change, after one that took so many."""
    if isinstance(result, Exception):
        return max(_FAILED, _REST * took)
    least = _REPORTED if reports else _UNREPORTED
    return least if _changed(result) else max(least, _REST * took)


def _wait(changes: Iterator[bool], seconds: float, unreported: float) -> bool:
    """Wait for the end of a burst of *changes*, or for so many *seconds* if there is none, or *unreported* seconds
    where changes are not reported, or not any longer; then it is False."""
    began = time.monotonic()
    end = began + seconds
    while (changed := next(changes, None)) is False and time.monotonic() < end:
        pass
    if changed is None:
        time.sleep(max(0.0, began + unreported - time.monotonic()))
        return False
    end = time.monotonic() + _LONGEST
    while changed and time.monotonic() < end:
        changed = next(changes, None)
    return changed is not None


def _changes(config: Config, index: Path | None) -> Signals:
    """Whether an article may have changed, as the system reports it, at least once in `_CALM` seconds. It ends
    where the system reports nothing, or when it reports no more: as of a folder that was put in another's place,
    or where a link leads to another folder now.
    """
    try:
        import watchfiles
    except ImportError:
        return
    places = paths_of(config.corpus).values()
    roots = [path.resolve() for path in places]
    folders = [root for root in roots if root.is_dir()]
    watched = folders or [root.parent for root in roots]  # of a file that is replaced nothing more is reported
    concerns = partial(_concerns, roots, index and index.resolve(), exclusion_of(config.exclude or ()))
    milliseconds = int(1000 * _CALM)
    try:
        for found in watchfiles.watch(
            *watched,
            watch_filter=None,
            step=milliseconds // 4,
            debounce=milliseconds,
            rust_timeout=milliseconds,
            yield_on_timeout=True,
            recursive=bool(folders),
            ignore_permission_denied=True,
        ):
            paths = {Path(path) for _change, path in found}
            yield any(map(concerns, paths))
            if not paths.isdisjoint(watched) or roots != [path.resolve() for path in places]:
                return
    except (OSError, RuntimeError) as error:  # a folder that is gone, a limit of the system
        _log.info("changes are not reported: %s", error)


def _concerns(roots: Sequence[Path], index: Path | None, exclusion: Exclusion, path: Path) -> bool:
    """Whether the corpus at *roots* may be another one after a change at *path*. What is written into the *index*
    is none of it, wherever that is."""
    if index and path.is_relative_to(index):
        return False
    return any(
        path == root or not _is_left_out(path.relative_to(root).as_posix(), exclusion)
        for root in roots
        if path.is_relative_to(root)
    )


def _is_left_out(path: str, exclusion: Exclusion) -> bool:
    """Whether a file, or a folder that it is in, is left out. Only what ignore files bring back is mistaken."""
    *folders, name = path.split("/")
    within = any(exclusion.reason(folder, ()) for folder in accumulate(f"{folder}/" for folder in folders))
    return within or (name != IGNORE_FILE and exclusion.reason(path, ()) is not None)
