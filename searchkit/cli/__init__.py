"""The command line: one small file a command, one a renderer."""

from searchkit.cli.app import main

__all__ = ["main"]
