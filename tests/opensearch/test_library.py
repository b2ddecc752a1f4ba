"""What searches and the field notes promise of any index of a few texts, on the cluster."""

from __future__ import annotations

from inspect import signature
from types import ModuleType

from tests import test_as_of, test_field_notes, test_index, test_quotes, test_rises, test_timeline

_LEFT_TO_FIXTURES = {"library", "engine", "sample_index"}


def _tests_of(module: ModuleType) -> dict[str, object]:
    """The tests of *module* that leave the engine to a fixture."""
    return {
        name: test
        for name, test in vars(module).items()
        if name.startswith("test_") and not _LEFT_TO_FIXTURES.isdisjoint(signature(test).parameters)
    }


for module in (test_index, test_field_notes, test_quotes, test_timeline, test_rises, test_as_of):
    globals().update(_tests_of(module))


def test_every_row_of_the_field_notes_that_is_about_an_index_is_among_them() -> None:
    tested = {int(name[9:11]) for name in _tests_of(test_field_notes)}
    assert tested == set(range(1, 23)) - {16}  # how fast jieba cuts
    assert len(_tests_of(test_index)) > 20
