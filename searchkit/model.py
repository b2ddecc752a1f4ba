"""The values of a search: articles in, hits out. Reports on an index are in `reports`.

Every class is frozen. Positions in text are offsets in characters, half-open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any, overload

from searchkit.errors import ArticleError
from searchkit.schema import Facet

Range = tuple[int, int]
Day = str | date | datetime | None


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it is indexed and shown.

    `id` is the path from the corpus root with `/`, `body` plain text, `description` what its author says of it,
    `aliases` other names, such as that of its file, `digest` a fingerprint of all fields of the file, `duplicates`
    the ids of other files with the same body, `boilerplate` where lines of the body stand that other texts of its
    account or folder have too: they are found, but neither rank nor show it. `cluster` is the id of the earliest
    of the articles with nearly the same text, its own for that one, "" where there are no others.

    A program may pass lists for tuples, None for empty values, and a `date` or ISO 8601 text for a `datetime`.

    Raises:
        ArticleError: a field has the wrong type; the message names the article and the field.
    """

    id: str
    title: str
    body: str = ""
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    author: str = ""
    date: datetime | None = None
    lastmod: datetime | None = None
    url: str = ""
    description: str = ""
    aliases: tuple[str, ...] = ()
    draft: bool = False
    digest: str = ""
    duplicates: tuple[str, ...] = ()
    other_titles: tuple[str, ...] = ()
    boilerplate: tuple[Range, ...] = ()
    cluster: str = ""

    @property
    def own_text(self) -> str:
        """The body without its boilerplate."""
        if not self.boilerplate:
            return self.body
        ends = [0, *(end for _, end in self.boilerplate)]
        starts = [*(start for start, _ in self.boilerplate), len(self.body)]
        return "".join(self.body[end:start] for end, start in zip(ends, starts, strict=True))

    @property
    def titles(self) -> tuple[str, ...]:
        """All that the article is called: its title, those of its repeats, its aliases, but not the old paths that
        Hugo has among them."""
        names = (alias for alias in self.aliases if not alias.startswith(("/", "http://", "https://")))
        return (self.title, *self.other_titles, *names)

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not self.id:
            raise ArticleError(f"article {self.id!r}: id must be text and not empty")
        object.__setattr__(self, "id", str(self.id))
        for name, (is_right, convert) in _CONVERTERS.items():
            value = getattr(self, name)
            if not is_right(value):
                try:
                    object.__setattr__(self, name, convert(value))
                except ValueError as error:
                    raise ArticleError(f"article {self.id!r}: {name} {error}, not {value!r:.80}") from None


def newest_of(articles: Sequence[Article]) -> Article | None:
    """The latest of *articles*, of which the earliest is first and those without a date are last; None where none
    has a date."""
    return next((article for article in reversed(articles) if article.date), None)


def _is_text(value: object) -> bool:
    return type(value) is str


def _is_texts(value: object) -> bool:
    return type(value) is tuple and all(type(text) is str for text in value)


def _is_moment(value: object) -> bool:
    return value is None or type(value) is datetime


def _is_flag(value: object) -> bool:
    return type(value) is bool


def _is_ranges(value: object) -> bool:
    return type(value) is tuple and all(map(_is_range, value)) and _ascend([at for pair in value for at in pair])


def _is_range(value: object) -> bool:
    return type(value) is tuple and len(value) == 2 and all(type(at) is int for at in value)


def _ascend(offsets: Sequence[int]) -> bool:
    return all(before <= after for before, after in pairwise([0, *offsets]))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError("must be text")
    return str(value)


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, str):
        raise ValueError(f"must be a tuple of texts, such as ({value!r:.40},)")
    if not isinstance(value, (list, tuple, set, frozenset)) or not all(isinstance(text, str) for text in value):
        raise ValueError("must be a tuple of texts")
    return tuple(map(str, sorted(value) if isinstance(value, (set, frozenset)) else value))


