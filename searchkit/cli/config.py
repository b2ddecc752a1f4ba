"""`searchkit config`: every setting, its value and where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

import click

from searchkit import Config, Settings, load_settings
from searchkit.cli.layout import View, visible_line
from searchkit.cli.options import index_options, json_option
from searchkit.cli.output import print_value
from searchkit.cli.settings import options_of
from searchkit.cli.terminal import say
from searchkit.json_form import members
from searchkit.translation import gettext as _

_EPILOG = _("""\b
Examples:
  searchkit config
  searchkit config --json | jq .settings

\b
The first that has a setting decides: the option, the variable SEARCHKIT_…,
the first of the settings files, the default.

\b
Exit code: 0 shown, 2 error.
""")


_AS_LAST_TIME = ("corpus", "drafts", "exclude")
"""Settings that are by default what they were when the index was made."""


@click.command(help=_("Show the settings and where they come from."), epilog=_EPILOG)
@index_options
@json_option
def command(as_json: bool, **flags: Any) -> None:
    settings = load_settings(options=options_of(flags))
    print_value(settings, settings_to_text, settings_to_dict, as_json=as_json)
    for note in settings.notes:
        say(_("note: {note}").format(note=note))


def settings_to_dict(settings: Settings) -> dict[str, Any]:
    """The settings as plain values."""
    return {
        "settings": [
            {"name": name, "value": value, "from": settings.origins.get(name, "default")}
            for name, value in asdict(settings.config).items()
        ],
        **members(settings, "files missing notes"),
    }


def settings_to_text(settings: Settings, view: View) -> str:
    """A line for each setting, then one for each settings file."""
    return "\n".join(map(visible_line, (*_settings(settings), "", *_files(settings)))) + "\n"


def _settings(settings: Settings) -> Iterator[str]:
    """Name, value as in a settings file, and where it comes from."""
    for field in fields(Config):
        value = json.dumps(getattr(settings.config, field.name), ensure_ascii=False)
        yield f"{field.name:<15}  {value} · {_origin(settings, field.name)}"


def _origin(settings: Settings, name: str) -> str:
    origin = settings.origins.get(name)
    if origin:
        return _("option") if origin == "option" else origin
    return _("as in the last run") if name in _AS_LAST_TIME else _("default")


def _files(settings: Settings) -> Iterator[str]:
    yield from (_("read     {file}").format(file=file) for file in settings.files)
    yield from (_("missing  {file}").format(file=file) for file in settings.missing)
