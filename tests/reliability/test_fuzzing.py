"""What a fuzzer found once stays found, and a few inputs of every target, the same in each run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.reliability.fuzz import FINDINGS
from tests.reliability.fuzzing.target import NAMES, Target, load

_FARTHEST = 1 << 16


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    """A seed of *target* or nothing, with a few pieces of it replaced: by tokens, by other bytes, by nothing."""
    tokens = st.sampled_from([token.encode() for token in target.tokens])
    runs = st.lists(tokens | st.binary(max_size=4), max_size=8).map(b"".join)
    edits = st.lists(st.tuples(st.integers(0, _FARTHEST), st.integers(0, 9), runs), max_size=6)
    return st.builds(_edited, st.sampled_from([b"", *target.seeds()]), edits)


def _edited(seed: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, piece in edits:
        at = place % (len(seed) + 1)
        seed = seed[:at] + piece + seed[at + length :]
    return seed


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize("name", NAMES)
def test_a_promise_is_kept_with_any_bytes(name: str) -> None:
    target = load(name)

    @settings(
        max_examples=target.examples,
        derandomize=True,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(inputs(target))
    def run(data: bytes) -> None:
        target.check(data)

    run()


@pytest.mark.parametrize("name", NAMES)
def test_every_seed_of_a_fuzzer_keeps_the_promise(name: str) -> None:
    for seed in load(name).seeds():
        load(name).check(seed)


@pytest.mark.parametrize(
    "path", sorted(path for path in FINDINGS.glob("*/*")), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_what_was_found_is_kept_now(path: Path) -> None:
    load(path.parent.name).check(path.read_bytes())
