from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import searchkit
from searchkit.web.app import create_app
from tests.conftest import make_article

ORIGIN = "http://localhost"


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of articles that a program made."""
    place = tmp_path_factory.mktemp("web") / "index"
    articles = [
        make_article(
            "月全食为什么是红色的", "月全食的时候，月亮变成暗红色。\n大气把红光折射到月面。", "2025-09-05",
            author="观星簿", tags=("天文", "月亮"), categories=("科普",), url="https://sky.example.com/moon",
        ),
        make_article("日食怎么看", "看日食要戴滤光镜，别看太阳。", "2024-04-08", author="观星簿", tags=["天文"]),
        make_article("阳台种番茄", "番茄要晒太阳，每天浇水。苗期怕冷。", "2023-03-01", author="小院"),
        make_article("git 误删分支怎么找回", "用 git reflog 找到提交，再 git branch 恢复。", author="命令行"),
        *(make_article(f"第{n}期周报", f"本周读了{n}篇文章，写了笔记", f"2022-{n:02d}-01") for n in range(1, 13)),
    ]  # fmt: skip
    searchkit.reindex(articles, place, jobs=1)
    return place


@pytest.fixture
def client(shelf: Path) -> Iterator[TestClient]:
    """A browser of the page, which asks for Chinese."""
    app = create_app(searchkit.Config(index=str(shelf)))
    with TestClient(app, base_url=ORIGIN, headers={"accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}) as browser:
        yield browser
