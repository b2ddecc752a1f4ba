"""Bytes of somebody who wants to break a promise: atheris, guided by what the code does with them.

Everything found is written to `findings/`, where the tests try it from then on.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from tests.conftest import ROOT
from tests.reliability.fuzzing.target import NAMES, Target, load
from tests.reliability.proving import Proof, Tally

FINDINGS = Path(__file__).parent / "findings"
_LONGEST_CASE = 120
"""Seconds of the clock after which a case counts as endless; how much work one may be, a target says itself."""
_MEGABYTES = 2048
_MEMORY = Path("/dev/shm")
_REACHED = re.compile(r"^#(\d+)\t.* cov: (\d+)", re.MULTILINE)
_ENDED = re.compile(r"^==\d+== ERROR: libFuzzer: (.*)$", re.MULTILINE)
_WRITTEN = re.compile(r"Test unit written to (\S+)")


def _fuzz(name: str, scratch: Path, seconds: int) -> Tally:
    """Inputs of the target *name* that were tried in so many *seconds*, and the different faults found."""
    if find_spec("atheris") is None:
        raise ImportError("atheris is not installed; run `make fuzz`, which installs it")
    target = load(name)
    _lay_out(scratch, target)
    tally = Tally()
    end = time.monotonic() + seconds
    while (left := int(end - time.monotonic())) > 0:
        done = _attempt(name, target, scratch, left)
        reached = _REACHED.findall(done.stdout)
        if done.returncode or not reached:
            tally.lost.append(_what_ended(name, done.stdout))
        if not reached:  # it did not begin, or without seeing what the code does
            break
        tally.tried += int(reached[-1][0])
        tally.remark = f"{seconds:,} s, {int(reached[-1][1]):,} places in the code reached"
    for described in sorted((scratch / "found").glob("*.txt")):
        tally.lost.append(f"{described.read_text('utf-8')} {_keep(name, described.with_suffix(''))}")
    return tally


def _lay_out(scratch: Path, target: Target) -> None:
    for folder in ("corpus", "found"):
        (scratch / folder).mkdir()
    for number, seed in enumerate(target.seeds()):
        (scratch / "corpus" / f"seed-{number}").write_bytes(seed)
    lines = ('"' + "".join(f"\\x{byte:02x}" for byte in token.encode()) + '"' for token in target.tokens)
    (scratch / "tokens").write_text("\n".join(lines), encoding="utf-8")


def _attempt(name: str, target: Target, scratch: Path, seconds: int) -> subprocess.CompletedProcess[str]:
    """libFuzzer in a process of its own: it ends the one it is in."""
    flags = {
        "max_total_time": seconds,
        "max_len": target.longest,
        "len_control": 0,
        "timeout": _LONGEST_CASE,
        "rss_limit_mb": _MEGABYTES,
        "dict": scratch / "tokens",
        "artifact_prefix": f"{scratch}/",
        "print_final_stats": 1,
    }
    return subprocess.run(
        [
            *(sys.executable, "-m", "tests.reliability.fuzzing.guided", name, str(scratch / "found")),
            *(str(scratch / "corpus"), *(f"-{flag}={value}" for flag, value in flags.items())),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", **_in_memory()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def _in_memory() -> dict[str, str]:
    """Where the folders of a case lie: writing to a disk takes longer than everything else."""
    return {"TMPDIR": str(_MEMORY)} if _MEMORY.is_dir() else {}


def _what_ended(name: str, output: str) -> str:
    """Why a process ended before its time, and the input that ended it."""
    why, written = _ENDED.search(output), _WRITTEN.search(output)
    said = why[1] if why else output.strip()[-300:]
    return f"{said} {_keep(name, Path(written[1]))}" if written else said


def _keep(name: str, found: Path) -> str:
    """The input that was found, moved to where the tests try it."""
    kept = FINDINGS / name / f"new-{time.strftime('%Y%m%d-%H%M%S')}-{found.name[:12]}"
    kept.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(found, kept)
    return f"-> {kept.relative_to(ROOT)}"


PROOFS = tuple(Proof(load(name).promise, partial(_fuzz, name), short=2, full=600) for name in NAMES)
