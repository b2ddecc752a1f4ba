"""A cluster with TLS and accounts: who is trusted, who is let in, and what the others are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from searchkit.cli.app import cli
from tests.conftest import SAMPLES
from tests.opensearch.cluster import running_cluster
from tests.opensearch.security import PASSWORD, READER, STRANGER, WRITER, make_guard, token

pytestmark = pytest.mark.opensearch
Call = Callable[..., Result]
PREFIX = "SEARCHKIT_OPENSEARCH_"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of the cluster, by which it vouches for itself."""
    return tmp_path_factory.mktemp("guard") / "certificate.pem"


@pytest.fixture(scope="module", autouse=True)
def cluster_urls(certificate: Path) -> Iterator[tuple[str, ...]]:
    """In the place of the cluster of the other tests: one node with TLS and accounts."""
    with running_cluster(1, make_guard(certificate.parent)) as cluster:
        yield cluster.urls


@pytest.fixture
def call(cluster_urls: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Runs a command in this process; `call("stats", USER="me")` with SEARCHKIT_OPENSEARCH_USER=me."""
    monkeypatch.setattr("searchkit.engines.opensearch.client.pause", lambda attempt: 0.0)
    monkeypatch.chdir(tmp_path)

    def run(*args: object, **variables: object) -> Result:
        facts = {"URL": cluster_urls[0], "REPLICAS": 0, **variables}
        environment = {f"{PREFIX}{name}": str(value) for name, value in facts.items()}
        environment |= {"SEARCHKIT_ENGINE": "opensearch", "SEARCHKIT_INDEX": "guarded"}
        return CliRunner(env=environment).invoke(cli, [str(arg) for arg in args])

    return run


@pytest.fixture
def trusting(call: Call, certificate: Path) -> Call:
    """The same, with the certificate of the cluster trusted."""
    return lambda *args, **variables: call(*args, **{"CA": certificate, **variables})


def told(result: Result) -> str:
    """The one line that a command said before it ended with exit code 2."""
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
    assert PASSWORD not in result.stderr
    return result.stderr


def test_a_certificate_nobody_vouches_for_is_refused(call: Call) -> None:
    said = told(call("stats", USER=WRITER, PASSWORD=PASSWORD))
    assert "its certificate is not trusted (self-signed certificate); set SEARCHKIT_OPENSEARCH_CA" in said


def test_a_certificate_for_another_name_is_refused(trusting: Call, cluster_urls: tuple[str, ...]) -> None:
    said = told(trusting("stats", URL=cluster_urls[0].replace("127.0.0.1", "localhost"), USER=WRITER))
    assert "not valid for 'localhost'" in said
    assert "SEARCHKIT_OPENSEARCH_URL must name it as its certificate does" in said


def test_any_certificate_is_taken_only_where_that_is_asked_for(call: Call) -> None:
    said = told(call("search", "猫", VERIFY="no", USER=WRITER, PASSWORD=PASSWORD))
    assert "no index here" in said


@pytest.mark.parametrize(("file", "why"), [("/nowhere", "No such file"), (__file__, "holds no certificate")])
def test_a_file_of_certificates_that_is_none_is_named(trusting: Call, file: str, why: str) -> None:
    assert f"SEARCHKIT_OPENSEARCH_CA: {file}: " in (said := told(trusting("stats", CA=file)))
    assert why in said


def test_an_address_without_tls_is_told(trusting: Call, cluster_urls: tuple[str, ...]) -> None:
    said = told(trusting("stats", URL=cluster_urls[0].replace("https:", "http:"), USER=WRITER, PASSWORD=PASSWORD))
    assert "With TLS it begins with https:" in said


def test_nobody_is_let_in_without_an_account(trusting: Call) -> None:
    said = told(trusting("stats"))
    assert "does not let us in (401)" in said
    assert "set SEARCHKIT_OPENSEARCH_USER and SEARCHKIT_OPENSEARCH_PASSWORD" in said


@pytest.mark.parametrize("password", ["", "wrong", "错的"])
@pytest.mark.parametrize("command", [("stats",), ("search", "猫"), ("reindex", SAMPLES)])
def test_a_wrong_password_is_told(trusting: Call, command: tuple[object, ...], password: str) -> None:
    said = told(trusting(*command, USER=WRITER, PASSWORD=password))
    assert f"does not let us in (401): it has no {WRITER}, or with another password" in said
    assert "SEARCHKIT_OPENSEARCH_PASSWORD" in said
    assert not password or password not in said


@pytest.mark.parametrize(
    "wrong", ["abc", token(WRITER, key=b"another key, which is as long as the right one is, but not it"),
              token(WRITER, seconds=-3600)], ids=["none", "forged", "expired"]
)  # fmt: skip
def test_a_wrong_token_is_told(trusting: Call, wrong: str) -> None:
    said = told(trusting("stats", TOKEN=wrong))
    assert "does not let us in (401): SEARCHKIT_OPENSEARCH_TOKEN is wrong, or not valid any more" in said
    assert wrong not in said or wrong == "abc"


def test_the_documented_rights_are_enough(trusting: Call, tmp_path: Path) -> None:
    """Of who writes the index, with a password in a file, and of who only reads it, with a password or a token."""
    secret, corpus = tmp_path / "secret", tmp_path / "corpus"
    secret.write_text(PASSWORD + "\n", "utf-8")
    corpus.mkdir()
    for name in "甲乙":
        (corpus / f"{name}.md").write_text(f"# {name}\n\n单细胞数据的分析方法 FindMarkers。", "utf-8")
    writer = {"USER": WRITER, "PASSWORD_FILE": secret}
    assert "2 added" in trusting("reindex", corpus, **writer).stdout
    (corpus / "甲.md").unlink()
    (corpus / "乙.md").write_text("# 乙\n\n方法变了。FindMarkers", "utf-8")
    assert "1 updated · 1 removed" in trusting("reindex", corpus, **writer).stdout
    for shard in ("1/2", "2/2"):
        assert trusting("reindex", corpus, "--shard", shard, **writer).exit_code == 0
    for reader in (writer, {"USER": READER, "PASSWORD": PASSWORD}, {"TOKEN": token(READER)}):
        for command in (("search", "方法"), ("search", "findm*"), ("show", "乙"), ("stats",), ("check",)):
            assert trusting(*command, **reader).exit_code == 0, (command, reader)


def test_an_account_without_rights_is_told(trusting: Call) -> None:
    assert trusting("reindex", SAMPLES, "--allow-removals", USER=WRITER, PASSWORD=PASSWORD).exit_code == 0
    for user, command in ((STRANGER, ("search", "猫")), (READER, ("reindex", SAMPLES))):
        said = told(trusting(*command, USER=user, PASSWORD=PASSWORD))
        assert f"does not allow this to {user} (403: no permissions for [indices:" in said
        assert "docs/configuration.md" in said
