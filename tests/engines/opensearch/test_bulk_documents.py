"""How many bytes an article takes on its way to a cluster, as docs/configuration.md says."""

from __future__ import annotations

import json

from msgspec.structs import replace

from searchkit.articles.corpus import Entry, entries_of
from searchkit.articles.load import load
from searchkit.engines.opensearch.bulk import fields_sent, pack, vector_of
from searchkit.engines.opensearch.fields import VECTOR, index_mapping
from searchkit.model import Article
from tests.conftest import SAMPLES, make_article
from tests.engines.contract import analyze


def sent(article: Article) -> int:
    ((_, line),) = pack([analyze(article)])
    return len(line)


def test_letters_and_digits_in_turn_take_most() -> None:
    text = "a1b2c3" * 20_000
    assert 23.5 < sent(make_article("甲", text)) / len(text) < 24.5


def test_the_samples_take_about_six_times_their_files() -> None:
    entries = [one for one in entries_of(SAMPLES) if isinstance(one, Entry)]
    files = sum((SAMPLES / entry.id).stat().st_size for entry in entries)
    assert 5.5 < sum(sent(load(entry, ignored_tags=()).article) for entry in entries) / files < 6.5


def test_a_vector_is_kept_by_the_cluster_and_comes_back() -> None:
    vector = bytes(range(256))
    sources = (
        fields_sent(replace(analyze(make_article("甲")), vector=vector)),
        fields_sent(analyze(make_article("甲"))),
    )
    assert [vector_of(json.loads(json.dumps(source))) for source in sources] == [vector, b""]
    assert VECTOR in index_mapping()["_source"]["includes"]
