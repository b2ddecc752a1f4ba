"""Several workers build one index: each does its part, the last one publishes, and nothing is there before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import searchkit
from searchkit.articles.corpus import Corpus
from searchkit.config import Config
from searchkit.engines.base import Document
from searchkit.engines.distributed import Shard
from searchkit.engines.opensearch import OpenSearchEngine
from searchkit.engines.opensearch.snapshots import Snapshots
from searchkit.errors import EngineUnavailable, IndexLocked, IndexNotFound, RemovalsRefused
from searchkit.index import reader_of
from searchkit.reports import IndexReport
from tests.conftest import ROOT, SAMPLES, make_article
from tests.engines.contract import STATE
from tests.ingest import losses

CONFIG = Config(engine="opensearch", jobs=1)


def do(place: Path, number: int, count: int = 3, corpus: Corpus = SAMPLES) -> IndexReport:
    return searchkit.reindex(corpus, place, shard=Shard(number, count), config=CONFIG)


def holds_what_a_folder_holds(place: Path, folder: Path) -> None:
    searchkit.reindex(SAMPLES, folder, jobs=1)
    with searchkit.open_index(folder) as near, searchkit.open_index(place, engine="opensearch") as far:
        assert sorted(reader_of(far).ids()) == sorted(reader_of(near).ids())
        assert reader_of(far).manifest() == reader_of(near).manifest()
        for query in ("OpenAI 融资", "月全食", "的"):
            assert [i for i, _ in far.scored(query)] == [i for i, _ in near.scored(query)]
        assert list(reader_of(far).verify()) == []


def test_the_last_part_publishes_the_whole(tmp_path: Path) -> None:
    place = tmp_path / "index"
    parts = [do(place, 2), do(place, 1)]
    assert [part.published for part in parts] == [False, False]
    with pytest.raises(IndexNotFound):
        searchkit.open_index(place, engine="opensearch")
    whole = do(place, 3)
    assert (whole.published, whole.seen, whole.added, whole.duplicates) == (True, 77, 70, 2)
    assert sum(part.read for part in (*parts, whole)) == whole.seen - len(whole.skipped)  # none was read twice
    assert 0 < sum(part.seen for part in parts) < 77
    holds_what_a_folder_holds(place, tmp_path / "folder")
    again = searchkit.reindex(SAMPLES, place, config=CONFIG)
    assert (again.unchanged, again.added, again.read) == (70, 0, 0)


def test_workers_at_the_same_time_publish_once(tmp_path: Path) -> None:
    place = tmp_path / "index"
    command = [sys.executable, "-m", "searchkit", "reindex", str(SAMPLES), "--index", str(place), "--json",
               "--engine", "opensearch", "--jobs", "1", "--shard"]  # fmt: skip
    workers = [
        subprocess.Popen([*command, f"{n}/4"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in (1, 2, 3, 4)
    ]
    answers = [worker.communicate() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * 4, answers
    assert sorted(json.loads(said)["published"] for said, _ in answers) == [False, False, False, True]
    holds_what_a_folder_holds(place, tmp_path / "folder")


_PACK = OpenSearchEngine.pack
_PACKED: list[int] = []


def _counted(found: Iterable[Document]) -> Any:
    """What is packed, counted in this process; books are packed in another one."""
    documents = list(found)
    _PACKED.append(len(documents))
    return _PACK(documents)


def test_a_part_that_is_done_again_counts_once_and_analyses_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "index"
    do(place, 1, 2)
    _PACKED.clear()
    monkeypatch.setattr(OpenSearchEngine, "pack", staticmethod(_counted))
    assert not do(place, 1, 2).published
    assert sum(_PACKED) == 0
    assert do(place, 2, 2).published
    assert sum(_PACKED) < 70
    holds_what_a_folder_holds(place, tmp_path / "folder")


def test_what_changed_between_the_parts_is_published_as_it_is_last(tmp_path: Path) -> None:
    place, names = tmp_path / "index", [f"a{n}" for n in range(12)]
    do(place, 1, 2, [make_article(name, f"旧的正文，第 {name} 篇") for name in names])
    gone = next(name for name in names if Shard(1, 2).has(name))
    left = [make_article(name, f"新的正文，第 {name} 篇") for name in names if name != gone]
    assert do(place, 2, 2, left).published
    with searchkit.open_index(place, engine="opensearch") as index:
        assert sorted(reader_of(index).ids()) == sorted(set(names) - {gone})
        assert (index.search("新的正文").total, index.search('"旧的正文"').total) == (11, 0)
        assert list(reader_of(index).verify()) == []


def test_what_others_know_of_a_file_counts_only_if_its_article_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last worker is killed after it wrote a file of another part anew, and then the file is as it was."""
    place, corpus = tmp_path / "index", tmp_path / "corpus"
    corpus.mkdir()
    files = [corpus / f"a{n}.md" for n in range(8)]
    for file in files:
        file.write_text(f"旧的正文，{file.stem}", "utf-8")
    do(place, 1, 2, corpus)
    changed = next(file for file in files if Shard(1, 2).has(file.name))
    before, text = changed.stat(), changed.read_text("utf-8")
    changed.write_text(text.replace("旧", "新"), "utf-8")
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns + 1_000_000_000))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Snapshots, "publish", interrupted)
        do(place, 2, 2, corpus)
    changed.write_text(text, "utf-8")
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert do(place, 2, 2, corpus).published
    with searchkit.open_index(place, engine="opensearch") as index:
        assert (index.search('"旧的正文"').total, index.search('"新的正文"').total) == (8, 0)


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_nothing_else_is_done_to_an_index_while_a_part_is(tmp_path: Path) -> None:
    engine, other = OpenSearchEngine(tmp_path), OpenSearchEngine(tmp_path)
    with engine.share(Shard(1, 2), STATE):
        for refused in (
            other.locked(),
            other.share(Shard(1, 2), STATE),
            other.share(Shard(2, 2), replace(STATE, drafts=False)),
        ):
            with pytest.raises(IndexLocked, match="at work"), refused:
                pass
        with other.share(Shard(2, 2), STATE):
            pass
    with engine.locked():
        pass


