"""What a page does that nobody sees: the requests it sends, and what the browser has to complain about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request

_REPORT = """addEventListener('securitypolicyviolation', event => console.error(
    'CSP: ' + event.effectiveDirective + ' forbids ' + event.blockedURI + ' at ' + event.sourceFile));
window.__ran = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'])
    window[name] = (...given) => { __ran.push(name); console.error('a script ran: ' + name + ' ' + given); };
"""
"""Runs before the scripts of a page. What a hostile article would start is noted in `__ran`."""
_OWN_SCHEMES = ("data:", "blob:", "about:", "chrome-error:")


@dataclass
class Watch:
    """Everything that the pages of some contexts asked for, and everything that was wrong with it."""

    origins: tuple[str, ...]
    asked: list[Request] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _visited: set[str] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        """Watch the pages of *context* from now on."""
        context.add_init_script(_REPORT)
        context.on("request", self._note_request)
        context.on("console", self._note_message)
        context.on("weberror", lambda error: self.faults.append(f"an error of a script: {error.error}"))
        context.on("dialog", self._note_dialog)

    def typing(self) -> list[str]:
        """The queries that were sent while a reader typed, in their order."""
        return [queries(request.url)[0] for request in self.asked if _is_typing(request.url)]

    def _note_request(self, request: Request) -> None:
        self.asked.append(request)
        if request.is_navigation_request():
            self._visited.add(request.url)
        if not request.url.startswith((*(f"{origin}/" for origin in self.origins), *_OWN_SCHEMES)):
            self.faults.append(f"a request to another origin: {request.url}")

    def _note_message(self, message: ConsoleMessage) -> None:
        is_expected = message.location["url"] in self._visited and message.text.startswith("Failed to load")
        if message.type in ("error", "warning") and not is_expected:  # a page that says 404 is a page
            self.faults.append(f"{message.type} of {message.location['url']}: {message.text}")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"a dialog: {dialog.message}")
        dialog.dismiss()


def queries(address: str) -> list[str]:
    """The values of `q` in an address; "" for none."""
    return parse_qs(urlsplit(address).query, keep_blank_values=True).get("q", [""])


def _is_typing(address: str) -> bool:
    parameters = parse_qs(urlsplit(address).query)
    return "typing" in parameters and parameters.get("part") == ["results"]
