"""What is not found is not published."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

import searchkit
from searchkit.config import Config
from searchkit.engines.base import Document
from searchkit.engines.opensearch import OpenSearchEngine, bulk
from searchkit.engines.opensearch.bulk import Packed, fields_sent
from searchkit.engines.opensearch.client import Cluster
from searchkit.engines.opensearch.fields import field_of
from searchkit.errors import EngineUnavailable
from tests.conftest import make_article
from tests.engines.contract import STATE, document, write

CONFIG = Config(engine="opensearch", jobs=1)
HARD = ["\ud800", "\x00\ue000", "x" * 9_000, "a1b2" * 3_000, "\u3000\u200b", "繁體" * 400, "\x1c\x85"]


def test_a_writer_that_lost_articles_publishes_nothing(tmp_path: Path, cluster: Cluster) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲"))
    with (
        pytest.raises(EngineUnavailable, match="nothing was published"),
        engine.locked(),
        engine.write(full=True) as writer,
    ):
        writer.add(engine.pack([document("乙"), document("丙")]))
        writer._sender.flush()
        wanted = {"refresh": "true"}
        found = cluster.call("POST", f"/{writer._name}/_refresh") and cluster.call(
            "POST", f"/{writer._name}/_delete_by_query", {"query": {"term": {"id": "乙"}}}, wanted
        )
        assert found["deleted"] == 1
        writer.commit(STATE, b"")
    assert list(engine.read().ids()) == ["甲"]


@pytest.mark.parametrize("field", ["title", "body"])
def test_a_generation_that_does_not_find_its_articles_is_not_published(
    field: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = OpenSearchEngine(tmp_path)
    write(engine, document("甲", "数据"))
    monkeypatch.setattr(OpenSearchEngine, "pack", lambda _, documents: _packed_without(field, documents))
    with pytest.raises(EngineUnavailable, match="does not find 1 of a sample of 1, 乙 among them"):
        write(engine, document("乙", "分析"), full=True)
    assert list(engine.read().ids()) == ["甲"]


def test_what_did_not_pass_is_not_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [make_article("甲", "数据"), make_article("乙", "分析")]
    with monkeypatch.context() as patch, pytest.raises(EngineUnavailable, match="nothing was published"):
        patch.setattr(OpenSearchEngine, "pack", staticmethod(lambda found: _packed_without("body", found)))
        searchkit.reindex(articles, tmp_path, config=CONFIG)
    assert searchkit.reindex(articles, tmp_path, config=CONFIG).added == 2
    with searchkit.open_index(tmp_path, engine="opensearch") as index:
        assert index.search('"分析"').total == 1


def test_bytes_that_are_no_article_do_not_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = OpenSearchEngine(tmp_path)
    monkeypatch.setattr(bulk, "pack_article", lambda _: b"nothing")
    with pytest.raises(EngineUnavailable, match="does not find 1 of a sample of 1, 甲 among them; nothing was"):
        write(engine, document("甲"), full=True)


def test_any_article_passes_the_sample(tmp_path: Path) -> None:
    """None is refused because its own text is no query."""
    texts = [*HARD, "", "!?，", "a" * 300, "e\u0301" * 700, "ǅ ﬃ", "繁體１", "😀 数", "C++ .NET", "\n甲", '"\\ *']
    documents = [
        document(text, text, id=str(number), other_titles=(text, "繁體")) for number, text in enumerate(texts)
    ]
    for one in documents:  # one at a time, so that each is in the sample
        write(OpenSearchEngine(tmp_path), one)
    assert len(OpenSearchEngine(tmp_path).read()) == len(texts)


def _packed_without(field: str, documents: Iterable[Document]) -> Packed:
    """What is sent of *documents*, if a fault leaves out the characters of a field."""
    lost, documents = field_of(field, "characters"), list(documents)
    sent = [fields_sent(one) for one in documents]
    return tuple(
        (one.article.id, json.dumps({name: value for name, value in fields.items() if name != lost}).encode())
        for one, fields in zip(documents, sent, strict=True)
    )
