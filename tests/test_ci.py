"""What holds the project together: commit messages, the tests on each Python, hooks, and the workflow."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

CI = ROOT / ".ci"
WORKFLOW = ROOT / ".github" / "workflows" / "test.yml"
SHORT = "query: " + "R" * 65


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, CI / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


commit_message = load("commit_message")


# commit messages


@pytest.mark.parametrize(
    "message",
    [
        "query: Read dates of one digit",
        "query: Read dates of one digit\n\nPeople type them.",
        "engines/whoosh: Feed the merger, segment by segment",
        ".ci: Embed the version",
        "cli: Bring back --json",
        "cli: Pass the limit on",
        "docs: Focus on the reader",
        "Merge branch 'cluster'",
        SHORT,
    ],
)
def test_a_message_that_keeps_the_rule_is_taken(message: str) -> None:
    assert commit_message.faults_of(message) == []


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("Dates of one digit are read", "`area: Imperative`"),
        ("query:Read dates", "`area: Imperative`"),
        ("query: ", "`area: Imperative`"),
        ("Query: Read dates", "`area: Imperative`"),
        ("two words: Read dates", "`area: Imperative`"),
        ("", "`area: Imperative`"),
        ("query: read dates", "capital"),
        ("query: Added dates", "imperative"),
        ("query: Adds dates", "imperative"),
        ("query: Using dates", "imperative"),
        ("query: Tests of dates", "imperative"),
        ("query: Read dates; write dates", "one idea"),
        ("query: Read dates.", "full stop"),
        (f"{SHORT}R", "72 characters, not 73"),
        ("query: Read dates\nPeople type them.", "second line"),
    ],
)
def test_a_message_that_breaks_the_rule_is_told_why(message: str, fault: str) -> None:
    assert len(commit_message.faults_of(message)) == 1
    assert fault in commit_message.faults_of(message)[0]


def test_what_the_editor_of_git_adds_is_not_the_message(tmp_path: Path) -> None:
    file = tmp_path / "COMMIT_EDITMSG"
    scissors = "# ------------------------ >8 ------------------------"
    file.write_text(f"\nquery: Read dates\n# On branch main; it\n{scissors}\ndiff\n", encoding="utf-8")
    assert commit_message.main([str(file)]) == 0


def test_a_hook_is_told_by_the_exit_code(tmp_path: Path) -> None:
    file = tmp_path / "COMMIT_EDITMSG"
    file.write_text("Dates are read\n", encoding="utf-8")
    done = subprocess.run([sys.executable, CI / "commit_message.py", file], capture_output=True, encoding="utf-8")
    assert done.returncode == 1
    assert "'Dates are read'" in done.stderr
    assert subprocess.run([sys.executable, CI / "commit_message.py"], capture_output=True).returncode == 2


class History:
    """A repository with a commit for each message."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.git("init", "--quiet")

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        call = ["git", *who, "-c", "core.hooksPath=/dev/null", *arguments]
        return subprocess.run(
            call, cwd=self.folder, check=True, capture_output=True, encoding="utf-8"
        ).stdout.strip()

    def commit(self, *messages: str) -> str:
        for message in messages:
            self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> History:
    """An old history; the rule holds from here on."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:  # those of a hook that runs the tests
        monkeypatch.delenv(name)
    made = History(tmp_path / "made")
    monkeypatch.chdir(made.folder)
    monkeypatch.setattr(commit_message, "RULE_HOLDS_SINCE", made.commit("What was; before", "And later"))
    return made


def test_old_commits_keep_their_messages(history: History, capsys: pytest.CaptureFixture[str]) -> None:
    assert commit_message.main(["--new"]) == 0
    history.commit("query: Read dates", "query: Read years\n\nPeople type them.\n\n- so\n- and so")
    assert commit_message.main(["--new"]) == 0
    assert capsys.readouterr().err == ""


def test_each_new_commit_is_held_to_the_rule(history: History, capsys: pytest.CaptureFixture[str]) -> None:
    history.commit("query: Read dates")
    bad = history.commit("Dates are read")
    history.commit("query: Read years")
    assert commit_message.main(["--new"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert bad.startswith(line.partition(":")[0])


def test_a_shallow_clone_is_held_to_the_rule_as_far_as_it_reaches(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.commit("Dates are read", "query: Read years")
    for depth, code in (("1", 0), ("2", 1)):
        clone = tmp_path / f"clone{depth}"
        history.git("clone", "--quiet", "--depth", depth, history.folder.as_uri(), str(clone))
        monkeypatch.chdir(clone)
        assert commit_message.main(["--new"]) == code


def test_without_the_history_nothing_is_checked_and_a_line_says_so(
    history: History, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(commit_message, "RULE_HOLDS_SINCE", "0" * 40)
    assert commit_message.main(["--new"]) == 0
    assert "not checked" in capsys.readouterr().err
    monkeypatch.chdir(tmp_path)  # no repository at all
    assert commit_message.main(["--new"]) == 0
    assert "not checked" in capsys.readouterr().err


# the tests on each Python


class Machine:
    """A machine with some Pythons, where `make` writes down how it was called and fails for some of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / "bin").mkdir()
        self.add("bin/make", f'echo "$@" >> {folder}/calls; case "$*" in *"$FAILING"*) exit 2; esac')

    def add(self, name: str, script: str) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def run(self, *asked: str, failing: str = "nothing") -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": f"{self._folder}/bin",
            "FAILING": failing,
            "PYENV_ROOT": f"{self._folder}/pyenv",
        }
        call = [sys.executable, str(CI / "each_python.py"), *asked]
        return subprocess.run(call, env=environment, capture_output=True, encoding="utf-8")

    def calls(self) -> list[str]:
        file = self._folder / "calls"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    made.add("bin/python3.11", "echo 3.11")
    made.add("bin/python3.12", "echo 'pyenv: python3.12: command not found' >&2; exit 127")
    made.add("pyenv/versions/3.12.9/bin/python", "exit 1")  # its folder is left, its library is not
    made.add("pyenv/versions/3.12.10/bin/python", "echo 3.12")
    return made


