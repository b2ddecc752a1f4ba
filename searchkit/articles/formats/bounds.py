"""What the files of other programs may cost: packed parts, texts of many parts, and libraries that may be missing.

Nothing that such a file says of its own size is believed.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from lxml import etree

from searchkit.articles.formats import what_to_install
from searchkit.errors import ArticleError

MOST_TEXT = 8_000_000
"""Characters of an article, however it is packed. As many as a plain file may have bytes."""
MOST_UNPACKED = 40_000_000
"""Bytes of the parts of one file that are text. The markup of office programs is five times its text."""
_MOST_PARTS = 20_000
_UNPACKS_IN_PIECES = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The ways of packing whose parts can be unpacked up to a length, and the only ones that EPUB and OOXML know."""


@contextmanager
def optional(library: str) -> Iterator[None]:
    """Import *library*, which comes with an extra, in here.

    Raises:
        ArticleError: it is not installed; the cause is the ImportError.
    """
    try:
        yield
    except ImportError as error:
        raise ArticleError(what_to_install(library)) from error


def bounded(texts: Iterable[str]) -> Iterator[str]:
    """*texts*, as long as they are not too much together.

    Raises:
        ArticleError: they are.
    """
    left = MOST_TEXT
    for text in texts:
        left -= len(text)
        if left < 0:
            raise ArticleError(f"holds more than {MOST_TEXT:,} characters of text; split it")
        yield text


def parse_xml(data: bytes) -> etree._Element | None:
    """The root of *data*; what is wrong with it is passed over, and nothing else is read for it."""
    if not data.strip():
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root: etree._Element | None = etree.fromstring(data, parser)
    return root


class Damaged(ArticleError):
    """A part of a packed file is missing or cannot be unpacked."""


class Zip:
    """The parts of a packed file by name, which are unpacked when they are asked for."""

    def __init__(self, data: bytes, *, most: int = MOST_UNPACKED) -> None:
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError) as error:
            # the last two: a name that is not in its encoding, a version of the format that zipfile does not know
            raise ArticleError(f"not a whole file of its format: {str(error).lower()}") from error
        if len(self._file.infolist()) > _MOST_PARTS:
            raise ArticleError(f"has more than {_MOST_PARTS:,} parts")
        self.names = tuple(self._file.namelist())
        self._most = self._left = most

    def read(self, name: str) -> bytes:
        """The part with this *name*.

        Raises:
            Damaged: it is missing, or not as it was packed.
            ArticleError: all that was read is too much.
        """
        try:
            info = self._file.getinfo(name)
            if info.compress_type not in _UNPACKS_IN_PIECES or info.flag_bits & 1:
                raise Damaged(f"{name} is encrypted, or packed in a way that its format does not know")
            with self._file.open(info) as part:
                data = part.read(self._left + 1)
        except KeyError:
            raise Damaged(f"{name} is missing in it") from None
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
            raise Damaged(f"{name} in it is damaged: {error}") from None
        self._left -= len(data)
        if self._left < 0:
            raise ArticleError(f"unpacks to more than {self._most:,} bytes of text")
        return data
