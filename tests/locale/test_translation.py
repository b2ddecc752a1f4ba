from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from searchkit.translation import catalogue_of, gettext, translated


def test_two_readers_are_answered_at_once_each_in_their_language() -> None:
    def said(language: str) -> list[str]:
        with translated(catalogue_of("zh" if language == "zh" else "en")):
            return [gettext("Permission denied") for _ in range(200)]

    with ThreadPoolExecutor(2) as pool:
        chinese, english = pool.map(said, ("zh", "en"))
    assert set(english) == {"Permission denied"}
    assert len(set(chinese)) == 1
    assert set(chinese) != set(english)
    assert gettext("Permission denied") == "Permission denied"
