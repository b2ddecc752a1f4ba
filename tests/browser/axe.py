"""axe-core, which finds what keeps people out of a page: fetched by npm once, at the version and with the hash of
`package-lock.json`, into `searchkit/axe-…` in the user's cache folder."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_cache_path

if TYPE_CHECKING:
    from playwright.sync_api import Page

_HERE = Path(__file__).parent
_SOURCES = (_HERE / "package.json", _HERE / "package-lock.json")
_INSTALL = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
_NONE = "AXE-CORE IS NOT HERE"
_RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN = """async tags => {
    const found = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
    return found.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target}: ${rule.help}`));
}"""


def why_not_fetched() -> str:
    """Why npm cannot fetch it, or nothing: then it is here."""
    if shutil.which("npm") is None:
        return f"{_NONE}: npm not found"
    try:
        fetch()
    except subprocess.CalledProcessError as error:
        return f"{_NONE}: npm could not fetch it (exit code {error.returncode})"
    return ""


def fetch() -> Path:
    """The script; npm fetches it if it is not there."""
    digest = hashlib.sha256(b"\0".join(source.read_bytes() for source in _SOURCES)).hexdigest()
    folder = user_cache_path("searchkit") / f"axe-{digest[:12]}"
    if not folder.exists():
        draft = folder.with_name(f"{folder.name}.{os.getpid()}")
        draft.mkdir(parents=True)
        try:
            for source in _SOURCES:
                shutil.copy(source, draft)
            subprocess.run(_INSTALL, cwd=draft, check=True)
            draft.rename(folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return folder / "node_modules" / "axe-core" / "axe.min.js"


def violations(page: Page) -> list[str]:
    """What breaks a rule of WCAG 2.2 AA or of good practice, each with where it stands in *page*, which has the
    script."""
    found: list[Any] = page.evaluate(_RUN, list(_RULES))
    return [str(one) for one in found]
