"""The one index that is open, kept at what is published."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from searchkit import Config, Index, SearchkitError, open_index
from searchkit.web.background import going_on

EVERY = 0.25
"""Seconds between two looks at what is published: it is shown within a second. A look is a small read."""
_log = logging.getLogger(__name__)


class Served:
    """An index, and a name of the state that it shows."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.index: Index = open_index(config=config)
        self._seed = secrets.token_hex(4)
        self._reloads = 0
        self._said = ""

    @property
    def state(self) -> str:
        """Another text for every state that is shown, in any process."""
        return f"{self._seed}-{self._reloads}"

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Show what is published, inside."""
        try:
            async with going_on(self._follow()):
                yield
        finally:
            self.index.close()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await asyncio.to_thread(self.reload)
            except Exception:  # noqa: BLE001 - a look that fails must not be the last one
                _log.exception("what is published now cannot be looked at")

    def reload(self) -> None:
        """Show what is published now; what cannot be opened is logged once, and what was open stays."""
        try:
            if self.index.reload():
                self._reloads += 1
            self._said = ""
        except (SearchkitError, OSError) as error:
            if str(error) != self._said:
                _log.error("what is published now cannot be opened: %s", error)
            self._said = str(error)