def test_a_worker_begins_nothing_in_the_place_of_what_others_fill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, other = OpenSearchEngine(tmp_path), OpenSearchEngine(tmp_path)
    with engine.share(Shard(1, 2), STATE), other.share(Shard(2, 2), STATE):
        with monkeypatch.context() as patch, engine.write(full=True) as writer:
            patch.setattr(Snapshots, "_is_there", lambda *_: False)
            with pytest.raises(EngineUnavailable, match="run this worker again"):
                writer.resume(STATE)
        with other.write(full=True) as writer:
            assert writer.resume(STATE) == {}
            assert writer._number == 1


def test_nobody_publishes_while_a_worker_of_another_number_is_at_work(tmp_path: Path) -> None:
    engine, other = OpenSearchEngine(tmp_path), OpenSearchEngine(tmp_path)
    with other.share(Shard(1, 3), STATE):
        with engine.share(Shard(1, 1), STATE):
            pass
        with pytest.raises(IndexLocked, match="at work on a part"), engine.finish(Shard(1, 1), STATE):
            pass
    with engine.finish(Shard(1, 1), STATE) as parts:
        assert parts is not None


def test_what_another_reindex_removed_is_not_published(tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path)
    with engine.share(Shard(1, 1), STATE):
        pass
    searchkit.reindex([make_article("甲", "正文")], tmp_path, config=CONFIG)
    with (
        pytest.raises(EngineUnavailable, match="run all of them again"),
        engine.finish(Shard(1, 1), STATE),
    ):
        pass


def test_a_lost_corpus_is_refused_by_the_last_part_and_goes_on_if_it_is_meant(tmp_path: Path) -> None:
    place, empty = tmp_path / "index", tmp_path / "empty"
    empty.mkdir()
    searchkit.reindex(SAMPLES, place, config=CONFIG)
    assert not do(place, 1, 2, empty).published
    for _ in range(2):
        with pytest.raises(RemovalsRefused, match=r"empty: no articles; .* 70 of 70 articles would be removed"):
            do(place, 2, 2, empty)
        holds_what_a_folder_holds(place, tmp_path / "folder")
    done = searchkit.reindex(empty, place, shard=Shard(2, 2), allow_removals=True, config=CONFIG)
    assert (done.published, done.seen) == (True, 0)
    with searchkit.open_index(place, engine="opensearch") as index:
        assert len(index) == 0


WAYS = [
    losses.an_empty_mount_point,
    losses.another_folder_with_the_same_names,
    losses.files_that_became_drafts,
    losses.json_lines_that_break_off,
    losses.one_of_two_folders_that_is_empty,
]


@pytest.mark.parametrize("way", losses.LOSSES, ids=lambda way: way.__name__)
def test_nothing_is_lost_with_the_corpus(
    way: losses.Loss, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, corpora = tmp_path / "index", way(tmp_path, monkeypatch)
    searchkit.reindex(next(corpora), place, config=CONFIG)
    with searchkit.open_index(place, config=CONFIG) as index:
        before = index.ids()
        with pytest.raises((searchkit.SearchkitError, OSError), match=losses.LOSSES[way]):
            searchkit.reindex(next(corpora), place, config=CONFIG)
        assert (index.is_current, len(before) % losses.COUNT) == (True, 0)
    assert searchkit.reindex(next(corpora), place, config=CONFIG).removed == 0
    with searchkit.open_index(place, config=CONFIG) as index:
        assert index.ids() == before


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_nothing_is_lost_in_a_full_run(way: losses.Loss, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, corpora = tmp_path / "index", way(tmp_path, monkeypatch)
    searchkit.reindex(next(corpora), place, config=CONFIG)
    with pytest.raises(RemovalsRefused, match=losses.LOSSES[way]):
        searchkit.reindex(next(corpora), place, config=CONFIG, full=True)
    again = searchkit.reindex(next(corpora), place, config=CONFIG)
    assert (again.removed, again.added, again.unchanged % losses.COUNT) == (0, 0, 0)
    assert searchkit.reindex(None, place, config=CONFIG).unchanged == again.unchanged
