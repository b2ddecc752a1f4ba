"""Where the cluster is and who we are to it: what the environment says, and what makes no sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchkit.engines.opensearch.settings import Connection, connection_from
from searchkit.errors import ConfigError


def test_settings_come_from_the_environment_and_secrets_from_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("pass word\nrest", encoding="utf-8")
    found = connection_from(
        {
            "SEARCHKIT_OPENSEARCH_URL": "https://a.example:9200/, https://b.example:9200",
            "SEARCHKIT_OPENSEARCH_USER": "me",
            "SEARCHKIT_OPENSEARCH_PASSWORD_FILE": str(secret),
            "SEARCHKIT_OPENSEARCH_SHARDS": "5",
        }
    )
    assert (found.urls, found.user, found.password) == (
        ("https://a.example:9200", "https://b.example:9200"), "me", "pass word",
    )  # fmt: skip
    assert (found.shards, found.replicas, found.verify) == (5, 1, True)
    assert "pass word" not in repr(found)
    assert connection_from({}) == Connection()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("URL", "search.example:9200"),
        ("URL", "https://me:secret@search.example"),
        ("URL", "my_account:secret@search.example"),
        ("URL", "https://me:sec/ret#secret@search.example"),
        ("URL", "https://me:secret,ret@search.example"),
        ("URL", "https://search.example:port"),
        ("URL", "https://[::1"),
        ("SHARDS", "0"),
        ("REPLICAS", "-1"),
        ("TIMEOUT", "soon"),
        ("TOKEN_FILE", "/nowhere"),
    ],
)
def test_settings_that_make_no_sense_are_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"SEARCHKIT_OPENSEARCH_{name}") as raised:
        connection_from({f"SEARCHKIT_OPENSEARCH_{name}": value})
    assert "secret" not in str(raised.value)
