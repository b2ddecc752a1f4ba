"""The reader's language: help, messages and errors in Chinese by the locale; what programs read stays as it is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from searchkit.cli.app import COMMANDS
from searchkit.cli.language import is_chinese
from searchkit.cli.layout import cell_width
from tests.cli.terminal import environment, plain, run, run_in_terminal

ZH = {"SEARCHKIT_LANG": "zh"}
ENGLISH = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")


@pytest.mark.parametrize(
    "variables",
    [
        {"LANG": "zh_CN.UTF-8"},
        {"LANG": "zh_TW.Big5"},
        {"LANG": "zh_HK"},
        {"LANG": "zh-Hans"},
        {"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"},
        {"LANG": "en_US.UTF-8", "LC_MESSAGES": "de_DE.UTF-8", "LC_ALL": "zh_SG.UTF-8"},
        {"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"},
        {"LANG": "fr_FR.UTF-8", "LANGUAGE": "fr:zh:en"},
        {"SEARCHKIT_LANG": "zh", "LC_ALL": "C"},
        {"SEARCHKIT_LANG": "ZH_cn", "LANG": "en_GB.UTF-8"},
        {"SEARCHKIT_LANG": "", "LANG": "zh_CN.UTF-8", "LC_ALL": ""},
    ],
)
def test_a_reader_of_chinese_gets_chinese(variables: dict[str, str]) -> None:
    assert is_chinese(variables)


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"LANG": "C.UTF-8"},
        {"LANG": "en_US.UTF-8", "LC_CTYPE": "zh_CN.UTF-8"},
        {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"},
        {"LANG": "zh_CN.UTF-8", "LC_ALL": "POSIX", "LANGUAGE": "zh"},
        {"LANG": "zh_CN.UTF-8", "LANGUAGE": "en_US:zh"},
        {"LANG": "ja_JP.UTF-8"},
        {"SEARCHKIT_LANG": "en", "LANG": "zh_CN.UTF-8", "LANGUAGE": "zh_CN"},
    ],
)
def test_anyone_else_gets_english(variables: dict[str, str]) -> None:
    assert not is_chinese(variables)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_in_chinese_and_fits_80_columns(name: str) -> None:
    shown = run(name, "--help", env=ZH).stdout
    assert shown.startswith("用法:")
    assert "显示本帮助并退出。" in shown
    assert [line for line in shown.splitlines() if cell_width(line) > 80] == []


@pytest.mark.parametrize("name", COMMANDS)
def test_no_sentence_of_help_is_left_in_english(name: str) -> None:
    shown = run(name, "--help", env=ZH).stdout
    assert [line for line in shown.splitlines() if "searchkit" not in line and ENGLISH.search(line)] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("search", "月全食"), "1 篇文章 · "),
        (("search", "月全石", "-n", "1"), "1 篇文章 · 没有一篇含有全部词语 · "),
        (("search", "月全食", "--tag", "观星"), "提示：没有文章的标签是 观星；最接近的是 观星簿（"),
        (("search", "月全食为什么是红色的", "--explain", "--facets"), "标题完全相同"),
        (("search", "月全食", "--sort", "newset"), "'--sort' 的值无效"),
        (("show", "一篇没有的文章"), "没有文章的 id 或标题含有它"),
        (("why", "人工智能 -月", "月全食", "--tag", "科技"), "被筛选条件排除：标签不是 科技，而是 观星簿"),
        (("analyze", "月全食"), "词项        "),
        (("tags", "没有的"), "没有以 没有的 开头的标签"),
        (("config",), '"auto" · 默认'),
        (("stats",), "文章      70 篇，来自 76 个文件"),
        (("reindex", "--shard", "9/8"), "不是形如 1/8 … 8/8 的部分"),
        (("search", "月全食", "--index", "/dev/null"), "/dev/null"),
    ],
)
def test_a_command_says_everything_in_chinese(
    sample_folder: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ran = run(*words, env={**ZH, "SEARCHKIT_INDEX": str(sample_folder)}, cwd=tmp_path)
    shown = [line for line in (ran.stdout + ran.stderr).splitlines() if not line.startswith("版本")]
    assert said in "\n".join(shown)
    assert [line for line in shown if ENGLISH.search(line)] == []


def test_a_reindex_reports_in_chinese_and_in_columns(tmp_path: Path) -> None:
    corpus = tmp_path / "文章"
    corpus.mkdir()
    (corpus / "月.md").write_text("---\ntitle: 月全食\ntags: [天文]\n---\n月亮变红了。", encoding="utf-8")
    (corpus / "稿.md").write_text("---\ntitle: 未完\ndraft: true\n---\n还没有写完。", encoding="utf-8")
    (corpus / "坏.md").write_bytes(b"\xff\xfe\x00\xd8" * 40)
    (corpus / "图.png").write_bytes(b"")
    ran = run_in_terminal("reindex", corpus, "--index", tmp_path / "index", "--jobs", "1", columns=40, env=ZH)
    assert plain(ran.stdout).startswith("共 3 个文件 · 新增 1 · 草稿未收录 1 · 失败 1 · ")
    assert "其他文件：1 .png" in plain(ran.stdout)
    assert "searchkit: 1 个文件无法索引：" in plain(ran.stderr)
    assert ran.code == 1
    stats = run("stats", "--index", tmp_path / "index", env=ZH).stdout.splitlines()
    labels = [re.match(r"\S+ +", line) for line in stats]
    assert {cell_width(label[0]) for label in labels if label} == {10}


def test_errors_are_in_chinese(tmp_path: Path) -> None:
    missing = run("search", "月全食", "--index", tmp_path, env=ZH)
    assert missing.stderr.startswith(f"searchkit: {tmp_path}：这里没有索引；请先运行 `searchkit reindex FOLDER`")
    assert missing.code == 2
    assert "错误：没有命令 'serch'；您是不是要找 search？" in run("serch", "月", env=ZH).stderr
    assert "错误：缺少参数 'QUERY...'" in run("search", env=ZH).stderr


def test_the_report_is_in_chinese_on_a_narrow_terminal(sample_folder: Path) -> None:
    ran = run_in_terminal("check", "--index", sample_folder, columns=40, env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""})
    assert plain(ran.stdout).splitlines()[:2] == ["索引中有 70 篇文章", "一切正常"]
    assert ran.code == 0


def test_a_locale_without_unicode_can_show_it() -> None:
    assert run("check", "--help", env={**ZH, "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}).stdout.startswith("用法:")


def test_an_encoding_of_mainland_china_can_show_it() -> None:
    ran = run("check", "--help", env={**ZH, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"}, encoding="gbk")
    assert ran.stdout.startswith("用法:")


@pytest.mark.parametrize(
    "words", [("search", "(月全食", "--json"), ("search", "(月全食", "--jsonl"), ("check", "--json")]
)
def test_what_programs_read_is_the_same_in_every_language(sample_folder: Path, words: tuple[str, ...]) -> None:
    english, chinese = (run(*words, "--index", sample_folder, env=env) for env in ({}, ZH))
    assert without_time(chinese.stdout) == without_time(english.stdout)
    assert chinese.code == english.code


def without_time(text: str) -> list[object]:
    try:
        return [{**json.loads(text), "took_ms": 0}]
    except json.JSONDecodeError:
        return [json.loads(line) for line in text.splitlines()]


def test_notes_are_in_chinese_where_people_read_them(sample_folder: Path) -> None:
    assert "这个“(”没有对应的“)”" in run("search", "(月全食", "--index", sample_folder, env=ZH).stderr


def test_reasons_that_are_stored_stay_english(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "坏.md").write_bytes(b"\xff\xfe\x00\xd8" * 40)
    (corpus / "月.ipynb").write_text("不是 JSON", encoding="utf-8")
    reports = []
    for name, env in (("english", {}), ("chinese", ZH)):
        ran = run("reindex", corpus, "--index", tmp_path / name, "--json", "--jobs", "1", env=env)
        reports.append({one["path"]: one["reason"] for one in json.loads(ran.stdout)["failed"]})
    assert reports[0] == reports[1] != {}


def test_tests_run_in_english_wherever_they_run() -> None:
    assert not is_chinese(environment())
