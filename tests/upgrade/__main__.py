"""Pack an index of the present schema: `python -m tests.upgrade`, once after SCHEMA_VERSION was raised."""

from __future__ import annotations

import tempfile
from pathlib import Path

from searchkit.schema import SCHEMA_VERSION
from tests.upgrade.fixtures import make, packed

if __name__ == "__main__":
    if f"schema-{SCHEMA_VERSION}" in packed():
        raise SystemExit(f"there is an index of schema {SCHEMA_VERSION}; raise SCHEMA_VERSION, or delete it first")
    make(Path(tempfile.mkdtemp()) / "index")
