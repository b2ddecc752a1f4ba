"""The recipes of docs/recipes.md run, each with the tools it is for; those that are not installed are skipped."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

import searchkit
from tests.cli.terminal import SEARCHKIT, environment, plain
from tests.conftest import ROOT
from tests.web.serving import running

DOCUMENT = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"(?ms)^## (.+?)\n.*?^```\w+\n(.*?)^```$", DOCUMENT))
Run = Callable[..., str]

if sys.platform == "win32":
    pytest.skip("the recipes are for a shell", allow_module_level=True)


@pytest.fixture
def shell(tmp_path: Path, sample_folder: Path) -> Run:
    """Runs a script where `searchkit` is a command and the samples are the index; gives what it prints."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "searchkit").write_text(f'#!/bin/sh\nexec {shlex.join(SEARCHKIT)} "$@"\n', encoding="utf-8")
    (programs / "searchkit").chmod(0o755)
    known = environment()
    env = {
        **known,
        "PATH": f"{programs}:{known['PATH']}",
        "SEARCHKIT_INDEX": str(sample_folder),
        "SHELL": "/bin/sh",
    }

    def run(script: str, *command: str, **more: str) -> str:
        done = subprocess.run(
            [*(command or ("sh", "-euc")), script],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**env, **more},
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return run


def recipe(words: str) -> str:
    """The commands under the one heading with these *words*; skipped where a tool of the heading is missing."""
    ((title, block),) = [(title, block) for title, block in RECIPES.items() if words in title]
    tools = {"fzf": "fzf", "Vim": "vim", "xargs": "xargs", "ripgrep": "rg", "jq": "jq", "Raycast": "jq"}
    for name, program in tools.items():
        if name in title and not shutil.which(program):
            pytest.skip(f"{program} is not installed")
    if "curl" in block and not shutil.which("curl"):
        pytest.skip("curl is not installed")
    return str(block)


def test_every_recipe_is_tested() -> None:
    tested = re.findall(r'recipe\(["\'](.+?)["\']\)', Path(__file__).read_text(encoding="utf-8"))
    assert [title for title in RECIPES if not any(words in title for words in tested)] == []


def test_files_are_counted(shell: Run) -> None:
    lines = shell(recipe("with xargs")).splitlines()
    assert any(line.endswith("月全食为什么是红色的.md") for line in lines)


def test_articles_are_read_together(shell: Run, tmp_path: Path) -> None:
    shell(recipe("A reader"))
    assert "月全食为什么是红色的\ndate: " in (tmp_path / "月食.txt").read_text(encoding="utf-8")


def test_a_pattern_is_found_in_the_articles(shell: Run) -> None:
    assert re.search(r"月全食为什么是红色的\.md:2:title: .*红色", shell(recipe("with ripgrep")))


@pytest.mark.parametrize("words", ["with xargs", "A reader", "with ripgrep"])
def test_nothing_runs_if_nothing_is_found(shell: Run, tmp_path: Path, words: str) -> None:
    (tmp_path / "笔记.md").write_text("红色的本子", encoding="utf-8")
    script = RECIPES[next(title for title in RECIPES if words in title)]
    assert "| xargs -0 -r " in script
    assert shell(script.replace("月全食", "魑魅魍魉")) == ""
    assert not (tmp_path / "月食.txt").exists() or not (tmp_path / "月食.txt").read_bytes()


def test_jq_prints_a_line_for_every_hit(shell: Run, tmp_path: Path) -> None:
    printed = shell(recipe("with jq")).splitlines()
    assert printed[0] == "《月全食为什么是红色的》 观星簿, 2025-09-05"
    assert len(printed) == int(shell("searchkit search --count 月全食"))
    article = searchkit.Article("1", r"C:\月 与 \n", "月全食")
    searchkit.reindex([article], tmp_path / "index", jobs=1)
    assert shell(recipe("with jq"), SEARCHKIT_INDEX=str(tmp_path / "index")) == "《C:\\月 与 \\n》 , \n"


def test_a_script_asks_whether_there_is_anything(shell: Run) -> None:
    script = recipe("in a script")
    assert shell(script) == "血月 was written about\n"
    assert shell(script.replace("2025", "2099")) == ""