def test_each_python_that_is_found_runs_the_tests_and_the_others_are_named(machine: Machine) -> None:
    done = machine.run()
    assert done.returncode == 0
    assert done.stdout.splitlines()[-4:] == [
        "Python 3.11: passed",
        "Python 3.12: passed",
        "Python 3.13: not found",
        "Python 3.14: not found",
    ]
    first, second = machine.calls()
    assert "bin/python3.11 VENV=.venvs/3.11 test-fast" in first
    assert "pyenv/versions/3.12.10/bin/python VENV=.venvs/3.12 test-fast" in second


def test_one_python_that_fails_fails_the_whole_after_the_others_have_run(machine: Machine) -> None:
    done = machine.run(failing="3.11")
    assert done.returncode == 1
    assert "Python 3.11: failed\nPython 3.12: passed" in done.stdout
    assert len(machine.calls()) == 2


def test_a_python_that_is_asked_for_must_be_there(machine: Machine) -> None:
    assert machine.run("3.12").returncode == 0
    done = machine.run("3.12", "3.13")
    assert done.returncode == 1
    assert "Python 3.13: not found" in done.stdout


def test_no_python_at_all_is_no_success(tmp_path: Path) -> None:
    assert Machine(tmp_path).run().returncode == 1


# hooks and the workflow


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_hooks_need_nothing_from_the_network() -> None:
    settings = read_yaml(ROOT / ".pre-commit-config.yaml")
    assert [repository["repo"] for repository in settings["repos"]] == ["local"]
    hooks = {hook["id"]: hook for hook in settings["repos"][0]["hooks"]}
    assert set(hooks) == {"ruff-check", "ruff-format", "commit-message"}
    assert {hook["language"] for hook in hooks.values()} == {"system"}
    assert {hook["entry"].split()[0] for hook in hooks.values()} == {".venv/bin/ruff", ".venv/bin/python"}
    assert hooks["commit-message"]["stages"] == ["commit-msg"]
    assert set(settings["default_install_hook_types"]) == {"pre-commit", "commit-msg"}
    script = hooks["commit-message"]["entry"].split()[1]
    assert (ROOT / script).exists()