def _ranges(value: Any) -> tuple[Range, ...]:
    ranges = () if value is None else tuple(map(tuple, value)) if isinstance(value, (list, tuple)) else None
    if not _is_ranges(ranges):
        raise ValueError("must be ranges of the body in their order, such as ((0, 12),)")
    return ranges or ()


def _moment(value: Any) -> datetime:
    if isinstance(value, str):
        try:
            return datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError("must be a date such as 2024-05-14 or 2024-05-14T08:30") from None
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    raise ValueError("must be a datetime, a date or ISO 8601 text")


def _flag(_: Any) -> bool:
    raise ValueError("must be True or False")


_CONVERTERS: dict[str, tuple[Callable[[object], bool], Callable[[Any], Any]]] = {
    **dict.fromkeys(("title", "body", "author", "url", "description", "digest", "cluster"), (_is_text, _text)),
    **dict.fromkeys(("tags", "categories", "aliases", "duplicates", "other_titles"), (_is_texts, _texts)),
    **dict.fromkeys(("date", "lastmod"), (_is_moment, _moment)),
    "draft": (_is_flag, _flag),
    "boilerplate": (_is_ranges, _ranges),
}
"""Field of an article -> the test of a value, and the conversion of a value that fails it."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions on every hit: all of the tags and categories, the author, dates from *since* to *until*, both
    inclusive, each a day, a month or a year, or so long ago as "30d", a path below the corpus: a folder, or a
    pattern as in `.gitignore`, and the site that the article is from: a host, or a domain that it is in. The
    archive is searched as it was at the end of the day, month or year *as_of*: without later articles and those
    without a date, and days ago, here and in the query, count from it.

    Raises:
        ValueError: `tags` or `categories` is a single text, or something is no text.
    """

    tags: Iterable[str] = ()
    categories: Iterable[str] = ()
    author: str | None = None
    since: Day = None
    until: Day = None
    path: str | None = None
    site: str | None = None
    as_of: Day = None

    def __post_init__(self) -> None:
        for name in ("tags", "categories"):
            value = getattr(self, name)
            if isinstance(value, str):
                raise ValueError(f"{name}={value!r} is a single text; write {name}=({value!r},)")
            texts = tuple(value) if isinstance(value, Iterable) else (value,)  # an iterator is read only once
            if not all(isinstance(one, str) for one in texts):
                raise ValueError(f"{name}={value!r:.80} must be texts")
            object.__setattr__(self, name, texts)
        for name in ("author", "path", "site"):
            value = getattr(self, name)
            if not isinstance(value, (str, type(None))):
                raise ValueError(f"{name}={value!r:.80} must be text")
            object.__setattr__(self, name, value or None)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage of the text of an article, and the ranges in it that match the query."""

    text: str
    highlights: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Contribution:
    """One addend of a score.

    The score of a term saturates once over all fields, so the part of a field is its share of the frequency.
    `signal` is "words", "bigrams" or "characters"; `signal` and `field` are empty if the addend is not from a
    term.
    """

    name: str
    score: float
    field: str = ""
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found, with its score and what to show of it. `path` is its file, or ""; `without` are the words
    of the query that it lacks. One that is `suggested` was found by `Results.suggestion`. `reposts` are the ids of
    all other articles with nearly the same text, the earliest first, `newest` that of the newest of them, or ""
    where it is the newest itself or none has a date."""

    article: Article
    score: float
    path: str = ""
    title_highlights: tuple[Range, ...] = ()
    snippets: tuple[Snippet, ...] = ()
    explanation: tuple[Contribution, ...] = ()
    without: tuple[str, ...] = ()
    suggested: bool = False
    reposts: tuple[str, ...] = ()
    newest: str = ""

    @property
    def id(self) -> str:
        """The id of the article."""
        return self.article.id

    @property
    def title(self) -> str:
        """The title of the article."""
        return self.article.title

    @property
    def date(self) -> datetime | None:
        """The date of the article."""
        return self.article.date

    @property
    def author(self) -> str:
        """The author of the article."""
        return self.article.author

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the article."""
        return self.article.tags

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of the article."""
        return self.article.categories

    @property
    def url(self) -> str:
        """The URL of the article."""
        return self.article.url

    @property
    def duplicates(self) -> tuple[str, ...]:
        """The ids of other files with the same body."""
        return self.article.duplicates


