from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

pytest.importorskip("rjieba")

import searchkit
from benchmarks.answers import KINDS, differences, draw, write_answers
from searchkit import Article

SUBJECTS = ("大模型公司的融资", "单细胞测序 Seurat 教程", "月全食与流星雨", "人民银行降准")
COUNT = 3 * len(KINDS)
ARTICLES = [
    Article(
        f"{n}.md",
        f"{subject}（{n}）",
        f"{subject}，FindMarkers 怎么用？第{n}篇文章说 {subject}。" * 5,
        tags=("新闻", "教程")[n % 2 : n % 2 + 1],
        date=datetime(2020 + n % 5, 1 + n % 12, 3),
    )
    for n in range(24)
    for subject in SUBJECTS[n % 4 : n % 4 + 1]
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("answers") / "index"
    searchkit.reindex(ARTICLES, folder)
    return folder


def test_the_queries_are_of_all_kinds_and_the_same_every_time(place: Path) -> None:
    with searchkit.open_index(place) as index:
        asked = draw(index, COUNT)
        assert asked == draw(index, COUNT)
    assert Counter(one.kind for one in asked) == dict.fromkeys(KINDS, 3)
    assert all(one.query.strip() for one in asked)


def test_the_same_index_answers_the_same(place: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    write_answers(place, first, COUNT)
    write_answers(place, second, COUNT)
    assert differences(first, second) == (COUNT, [])
    answers = [json.loads(line) for line in first.read_text(encoding="utf-8").split("\n") if line]
    assert sum(bool(answer["ids"]) for answer in answers) > COUNT * 0.7
    assert sum(any(ranges for of in answer["snippets"] for _, ranges in of) for answer in answers) > COUNT // 2


def test_what_differs_is_told(place: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    write_answers(place, first, COUNT)
    lines = first.read_text(encoding="utf-8").split("\n")[:-1]
    changed = json.loads(lines[0])
    changed["scores"][0] += 1
    second.write_text("\n".join([json.dumps(changed), *lines[1:-1]]), encoding="utf-8")
    count, (score, missing) = differences(first, second)
    assert count == COUNT
    assert changed["query"] in score
    assert "scores" in score
    assert "at place 0" in score
    assert "snippets" not in score
    assert json.loads(lines[-1])["query"] in missing
    assert "+ null" in missing
