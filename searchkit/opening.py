"""What opens a file on this system: the program that its user chose for such files."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading


def system_opener() -> list[str]:
    """What starts the program for a file on this system; nothing if there is no such command."""
    if sys.platform == "win32":
        return ["rundll32", "url.dll,FileProtocolHandler"]
    name = "open" if sys.platform == "darwin" else "xdg-open"
    return [name] if shutil.which(name) else []


def open_in_background(path: str) -> bool:
    """Open the file at *path*, without waiting for the program; False if there is none.

    Raises:
        OSError: the program cannot be started.
    """
    opener = system_opener()
    if not opener:
        return False
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(
        [*opener, path], stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
    )
    threading.Thread(target=process.wait, daemon=True).start()  # or else it stays in the system's list
    return True
