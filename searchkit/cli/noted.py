"""What was asked for and found little, as commands show it."""

from __future__ import annotations

from searchkit import Config
from searchkit.cli.terminal import say
from searchkit.gap_log import Gap, cannot_read, read_gaps


def noted_gaps(config: Config) -> tuple[Gap, ...]:
    """The queries that found little, where that is noted; a file of them that cannot be read keeps nobody from the
    rest."""
    try:
        return read_gaps(config) if config.gap_log else ()
    except OSError as error:
        say(cannot_read(error))
        return ()
