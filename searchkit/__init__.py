"""Full-text search for a folder of Chinese articles.

    import searchkit

    searchkit.reindex("corpus", "index")
    with searchkit.open_index("index") as index:
        for hit in index.search("OpenAI 融资").hits:
            print(hit.title, hit.snippets[0].text)

Importing this package loads neither jieba nor NumPy nor rich.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchkit.articles.body_html import read_html
    from searchkit.articles.places import Place, locate
    from searchkit.config import Config
    from searchkit.config_sources import Settings, load_config, load_settings
    from searchkit.engines.distributed import Shard
    from searchkit.engines.whoosh.whoosh_codec.contents import open_whoosh
    from searchkit.errors import (
        ArticleError,
        ArticleNotFound,
        ConfigError,
        CorpusNotFound,
        EncoderFailed,
        EngineUnavailable,
        EvaluationError,
        ExtraMissing,
        IndexCorrupted,
        IndexError_,
        IndexLocked,
        IndexNotFound,
        IndexNotWritable,
        IndexOutdated,
        QuerySyntaxError,
        RemovalsRefused,
        SearchkitError,
        WorkerDied,
    )
    from searchkit.index import Index, open_index
    from searchkit.ingest.reindex import reindex
    from searchkit.ingest.single_articles import add, remove, update
    from searchkit.ingest.watch import watch
    from searchkit.inspection import analyze
    from searchkit.model import Article, Contribution, Difference, Filters, Hit, Quote, Results, Snippet
    from searchkit.reports import (
        AcceptedWords,
        Analysis,
        CheckReport,
        Cluster,
        Explanation,
        IndexReport,
        IndexStats,
        NewWord,
        Period,
        Problem,
        Progress,
        Repeat,
        Repost,
        Rise,
        Timeline,
    )
    from searchkit.schema import JSON_VERSION, Facet, Sort, TimeUnit
    from searchkit.user_dictionary import accept_words

__version__ = "0.1.0"

_HOMES = {
    "articles.body_html": ("read_html",),
    "articles.places": ("Place", "locate"),
    "config": ("Config",),
    "config_sources": ("Settings", "load_config", "load_settings"),
    "engines.distributed": ("Shard",),
    "engines.whoosh.whoosh_codec.contents": ("open_whoosh",),
    "errors": (
        "ArticleError",
        "ArticleNotFound",
        "ConfigError",
        "CorpusNotFound",
        "EncoderFailed",
        "EngineUnavailable",
        "EvaluationError",
        "ExtraMissing",
        "IndexCorrupted",
        "IndexError_",
        "IndexLocked",
        "IndexNotFound",
        "IndexNotWritable",
        "IndexOutdated",
        "QuerySyntaxError",
        "RemovalsRefused",
        "SearchkitError",
        "WorkerDied",
    ),
    "ingest.reindex": ("reindex",),
    "ingest.single_articles": ("add", "remove", "update"),
    "ingest.watch": ("watch",),
    "model": ("Article", "Contribution", "Difference", "Filters", "Hit", "Quote", "Results", "Snippet"),
    "reports": (
        "AcceptedWords",
        "Analysis",
        "CheckReport",
        "Cluster",
        "Explanation",
        "IndexReport",
        "IndexStats",
        "NewWord",
        "Period",
        "Problem",
        "Progress",
        "Repeat",
        "Repost",
        "Rise",
        "Timeline",
    ),
    "schema": ("JSON_VERSION", "Facet", "Sort", "TimeUnit"),
    "index": ("Index", "open_index"),
    "inspection": ("analyze",),
    "user_dictionary": ("accept_words",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [  # noqa: RUF022 - sorted by letters, as dir() is
    "AcceptedWords",
    "Analysis",
    "Article",
    "ArticleError",
    "ArticleNotFound",
    "CheckReport",
    "Cluster",
    "Config",
    "ConfigError",
    "Contribution",
    "CorpusNotFound",
    "Difference",
    "EncoderFailed",
    "EngineUnavailable",
    "EvaluationError",
    "Explanation",
    "ExtraMissing",
    "Facet",
    "Filters",
    "Hit",
    "Index",
    "IndexCorrupted",
    "IndexError_",
    "IndexLocked",
    "IndexNotFound",
    "IndexNotWritable",
    "IndexOutdated",
    "IndexReport",
    "IndexStats",
    "JSON_VERSION",
    "NewWord",
    "Period",
    "Place",
    "Problem",
    "Progress",
    "QuerySyntaxError",
    "Quote",
    "RemovalsRefused",
    "Repeat",
    "Repost",
    "Results",
    "Rise",
    "SearchkitError",
    "Settings",
    "Shard",
    "Snippet",
    "Sort",
    "TimeUnit",
    "Timeline",
    "WorkerDied",
    "accept_words",
    "add",
    "analyze",
    "load_config",
    "load_settings",
    "locate",
    "open_index",
    "open_whoosh",
    "read_html",
    "reindex",
    "remove",
    "update",
    "watch",
]


if not TYPE_CHECKING:  # a type checker knows the names above and no others

    def __getattr__(name: str) -> Any:
        """Public names are imported when they are first used, so that starting up is fast."""
        if name not in _HOME_OF:
            raise AttributeError(f"module 'searchkit' has no attribute {name!r}")
        return getattr(import_module(f"searchkit.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
