"""Notebooks: prose, code and what it printed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from searchkit.errors import ArticleError
from tests.articles.formats.makers import read, recovered


def notebook(*cells: dict[str, Any], **metadata: Any) -> str:
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4}, ensure_ascii=False)


def prose(*lines: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": list(lines)}


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def test_prose_code_and_output_are_the_text() -> None:
    text = notebook(
        prose("# 线性**回归**\n", "\n", "先看数据。"), code("y = a * x\nprint(y)", {"text": ["斜率 ", "3\n"]})
    )
    article = read(text, "a.ipynb")
    assert article.title == "线性回归"
    assert article.body == "线性回归\n先看数据。\ny = a * x\nprint(y)\n斜率 3"


def test_pictures_and_names_of_objects_are_no_text() -> None:
    figure = {
        "output_type": "display_data",
        "data": {"image/png": "iVBORw0KGgo", "text/plain": "<Figure size 640x480>"},
    }
    table = {
        "output_type": "execute_result",
        "data": {"text/html": "<b>x</b>", "text/plain": ["  城市\n", "0  北京"]},
    }
    assert read(notebook(code("画图()", figure, table)), "a.ipynb").body == "画图()\n城市\n0 北京"


def test_of_an_error_its_message_is_read() -> None:
    error = {"output_type": "error", "ename": "KeyError", "evalue": "'年龄'", "traceback": ["\x1b[31m----\x1b[0m"]}
    assert read(notebook(code("x", error)), "a.ipynb").body == "x\nKeyError: '年龄'"


def test_a_long_output_ends() -> None:
    body = read(notebook(code("x", {"text": "日志\n" * 10_000})), "a.ipynb").body
    assert 100 < len(body) < 3_000


def test_metadata_and_front_matter_in_the_first_cell_count() -> None:
    article = read(notebook(prose("正文"), title="题目", authors=[{"name": "李四"}, {"name": "王五"}]), "a.ipynb")
    assert (article.title, article.author) == ("题目", "李四, 王五")
    raw = {"cell_type": "raw", "source": "---\ntitle: 甲\ntags: [乙]\n---\n"}
    article = read(notebook(raw, prose("正文"), title="题目"), "a.ipynb")
    assert (article.title, article.tags, article.body) == ("甲", ("乙",), "正文")


def test_the_third_version_is_read() -> None:
    cells = [
        {"cell_type": "heading", "level": 1, "source": ["回归"]},
        {"cell_type": "code", "input": "x = 1", "outputs": [{"output_type": "stream", "text": "好"}]},
    ]
    article = read(json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3}), "a.ipynb")
    assert (article.title, article.body) == ("回归", "回归\nx = 1\n好")


@pytest.mark.parametrize("text", ["", "正文", "[]", "{}", '{"cells": [', "[" * 100_000])
def test_what_is_no_notebook_says_so(text: str) -> None:
    with pytest.raises(ArticleError, match="not a notebook"):
        read(text, "a.ipynb")


@pytest.mark.parametrize(
    "cells",
    [[], [1, None], [{}], [{"cell_type": "code", "source": 3, "outputs": {"text": 1}}], [{"source": [1, None]}]],
)
def test_cells_of_other_shapes_are_empty(cells: list[Any]) -> None:
    article = read(json.dumps({"cells": cells, "metadata": []}), "空.ipynb")
    assert (article.title, article.body) == ("空", "")


def test_prose_with_too_many_marks_stays_as_it_is() -> None:
    text = notebook(prose("*" * 150_000), prose("*" * 100_000))
    assert "Markdown symbols" in recovered(text, "a.ipynb")
