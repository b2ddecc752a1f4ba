"""An article -> its vector as it is stored: a digest of the text that it is of, and a byte a number."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from searchkit.errors import EncoderFailed
from searchkit.model import Article
from searchkit.semantic.encoder import Row, encoded
from searchkit.state import SemanticState

LEAD = 100
"""Characters of a title, and of the beginning of a text, that have a vector. 160 take 40 % more time and are no
better: asks-dev gains .025 and duty-dev .016, with 100 .026 and .027."""
_DIGEST = 8  # bytes, of the text that the vector is of
_LARGEST = 127  # what a byte can hold


def vector_of(article: Article, state: SemanticState, before: bytes = b"") -> bytes:
    """The vector of *article*: the one from *before* if that is of the same text. An empty text has none.

    Raises:
        EncoderFailed, ConfigError, ExtraMissing: as of `encoded`.
    """
    text = _passage(article, state.of)
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()
    if not text or before.startswith(digest):
        return before if text else b""
    try:
        row = encoded(state.encoder, text, query=False)
    except EncoderFailed as error:
        raise EncoderFailed(f"{article.id}: {error}") from error
    scale = _LARGEST / max(float(np.abs(row).max()), 1e-9)  # a cosine is the same for any scale
    numbers: bytes = np.rint(row * scale).astype(np.int8).tobytes()
    return digest + numbers


def cosines(query: Row, vectors: Sequence[bytes]) -> list[float]:
    """How close each of the stored *vectors* is to that of a *query*: 1 is the same, 0 where there is none."""
    rows = np.zeros((len(vectors), query.size), np.float32)
    for at, vector in enumerate(vectors):
        if len(vector) == _DIGEST + query.size:
            rows[at] = np.frombuffer(vector, np.int8, offset=_DIGEST)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(query)
    found: list[float] = (rows @ query / np.maximum(lengths, 1e-9)).tolist()
    return found


def _passage(article: Article, of: str) -> str:
    """The text of *article* that has a vector."""
    title = _beginning(article.title)
    return title if of == "titles" else f"{title}\n{_beginning(article.own_text)}".strip()


def _beginning(text: str) -> str:
    return " ".join(text[: 4 * LEAD].split())[:LEAD]
