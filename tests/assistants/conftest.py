from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searchkit
from searchkit.assistants.answer import Answer
from tests.conftest import make_article

MOON = "月全食的时候，月亮变成暗红色。\n大气把红光折射到月面，所以月亮不会全黑。"
LONG = "".join(f"第{n}段讲怎样种番茄，先育苗，再移栽，然后搭架子。\n" for n in range(1, 600))


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of articles that a program made."""
    place = tmp_path_factory.mktemp("assistants") / "index"
    articles = [
        make_article(
            "月全食为什么是红色的", MOON, "2025-09-05", author="观星簿", tags=("天文", "月亮"), id="hugo/a.md"
        ),
        make_article("日食怎么看", "看日食要戴滤光镜，别看太阳。", "2024-04-08", author="观星簿", tags=["天文"]),
        make_article("阳台种番茄", LONG, "2023-03-01", author="小院"),
        make_article("git 误删分支怎么找回", "用 git reflog 找到提交，再 git branch 恢复。", id="docs/a b.md"),
        *(make_article(f"第{n}期周报", f"本周读了{n}篇文章，写了笔记", f"2022-{n:02d}-01") for n in range(1, 13)),
        *(make_article(f"番茄日记{n}", f"番茄今天长高了{n}厘米。" * 30, f"2021-01-{n:02d}") for n in range(1, 25)),
    ]  # fmt: skip
    searchkit.reindex(articles, place, jobs=1)
    return place


@pytest.fixture
def index(shelf: Path) -> Iterator[searchkit.Index]:
    with searchkit.open_index(shelf) as opened:
        yield opened


def outside(answer: Answer) -> str:
    """What of a text the server says itself, without what is between the marks."""
    assert answer.text.count("<<") <= 1 or "\n<<" in answer.text
    if "\n<<" not in answer.text:
        return answer.text
    before, _begin, rest = answer.text.partition("\n<<")
    mark = rest[:8]
    assert rest.count(f"\n{mark}>>") == 1
    return before.replace(mark, "") + rest.partition(f"\n{mark}>>")[2]
