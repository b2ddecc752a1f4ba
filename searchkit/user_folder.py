"""Where files of the user are: settings, lists, caches, the default index."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Literal


def user_folder(kind: Literal["config", "data", "state", "cache"]) -> Path:
    """The user's folder for files of this *kind*, as platformdirs names it; a search on Linux does not wait for
    its import, which takes 15 ms."""
    if sys.platform == "linux":
        base = Path(os.environ.get(f"XDG_{kind.upper()}_HOME", ""))
        home = Path("~", {"data": ".local/share", "state": ".local/state"}.get(kind, f".{kind}"))
        with suppress(RuntimeError):  # nobody's home: there is no file in it, and no index until it has a name
            home = home.expanduser()
        return (base if base.is_absolute() else home) / "searchkit"
    import platformdirs

    return Path(getattr(platformdirs, f"user_{kind}_dir")("searchkit"))
