"""An open index that follows what is published, while threads search it."""

from __future__ import annotations

import errno
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import pytest

import searchkit
from searchkit import Index, IndexNotFound, open_index
from searchkit.index import reader_of
from searchkit.inspection import _stats_of_files
from tests.conftest import make_article
from tests.reliability.states import look, publish
from tests.reliability.watching import vitals


def publish_bodies(place: Path, *bodies: str, full: bool = False) -> None:
    searchkit.reindex([make_article(f"篇{n}", body) for n, body in enumerate(bodies)], place, full=full, jobs=1)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    publish_bodies(tmp_path / "index", "惠州有西湖。")
    return tmp_path / "index"


def test_a_reindex_that_changes_nothing_leaves_the_index_current(place: Path) -> None:
    with open_index(place) as index:
        publish_bodies(place, "惠州有西湖。")
        assert index.is_current
        assert not index.reload()


def test_an_index_that_was_deleted_and_built_anew_is_another_one(place: Path) -> None:
    with open_index(place) as index:
        shutil.rmtree(place)
        assert not index.is_current
        publish_bodies(place, "广州有早茶。")
        assert not index.is_current  # though this is the first generation again
        assert index.reload()
        assert index.ids("早茶") == ("篇0",)


def test_what_is_open_stays_open_where_nothing_can_be_opened(place: Path) -> None:
    with open_index(place) as index:
        (place / "CURRENT").unlink()
        with pytest.raises(IndexNotFound, match="no index here"):
            index.reload()
        assert index.ids("西湖") == ("篇0",)
        (place / "CURRENT").write_text("damaged", "utf-8")
        assert not index.is_current
        with pytest.raises(searchkit.IndexCorrupted, match="reindex --full"):
            index.reload()
        assert index.ids("西湖") == ("篇0",)


def test_what_is_open_stays_open_where_the_system_refuses_to_open_more(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with open_index(place) as index:
        publish_bodies(place, "广州有早茶。")
        with monkeypatch.context() as patch:
            patch.setattr("searchkit.engines.whoosh.directory.read_small", refuse)
            with pytest.raises(OSError, match="Too many open files"):
                index.reload()
        assert index.ids("西湖") == ("篇0",)
        assert index.reload()
        assert index.ids("早茶") == ("篇0",)


def test_a_closed_index_stays_closed(place: Path) -> None:
    index = open_index(place)
    index.close()
    with pytest.raises(ValueError, match="this index is closed"):
        assert index.is_current
    with pytest.raises(ValueError, match="this index is closed"):
        index.reload()


def test_the_words_of_the_user_are_those_of_the_new_state(place: Path, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("有西湖\n", "utf-8")
    with open_index(place) as index:
        assert "有西湖" not in index.analyze("惠州有西湖").words
        words = searchkit.Config(user_dictionary=str(tmp_path / "words.txt"))
        searchkit.reindex([make_article("篇0", "惠州有西湖。")], place, jobs=1, config=words)
        index.reload()
        assert "有西湖" in index.analyze("惠州有西湖").words


def test_files_of_an_index_that_go_while_they_are_counted_are_passed_over(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text("月", encoding="utf-8")
    found = _stats_of_files(tmp_path)
    assert next(found).st_size == 3
    shutil.rmtree(tmp_path)
    assert len(list(found)) <= 2


def test_articles_that_are_gone_through_are_of_one_state(place: Path) -> None:
    publish_bodies(place, "旧的一", "旧的二", "旧的三")
    with open_index(place) as index:
        articles = iter(index)
        assert next(articles).body == "旧的一"
        publish_bodies(place, "新的一", "新的二", "新的三")
        index.reload()
        assert [article.body for article in articles] == ["旧的二", "旧的三"]
        assert [article.body for article in index] == ["新的一", "新的二", "新的三"]


def test_a_search_ends_on_the_state_that_it_began_with(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_index(place) as index:
        reader = reader_of(index)
        search = type(reader).search

        def search_while_another_is_published(self: object, *request: object) -> object:
            if self is reader:
                publish_bodies(place, "广州有早茶。", "汕头有早茶。")
                assert index.reload()
            return search(self, *request)  # type: ignore[arg-type]

        monkeypatch.setattr(type(reader), "search", search_while_another_is_published)
        results = index.search("西湖")
        assert (results.total, results.hits[0].snippets[0].text) == (1, "惠州有西湖。")
        assert index.search("早茶").total == 2


class Searching:
    """Threads that search one index, and a thread that reloads it every twentieth of a second."""

    def __init__(self, index: Index) -> None:
        self.errors: list[BaseException] = []
        self.seen: dict[int, float] = {}
        self._index = index
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._forever, args=(n,)) for n in range(4)]

    @contextmanager
    def under_way(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in self._threads:
                thread.join()

    def delay_of(self, state: int, published: float) -> float:
        """Seconds from when *state* was *published* until it, or a later one, was seen."""
        return max(0.0, min(at for seen, at in self.seen.items() if seen >= state) - published)

    def _forever(self, number: int) -> None:
        while not self._ended.wait(0.05 if number == 0 else 0.001):
            try:
                if number == 0:
                    self._index.reload()
                else:
                    self.seen.setdefault(_state_of(self._index), time.monotonic())
            except BaseException as error:  # noqa: BLE001 - whatever a search raises is what is looked for
                self.errors.append(error)


def _state_of(index: Index) -> int:
    """The state that a search sees: every article says its number, and each state has another number of them."""
    found = index.search("共同的话", limit=None, facets=("tag",))
    ((mark, count),) = found.facets["tag"]
    assert {tag for hit in found.hits for tag in hit.tags} == {mark}
    state = int(mark[2:-1])
    assert found.total == len(found.hits) == count == 8 + state % 5
    assert {hit.snippets[0].text.count(mark) > 0 for hit in found.hits} == {True}
    return state


@pytest.mark.skipif(sys.platform != "linux", reason="what a process holds is read from /proc")
def test_threads_see_what_is_published_within_a_second_and_hold_nothing_else(tmp_path: Path) -> None:
    place, published = tmp_path / "index", {}
    publish(place, 1)
    before = vitals()
    with open_index(place) as index:
        searching = Searching(index)
        with searching.under_way():
            for state in range(2, 10):
                publish(place, state)
                published[state] = time.monotonic()
                time.sleep(0.3)
            time.sleep(1)
        assert searching.errors == []
        assert look(index) == 9
        assert median(searching.delay_of(state, at) for state, at in published.items()) < 1
        held = {line.split("/")[-2] for line in Path("/proc/self/maps").read_text("utf-8").splitlines()
                if str(place) in line}  # fmt: skip
        assert len(held) == 1  # the generation that is open
    after = vitals()
    assert (after.mapped, after.descriptors) == (before.mapped, before.descriptors)
