"""What the published generation says of itself, without what searches it: NumPy need not be imported for that."""

from __future__ import annotations

import mmap
import zlib
from contextlib import suppress
from pathlib import Path

from searchkit.engines.base import Remains
from searchkit.engines.whoosh.integrity import damage_as_index_errors
from searchkit.engines.whoosh.segment.array_directory import map_file
from searchkit.engines.whoosh.segment.safe_io import DamagedFile, open_file, unpacked
from searchkit.engines.whoosh.segment_meta import MANIFEST, STATE, check_segments, read_state
from searchkit.state import load_state

_ZLIB = b"\x78\x01"
"""What a stream of zlib begins with (RFC 1950); its end is the checksum of what was packed."""
MAX_MANIFEST, MAX_RATIO = 256 << 20, 32
"""A manifest unpacks to at most so many bytes, and so many times its own size in addition. That of 5,280 articles
has 6.8 MB packed, of which 5.4 are samples, and the rest unpacks to 3.1 times that."""


class WhooshPublished:
    """The state and the manifest of a *generation* whose segments are there."""

    def __init__(self, generation: Path) -> None:
        self._generation = generation
        with damage_as_index_errors():
            # before anything else is looked at: what another schema wrote looks like damage
            self.state = load_state(read_state(generation / STATE), generation.parent)
            self._manifest = map_manifest(generation)
            check_segments(generation)

    def manifest(self) -> bytes:
        with damage_as_index_errors():
            return unpacked_manifest(self._manifest, self._generation)

    def close(self) -> None:
        if isinstance(self._manifest, mmap.mmap):
            self._manifest.close()


def map_manifest(generation: Path) -> bytes | mmap.mmap:
    """The packed manifest of a generation."""
    with open_file(generation / MANIFEST) as stream:
        return map_file(stream)


def packed_manifest(manifest: bytes) -> bytes:
    """*manifest* as a stream of zlib in which what follows a NUL is stored as it is: it is like random bytes, and
    to find that nothing is gained takes longer than all the rest."""
    text, nul, rest = manifest.partition(b"\0")
    squeezing, storing = (zlib.compressobj(level, wbits=-zlib.MAX_WBITS) for level in (1, 0))
    parts = [
        squeezing.compress(text),
        squeezing.flush(zlib.Z_FULL_FLUSH),
        storing.compress(nul + rest),
        storing.flush(),
    ]
    return b"".join((_ZLIB, *parts, zlib.adler32(manifest).to_bytes(4, "big")))


def unpacked_manifest(manifest: bytes | mmap.mmap, generation: Path) -> bytes:
    """What `map_manifest` gave, unpacked.

    Raises:
        DamagedFile
    """
    return unpacked(manifest, MAX_MANIFEST + MAX_RATIO * len(manifest), str(generation / MANIFEST))


def remains_of(generation: Path) -> Remains:
    """What can be read of a generation without its segments."""
    state, manifest = None, b""
    with suppress(OSError, DamagedFile):
        state = read_state(generation / STATE)
    with suppress(OSError, DamagedFile):
        manifest = unpacked_manifest(map_manifest(generation), generation)
    return Remains(state if isinstance(state, dict) else {}, manifest)
