from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.document import BEGIN, render, write_document
from benchmarks.marks import END
from benchmarks.results import Row, describe, figure, load, save, table

FAST = Row("build", 5280, "ms", 2.0, "peer", 40.0, bar=1 / 10, aim=1 / 14)
SLOW = Row("top ten", 5280, "ms", 9.0, "peer", 3.0, of="ours", bar=8.0, aim=4.0)
BESIDE = Row("wall", 5280, "ms", 1.0)


def test_a_bar_is_of_the_ratio_or_of_our_own_figure() -> None:
    assert (FAST.met, SLOW.met, BESIDE.met) == ("aim", "no", "")
    assert Row("x", 1, "ms", 3.0, "peer", 2.0, bar=2.0, aim=1.0).met == "bar"


def test_the_table_has_a_line_a_row() -> None:
    assert table([FAST, SLOW, BESIDE]).splitlines()[2:] == [
        "| build | 5,280 | 2 ms | peer | 40 ms | 1/20 | 1/10 | 1/14 | aim |",
        "| top ten | 5,280 | 9 ms | peer | 3 ms | 3 | 8 ms | 4 ms | **no** |",
        "| wall | 5,280 | 1 ms | – | – | – | – | – | – |",
    ]


def test_a_row_is_told_in_a_line() -> None:
    assert describe(FAST) == "build [5,280]: 2 ms; peer 40 ms, ratio 1/20; bar 1/10, aim 1/14: aim"


def test_a_result_is_kept_with_its_setup_and_the_newest_counts(tmp_path: Path) -> None:
    save("build", [FAST], tmp_path, runs=3)
    save("build", [Row("build", 52_800, "ms", 5.0)], tmp_path)
    file = save("build", [BESIDE, SLOW], tmp_path)
    runs = json.loads(file.read_text(encoding="utf-8"))["runs"]
    assert [run["levels"] for run in runs] == [[52_800], [5280]]
    assert {"cpu", "cores", "python", "packages", "commit", "date"} <= set(runs[0]["setup"])
    assert {row.what for row, _ in load(file)} == {"build", "wall", "top ten"}


def test_the_room_of_a_run_is_told_as_it_was_measured() -> None:
    measured = {row.what: figure(row.ours, row.unit) for row, _ in load(results.RESULTS / "room.json")}
    lines = (results.ROOT / "docs" / "batch-job.md").read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.count("|") == 5]
    (names,) = [row for row in cells if row[0] == "run"]
    told = {
        f"{run}: {name}": value for run, *values in cells for name, value in zip(names[1:], values, strict=True)
    }
    assert told | measured == told
    assert len(measured) == 18


def test_the_tables_are_written_between_the_marks(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text(f"# Title\n\n{BEGIN}\nold\n{END}\n\nAfter.\n", encoding="utf-8")
    save("build", [FAST, BESIDE], tmp_path)
    write_document(tmp_path, document)
    text = document.read_text(encoding="utf-8")
    assert text.startswith("# Title\n")
    assert text.endswith("\n\nAfter.\n")
    assert "old" not in text
    assert text.index("| build |") < text.index("## Everything measured beside it") < text.index("| wall |")


def test_a_setup_is_told_once_with_the_load_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = results.setup()
    for bench, busy in (("build", 0.5), ("latency", 2.0)):
        monkeypatch.setattr(results, "setup", lambda busy=busy: made | {"load": [busy, 0, 0]})
        save(bench, [FAST], tmp_path)
    lines = [line for line in render(tmp_path).splitlines() if line.startswith("- ")]
    assert len(lines) == 1
    assert lines[0].startswith("- build at 5,280, latency at 5,280 articles: ")
    assert lines[0].endswith("; load average 0.5 to 2.0")


def test_a_document_without_marks_is_an_error(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text("# Title\n", encoding="utf-8")
    with pytest.raises(ValueError, match="has no line"):
        write_document(tmp_path, document)
