"""Whoosh's own test suite, out of its source distribution, on our codec: `make whoosh-suite`."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path

from platformdirs import user_cache_path

from tests.conftest import ROOT

_NAME = "Whoosh-Reloaded-2.7.5"
_PLUGIN = "tests.engines.whoosh.stock.plugin"


def main() -> int:
    """Run it; arguments go to pytest. With `--stock` Whoosh's codec is left in place, to compare with."""
    options = [option for option in sys.argv[1:] if option != "--stock"]
    plugin = [] if "--stock" in sys.argv else ["-p", _PLUGIN]
    folder = _sources(user_cache_path("searchkit") / "whoosh-suite")
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        *plugin,
        "tests",
        *options,
    ]
    return subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": paths}, check=False).returncode


def _sources(cache: Path) -> Path:
    """The folder of the source distribution, downloaded once."""
    folder = cache / _NAME
    if not folder.exists():
        options = ["-q", "--no-binary", ":all:", "--no-deps", "--no-build-isolation", "-d", str(cache)]
        pip = [sys.executable, "-m", "pip", "download", *options, _NAME.lower().replace("-2", "==2")]
        subprocess.run(pip, check=True)
        with tarfile.open(next(cache.glob(f"{_NAME}*.tar.gz"))) as archive:
            archive.extractall(cache, filter="data")
    return folder


if __name__ == "__main__":
    sys.exit(main())
