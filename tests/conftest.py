"""Fixtures and makers every test may use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import hypothesis
import pytest

import searchkit
from searchkit.config import Config
from searchkit.model import Article
from tests.engines.whoosh.invariants import checked_commits

hypothesis.settings.register_profile("searchkit", deadline=None)  # a slow machine fails no property
hypothesis.settings.load_profile("searchkit")

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "corpus"


@pytest.fixture(scope="session", autouse=True)
def commits_are_checked() -> Iterator[None]:
    """Whatever a test is about: what it writes is an index without contradictions."""
    with checked_commits():
        yield


@pytest.fixture(scope="session", autouse=True)
def nobody_has_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The user who runs the tests has no settings file and no default index, and keeps nothing of a test."""
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            patch.setenv(variable, str(tmp_path_factory.mktemp(variable)))
        yield


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample corpus of the project."""
    return SAMPLES


@pytest.fixture(scope="session")
def engine() -> str:
    """The engine that a test uses which does not choose one itself."""
    return "whoosh"


@pytest.fixture(scope="session")
def sample_index(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[searchkit.Index]:
    """An open index of the sample corpus."""
    with indexed_samples(tmp_path_factory.mktemp("samples"), engine) as index:
        yield index


Library = Callable[..., searchkit.Index]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """Makes an open index of a few texts: `library("text", title="text")`; ids are the titles."""
    opened: list[searchkit.Index] = []

    def make(*bodies: str, engine: str = "whoosh", config: Config | None = None, **titled: str) -> searchkit.Index:
        articles = [make_article(f"a{n}", body) for n, body in enumerate(bodies)]
        articles += [make_article(title, body) for title, body in titled.items()]
        place = tmp_path / f"library{len(opened)}"
        config = config or Config(engine=engine)
        searchkit.reindex(articles, place, jobs=1, config=config)
        opened.append(searchkit.open_index(place, config=config))
        return opened[-1]

    yield make
    for index in opened:
        index.close()


@contextmanager
def indexed_samples(place: Path, engine: str) -> Iterator[searchkit.Index]:
    """The sample corpus, indexed at *place*; the index, open."""
    searchkit.reindex(SAMPLES, place, jobs=1, config=Config(engine=engine))
    with searchkit.open_index(place, engine=engine) as index:
        yield index


def make_article(title: str, body: str = "", date: str | None = None, **more: object) -> Article:
    """An article with its title for an id."""
    moment = datetime.fromisoformat(date) if date else None
    return Article(id=str(more.pop("id", title)), title=title, body=body, date=moment, **more)  # type: ignore[arg-type]


def titles(results: searchkit.Results) -> list[str]:
    """The titles of the hits, in their order."""
    return [hit.title for hit in results.hits]


def marked(hit: searchkit.Hit) -> list[str]:
    """What is highlighted in the snippets of a hit."""
    return [s.text[start:end] for s in hit.snippets for start, end in s.highlights]
