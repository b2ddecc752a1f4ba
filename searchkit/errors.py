"""Every error searchkit raises.

SearchkitError
├── ArticleError (ValueError)         a file that cannot be read as an article
├── ConfigError (ValueError)          a setting or a configuration file that makes no sense
├── CorpusNotFound (FileNotFoundError)
├── ArticleNotFound (LookupError)     no article with that id
├── QuerySyntaxError (ValueError)     only from strict parsing; points at the character
├── WorkerDied (RuntimeError)         a process of a reindex was killed
├── EvaluationError (ValueError)      queries, judgements or runs that make no sense; names file and line
├── ExtraMissing (ImportError)        a library of an optional part is not installed; names the extra
├── EngineUnavailable (ConnectionError)  the cluster of an engine cannot be reached, or is not well
└── IndexError_ (RuntimeError)
    ├── IndexNotFound (FileNotFoundError)
    ├── IndexOutdated                 written by another schema or analyzer: reindex
    ├── IndexCorrupted                a file of the index is damaged: reindex --full
    └── IndexLocked                   another reindex is at work
"""

from __future__ import annotations


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
        super().__init__(f"{message}\n  {query}\n  {_pad(query[:position])}^")
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


class IndexLocked(IndexError_):
    """Another reindex holds the lock."""


def _pad(text: str) -> str:
    """Blanks as wide as *text* on a terminal: a full-width character takes two columns."""
    import unicodedata

    return "".join("  " if unicodedata.east_asian_width(c) in "WF" else " " for c in text)
