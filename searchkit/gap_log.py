"""What the articles lack: queries that found nothing or little, in a file of the user's own.

Only where the setting `gap_log` is on do the command `search`, the search page and the server for assistants note
them; nothing is sent anywhere. A query is a line of JSON; the oldest lines go. Who writes has a lock; who reads
needs none, as the file is replaced as a whole or gets a line at its end.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta, MsgspecError, Struct
from msgspec.json import decode
from msgspec.structs import asdict, replace

from searchkit.config import Config, located
from searchkit.errors import reason
from searchkit.json_form import dump_json
from searchkit.model import Filters, Results
from searchkit.translation import gettext as _
from searchkit.user_folder import locked, user_folder, write_private

if TYPE_CHECKING:
    from searchkit.index import Index

FEW = 3
"""Articles with all words of a query: fewer are little."""
LONGEST = 200
"""Characters of a query; a longer one is a passage, whose words nobody searches for again."""
SHOWN = 20
"""Queries that are asked again to see what they find now, each of which takes as long as a search."""
AGAIN = timedelta(minutes=10)
"""What is asked for again sooner is asked for once: in another order, say, or when a page is loaded again."""
LARGEST = 1_000_000
"""Bytes of the file; then the older half of its lines goes."""
PATIENCE = 1.0
"""Seconds for the lock: a search does not wait longer for a process that has it."""


class Noted(Struct, frozen=True):
    """A line of the file: when which index was asked what, and how many articles had all words."""

    at: Annotated[datetime, Meta(tz=True)]
    index: str
    query: str
    complete: int


class Gap(Struct, frozen=True):
    """A query that found little: how often it was asked, when last, and how many articles had all words then.
    Where it is asked again, *now* is how many have them, and *suggestion* what was probably meant."""

    query: str
    count: int
    last: str
    complete: int
    now: int | None = None
    suggestion: str | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the index has an answer now."""
        return self.now is not None and self.now >= FEW

    @property
    def other_words(self) -> tuple[tuple[str, str], ...]:
        """The words of the query that were probably typed wrong, and what was meant: groups for `synonyms`. What
        has signs, as syntax has, is none.

        >>> Gap("西红杮 炒蛋", 1, "", 0, 0, "西红柿 炒蛋").other_words
        (('西红杮', '西红柿'),)
        """
        typed, meant = self.query.split(), (self.suggestion or "").split()
        both = zip(typed, meant, strict=True) if len(typed) == len(meant) else ()
        return tuple((one, other) for one, other in both if one != other and one.isalnum() and other.isalnum())


def note_gap(results: Results, config: Config, *, filters: Filters | None = None, offset: int = 0) -> None:
    """Note the query of *results* if the setting is on and it found little. It is what a person or an assistant
    asked for whole: without *filters*, not a further page, and not what is being typed. That it cannot be written
    is logged once."""
    query = " ".join(results.query.encode("utf-8", "replace").decode("utf-8").split())
    is_first_page_of_all = filters in (None, Filters()) and not offset
    is_whole = is_first_page_of_all and not results.quote and 0 < len(query) <= LONGEST
    if config.gap_log and is_whole and results.complete < FEW:
        now = datetime.now(UTC).replace(microsecond=0)
        try:
            _append(Noted(now, located(config).index, query, results.complete))
        except OSError as error:
            said = _("what finds little is not noted in {file}: {reason}")
            _warn(said.format(file=_file(), reason=reason(error)))


def read_gaps(config: Config) -> tuple[Gap, ...]:
    """The queries to this index that found little, the most frequent first, and of these the latest. Case does not
    count, nor does what was asked for again within `AGAIN`.

    Raises:
        OSError: the file cannot be read.
    """
    asked: dict[str, list[Noted]] = {}
    place = located(config).index
    for noted in _read():
        if noted.index == place:
            asked.setdefault(noted.query.casefold(), []).append(noted)
    return tuple(sorted(map(_gap, asked.values()), key=lambda gap: (gap.count, gap.last), reverse=True))


def cannot_read(error: OSError) -> str:
    """What is said where `read_gaps` fails."""
    return _("what found little cannot be read from {file}: {reason}").format(file=_file(), reason=reason(error))


def asked_again(gaps: Iterable[Gap], index: Index) -> tuple[Gap, ...]:
    """The first of *gaps*, with what *index* has now."""
    return tuple(_again(gap, index) for gap in islice(gaps, SHOWN))


def forget_gaps(config: Config) -> int:
    """Forget the queries to this index; how many there were.

    Raises:
        OSError: the file cannot be written.
    """
    if not _file().is_file():
        return 0
    place = located(config).index
    with _locked():
        noted = list(_read())
        others = [one for one in noted if one.index != place]
        write_private(_file(), "".join(map(_line, others)))
    return len(noted) - len(others)


def _gap(asked: Sequence[Noted]) -> Gap:
    """What the lines of one query say."""
    last = asked[-1]
    count = 1 + sum(later.at - earlier.at >= AGAIN for earlier, later in pairwise(asked))
    return Gap(last.query, count, last.at.isoformat(), last.complete)


def _again(gap: Gap, index: Index) -> Gap:
    results = index.search(gap.query, limit=0, snippets=False)
    return replace(gap, now=results.complete, suggestion=results.suggestion)


def _append(noted: Noted) -> None:
    """Add a line; where there are too many, without the older half of them. Who has no home has no file."""
    file = _file()
    if not file.is_absolute():
        return
    with _locked():
        if file.exists() and file.stat().st_size > LARGEST:
            kept = list(_read())
            write_private(file, "".join(map(_line, (*kept[len(kept) // 2 :], noted))))
            return
        with open(file, "a+b", opener=_private) as lines:
            if size := lines.seek(0, os.SEEK_END):
                lines.seek(size - 1)
            is_cut = size and lines.read(1) != b"\n"  # by whom was stopped in the middle
            lines.write(b"\n" * bool(is_cut) + _line(noted).encode("utf-8"))


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _locked() -> AbstractContextManager[None]:
    return locked(_file(), PATIENCE)


def _read() -> Iterator[Noted]:
    """The lines of the file; those that are not whole, or somebody else's, are passed over."""
    try:
        lines = _file().read_bytes().splitlines()
    except FileNotFoundError:
        return
    for line in lines:
        try:
            yield decode(line, type=Noted)
        except (MsgspecError, UnicodeDecodeError):
            continue


def _line(noted: Noted) -> str:
    return dump_json(asdict(noted)) + "\n"


def _file() -> Path:
    """The file itself, where a link stands for it."""
    file = user_folder("state") / "gaps.jsonl"
    return file.resolve() if file.is_absolute() else file


@cache
def _warn(text: str) -> None:
    import logging  # what is noted without a failure needs none

    logging.getLogger(__name__).warning("%s", text)
