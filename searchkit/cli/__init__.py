"""The command line: one file per command, one file per output format."""

from searchkit.cli.app import main

__all__ = ["main"]
