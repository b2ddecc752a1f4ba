#!/usr/bin/env python3
"""Run the tests on each supported Python that is installed here, each in a virtual environment of its own.

    each_python.py              all versions that pyproject.toml names
    each_python.py 3.12 3.13    these

Looks in PATH and among the versions of pyenv, and names those it did not find. Each is set up from the lock
files by `make setup` and tested by `make test-fast`: everything but the tests on the archive and on a cluster.

Exit code: 0 the tests pass on all that were found; 1 they fail on one, one that was asked for by its number is not
here, or there is none at all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(asked: list[str]) -> int:
    versions = asked or supported()
    outcomes = {version: outcome_of(version) for version in versions}
    print()
    for version, outcome in outcomes.items():
        print(f"Python {version}: {outcome}")
    return exit_code(list(outcomes.values()), all_needed=bool(asked))


def supported() -> list[str]:
    """The versions that the classifiers in pyproject.toml name, the oldest first."""
    return re.findall(
        r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text("utf-8")
    )


def outcome_of(version: str) -> str:
    """ "passed", "failed" or "not found", once the tests have run on a version."""
    interpreter = find(version)
    if interpreter is None:
        return "not found"
    print(f"\n=== Python {version}: {interpreter}", flush=True)
    call = ["make", "--no-print-directory", f"PYTHON={interpreter}", f"VENV=.venvs/{version}", "test-fast"]
    return "failed" if subprocess.run(call, cwd=ROOT).returncode else "passed"


def exit_code(outcomes: list[str], *, all_needed: bool) -> int:
    passed = "passed" in outcomes and "failed" not in outcomes
    return 0 if passed and not (all_needed and "not found" in outcomes) else 1


def find(version: str) -> Path | None:
    """An interpreter of *version* that starts; None if there is none."""
    on_path = shutil.which(f"python{version}")
    candidates = [Path(on_path)] if on_path else []
    return next((path for path in [*candidates, *of_pyenv(version)] if is_of(path, version)), None)


def of_pyenv(version: str) -> list[Path]:
    """Interpreters that pyenv built, the newest first. Its commands in PATH start only the chosen ones."""
    folder = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    return sorted((path / "bin" / "python" for path in folder.glob(f"{version}.*")), key=_release, reverse=True)


def _release(interpreter: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", interpreter.parent.parent.name)]


def is_of(interpreter: Path, version: str) -> bool:
    show = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run([interpreter, "-c", show], capture_output=True, encoding="utf-8")
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.strip() == version


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
