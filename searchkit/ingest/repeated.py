"""A run that is not told what to index -> what the last one was told, as the index remembers it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

from searchkit.config import Config
from searchkit.engines.base import Engine
from searchkit.errors import CorpusNotFound, IndexCorrupted, IndexNotFound, IndexOutdated
from searchkit.state import MadeOf, dump_state, made_of

_BY_DEFAULT = "corpus"


def as_last_time(config: Config, engine: Engine, *, full: bool) -> Config:
    """*config* with a corpus: if it names none, that of the index, with its `drafts` and `exclude` where *config*
    does not say otherwise; or else the folder `corpus`.

    Raises:
        CorpusNotFound: there is neither.
        IndexCorrupted: the index is damaged, and the run is no *full* one.
    """
    if config.corpus:
        return config
    last = _last_run(engine, full=full)
    corpus = tuple(last.sources.values()) or last.corpus
    if corpus:
        drafts = last.drafts if config.drafts is None else config.drafts
        exclude = last.exclude if config.exclude is None else config.exclude
        return replace(config, corpus=corpus, drafts=drafts, exclude=exclude)
    if not Path(_BY_DEFAULT).exists():
        raise CorpusNotFound(
            _(
                "which articles? Name their folder once, as in `searchkit reindex ~/articles`; the index "
                "remembers it, and `searchkit reindex` is enough from then on"
            )
        )
    return replace(config, corpus=_BY_DEFAULT)


def _last_run(engine: Engine, *, full: bool) -> MadeOf:
    try:
        with closing(engine.read()) as reader:
            return made_of(dump_state(reader.state))
    except IndexOutdated as error:
        return made_of(error.state)
    except IndexNotFound:
        return MadeOf()
    except IndexCorrupted:
        if full:
            return MadeOf()
        raise
