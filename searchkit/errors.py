"""Every error searchkit raises.

SearchkitError
├── ArticleError (ValueError)         a file that cannot be read as an article
├── ConfigError (ValueError)          a setting or a settings file that is not valid
├── CorpusNotFound (FileNotFoundError)
├── RemovalsRefused (RuntimeError)    a reindex would remove more than may be meant; the index is unchanged
├── ArticleNotFound (LookupError)     no article with that id
├── QuerySyntaxError (ValueError)     a strict query with a syntax error; points at the character
├── WorkerDied (RuntimeError)         a process of a reindex was killed
├── EvaluationError (ValueError)      queries, judgements or runs that are not valid; names file and line
├── EncoderFailed (RuntimeError)      a model gives no vectors now; an index is unchanged
├── ExtraMissing (ImportError)        an optional library is not installed; names it
├── EngineUnavailable (ConnectionError)  the cluster cannot be reached, refuses access, or is not healthy
└── IndexError_ (RuntimeError)
    ├── IndexNotFound (FileNotFoundError)
    ├── IndexOutdated                 written with another schema or analyzer: reindex
    ├── IndexCorrupted                a file of the index is damaged: reindex --full
    ├── IndexNotWritable (OSError)    no space, no permission, or the disk failed; the index is unchanged
    └── IndexLocked                   another reindex is running
"""

from __future__ import annotations

import errno
from typing import Any

from searchkit.translation import gettext as _

_MOST_SHOWN = 60
"""Characters of a query that are shown on each side of the error."""


class SearchkitError(Exception):
    """Base of every error that searchkit raises on purpose."""


class ArticleError(SearchkitError, ValueError):
    """A file that cannot be read as an article."""


class ConfigError(SearchkitError, ValueError):
    """A setting or a settings file that is not valid."""


class CorpusNotFound(SearchkitError, FileNotFoundError):
    """There is no corpus at the given path."""


class RemovalsRefused(SearchkitError, RuntimeError):
    """A reindex would remove so much that the corpus may not be what it was; the index is unchanged. `report` is
    the `IndexReport` of what would have been done."""

    def __init__(self, message: str, report: Any = None) -> None:
        super().__init__(message)
        self.report = report


class ArticleNotFound(SearchkitError, LookupError):
    """The index has no article with that id."""


class QuerySyntaxError(SearchkitError, ValueError):
    """A strict query with a syntax error; `position` is the offset of the character in question."""

    def __init__(self, message: str, query: str, position: int) -> None:
        before, after = query[:position], query[position:]
        if len(before) > _MOST_SHOWN:
            before = "…" + before[-_MOST_SHOWN:]
        if len(after) > _MOST_SHOWN:
            after = after[:_MOST_SHOWN] + "…"
        super().__init__(f"{message}\n  {before}{after}\n  {_pad(before)}^")
        self.query = query
        self.position = position


class WorkerDied(SearchkitError, RuntimeError):
    """A worker process was killed, most likely because memory ran out."""


class EvaluationError(SearchkitError, ValueError):
    """Queries, judgements or runs that are not valid."""


class ExtraMissing(SearchkitError, ImportError):
    """An optional library is not installed."""


class EncoderFailed(SearchkitError, RuntimeError):
    """A model does not give vectors now."""


class EngineUnavailable(SearchkitError, ConnectionError):
    """The cluster of an index cannot be reached, refuses access, or is not healthy."""


class IndexError_(SearchkitError, RuntimeError):
    """Base of all errors about an index."""


class IndexNotFound(IndexError_, FileNotFoundError):
    """There is no index at the given path."""


class IndexOutdated(IndexError_):
    """The index was written with another schema or analyzer."""


class IndexCorrupted(IndexError_):
    """A file of the index is damaged."""


class IndexNotWritable(IndexError_, OSError):
    """The index cannot be written: no space, no permission, or the disk failed. `__cause__` has the errno."""


class IndexLocked(IndexError_):
    """Another reindex holds the lock."""


def remedy(error: OSError) -> str:
    """What may help against a system error, or "" if unknown."""
    remedies = {
        (errno.ENOSPC, errno.EDQUOT): _("free some space and try again"),
        (errno.EFBIG,): _("raise the file size limit (ulimit -f) and try again"),
        (errno.EMFILE, errno.ENFILE): _("raise the limit of open files (ulimit -n) and try again"),
        (errno.ENOMEM,): _("free memory and try again"),
        (errno.EACCES, errno.EPERM): _("give this user permission and try again"),
        (errno.EROFS,): _("choose a writable folder"),
        (errno.ENOTDIR, errno.EEXIST): _("name another folder"),
        (errno.EIO,): _("check the disk and try again"),
    }
    return next((text for codes, text in remedies.items() if error.errno in codes), "")


def reason(error: OSError | UnicodeError) -> str:
    """What an error of reading says, in the reader's language if it is one of the system that people meet."""
    if isinstance(error, UnicodeError):
        return str(error)
    reasons = {
        errno.ENOENT: _("No such file or directory"),
        errno.EACCES: _("Permission denied"),
        errno.EPERM: _("Operation not permitted"),
        errno.EISDIR: _("Is a directory"),
        errno.ENOTDIR: _("Not a directory"),
        errno.EEXIST: _("File exists"),
        errno.ENOSPC: _("No space left on device"),
        errno.EDQUOT: _("Disk quota exceeded"),
        errno.EFBIG: _("File too large"),
        errno.EROFS: _("Read-only file system"),
        errno.EMFILE: _("Too many open files"),
        errno.ENOMEM: _("Cannot allocate memory"),
        errno.ENAMETOOLONG: _("File name too long"),
        errno.EIO: _("Input/output error"),
    }
    return reasons.get(error.errno or 0) or error.strerror or str(error)


def is_shortage(error: OSError) -> bool:
    """Whether an error is about the limits of this process and not about one file: it would hit any file."""
    return error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def _pad(text: str) -> str:
    """Spaces as wide as *text* on a terminal: a full-width character takes two columns."""
    import unicodedata

    return "".join("  " if unicodedata.east_asian_width(c) in "WF" else " " for c in text)
