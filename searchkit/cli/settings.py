"""The settings of a command, from its options and from where settings are found, and the index that they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from searchkit import Config, load_config

if TYPE_CHECKING:
    from searchkit import Index

BEFORE_THE_COMMAND = ("index", "engine", "color")
"""Options that may also stand before the command; those after it count more."""


def settings(**flags: Any) -> Config:
    """The settings for a command with these *flags*; those that are None may stand before the command."""
    return load_config(options=options_of(flags))


def options_of(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The options before the command, overridden by the *flags* after it that are not None."""
    before = click.get_current_context().find_root().params
    after = {name: value for name, value in flags.items() if value is not None}
    return {**{name: before.get(name) for name in BEFORE_THE_COMMAND}, **after}


def index_of(config: Config) -> Index:
    """Open the index that the settings name."""
    from searchkit import open_index

    return open_index(config=config)