@dataclass(frozen=True, slots=True)
class Difference:
    """Where an article reads otherwise than a passage that was given: the range of its body, which is empty where
    the passage has more, and what was *given* there, which is empty where the article has more."""

    start: int
    end: int
    given: str


@dataclass(frozen=True, slots=True)
class Quote:
    """The article that a passage is from, and where it stands in its body. `path` is its file, or ""; `identity`
    is the share of letters and digits that are the same, from 0 to 1; `differences` are in their order."""

    article: Article
    path: str
    identity: float
    start: int
    end: int
    differences: tuple[Difference, ...] = ()

    @property
    def text(self) -> str:
        """The passage as the article has it."""
        return self.article.body[self.start : self.end]

    @property
    def hit(self) -> Hit:
        """The article as a hit with the passage marked, as `locate` takes it."""
        whole = Snippet(self.text, ((0, len(self.text)),))
        return Hit(self.article, self.identity, self.path, snippets=(whole,))


@dataclass(frozen=True, slots=True, repr=False)
class Results(Sequence[Hit]):
    """The results of a query, a sequence of `hits`: one page of `total` articles. Of these `complete` have all
    words of the query; the others come close to the best one in score. If the query has a typing error,
    `suggestion` is what was probably meant, and what that finds is in the list too, unless all words were asked
    for. `quote` is the article that the query is a passage of, if it is one.

    `notes` say what looked like syntax but was read as text, what was left out, and which filters no article
    meets; `facets` maps a facet to (value, count) pairs of all `total` articles of this list. `semantic` says
    whether the list is ordered by meaning too, `folded` whether it has one article for all that have nearly its
    text.
    """

    query: str
    total: int
    hits: tuple[Hit, ...]
    complete: int = 0
    suggestion: str | None = None
    quote: Quote | None = None
    notes: tuple[str, ...] = ()
    facets: Mapping[Facet, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    took_ms: float = 0.0
    semantic: bool = False
    folded: bool = False

    @overload
    def __getitem__(self, at: int) -> Hit: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Hit, ...]: ...

    def __getitem__(self, at: int | slice) -> Hit | tuple[Hit, ...]:
        return self.hits[at]

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __repr__(self) -> str:
        found = f"{len(self.hits)} of {self.total} hits"
        return f"<Results for {self.query!r:.60}: {found}, {self.complete} with all words>"

    def _repr_html_(self) -> str:
        """A list for notebooks; text of articles is escaped."""
        shown = "".join(f"<li value={number}>{_as_html(hit)}</li>" for number, hit in enumerate(self.hits, 1))
        return f"<p>{self.total:,} found for <b>{_escape(self.query)}</b></p><ol>{shown}</ol>"


def _as_html(hit: Hit) -> str:
    title = _marked(hit.title or hit.id, hit.title_highlights)
    if hit.url.startswith(("http://", "https://")):
        title = f'<a href="{_escape(hit.url)}">{title}</a>'
    facts = " · ".join(
        _escape(fact) for fact in (hit.date.date().isoformat() if hit.date else "", hit.author) if fact
    )
    passages = "".join(f"<br>{_marked(snippet.text, snippet.highlights)}" for snippet in hit.snippets)
    return f"{title}{f' <small>{facts}</small>' if facts else ''}{passages}"


def _marked(text: str, ranges: tuple[Range, ...]) -> str:
    parts, at = [], 0
    for start, end in ranges:
        parts += [_escape(text[at:start]), "<mark>", _escape(text[start:end]), "</mark>"]
        at = end
    return "".join([*parts, _escape(text[at:])])


def _escape(text: str) -> str:
    from html import escape  # for notebooks only

    return escape(text)
