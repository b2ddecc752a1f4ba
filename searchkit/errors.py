"""Every error searchkit raises.

SearchkitError
├── ArticleError (ValueError)         a file that cannot be read as an article
├── ConfigError (ValueError)          a setting or a configuration file that makes no sense
├── CorpusNotFound (FileNotFoundError)
├── ArticleNotFound (LookupError)     no article with that id
├── QuerySyntaxError (ValueError)     only from strict parsing; points at the character
├── WorkerDied (RuntimeError)         a process of a reindex was killed
├── EvaluationError (ValueError)      queries, judgements or runs that make no sense; names file and line
├── ExtraMissing (ImportError)        a library of an optional part is not installed; names it
├── EngineUnavailable (ConnectionError)  the cluster of an engine cannot be reached, or is not well
└── IndexError_ (RuntimeError)
    ├── IndexNotFound (FileNotFoundError)
    ├── IndexOutdated                 written by another schema or analyzer: reindex
    ├── IndexCorrupted                a file of the index is damaged: reindex --full
    ├── IndexNotWritable (OSError)    no room, no right, or the disk failed; the index stays as it was
    └── IndexLocked                   another reindex is at work
"""

from __future__ import annotations

import errno

_MOST_SHOWN = 60
"""Characters of a query that are shown on each side of the one that does not fit."""


class SearchkitError(Exception):
    """Base of everything searchkit raises on purpose."""


class ArticleError(SearchkitError, ValueError):
    """A file that cannot be read as an article."""


class ConfigError(SearchkitError, ValueError):
    """A setting or a configuration file that makes no sense."""


class CorpusNotFound(SearchkitError, FileNotFoundError):
    """There is no corpus at the path given."""


class ArticleNotFound(SearchkitError, LookupError):
    """The index has no article with that id."""


class QuerySyntaxError(SearchkitError, ValueError):
    """A strict query that does not parse; `position` is the offset of the character that does not fit."""

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
    """A process that read or analysed articles was killed, most likely for its memory."""


class EvaluationError(SearchkitError, ValueError):
    """Queries, judgements or runs that make no sense."""


class ExtraMissing(SearchkitError, ImportError):
    """A library that only an optional part needs is not installed."""


class EngineUnavailable(SearchkitError, ConnectionError):
    """The cluster that holds an index cannot be reached, does not let us in, or is not well."""


class IndexError_(SearchkitError, RuntimeError):
    """Base of what can be wrong with an index."""


class IndexNotFound(IndexError_, FileNotFoundError):
    """There is no index at the path given."""


class IndexOutdated(IndexError_):
    """The index was written by another schema or analyzer."""


class IndexCorrupted(IndexError_):
    """A file of the index is damaged."""


class IndexNotWritable(IndexError_, OSError):
    """The index cannot be written: there is no room or no right, or the disk failed. `__cause__` has the errno."""


class IndexLocked(IndexError_):
    """Another reindex holds the lock."""


_REMEDIES = {
    (errno.ENOSPC, errno.EDQUOT): "make room and try again",
    (errno.EFBIG,): "raise the limit of the size of a file (ulimit -f) and try again",
    (errno.EMFILE, errno.ENFILE): "raise the limit of open files (ulimit -n) and try again",
    (errno.ENOMEM,): "free memory and try again",
    (errno.EACCES, errno.EPERM): "give this user the right to it and try again",
    (errno.EROFS,): "choose a place that can be written",
    (errno.EIO,): "look after the disk and try again",
}


def remedy(error: OSError) -> str:
    """What may help against an error of the system, or nothing where nobody knows."""
    return next((text for codes, text in _REMEDIES.items() if error.errno in codes), "")


def is_shortage(error: OSError) -> bool:
    """Whether an error is about this process and not about the file it was met at: no file would do better."""
    return error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def _pad(text: str) -> str:
    """Blanks as wide as *text* on a terminal: a full-width character takes two columns."""
    import unicodedata

    return "".join("  " if unicodedata.east_asian_width(c) in "WF" else " " for c in text)
