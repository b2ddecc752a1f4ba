"""`python -m tests.reliability.fuzzing.guided NAME FOLDER …`: atheris looks for bytes that break a promise.

NAME is a target, and the other arguments are libFuzzer's. Code of ours that a target imports is instrumented, so
inputs that reach something new are kept and changed further. A fault does not end it: the shortest input for each
is left in FOLDER and, with the ending .txt, what it raised. Only what takes too long or too much memory ends it.
"""

from __future__ import annotations

import resource
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import atheris

_OURS = str(Path(__file__).parents[3] / "searchkit")
_MEMORY = 3 << 30


def main() -> None:
    """Fuzz the target that is named first."""
    name, folder = sys.argv.pop(1), Path(sys.argv.pop(1))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    with atheris.instrument_imports(include=["searchkit"]):  # nothing of it may have been imported before
        from tests.reliability.fuzzing.target import load

        target = load(name)
    target.check(target.seeds()[0])  # what is loaded once is not part of the time of a case
    atheris.Setup(sys.argv, _recording(target.check, folder))
    atheris.Fuzz()


def _recording(check: Callable[[bytes], None], folder: Path) -> Callable[[bytes], None]:
    """*check*, but what it raises is written to *folder*, once for each place in our code that raised it."""
    shortest: dict[str, int] = {}

    def run(data: bytes) -> None:
        try:
            check(data)
        except Exception as error:  # noqa: BLE001 - an error of any kind is what a fuzzer looks for
            fault = f"{type(error).__name__} at {_place(error)}"
            if len(data) < shortest.get(fault, sys.maxsize):
                shortest[fault] = len(data)
                kept = folder / f"{list(shortest).index(fault):03}"
                kept.write_bytes(data)
                kept.with_suffix(".txt").write_text(f"{fault}: {error}", "utf-8", "backslashreplace")

    return run


def _place(error: BaseException) -> str:
    """The last line of ours that was at work: faults there are one."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(_OURS)] or frames
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}"


if __name__ == "__main__":
    main()
