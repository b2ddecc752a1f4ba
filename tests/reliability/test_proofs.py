"""Every promise of docs/reliability.md, tried on a few cases; `make reliability` tries them all."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reliability.__main__ import MODULES, proofs_of
from tests.reliability.proving import EVERY, Proof, Tally, spread

PROOFS = [(f"{name}: {proof.promise}", proof) for name in MODULES for proof in proofs_of(name)]


@pytest.mark.parametrize("proof", [proof for _, proof in PROOFS], ids=[name for name, _ in PROOFS])
def test_the_promise_is_kept(proof: Proof, tmp_path: Path) -> None:
    tally = proof.run(tmp_path, proof.short)
    assert tally.tried
    assert not tally.lost, "\n".join(tally.lost)


def test_what_is_raised_in_a_case_is_a_loss_and_the_next_case_goes_on() -> None:
    tally = Tally()
    with tally.case("a broken promise"):
        assert tally.tried == 2, "never"
    with tally.case("a kept one"):
        pass
    assert (tally.tried, tally.survived, len(tally.lost)) == (2, 1, 1)
    assert tally.lost[0].startswith("a broken promise: AssertionError: never")


def test_cases_are_spread_over_all_there_are() -> None:
    assert len(spread(1000, 10)) == 10
    assert len(spread(7, 10)) == len(spread(7, EVERY)) == 7
