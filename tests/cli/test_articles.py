"""`show`, `open` and `similar`: commands about one article, and how it may be named."""

from __future__ import annotations

import json
import re
import sys
import webbrowser
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.open import Opened, commands
from tests.cli.conftest import Call, write_article
from tests.cli.terminal import run


def test_show_prints_title_facts_and_text(call: Call) -> None:
    result = call("show", "月全食")
    assert result.exit_code == 0
    assert result.stdout.startswith("月全食为什么是红色的\ndate: 2025-09-05 14:50:00+00:00\nauthor: 观星簿\n")
    assert "\n\n月亮走进地球的影子" in result.stdout


def test_show_prints_an_article_with_several_names_once(call: Call) -> None:
    result = call(
        "show", "南北杏雪梨汤_1", "月全食", "posts__2023-11__秋天煲一锅南北杏雪梨汤.", "月全食为什么", "--json"
    )
    assert result.stdout.count('"body": ') == 2
    assert result.stdout.index("南北杏") < result.stdout.index("月全食")


def test_a_date_without_a_time_is_shown_as_a_day(call: Call, corpus: Path, tmp_path: Path) -> None:
    write_article(corpus, "day.md", "甲", "只写了日子。", date="2026-11-25")
    write_article(corpus, "night.md", "乙", "半夜过后。", date="2026-11-25 00:00:30")
    searchkit.reindex(corpus, tmp_path / "i", jobs=1)
    assert "\ndate: 2026-11-25\nfile" in call("show", "day.md", "--index", tmp_path / "i").stdout
    assert "\ndate: 2026-11-25 00:00:30" in call("show", "night.md", "--index", tmp_path / "i").stdout


def test_show_takes_the_path_of_a_file(call: Call, samples: Path) -> None:
    path = next(samples.glob("hugo/*月全食*"))
    assert call("show", path).exit_code == 0


def test_show_as_json_has_its_shape(call: Call) -> None:
    values = json.loads(call("show", "月全食", "--json").stdout)
    assert list(values) == [
        "version", "id", "title", "date", "lastmod", "author", "tags", "categories", "url", "description", "path",
        "aliases", "draft", "duplicates", "reposts", "other_titles", "body",
    ]  # fmt: skip
    assert values["body"].startswith("月亮走进地球的影子")


def test_a_repeat_shows_the_article_it_repeats(call: Call) -> None:
    values = json.loads(call("show", "南北杏雪梨汤_1", "--json").stdout)
    assert values["duplicates"] == ["mp/posts__2023-11__秋天煲一锅南北杏雪梨汤_1.md"]


def test_an_unknown_article_exits_with_1_and_an_ambiguous_name_with_2(call: Call) -> None:
    assert call("show", "no such article").exit_code == 1
    ambiguous = call("show", "posts__2024")
    assert ambiguous.exit_code == 2
    assert "more" in ambiguous.stderr


def test_open_starts_the_editor_with_the_file(
    call: Call, monkeypatch: pytest.MonkeyPatch, sample_folder: Path
) -> None:
    done = run("open", "月全食", env={"SEARCHKIT_INDEX": str(sample_folder), "EDITOR": "printf 'editing <%s>'"})
    assert done.code == 0
    assert done.stdout.startswith("editing </")
    assert done.stdout.endswith("月全食为什么是红色的.md>")


def test_open_opens_a_file_with_several_names_once(sample_folder: Path) -> None:
    env = {"SEARCHKIT_INDEX": str(sample_folder), "EDITOR": "printf '<%s>'"}
    assert run("open", "月全食", "月全食为什么", env=env).stdout.count("<") == 1


