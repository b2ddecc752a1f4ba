"""`reposts`: clusters of articles with nearly the same text, and what differs in one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.layout import View, cell_width
from tests.articles.copies import edited, prose
from tests.cli.conftest import Call, write_article
from tests.cli.test_json_document import DOCUMENT, fields

TEXT = prose("渡口")


@pytest.fixture
def index(corpus: Path, tmp_path: Path) -> Path:
    """An index of three reposts, two others, and two small articles without any."""
    lines = TEXT.split("\n")
    copies = {
        "渡口.md": ("渡口的一年", "2024-02-01", TEXT),
        "码头.md": ("码头旧事", "2024-05-01", "\n".join(["南岸的人听说了这件事。", *lines[:4], *lines[5:]])),
        "灯塔.md": ("渡口的一年", "2024-03-01", edited(TEXT, 0.1)),
        "茶馆.md": ("茶馆", "2024-01-01", prose("茶馆")),
        "茶馆又.md": ("茶馆", "2024-01-02", f"{prose('茶馆')}\n补记一句。"),
    }
    for name, (title, date, body) in copies.items():
        write_article(corpus, name, title, body, date=date, author="渡口笔记")
    searchkit.reindex(corpus, tmp_path / "reposts", jobs=1)
    return tmp_path / "reposts"


def test_the_largest_cluster_is_first_and_so_is_its_earliest_article(call: Call, index: Path) -> None:
    lines = call("reposts", "--index", index).stdout.split("\n")
    assert lines[0] == "渡口的一年 · +2 reposts"
    assert lines[1] == "    2024-02-01 · 渡口笔记"
    assert lines[2].endswith("渡口.md")
    assert lines[3].startswith("    2024-03-01 · 渡口笔记 · 9")
    assert lines[3].endswith("% the same")
    assert lines[5].endswith("% the same · newest · 码头旧事")
    assert lines[8] == "茶馆 · +1 repost"


def test_of_one_article_the_cluster_is_printed_with_what_differs(call: Call, index: Path) -> None:
    result = call("reposts", "码头旧事", "--index", index)
    assert result.exit_code == 0
    assert "茶馆 ·" not in result.stdout
    assert "{+南岸的人听说了这件事+}" in result.stdout
    assert f"[-{TEXT.split(chr(10))[4][:9]}" in result.stdout
    assert "more differences" in result.stdout


def test_a_long_difference_is_cut_and_fits_the_terminal(
    call: Call, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = prose("补遗", 12).replace("\n", "")
    write_article(corpus, "旧.md", "渡口的一年", f"开头。{TEXT}\n完。", date="2024-02-01")
    write_article(corpus, "新.md", "渡口的一年", f"{TEXT}\n{more}\n完。", date="2024-03-01")
    searchkit.reindex(corpus, tmp_path / "long", jobs=1)
    monkeypatch.setattr("searchkit.cli.output.view_of_stdout", lambda *_, **__: View(width=40))
    result = call("reposts", "新.md", "--index", tmp_path / "long")
    assert max(map(cell_width, result.stdout.splitlines())) <= 40
    lines = [line[6:] for line in result.stdout.splitlines() if line.startswith(" " * 6)]
    head, added = "".join(lines).replace(" ", "").split("+}")[0].split("{+")
    assert "[-开头-]" in head
    begin, end = added.split(f"…{len(more) - 1 - 60}morecharacters…")
    assert (begin, end) == (more[:30], more[-31:-1])
    printed = json.loads(call("reposts", "新.md", "--index", tmp_path / "long", "--json").stdout)
    assert (
        max(each["end"] - each["start"] for each in printed["clusters"][0]["articles"][1]["differences"])
        == len(more) - 1
    )


def test_reposts_as_json(call: Call, index: Path) -> None:
    printed = json.loads(call("reposts", "--index", index, "--json").stdout)
    first, second = printed["clusters"]
    assert [article["id"] for article in first["articles"]] == ["渡口.md", "灯塔.md", "码头.md"]
    assert (first["first"], first["newest"]) == ("渡口.md", "码头.md")
    assert second["newest"] == "茶馆又.md"
    (difference,) = second["articles"][1]["differences"]
    with searchkit.open_index(index) as opened:
        body = opened.get("茶馆又.md").body
    assert (body[difference["start"] : difference["end"]], difference["given"]) == ("补记一句", "")
    section = DOCUMENT.read_text(encoding="utf-8").split("\n## `searchkit reposts --json`")[1].split("\n## ")[0]
    assert [name for name in fields(printed) if f"`{name}`" not in section and name != "version"] == []


def test_an_article_as_json_names_its_reposts(call: Call, index: Path) -> None:
    for name, reposts in (("码头旧事", ["渡口.md", "灯塔.md"]), ("一盅两件", [])):
        assert json.loads(call("show", name, "--index", index, "--json").stdout)["reposts"] == reposts


def test_without_reposts_the_exit_code_is_1(call: Call, index: Path, corpus: Path, tmp_path: Path) -> None:
    result = call("reposts", "一盅两件", "--index", index)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no other article has nearly the same text" in result.stderr
    assert call("reposts", "没有这一篇", "--index", index).exit_code == 1
    searchkit.reindex([searchkit.Article("甲", "甲")], tmp_path / "none", jobs=1)
    result = call("reposts", "--index", tmp_path / "none", "--json")
    assert (result.exit_code, json.loads(result.stdout)["clusters"]) == (1, [])


def test_a_search_lists_one_article_for_its_reposts(call: Call, index: Path) -> None:
    text = call("search", "渡口 桅杆", "--index", index)
    assert "渡口笔记 · +2 reposts, newest: 码头.md" in text.stdout
    assert call("search", "渡口 桅杆", "--index", index, "--count").stdout == "2\n"
    assert call("search", "渡口 桅杆", "--index", index, "--count", "--no-fold").stdout == "5\n"
    for each in (("search", "渡口 桅杆", "--no-fold"), ("similar", "渡口.md")):
        assert "+2 reposts" not in call(*each, "--index", index).stdout
    hits = json.loads(call("search", "渡口 桅杆", "--index", index, "--json").stdout)["hits"]
    folded = next(hit for hit in hits if hit["id"] == "渡口.md")
    assert (folded["reposts"], folded["newest"]) == (["灯塔.md", "码头.md"], "码头.md")
