"""A few seconds of fifty readers at once."""

from __future__ import annotations

from pathlib import Path

from tests.reliability import web_clients


def test_no_request_of_fifty_readers_fails(tmp_path: Path) -> None:
    (proof,) = web_clients.PROOFS
    tally = proof.run(tmp_path, proof.short)
    assert tally.tried > web_clients.CLIENTS
    assert not tally.lost, "\n".join(tally.lost[:20])
