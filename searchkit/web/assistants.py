"""The server for assistants as an address of the search page: `POST /mcp`, behind the same guard.

The library of the protocol takes longer to load than the rest of the page: it is loaded for the first assistant.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from starlette.types import Receive, Scope, Send

from searchkit import Index
from searchkit.web.background import going_on

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

_MOST_BYTES = 1_000_000
"""Of a request: a passage of 20,000 characters is 80,000."""


class Endpoint:
    """An application of ASGI that answers assistants while it is `running`. *index* is kept current by others."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._articles = len(index)
        self._server: Any = None
        self._sessions: StreamableHTTPSessionManager | None = None
        self._wanted, self._ready = asyncio.Event(), asyncio.Event()

    def running(self) -> AbstractAsyncContextManager[None]:
        """Answer, inside."""
        return going_on(self._run())

    async def _run(self) -> None:
        """Wait for the first assistant, and answer until this is cancelled."""
        await self._wanted.wait()
        try:
            sessions = await asyncio.to_thread(self._load)
            async with sessions.run():
                self._sessions = sessions
                self._ready.set()
                await asyncio.Event().wait()
        finally:
            self._sessions = None
            self._ready.set()

    def _load(self) -> StreamableHTTPSessionManager:
        """Nothing is kept from one request to the next, so there are no sessions."""
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        from searchkit.assistants.server import make_server

        self._server = make_server(self._index)
        return StreamableHTTPSessionManager(
            self._server, json_response=True, stateless=True, max_request_body_size=_MOST_BYTES
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._wanted.set()
        await self._ready.wait()
        assert self._sessions  # or else it did not start, or has ended
        self._renew_instructions()
        await self._sessions.handle_request(scope, receive, send)

    def _renew_instructions(self) -> None:
        """Say how many articles there are now."""
        from searchkit.assistants.instructions import instructions_of

        if self._articles != len(self._index):
            self._articles = len(self._index)
            self._server.instructions = instructions_of(self._index)
