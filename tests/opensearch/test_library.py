"""What searches and the field notes promise of any index of a few texts, on the cluster."""

from __future__ import annotations

from inspect import signature
from types import ModuleType

from tests import test_field_notes, test_searching


def _tests_of(module: ModuleType) -> dict[str, object]:
    """The tests of *module* that leave it to the fixture where the library is, and do not look into its folder."""
    return {
        name: test
        for name, test in vars(module).items()
        if name.startswith("test_")
        and "library" in (parameters := signature(test).parameters)
        and "tmp_path" not in parameters
    }


globals().update(_tests_of(test_searching) | _tests_of(test_field_notes))


def test_there_are_tests_of_both() -> None:
    assert len(_tests_of(test_searching)) > 15
    assert len(_tests_of(test_field_notes)) > 10
