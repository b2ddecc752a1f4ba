"""A soak of a few seconds, what it measures growth by, and what it draws."""

from __future__ import annotations

import random
from pathlib import Path
from xml.etree import ElementTree

from tests.conftest import SAMPLES
from tests.reliability import soak
from tests.reliability.changing import Folder, text_files
from tests.reliability.drawing import Panel, draw
from tests.reliability.watching import growth, quarters, vitals


def test_a_short_soak_loses_nothing(tmp_path: Path) -> None:
    (proof,) = soak.PROOFS
    tally = proof.run(tmp_path, proof.short)
    assert tally.tried > 20
    assert not tally.lost, "\n".join(tally.lost)


def test_what_grows_after_it_warmed_up_is_told() -> None:
    warm = [float(min(n, 25) + n % 2 * 40) for n in range(100)]
    assert quarters(warm) == (25.0, 25.0)
    assert not growth(warm, share=0.0, slack=0.0)
    leaking = [value + n / 10 for n, value in enumerate(warm)]
    assert growth(leaking, share=0.05, slack=2.0) == "grew from 28.8 to 33.8"
    assert not growth(leaking, share=0.05, slack=8.0)


def test_a_file_that_is_mapped_is_seen(tmp_path: Path) -> None:
    import mmap

    path = tmp_path / "some.columns"
    path.write_bytes(b"123")
    before = vitals()
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ):
        assert vitals().mapped == before.mapped + 1
        assert vitals().descriptors > before.descriptors
    assert vitals().mapped == before.mapped


def test_a_model_tells_which_marks_are_gone(tmp_path: Path) -> None:
    folder = Folder(tmp_path, list(text_files(SAMPLES)), random.Random(1))
    for _ in range(5):
        folder.add()
    for _ in range(30):
        folder.change()
    folder.delete()
    texts = {name: (tmp_path / name).read_bytes().decode("utf-8", "replace") for name in folder.files}
    assert sorted(folder.files) == sorted(
        str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()
    )
    for article_id, article in folder.expected().items():
        assert all(article.state.mark in texts[name] for name in (article_id, *article.repeats))
    assert folder.retired
    assert not [mark for mark in folder.retired for text in texts.values() if mark in text]


def test_a_copy_is_read_as_its_original_is(tmp_path: Path) -> None:
    folder = Folder(tmp_path, list(text_files(SAMPLES)), random.Random(2))
    folder.add()
    (name,) = folder.files
    for _ in range(150):  # some get odd names
        folder.duplicate(name)
    assert {Path(copy).suffix for copy in folder.files} == {".md"}
    folder.rename(name)
    assert {Path(copy).suffix for copy in folder.files} == {".md"}


def test_a_drawing_of_a_long_time_is_small_and_well_formed() -> None:
    points = [(n / 60, float(n % 7)) for n in range(20_000)]
    drawn = draw(
        "一 & 二", [Panel("<memory>", {"one": points, "two": points[:3]}), Panel("nothing", {"none": []})]
    )
    assert len(drawn) < 20_000
    lines = ElementTree.fromstring(drawn).findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 3
    assert 200 <= len(lines[0].attrib["points"].split()) <= 300
