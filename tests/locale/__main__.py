"""Renew the Chinese catalogue: `python -m tests.locale`, after a text was changed or translated."""

from __future__ import annotations

from tests.locale.catalogue import TEXT, renew

if __name__ == "__main__":
    for missing in renew():
        print(f"{TEXT.name}: without a translation: {missing!r}")
