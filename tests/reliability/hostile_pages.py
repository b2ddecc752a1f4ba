"""An article does nothing to who searches for it and reads it in a browser, whatever stands in it."""

from __future__ import annotations

from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

from benchmarks.browser import running_browser, why_impossible
from tests.browser.hostile import Hostile, HostileSite, hostile_articles, hostile_site
from tests.reliability.proving import Proof, Tally

_AT_ONCE = 10
"""Articles that are indexed together, which takes longer than to show them."""
_HOW = hypothesis.settings(
    deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def run(scratch: Path, effort: int) -> Tally:
    """*effort* articles, drawn at random."""
    if reason := why_impossible():
        raise SystemExit(reason)
    with running_browser() as browser, hostile_site(scratch, browser) as site:
        return tried(site, effort)


def tried(site: HostileSite, effort: int) -> Tally:
    """What *effort* articles do at *site*."""
    tally = Tally()

    @hypothesis.settings(_HOW, max_examples=max(1, effort // _AT_ONCE))
    @hypothesis.given(st.lists(hostile_articles(), min_size=_AT_ONCE, max_size=_AT_ONCE))
    def show(articles: list[Hostile]) -> None:
        with tally.case(repr(articles)):
            tally.lost += site.harm_of(articles)
            tally.tried += len(articles) - 1

    show()
    return tally


PROOFS = (
    Proof(
        "No article runs a script, loads anything or hides the page of who searches for it and reads it",
        run,
        short=40,
        full=2_000,
    ),
)
