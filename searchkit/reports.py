"""Reports on an index, as frozen values: of a reindex, of a check, of why or when articles are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from searchkit.model import Article, Contribution, Difference, Hit, newest_of
from searchkit.schema import Facet, TimeUnit
from searchkit.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a query does or does not find an article.

    `rank` counts from 1 and is None for an article that is not in the list of `total`, of which `complete` have
    all words. `id` is the file in question, `shown_as` the article that is shown for it, `outside` why it is not
    in the index, `filtered` which filters it does not pass, `wants` what the query asks for and whether the
    article has it, `excluded` what the article has although the query excludes it.
    """

    query: str
    id: str
    shown_as: str
    total: int
    complete: int = 0
    rank: int | None = None
    score: float = 0.0
    outside: tuple[str, ...] = ()
    filtered: tuple[str, ...] = ()
    wants: tuple[tuple[str, bool], ...] = ()
    excluded: tuple[str, ...] = ()
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A day ("2024-05-14"), a month ("2024-05"), a quarter ("2024-Q2") or a year ("2024"), by its `name`: from the
    day `since` to the day `until`, both included. `count` of its articles are found, `of` all that the filters
    leave."""

    name: str
    since: date
    until: date
    count: int
    of: int

    @property
    def share(self) -> float:
        """The part of its articles that is found, from 0 to 1."""
        return self.count / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Rise:
    """A `period` in which a larger share of the articles is found than in the twelve before it, by more than
    chance; these are one span in `before`, without those before the first article of all. `hit` is the article
    that a search in the period finds first."""

    period: Period
    before: Period
    hit: Hit


@dataclass(frozen=True, slots=True)
class Timeline:
    """When the `total` articles that a query finds are from. `periods`, each a day, month, quarter or year as `by`
    says, go from that of the first article to that of the last, with the empty ones between; `undated` articles
    are in none. `first` and `last` are the earliest and the latest article, None if none has a date. `rises` are
    the periods in which it rose most, in their order. `against` is the timeline of the query that this one is held
    against: of the same periods, which then go from the first article of either to the last; `both` counts the
    articles that both find."""

    query: str
    by: TimeUnit
    periods: tuple[Period, ...] = ()
    undated: int = 0
    total: int = 0
    first: Hit | None = None
    last: Hit | None = None
    rises: tuple[Rise, ...] = ()
    against: Timeline | None = None
    both: int = 0

    @property
    def name(self) -> str:
        """What people call its list: the query, or all articles where that is empty."""
        return self.query if self.query.strip() else _("all articles")

    @property
    def sides(self) -> tuple[Timeline, ...]:
        """This timeline and the one it is held against, if there is one."""
        return (self, self.against) if self.against else (self,)


@dataclass(frozen=True, slots=True)
class Repost:
    """An article of a cluster. `path` is its file, or ""; `identity` is the share of letters and digits, of both,
    that are those of the first article, from 0 to 1, None where they were not compared; `differences` are where
    its body reads otherwise, in their order, and `given` in each is what the first article has there."""

    article: Article
    path: str = ""
    identity: float | None = None
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Articles with nearly the same text, two at least: `reposts` begins with the earliest, those without a date
    are last."""

    reposts: tuple[Repost, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the articles."""
        return tuple(repost.article.id for repost in self.reposts)

    @property
    def first(self) -> Repost:
        """The earliest article."""
        return self.reposts[0]

    @property
    def newest(self) -> Repost | None:
        """The latest article; None where none has a date."""
        newest = newest_of([repost.article for repost in self.reposts])
        return next((repost for repost in self.reposts if repost.article is newest), None)


@dataclass(frozen=True, slots=True)
class NewWord:
    """A name or a term that the dictionaries of an index lack: as a query it is `cut` into these words today, and
    into `cut_then` if it is taken; of two longer words it stays two. It stands `count` times, in what so many
    `accounts`, different authors or sites, say; each sentence counts once. `articles` have it; in at least
    `changes` of them it is no word today, and would be one. `example` is one of them. `asked` is how many of the
    queries that were given have it."""

    word: str
    cut: tuple[str, ...]
    count: int
    accounts: int
    articles: int
    changes: int
    cut_then: tuple[str, ...] = ()
    example: Hit | None = None
    asked: int = 0


@dataclass(frozen=True, slots=True)
class AcceptedWords:
    """What was written to the user dictionary at `path`: the words `added`, without those `known` to it. Unless
    the file is `configured`, the setting `user_dictionary` must name it before a reindex uses it."""

    path: str
    added: tuple[str, ...]
    known: tuple[str, ...]
    configured: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """The terms of a text: `normal` is the text after Unicode, width, script and case are normalised; `words`
    rank; `characters` match, by their positions; `query` has (term, its characters) for each word of the text as a
    query."""

    text: str
    normal: str
    words: tuple[str, ...]
    characters: tuple[str, ...]
    query: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem with one file: its path, the reason and, if known, the line."""

    path: str
    reason: str
    line: int | None = None

    @property
    def is_folder(self) -> bool:
        """Whether the path is that of a folder: it ends in `/`."""
        return self.path.endswith("/")

    def to_dict(self) -> dict[str, Any]:
        """A mapping for JSON; `line` only if it is known."""
        found = asdict(self)
        if self.line is None:
            del found["line"]
        return found


@dataclass(frozen=True, slots=True)
class Repeat:
    """A file that is the same article as another one, `of`, under which it is indexed. `same` is what they have in
    common: "title and text" or, of a long text, "text"."""

    path: str
    of: str
    same: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long job is: *done* of *total* in a stage such as "reading"; a total of 0 is unknown."""

    stage: str
    done: int
    total: int


OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What a reindex did. `added`, `updated`, `unchanged` and `removed` count articles of the index, the others
    files. A folder that is left out is one of `skipped`, one that cannot be listed is one of `failed`; neither is
    one of the files that are `seen`. `unread` is how many files are
    no articles, by the endings of their names, the most frequent first. `repeats` are the `duplicates`; `stubs`
    are files without an article in them, such as a link alone, which are indexed all the same. `published` is
    false for a worker of several that was not the last one; `refused` is why what a dry run counts would not be
    done without `allow_removals`, or empty."""

    seen: int = 0
    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    duplicates: int = 0
    drafts: int = 0
    repeats: tuple[Repeat, ...] = ()
    stubs: tuple[Problem, ...] = ()
    recovered: tuple[Problem, ...] = ()
    skipped: tuple[Problem, ...] = ()
    failed: tuple[Problem, ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)
    refused: str = ""
    seconds: float = 0.0
    full: bool = False
    dry_run: bool = False
    published: bool = True


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What is wrong with an index. `problems` are of its files; `missing` … `differing` are ids of articles,
    sorted; `new`, `changed` and `gone` are files of the corpus; `settings` are those changed since the last
    reindex. `compared` is whether there was a corpus to compare with, `lost` the paths of the folders that are
    missing. An index with problems is not compared.
    """

    articles: int
    problems: tuple[Problem, ...] = ()
    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    compared: bool = False
    lost: str = ""
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    @property
    def damaged(self) -> bool:
        """Whether the index is not as it was written: `reindex(full=True)` builds it again."""
        return bool(self.problems or self.missing or self.unexpected or self.unreadable or self.differing)

    @property
    def outdated(self) -> bool:
        """Whether a reindex would change the index."""
        return bool(self.lost or self.new or self.changed or self.gone or self.settings)


@dataclass(frozen=True, slots=True)
class IndexStats:
    """What is in an index. `files`, `drafts` and `failed` count files of the corpus. For an index in a folder,
    `built` is the time of its newest file and `size` its bytes. `problems` are the files that failed. `versions`
    are those of everything that determines the terms.
    """

    location: str
    corpus: str
    articles: int
    files: int
    drafts: int
    failed: int
    terms: int
    user_words: int
    built: datetime | None = None
    size: int = 0
    problems: tuple[Problem, ...] = ()
    facets: Mapping[Facet, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
