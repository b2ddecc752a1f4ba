"""A run that is not told what to index -> what the last one was told, as the index remembers it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from searchkit.config import Config
from searchkit.engines.base import Engine
from searchkit.errors import CorpusNotFound, IndexCorrupted, IndexNotFound, IndexOutdated
from searchkit.state import MadeOf, made_of
from searchkit.translation import gettext as _

_BY_DEFAULT = "corpus"


def as_last_time(config: Config, engine: Engine, *, full: bool) -> Config:
    """*config* with a corpus: if it names none, that of the index, with its `drafts`, `exclude` and
    `semantic` where *config* does not say otherwise; the folder `corpus` where there is no index.

    Raises:
        CorpusNotFound: there is neither, or the index does not say what it was made of.
        IndexCorrupted: the index is damaged, and the run is no *full* one.
    """
    if config.corpus:
        return config
    last = _last_run(engine, full=full)
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
    if config.semantic is None and last.semantic:
        config = replace(config, semantic=last.semantic.of, encoder=last.semantic.encoder)
    return replace(config, corpus=corpus, drafts=drafts, exclude=exclude)


def _last_run(engine: Engine, *, full: bool) -> MadeOf | None:
    """What the index says of itself, also one that does not open; None where there is no index."""
    try:
        with closing(engine.read()) as reader:
            return reader.state
    except IndexNotFound:
        return None
    except IndexCorrupted:
        if not full:
            raise
    except IndexOutdated:
        pass
    return made_of(engine.remains().state)
