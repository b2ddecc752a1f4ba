"""What a cluster adds to the contract: generations behind an alias, and whole answers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import searchkit
from searchkit.config import Config
from searchkit.engines.base import Request
from searchkit.engines.opensearch import OpenSearchEngine, pagination
from searchkit.engines.opensearch import reader as reading
from searchkit.engines.opensearch.client import Cluster, Refused
from searchkit.engines.opensearch.fields import alias_of
from searchkit.engines.opensearch.snapshots import Snapshots
from searchkit.engines.reference import like
from searchkit.errors import IndexCorrupted, IndexNotFound, IndexOutdated
from searchkit.query import plan
from searchkit.query.plan import RankTerm
from tests.conftest import make_article
from tests.engines.contract import EVERYTHING, STATE, document, expanded, ids, piece, word, write

CONFIG = Config(engine="opensearch")


def generations(cluster: Cluster, place: Path) -> list[str]:
    wanted = {"filter_path": "*.settings.index.uuid"}
    found = cluster.call("GET", f"/{alias_of(str(place))}-*/_settings", None, wanted)
    return [name.rsplit("-", 1)[1] for name in sorted(found or {})]


def test_the_published_generation_and_the_one_before_are_kept(tmp_path: Path, cluster: Cluster) -> None:
    engine = OpenSearchEngine(tmp_path)
    for n in range(4):
        write(engine, document(str(n), "正文"))
    assert generations(cluster, tmp_path) == ["000003", "000004"]
    assert sorted(engine.read().ids()) == list("0123")


def test_a_reader_two_generations_behind_is_told_to_open_again(tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲", "正文"))
    reader = engine.read()
    write(engine, document("乙", "正文"))
    assert ids(reader, word("正文")) == ["甲"]
    write(engine, document("丙", "正文"))
    with pytest.raises(IndexNotFound, match="open the index again"):
        ids(reader, piece("正文丁"))
    with pytest.raises(IndexNotFound, match="open the index again"):
        list(reader.ids())


def test_a_published_generation_cannot_be_written(tmp_path: Path, cluster: Cluster) -> None:
    write(OpenSearchEngine(tmp_path), document("甲"))
    with pytest.raises(Refused, match="cluster_block_exception"):
        cluster.call("PUT", f"/{alias_of(str(tmp_path))}-000001/_doc/x", {"part": "article"})


def test_leftovers_of_a_killed_writer_are_removed_by_the_next(tmp_path: Path, cluster: Cluster) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲"))
    Snapshots(cluster, alias_of(str(tmp_path))).begin(full=True)
    assert generations(cluster, tmp_path) == ["000001", "000002"]
    assert list(engine.read().ids()) == ["甲"]
    write(engine, document("乙"))
    assert generations(cluster, tmp_path) == ["000001", "000003"]
    assert sorted(engine.read().ids()) == ["乙", "甲"]


def test_an_index_that_is_not_ours_is_left_alone(tmp_path: Path, cluster: Cluster) -> None:
    other = f"/{alias_of(str(tmp_path))}-000001"
    cluster.call("PUT", other, {"settings": {"number_of_replicas": 0}})
    for name in "甲乙丙":
        write(OpenSearchEngine(tmp_path), document(name))
    assert generations(cluster, tmp_path) == ["000001", "000003", "000004"]
    assert cluster.call("POST", f"{other}/_count")["count"] == 0
    cluster.call("DELETE", other)


def test_what_was_added_can_be_discarded(tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲", "第一版"), document("丁", "第一版"))
    with engine.locked(), engine.write(full=False) as writer:
        writer.add(engine.pack([document("甲", "第二版"), document("乙", "第二版"), document("丁", "第二版")]))
        writer.remove(["甲"])
        writer.discard(["甲", "丙", "丁"])
        writer.add(engine.pack([document("甲", "第三版")]))
        writer.commit(STATE, b"")
    reader = engine.read()
    assert sorted(reader.ids()) == ["丁", "乙", "甲"]
    assert (ids(reader, piece("第一版")), ids(reader, piece("第三版"))) == (["丁"], ["甲"])


def test_a_large_manifest_comes_back(tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path)
    large, state = os.urandom(9_000_000), replace(STATE, corpus="/文\udcff")
    with engine.locked(), engine.write(full=True) as writer:
        writer.commit(state, large)
    reader = engine.read()
    assert (reader.manifest() == large, reader.state) == (True, state)
    write(engine)
    assert engine.read().manifest() == b"manifest"


def test_an_index_of_another_layout_is_outdated_and_built_anew(tmp_path: Path, cluster: Cluster) -> None:
    articles = [make_article("甲", "正文")]
    searchkit.reindex(articles, tmp_path, jobs=1, config=CONFIG)
    path = f"/{alias_of(str(tmp_path))}-000001/_mapping"
    cluster.call("PUT", path, {"_meta": {"searchkit": {"layout": 0}}})
    with pytest.raises(IndexOutdated, match="run `searchkit reindex`"):
        searchkit.open_index(tmp_path, engine="opensearch")
    assert searchkit.reindex(articles, tmp_path, jobs=1, config=CONFIG).full
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        assert index.search("正文").total == 1


def test_a_generation_without_its_record_is_damaged(tmp_path: Path, cluster: Cluster) -> None:
    write(OpenSearchEngine(tmp_path), document("甲"))
    index = f"/{alias_of(str(tmp_path))}-000001"
    cluster.call("PUT", f"{index}/_settings", {"index": {"blocks.write": False}})
    cluster.call("DELETE", f"{index}/_doc/state")
    with pytest.raises(IndexCorrupted, match="reindex --full"):
        OpenSearchEngine(tmp_path).read()


def test_a_whole_generation_has_no_problems_and_every_tampering_is_told(tmp_path: Path, cluster: Cluster) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(
        engine, document("甲", date="2024-05-14", tags=("一 二",)), document("乙"), document("丙"), document("丁")
    )
    assert list(engine.read().verify()) == []
    index = f"/{alias_of(str(tmp_path))}-000001"
    cluster.call("PUT", f"{index}/_settings", {"index": {"blocks.write": False}})
    found = cluster.call("POST", f"{index}/_search", {"query": {"term": {"part": "article"}}, "size": 10,
                                                      "docvalue_fields": ["id"]})  # fmt: skip
    hits = {hit["fields"]["id"][0]: hit for hit in found["hits"]["hits"]}
    stored = {name: hit["_source"]["article"] for name, hit in hits.items()}
    filed = {"part": "article", "title_key": "x"}
    for name, document_ in {
        "甲": {**filed, "id": "甲", "article": stored["甲"]},
        "乙": {**filed, "id": "乙", "article": "???"},
        "丙": {**filed, "id": "丁", "article": stored["丙"]},
    }.items():
        cluster.call("PUT", f"{index}/_doc/{hits[name]['_id']}", document_)
    cluster.call("POST", f"{index}/_refresh")
    said = [problem.reason for problem in engine.read().verify()]
    for reason in (
        "甲: the stored article is filed under another tag",
        "甲: the stored article is filed under another clock",
        "甲: the stored article is filed under another digest",
        "乙: what is stored is no article",
        "丁: the stored article is filed under another id",
        "has two articles with the id 丁",
    ):
        assert any(one.startswith(reason) for one in said), (reason, said)


def test_a_manifest_with_a_piece_missing_is_a_problem(tmp_path: Path, cluster: Cluster) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲"))
    index = f"/{alias_of(str(tmp_path))}-000001"
    cluster.call("PUT", f"{index}/_settings", {"index": {"blocks.write": False}})
    cluster.call("DELETE", f"{index}/_doc/manifest-0")
    assert ["a piece of its manifest is missing" in problem.reason for problem in engine.read().verify()] == [True]


def test_articles_whose_removal_had_to_be_asked_for_twice_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = Cluster.call
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲"), document("乙"))

    def twice(self: Cluster, method: str, path: str, *args: Any, **more: Any) -> Any:
        if path.endswith("_delete_by_query"):
            call(self, method, path, *args, **more)
            call(self, "POST", path.replace("_delete_by_query", "_refresh"))
        return call(self, method, path, *args, **more)

    monkeypatch.setattr(Cluster, "call", twice)
    write(engine, document("丙"), remove=("甲",))
    assert sorted(engine.read().ids()) == ["丙", "乙"]


def test_an_old_generation_that_cannot_be_removed_does_not_undo_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = OpenSearchEngine(tmp_path)
    for name in "甲乙":
        write(engine, document(name))

    def refuse(self: Snapshots, number: int) -> None:
        raise Refused("", 400, "snapshot_in_progress_exception", "")

    with monkeypatch.context() as patch:
        patch.setattr(Snapshots, "remove", refuse)
        write(engine, document("丙"))
    assert sorted(engine.read().ids()) == ["丙", "乙", "甲"]


def test_lists_longer_than_an_answer_are_whole_and_deep_pages_are_cut_from_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, *(document(f"{n:03}", "数据 " * (n % 7 + 1)) for n in range(90)))
    reader = engine.read()
    request = Request(word("数据"), (RankTerm("数据"),), limit=None)
    whole = reader.search(request).hits
    monkeypatch.setattr("searchkit.engines.opensearch.pagination.BATCH_SIZE", 8)
    monkeypatch.setattr("searchkit.engines.opensearch.pagination.MAX_VALUES", 8)
    monkeypatch.setattr("searchkit.engines.opensearch.reader.MAX_HITS", 10)
    assert reader.search(request).hits == whole
    for offset in range(0, 95, 19):
        page = reader.search(Request(request.match, request.rank, limit=19, offset=offset))
        assert (page.hits, page.total) == (whole[offset : offset + 19], 90)
    monkeypatch.setattr("searchkit.engines.opensearch.reader.MAX_ARTICLES", 8)
    found = reader.search(replace(request, articles=True))
    assert [article.id for article in found.articles] == [article_id for article_id, _ in whole]
    lists: list[list[dict[str, Any]]] = []
    list_hits = pagination.list_hits
    monkeypatch.setattr(reading, "list_hits", lambda *a: lists.append(list_hits(*a)) or lists[-1])
    assert reader.search(Request(request.match, request.rank, limit=5, offset=80)).hits == whole[80:85]
    assert ["_source" in hit for hit in lists[0]] == [
        False
    ] * 5  # nor were the articles of the eighty before them read
    newest = Request(EVERYTHING, sort="newest", limit=None)
    assert [i for i, _ in reader.search(newest).hits] == sorted(reader.ids())
    assert len(list(reader.keywords("id"))) == 90


@pytest.mark.parametrize("word", ["abcdefghij" * 4, "a" * 40, "1" + "0" * 20, "abc"])
@pytest.mark.parametrize("distance", [1, 2])
def test_words_of_any_length_find_those_near_them(word: str, distance: int, tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path)
    near = [word, word[:-1], f"{word}x", f"x{word[1:]}"]
    write(engine, document("甲", " ".join([*near, f"{word}xyz", "别的"])))
    wanted = plan.MultiTerm("fuzzy", word, distance)
    found = engine.read().expand(wanted)
    assert found == list(like(wanted, engine.read().terms()))
    assert set(near) <= set(found)


def test_a_pattern_for_very_many_words_leaves_the_others_their_rank(tmp_path: Path) -> None:
    engine = OpenSearchEngine(tmp_path)
    texts = [" ".join(f"cw{n}x{m}" for m in range(60)) + " 数据" * (n + 1) for n in range(20)]
    write(engine, *(document(f"{n:02}", text) for n, text in enumerate(texts)))
    reader = engine.read()
    condition = plan.And((word("数据"), expanded(reader, plan.MultiTerm("pattern", "cw*"))))
    found = reader.search(Request(condition, (RankTerm("数据"),), limit=None))
    assert [article_id for article_id, _ in found.hits] == [f"{n:02}" for n in reversed(range(20))]
    assert all(score > 0 for _, score in found.hits)


def test_a_very_long_query_is_answered(tmp_path: Path) -> None:
    """The cluster takes a thousand clauses; the words that say most of a long query rank."""
    engine = OpenSearchEngine(tmp_path)
    text = "".join(chr(0x4E00 + n * 7) for n in range(400))
    searchkit.reindex([make_article("甲", text), make_article("乙", text[:50])], tmp_path, jobs=1, config=CONFIG)
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        for query in (text, f'"{text}"', " ".join(text), text[200:] * 2):
            assert index.search(query).hits[0].id == "甲"
        assert [note for note in index.search(" ".join(text)).notes if "were not ranked by" in note]
        assert not [note for note in index.search(text[:20]).notes if "were not ranked by" in note]
    assert len(engine.read()) == 2


def test_many_words_of_a_field_rank_as_in_a_folder(tmp_path: Path) -> None:
    words = [f"w{n}" for n in range(75)]
    articles = [make_article(f"{n:02}", " ".join(words[n:]) + " 别的" * n) for n in range(20)]
    searchkit.reindex(articles, tmp_path / "folder", jobs=1)
    searchkit.reindex(articles, tmp_path / "cluster", jobs=1, config=CONFIG)
    query = " OR ".join(f"body:{word}" for word in words)
    with (
        searchkit.open_index(tmp_path / "folder") as near,
        searchkit.open_index(tmp_path / "cluster", engine="opensearch") as far,
    ):
        one, other = near.scored(query), far.scored(query)
    assert [article_id for article_id, _ in other] == [article_id for article_id, _ in one]
    assert [score for _, score in other] == pytest.approx([score for _, score in one], abs=1e-9)
