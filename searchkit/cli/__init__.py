"""The command line: one file per command, one file per output format."""

from __future__ import annotations

import os
import sys

from searchkit.cli.language import choose_language


def main() -> None:
    """Run the command line in the reader's language, and exit."""
    choose_language(os.environ, sys.argv)
    from searchkit.cli.app import main as run  # makes texts when it is imported

    run()


__all__ = ["main"]
