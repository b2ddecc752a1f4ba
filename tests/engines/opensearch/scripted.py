"""A server that answers what a test tells it to, in the place of a cluster."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, Any]


@dataclass
class Scripted:
    """The address of the server, what it calls its answers, and what it was asked: (method, path, body)."""

    url: str = ""
    kind: str = "application/json"
    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)


def error(kind: str, reason: str = "why") -> dict[str, object]:
    """What a cluster says when it does not take a request."""
    return {"error": {"type": kind, "reason": reason, "root_cause": [{"type": kind, "reason": reason}]}}


@contextmanager
def scripted(answer: Callable[[int, str, str, bytes], Reply]) -> Iterator[Scripted]:
    """A server whose replies are what *answer* gives for (number of the request, method, path, body)."""
    seen, turn = Scripted(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with turn:
                seen.asked.append((self.command, self.path, body))
                seen.headers.append(dict(self.headers))
                number = len(seen.asked)
            status, value = answer(number, self.command, self.path, body)
            data = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", seen.kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _reply  # noqa: N815 - as http.server calls them

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is logged."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    seen.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