def test_the_workflow_runs_the_tests_on_every_supported_python() -> None:
    workflow = read_yaml(WORKFLOW)
    assert {"push", "pull_request"} <= set(workflow[True])  # YAML reads the key `on` so
    assert workflow["permissions"] == {"contents": "read"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    supported = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
    assert workflow["jobs"]["pythons"]["strategy"]["matrix"]["python"] == supported


def test_the_workflow_calls_what_there_is() -> None:
    jobs = read_yaml(WORKFLOW)["jobs"].values()
    calls = {step["run"] for job in jobs for step in job["steps"] if "run" in step}
    assert calls == {".ci/run", "make test-all PYTHONS=${{ matrix.python }}"}
    assert os.access(CI / "run", os.X_OK)
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = set(re.findall(r"^make ([\w-]+)", (CI / "run").read_text(encoding="utf-8"), re.MULTILINE))
    assert used == {"test", "test-opensearch", "test-web"}
    assert used | {"test-all", "lint"} <= targets


class Runner:
    """A checkout of which there is `.ci/run` only, on a machine where `make` and what installs programs are
    stand-ins that write down how they were called."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / ".ci").mkdir()
        shutil.copy(CI / "run", folder / ".ci")
        (folder / "bin").mkdir()
        for name in ("bash", "dirname", "env"):
            (folder / "bin" / name).symlink_to(shutil.which(name) or name)
        self.add("id", "echo 0")
        self.add("make", 'echo "make $*" >>calls; case " $FAILING " in *" $1 "*) exit 3; esac')

    def add(self, name: str, script: str) -> None:
        path = self._folder / "bin" / name
        path.write_text(f"#!{shutil.which('sh')}\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    def run(self, failing: str = "") -> tuple[int, list[str], str]:
        """The exit code, the calls, and what was said beside them."""
        environment = {"PATH": str(self._folder / "bin"), "FAILING": failing}
        done = subprocess.run(
            [self._folder / ".ci" / "run"], env=environment, capture_output=True, encoding="utf-8"
        )
        return done.returncode, (self._folder / "calls").read_text(encoding="utf-8").splitlines(), done.stderr


TESTS = ["make test-opensearch", "make test-web", "make test"]


def test_all_tests_run_whatever_comes_of_the_others(tmp_path: Path) -> None:
    for number, (failing, code) in enumerate([("", 0), ("test-opensearch", 3), ("test-web", 3), ("test", 3)]):
        (tmp_path / str(number)).mkdir()
        runner = Runner(tmp_path / str(number))
        runner.add("chromium", "exit 1")
        assert runner.run(failing)[:2] == (code, TESTS)


def test_the_browser_is_installed_where_there_is_none(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    runner.add("apt-get", 'echo "apt-get $*" >>calls')
    code, calls, said = runner.run()
    installed = ["apt-get update -qq", "apt-get install -y -qq chromium fonts-noto-cjk"]
    assert (code, calls, said) == (0, [TESTS[0], *installed, *TESTS[1:]], "")


@pytest.mark.parametrize("user", ["0", "1000"])
def test_where_no_browser_can_be_installed_a_red_line_says_so_and_all_goes_on(tmp_path: Path, user: str) -> None:
    runner = Runner(tmp_path)
    runner.add("id", f"echo {user}")
    runner.add("sudo", "echo 'a password is required' >&2; exit 1")
    runner.add("apt-get", "exit 100")
    code, calls, said = runner.run()
    assert (code, calls) == (0, TESTS)
    assert "\033[1;31mNo browser could be installed" in said


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_make_hands_the_versions_on() -> None:
    done = subprocess.run(
        ["make", "-n", "--no-print-directory", "PYTHON=python3", "test-all", "PYTHONS=3.12 3.13"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stdout.split() == ["python3", ".ci/each_python.py", "3.12", "3.13"]