def test_open_prefers_visual_and_reports_a_failing_editor(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EDITOR", "true")
    assert call("open", "月全食").exit_code == 0
    monkeypatch.setenv("VISUAL", "false")
    assert call("open", "月全食").exit_code == 2


def test_open_without_an_editor_says_what_to_set(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    result = call("open", "月全食")
    assert result.exit_code == 2
    assert "EDITOR" in result.stderr
    monkeypatch.setenv("EDITOR", "no-such-editor")
    assert "no such editor" in call("open", "月全食").stderr


@pytest.mark.parametrize(
    ("editor", "arguments"),
    [
        ("vim", ["+call cursor(7,4)", "/月.md", "/茶.md"]),
        ("vi", ["+7", "/月.md", "/茶.md"]),
        ("/usr/bin/nano -w", ["-w", "+7", "/月.md", "/茶.md"]),
        ("emacsclient -nw", ["-nw", "+7", "/月.md", "/茶.md"]),
        ("code --wait", ["--wait", "--goto", "/月.md:7", "/茶.md"]),
        ("hx", ["/月.md:7", "/茶.md"]),
        ("kate.exe", ["--line", "7", "/月.md", "/茶.md"]),
        ("ed", ["/月.md", "/茶.md"]),
    ],
)
def test_an_editor_is_asked_for_the_line_in_its_way(
    monkeypatch: pytest.MonkeyPatch, editor: str, arguments: list[str]
) -> None:
    monkeypatch.setenv("VISUAL", editor)
    monkeypatch.setattr("shutil.which", lambda name: None)
    (command,) = commands([Opened("/月.md", 7, 4), Opened("/茶.md")])
    assert command[1:] == arguments


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other programs")
def test_the_program_of_the_system_opens_what_an_editor_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    files = [Opened("/月.md", 7, 4), Opened("/书.EPUB", 1), Opened("/表.pdf")]
    assert commands(files) == [["xdg-open", file.path] for file in files]
    monkeypatch.setenv("EDITOR", "vim")
    assert commands(files) == [
        ["vim", "+call cursor(7,4)", "/月.md"],
        ["xdg-open", "/书.EPUB"],
        ["xdg-open", "/表.pdf"],
    ]
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert commands(files) == [["vim", "+call cursor(7,4)", "/月.md", "/书.EPUB", "/表.pdf"]]


def test_open_goes_to_the_place_of_the_query(sample_folder: Path, tmp_path: Path) -> None:
    editor = tmp_path / "vim"
    editor.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    editor.chmod(0o755)
    env = {"SEARCHKIT_INDEX": str(sample_folder), "EDITOR": str(editor)}
    at, path = run("open", "月全食", "--query", "红光", env=env).stdout.splitlines()
    line, column = map(int, re.findall(r"\d+", at))
    assert Path(path).read_bytes().split(b"\n")[line - 1][column - 1 :].decode().startswith("红光")
    assert run("open", "月全食", env=env).stdout.splitlines() == [path]
    assert run("open", "月全食", "--query", "魑魅", env=env).stdout.splitlines() == [path]
    assert run("open", "git", "--query", "bran", env=env).stdout.count("\n") == 1
    assert run("open", "git", "--query", "bran", "--prefix", env=env).stdout.startswith("+call cursor(")


def test_several_articles_are_shown_one_after_another(call: Call) -> None:
    shown = call("show", "月全食", "误删 git 分支").stdout
    assert shown.index("月全食为什么是红色的\n") < shown.index("误删 git 分支怎么找回\n")
    printed, decoder = call("show", "月全食", "误删 git 分支", "--json").stdout, json.JSONDecoder()
    first, end = decoder.raw_decode(printed)
    second, _ = decoder.raw_decode(printed[end:].strip())
    assert (first["title"], second["title"]) == ("月全食为什么是红色的", "误删 git 分支怎么找回")
    missing = call("show", "月全食", "no such article")
    assert (missing.exit_code, missing.stdout) == (1, "")


def test_show_marks_a_query(call: Call) -> None:
    shown = call("show", "月全食", "--query", "月全食 红光", "--color", "always").stdout
    assert shown.startswith("\x1b[1;31m月全食\x1b[0m\x1b[1m为什么是红色的\x1b[0m\n")
    assert shown.count("\x1b[1;31m红光\x1b[0m") > 1
    assert (
        "\x1b[1;31mreflo\x1b[0mg"
        in call("show", "git", "--query", "reflo", "--prefix", "--color", "always").stdout
    )
    bare = call("show", "月全食", "--color", "never").stdout
    assert re.sub("\x1b\\[[0-9;]*m", "", shown) == bare
    assert call("show", "月全食", "--color", "always").stdout.count("\x1b[1;31m") == 0


def test_open_url_goes_to_the_browser(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda url: not opened.append(url))
    assert call("open", "--url", "月全食").exit_code == 0
    assert opened == ["https://mp.weixin.qq.com/s/f74966de70be09859d8643"]


def test_open_url_opens_http_and_https_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from searchkit.cli.open import _open_url

    monkeypatch.setattr(webbrowser, "open", lambda url: pytest.fail(f"opened {url}"))
    for url in ("", "file:///etc/passwd", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="no http or https URL"):
            _open_url(url, "a.md")


def test_similar_prints_like_search(call: Call) -> None:
    result = call("similar", "大模型公司", "-n", "2")
    assert result.exit_code == 0
    assert result.stdout.startswith(" 1  ")
    assert "showing 1–2" in result.stderr
    assert "大模型公司为什么总在融资" not in result.stdout


def test_similar_as_json_is_a_result(call: Call) -> None:
    values = json.loads(call("similar", "大模型公司", "--json").stdout)
    assert list(values)[:3] == ["version", "query", "total"]
    assert call("similar", "no such article").exit_code == 1


def test_similar_articles_have_no_words_to_lack(call: Call) -> None:
    assert "words" not in call("similar", "大模型公司").stderr


def test_similar_has_the_formats_and_the_filters_of_search(call: Call) -> None:
    total = int(call("similar", "大模型公司", "--count").stdout)
    paths = call("similar", "大模型公司", "-l").stdout.splitlines()
    assert len(paths) == total > 2
    assert call("similar", "大模型公司", "-0", "-n2", "--offset", "1").stdout == "".join(
        f"{path}\0" for path in paths[1:3]
    )
    assert [
        json.loads(line)["path"] for line in call("similar", "大模型公司", "--jsonl").stdout.splitlines()
    ] == paths
    hits = json.loads(call("similar", "大模型公司", "--since", "2025", "--json", "-n0").stdout)["hits"]
    assert 0 < len(hits) < total
    assert all(hit["date"] >= "2025" for hit in hits)
    assert call("similar", "大模型公司", "--vimgrep", "-n1").stdout.startswith(paths[0] + ":")
    assert call("similar", "大模型公司", "--json", "-l").exit_code == 2


def test_similar_names_a_filter_that_no_article_meets(call: Call) -> None:
    result = call("similar", "大模型公司", "--tag", "观星薄")
    assert result.exit_code == 1
    assert "no article has the tag 观星薄; nearest: 观星簿" in result.stderr