def test_vim_fills_its_quickfix_list(shell: Run, tmp_path: Path) -> None:
    (tmp_path / "vimrc").write_text(
        f"set encoding=utf-8\n{recipe('with Vim')}"
        "silent grep! 月全食\n"
        "silent cfirst\n"
        "let places = map(getqflist(), {_, q -> join([bufname(q.bufnr), q.lnum, q.col, q.text], ':')})\n"
        "call writefile(places, 'places')\n"
        "call writefile([expand('%:t'), getline('.')[col('.') - 1 :]], 'here')\n"
        "qall!\n",
        encoding="utf-8",
    )
    shell("vimrc", "vim", "-es", "-N", "-u", "NONE", "-S")
    places = (tmp_path / "places").read_text(encoding="utf-8").splitlines()
    assert places == shell("searchkit search -q --vimgrep 月全食").splitlines()
    name, here = (tmp_path / "here").read_text(encoding="utf-8").splitlines()
    assert "月全食" in name
    assert here.startswith("月全食")


def test_fzf_lists_what_is_found_and_previews_it(shell: Run, tmp_path: Path) -> None:
    script = recipe("with fzf")
    typed = f"stty rows 40 cols 160 < /dev/tty\n{script}\nsk 月全食\n"
    (tmp_path / "typed.sh").write_text(typed, encoding="utf-8")
    in_a_terminal = "import pty, sys; pty.spawn(sys.argv[1:])"
    screen = shell("typed.sh", sys.executable, "-c", in_a_terminal, "sh", FZF_DEFAULT_OPTS="--bind focus:accept")
    assert "月全食为什么是红色的.md" in plain(screen)
    preview = re.findall(r"--preview '(.+?)'", script)[0]
    path = shell("searchkit search -q -l -n 1 月全食").strip()
    shown = shell(preview.replace("{q}", "月全食").replace("{}", shlex.quote(path)))
    assert shown.startswith("\x1b[1;31m月全食\x1b[0m")
    opened = re.findall(r"become\((.+?)\)'", script)[0].replace("{q}", "月全食").replace("{}", shlex.quote(path))
    assert re.fullmatch(
        rf"\+call cursor\(\d+,\d+\) {re.escape(path)}\n", shell(opened, EDITOR=_echoing_vim(tmp_path))
    )


def _echoing_vim(folder: Path) -> str:
    editor = folder / "vim"
    editor.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    editor.chmod(0o755)
    return str(editor)


# those that ask the search page


@pytest.fixture
def url(sample_folder: Path) -> Iterator[str]:
    """A search page of the samples."""
    pytest.importorskip("uvicorn")
    with running("--index", sample_folder) as server:
        yield server.url


def test_alfred_gets_items(shell: Run, url: str) -> None:
    script = f"set -- 月全; {recipe('in Alfred')}"
    items = json.loads(shell(script, SEARCHKIT_URL=url))["items"]
    assert items[0]["title"] == "月全食为什么是红色的"
    assert Path(items[0]["arg"]).is_file()


def test_raycast_prints_titles_and_files(shell: Run, url: str) -> None:
    script = recipe("in Raycast")
    assert re.findall(r"^# @raycast\.(\w+) ", script, re.MULTILINE)[:3] == ["schemaVersion", "title", "mode"]
    lines = shell(f"set -- 月全食; {script}", SEARCHKIT_URL=url).splitlines()
    assert lines[0] == "月全食为什么是红色的"
    assert lines[1].startswith("    2025-09-05 观星簿  /")


def test_rofi_opens_the_line_that_is_chosen(shell: Run, url: str, tmp_path: Path) -> None:
    rofi = tmp_path / "bin" / "rofi"  # it is asked for a query first, then shown what is found
    rofi.write_text("#!/bin/sh\nhead -n 1 | grep . || echo 月全食\n", encoding="utf-8")
    rofi.chmod(0o755)
    opened = shell(recipe("in rofi"), SEARCHKIT_URL=url, EDITOR="echo")
    assert re.fullmatch(r"\+\d+ /\S*月全食为什么是红色的\.md\n", opened)


def test_a_keyword_of_the_browser_searches(url: str) -> None:
    address = recipe("keyword of the browser").strip().replace("http://127.0.0.1:8321", url)
    with urlopen(address.replace("%s", quote("月全食")), timeout=10) as answer:
        assert "月全食" in answer.read().decode()
