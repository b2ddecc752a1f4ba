"""What a reindex is asked for, and what is stored with the index that it makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import replace as with_values
from pathlib import Path

from msgspec.structs import replace

from searchkit.analysis.fingerprint import fingerprint
from searchkit.analysis.sounds import known_syllables
from searchkit.articles.corpus import Corpus, Found, entries_of, paths_of
from searchkit.config import ENCODER, Config, user_words
from searchkit.engines.base import Engine
from searchkit.engines.distributed import Distributed
from searchkit.ingest.known import Known
from searchkit.ingest.workers.pool import Workers
from searchkit.reports import OnProgress
from searchkit.schema import READING_VERSION, SCHEMA_VERSION
from searchkit.state import IndexState, MadeOf, ReadingState, SemanticState


def state_of(corpus: Corpus, config: Config, last: MadeOf | None = None) -> IndexState:
    """What is stored with the index; readers and later runs compare it with their own. *last* is what the one
    before was made of: its vectors are costly, and stay unless *config* says otherwise."""
    sources = {name: str(path) for name, path in paths_of(corpus).items()}
    folder = sources.pop("") if "" in sources and Path(sources[""]).is_dir() else ""
    return IndexState(
        schema=SCHEMA_VERSION,
        analyzer=fingerprint(),
        reading=ReadingState(READING_VERSION, tuple(config.ignored_tags)),
        user_words=user_words(config),
        drafts=bool(config.drafts),
        corpus=folder,  # so that a hit can name its file, and the next run needs not be told
        sources=sources,
        exclude=tuple(config.exclude or ()),
        semantic=semantic_of(config, last.semantic if last else None),
    )


def semantic_of(config: Config, last: SemanticState | None) -> SemanticState | None:
    """What has a vector in an index that is made with *config*, and was made as the *last* one where that does not
    say."""
    of = config.semantic or (last.of if last else "off")
    return None if of == "off" else SemanticState(of, config.encoder or (last.encoder if last else ENCODER))


def with_readings(state: IndexState, before: Mapping[str, str], *, anew: bool = False) -> IndexState:
    """*state* with the readings of characters: those from *before* are as good as new ones, which take a while;
    with *anew* they are what there is without pypinyin."""
    if anew:
        return replace(state, syllables=known_syllables() or dict(before))
    return replace(state, syllables=dict(before) or known_syllables())


def check_encoder(state: IndexState) -> None:
    """
    Raises:
        ConfigError, ExtraMissing: articles shall have vectors, and the model that makes them is not there.
    """
    if state.semantic:
        from searchkit.semantic.encoder import load_encoder

        load_encoder(state.semantic.encoder)


@dataclass(frozen=True, slots=True)
class Job:
    """What a reindex is asked for, the same in all stages; `distributed` is the engine, if many can fill it."""

    corpus: Corpus
    config: Config
    engine: Engine
    state: IndexState
    workers: Workers
    progress: OnProgress | None
    allow_removals: bool
    distributed: Distributed | None = field(init=False)

    def __post_init__(self) -> None:
        # kept: it is asked for each file, and to look at a protocol takes 70 µs
        object.__setattr__(self, "distributed", self.engine if isinstance(self.engine, Distributed) else None)

    def with_readings_of(self, known: Known) -> Job:
        """This, with the readings of characters that the published index has, if there are any."""
        made = known.before.made if known.before else None
        state = with_readings(self.state, made.syllables if made else {}, anew=known.is_full_run)
        return with_values(self, state=state)

    def heartbeat(self) -> None:
        """Keep the lock, where it has to be kept."""
        if self.distributed:
            self.distributed.heartbeat()

    def found(self) -> Iterator[Found]:
        """What is in the corpus, one after the other.

        Raises:
            CorpusNotFound: there is none; it is raised here, before the first one is asked for.
        """
        found = entries_of(self.corpus, size_limit=self.config.size_limit, exclude=self.state.exclude)
        return self._kept_alive(found) if self.distributed else found

    def _kept_alive(self, found: Iterator[Found]) -> Iterator[Found]:
        for item in found:
            self.heartbeat()
            yield item
