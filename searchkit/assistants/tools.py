"""The tools, in the order in which assistants see them: a name and arguments -> an answer.

Every tool reads the index and changes nothing, says the same when it is asked the same again, and knows of nothing
outside of the index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from searchkit import Index
from searchkit.assistants import schemas
from searchkit.assistants.answer import Answer
from searchkit.assistants.arguments import Argument, Refusal, checked, nearest, schema_of, shown
from searchkit.assistants.fencing import clean_line
from searchkit.assistants.lists import search, similar
from searchkit.assistants.overview import overview
from searchkit.assistants.reading import MOST_CHARACTERS, fetch
from searchkit.assistants.sources import find_source
from searchkit.translation import catalogue_of, translated

MOST_HITS, MOST_IDS, MOST_SKIPPED = 20, 10, 10_000
_LONGEST_ERROR = 120

_ID = Argument("id", "text", "from search", most=2_000, required=True)
_LIMIT = Argument("limit", "number", default=10, least=1, most=MOST_HITS)
_OFFSET = Argument("offset", "number", default=0, most=MOST_SKIPPED)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: what it is for, its arguments, what its structured content looks like, and what answers it."""

    name: str
    about: str
    arguments: tuple[Argument, ...]
    output: dict[str, Any]
    run: Callable[..., Answer]

    @property
    def input(self) -> dict[str, Any]:
        """The schema of a call."""
        return schema_of(self.arguments)


TOOLS = (
    Tool(
        "search",
        "Find articles by words, best first, with the passage that matches. Use few telling words in the language "
        'of the articles, mostly Chinese; "quoted words" stand together, -word excludes. An empty query lists the '
        "newest.",
        (
            Argument("query", "text", most=2_000, required=True),
            _LIMIT,
            _OFFSET,
            Argument("since", "text", "2024, 2024-05, 2024-05-14 or 30d ago", most=40),
            Argument("until", "text", most=40),
            Argument("tag", "text", "exact; see overview"),
            Argument("author", "text", "exact"),
            Argument("sort", "choice", default="relevance", choices=("relevance", "newest", "oldest")),
            Argument("detail", "choice", default="short", choices=("titles", "short", "long")),
        ),
        schemas.HITS,
        search,
    ),
    Tool(
        "fetch",
        "Read articles: a page of the text of one, or the beginnings of several.",
        (
            Argument("id", "texts", "one id, or several in a list", most=MOST_IDS, required=True),
            Argument("offset", "number", "character to begin at", default=0, most=1_000_000_000),
            Argument("around", "text", "words or text; shows the passage with them", most=500),
            Argument("max_chars", "number", default=MOST_CHARACTERS, least=100, most=MOST_CHARACTERS),
        ),
        schemas.ARTICLES,
        fetch,
    ),
    Tool(
        "find_source",
        "Find the article that a quoted passage is from, even if a third of it was changed, and what differs.",
        (Argument("text", "text", "a sentence or more", most=20_000, required=True),),
        schemas.SOURCE,
        find_source,
    ),
    Tool("similar", "Find articles like one.", (_ID, _LIMIT, _OFFSET), schemas.HITS, similar),
    Tool(
        "overview",
        "What there is, or what of it a query finds: articles over time, tags, authors, the first and the last.",
        (Argument("query", "text", most=2_000, default=""),),
        schemas.OVERVIEW,
        overview,
    ),
)
_BY_NAME = {tool.name: tool for tool in TOOLS}


def call(index: Index, name: str, arguments: Mapping[str, Any]) -> Answer:
    """The answer of the tool called *name*, in English.

    Raises:
        Refusal: there is no such tool, an argument is not a possible one, or there is no such article.
        SearchkitError, OSError: the index cannot be read.
    """
    if name not in _BY_NAME:
        raise Refusal(f"there is no tool {shown(name)}; {nearest(name, _BY_NAME)}")
    tool = _BY_NAME[name]
    values = checked(name, tool.arguments, arguments)
    with translated(catalogue_of("en")):
        try:
            return tool.run(index.pinned(), **values)
        except ValueError as error:
            raise Refusal(clean_line(str(error), _LONGEST_ERROR)) from error
