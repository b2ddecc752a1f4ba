"""A run that is not told what to index -> what the last one was told, as the index remembers it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from searchkit.config import Config
from searchkit.engines.base import Engine
from searchkit.errors import CorpusNotFound, EngineUnavailable, IndexCorrupted, IndexNotFound, IndexOutdated
from searchkit.state import MadeOf, made_of
from searchkit.translation import gettext as _

_BY_DEFAULT = "corpus"


def as_last_time(config: Config, last: MadeOf | None) -> Config:
    """*config* with a corpus: if it names none, that of the *last* run, with its `drafts` and `exclude` where
    *config* does not say otherwise; the folder `corpus` where there was none.

    Raises:
        CorpusNotFound: there is neither, or the index does not say what it was made of.
    """
    if config.corpus:
        return config
    if last is None:
        if not Path(_BY_DEFAULT).exists():
            raise CorpusNotFound(
                _(
                    "which articles? Name their folder once, as in `searchkit reindex ~/articles`; the index "
                    "remembers it, and `searchkit reindex` is enough from then on"
                )
            )
        return replace(config, corpus=(_BY_DEFAULT,))
    corpus = tuple(last.origin.values())
    if not corpus:
        raise CorpusNotFound(
            _(
                "which articles? The index does not say what it was made of; name their folder, as in "
                "`searchkit reindex ~/articles`"
            )
        )
    drafts = last.drafts if config.drafts is None else config.drafts
    exclude = last.exclude if config.exclude is None else config.exclude
    return replace(config, corpus=corpus, drafts=drafts, exclude=exclude)


def last_run(engine: Engine, *, may_be_damaged: bool) -> MadeOf | None:
    """What the index says of itself, also one that does not open; None where there is no index.

    Raises:
        IndexCorrupted, OSError: it cannot be read, unless it *may_be_damaged*: it is made anew, or others say so.
        EngineUnavailable: it cannot be read now.
    """
    try:
        with closing(engine.published()) as published:
            return published.state
    except IndexNotFound:
        return None
    except IndexOutdated:
        pass
    except (IndexCorrupted, OSError) as error:
        if not may_be_damaged or isinstance(error, EngineUnavailable):
            raise
    return made_of(engine.remains().state)
