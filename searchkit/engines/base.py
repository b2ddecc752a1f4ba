"""The contract every engine keeps. `tests/engines/contract.py` is what it means.

An engine holds documents and answers requests; it knows nothing of files, of HTML or of snippets. What a
reader sees is one committed state. A writer publishes everything it did at once, or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, field

from searchkit.analysis.normalize import fold_case, title_key
from searchkit.analysis.sites import domains_of, site_of
from searchkit.bm25f import BM25F, Bm25f
from searchkit.model import Article, Contribution
from searchkit.query.plan import Bonus, Channel, Condition, MultiTerm, RankTerm
from searchkit.schema import Facet, Sort
from searchkit.state import IndexState

if TYPE_CHECKING:
    from searchkit.reports import Problem


class Document(Struct, frozen=True):
    """An article and what is indexed of it: `words` has the terms of each field's word channel in their order,
    `texts` each field folded and case-folded, for the character channel, `keywords` the values of each keyword
    field, `clock` its date in seconds since 1970 on its own clock. `boilerplate` are those lines of the body,
    folded and case-folded, that match and do not rank: how often they have a pair of Han characters, or a
    character, is taken off how often the body has it. `digest` says what the document was made of. `vector` is
    what `Reader.vectors` gives back: bytes that mean nothing to an engine, as many as in other documents, or none.
    """

    article: Article
    words: Mapping[str, list[str]]
    texts: Mapping[str, str]
    keywords: Mapping[str, tuple[str, ...]]
    clock: int | None = None
    boilerplate: tuple[str, ...] = ()
    digest: str = ""
    vector: bytes = b""


def keywords_of(article: Article) -> dict[str, tuple[str, ...]]:
    """The values of each of `schema.KEYWORDS`."""
    site = site_of(article.url)
    authors = tuple(article.author.split(", ")) if article.author else ()
    day = article.date.date().isoformat() if article.date else ""  # on its own clock, as years are
    return {
        "id": (article.id,),
        "duplicate": article.duplicates,
        "cluster": (article.cluster,) if article.cluster else (),
        "title_key": _distinct(map(title_key, article.titles)),
        "tag": article.tags,
        "tag_key": _distinct(map(fold_case, article.tags)),
        "category": article.categories,
        "category_key": _distinct(map(fold_case, article.categories)),
        "author_name": authors,
        "author_key": _distinct(map(fold_case, authors)),
        "site": (site,) if site else (),
        "site_key": domains_of(site),
        "year": (str(article.date.year),) if article.date else (),
        "month": (day[:7],) if day else (),
        "day": (day,) if day else (),
    }


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


class Request(Struct, frozen=True):
    """Articles that `match`, ranked by `rank` or by date; `bonuses` are added to the score, and so is `recency`,
    which the newest article of the index gets, older ones less. With `articles`, hits come with
    theirs: for a page that is shown. `bm25f` has the numbers of the ranking.

    With `complete`, the list has the articles that meet it, and those others whose score is not too far below the
    best one (see `Bm25f.floor`), or that of `best`, the score of an article that was left out of the request;
    without, all that match. Of each hit it is asked which of `words` it lacks. With
    `only_page`, articles that are not on the page may be left out of all that is counted."""

    match: Condition
    rank: tuple[RankTerm, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    sort: Sort = "relevance"
    limit: int | None = 10
    offset: int = 0
    facets: tuple[Facet, ...] = ()
    articles: bool = False
    explain: bool = False
    recency: float = 0.0
    complete: Condition | None = None
    best: float = 0.0
    words: tuple[Condition, ...] = ()
    only_page: bool = False
    bm25f: Bm25f = BM25F


class Found(Struct, frozen=True):
    """The answer: `total` articles are in the list, `complete` of them meet `Request.complete`; `hits` are
    (id, score), best first, equal scores by id; `articles` and `explanations` are those of the hits, if they were
    asked for, `missing` the numbers of those `Request.words` that each hit lacks; `notes` say what of the request
    was left out."""

    total: int
    hits: tuple[tuple[str, float], ...]
    facets: Mapping[Facet, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    articles: tuple[Article, ...] = ()
    explanations: tuple[tuple[Contribution, ...], ...] = ()
    notes: tuple[str, ...] = ()
    complete: int = 0
    missing: tuple[tuple[int, ...], ...] = ()


class Remains(Struct, frozen=True):
    """What a published index that does not open still says of itself: its `state`, as `dump_state` of any version
    gave it, and its `manifest`; each is empty where it cannot be read."""

    state: Mapping[str, Any] = field(default_factory=dict)
    manifest: bytes = b""


class Published(Protocol):
    """What one committed state of an index says of itself."""

    @property
    def state(self) -> IndexState:
        """What made the index, as the writer committed it with the documents."""

    def manifest(self) -> bytes:
        """The large record the writer committed with the documents."""

    def close(self) -> None:
        """Give back files; further calls are an error."""


class Reader(Published, Protocol):
    """One committed state of an index. Threads may share it."""

    def is_current(self) -> bool:
        """Whether this state is the one that is published now: to be asked often, so no more than a small read or
        a request."""

    def __len__(self) -> int:
        """How many articles there are."""

    def search(self, request: Request) -> Found:
        """Answer *request*, as if every matching article had been scored. A `MultiTerm` in it has its terms."""

    def get(self, article_id: str) -> Article | None:
        """The stored article with this id, or that has it among its duplicates, or None."""

    def ids(self) -> Iterator[str]:
        """The ids of all articles, in no order."""

    def terms(self, prefix: str = "") -> Iterator[str]:
        """Distinct terms of the word channel that begin with *prefix*, sorted."""

    def expand(self, condition: MultiTerm) -> list[str]:
        """The terms of the word channel of any field that a pattern or a fuzzy word stands for, sorted."""

    def completions(self, prefix: str, most: int) -> list[str]:
        """The *most* terms of the word channel that begin with *prefix* and that most articles have, the most
        frequent first; of equally frequent ones any."""

    def keywords(self, field: str) -> Iterator[str]:
        """The distinct values of a keyword field."""

    def article_frequencies(self, terms: Sequence[str], channel: Channel = "words") -> list[int]:
        """How many articles have each of *terms* in a channel of any field."""

    def vectors(self, ids: Sequence[str]) -> list[bytes]:
        """The vector of each of the articles with these *ids*, b"" where there is none."""

    def verify(self) -> Iterator[Problem]:
        """What is wrong with the index: every byte is read. `path` is the file, `reason` what is wrong with it."""


class Writer(Protocol):
    """Changes that become visible together. Leaving the `with` block without `commit` drops them."""

    def remove(self, ids: Iterable[str]) -> None:
        """Remove articles of the committed state; ids that are not there are passed over."""

    def add(self, packed: Any) -> None:
        """Add documents that `Engine.pack` packed. No two of one writer have the same id. Ids that are in the
        index are taken out, by `remove`, before the commit."""

    def commit(self, state: IndexState, manifest: bytes) -> None:
        """Publish everything, with *state* and *manifest*, in one step."""

    def __enter__(self) -> Writer: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Engine(Protocol):
    """A place where an index lives."""

    def read(self) -> Reader:
        """The newest committed state.

        Raises:
            IndexNotFound, IndexCorrupted
            IndexOutdated: it was written with another schema.
        """

    def published(self) -> Published:
        """What the newest committed state says of itself, for who does not search it: it raises what `read` does,
        but may look at less of the index.
        """

    def remains(self) -> Remains:
        """What is left of the newest committed state where `read` says that it is damaged or outdated."""

    def locked(self) -> AbstractContextManager[None]:
        """The right to write, for one process at a time.

        Raises:
            IndexLocked: another process has it; the message names it.
        """

    @staticmethod
    def pack(documents: Iterable[Document]) -> Any:
        """*documents*, of which there is one at least, as `Writer.add` takes them; for a worker process, so what
        it returns can be pickled. They may be made as they are asked for."""

    def write(self, *, full: bool) -> Writer:
        """A writer on top of the committed state or, if *full*, from nothing. Only inside `locked`."""
