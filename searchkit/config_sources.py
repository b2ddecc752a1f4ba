"""Where settings come from: option > environment > the project's files > the user's own file > default.

The setting `index` is the option `--index`, the variable `SEARCHKIT_INDEX` and the key `index` in a file. The
files of a project are `searchkit.toml` and `pyproject.toml`, in the nearest folder with settings, going up.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, NamedTuple

from searchkit.config import NAMING, Config, expanded
from searchkit.errors import ConfigError, reason
from searchkit.translation import gettext as _
from searchkit.user_folder import user_folder

FILE, PROJECT, OWN = "searchkit.toml", "pyproject.toml", "config.toml"
_PREFIX = "SEARCHKIT_"
_PATHS = ("corpus", "index", "user_dictionary")
_SETTINGS = tuple(setting.name for setting in fields(Config))


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a program, and where they come from. `origins` has the path of a file, the name of a
    variable or "option" for each setting that was given, `files` were read, `missing` are not there or have no
    settings, those that count more first; `notes` are about names that may be misspelt."""

    config: Config
    origins: Mapping[str, str]
    files: tuple[str, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def load_config(
    folder: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Config:
    """The settings for a program that runs in *folder*: its files, overridden by the environment, overridden by
    those *options* that are not None.

    Raises:
        ConfigError: a file cannot be read, or a name or a value in a file, a variable or an option is not valid.
    """
    return load_settings(folder, environment, options).config


def load_settings(
    folder: str | Path | None = None,
    environment: Mapping[str, str] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Settings:
    """What `load_config` gives, and where it comes from.

    Raises:
        ConfigError: as of `load_config`.
    """
    folder = _current_folder() if folder is None else expanded(folder).absolute()
    variables = os.environ if environment is None else environment
    files = _settings_files(folder)
    config, given = Config(), dict[str, _Given]()
    for one in (*_from_files(files), *_from_variables(variables), *_from_options(options or {})):
        config, given[one.key] = _updated(config, one), one
    return Settings(
        config=_located(config, given, folder),
        origins={name: one.origin for name, one in given.items()},
        files=tuple(str(path) for path, table in files.items() if table is not None),
        missing=tuple(str(path) for path, table in files.items() if table is None),
        notes=tuple(_notes(variables)),
    )


def _current_folder() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise ConfigError(_("the current folder was removed; go to another one")) from error


class _Given(NamedTuple):
    """A value that somebody gave, and where; a relative path is in *folder*."""

    name: str
    value: Any
    origin: str
    folder: Path = Path()

    @property
    def key(self) -> str:
        return self.name.replace("-", "_")


_Files = dict[Path, dict[str, Any] | None]
"""A settings file -> its table, None if there is none. The file that counts most is the first."""


def _settings_files(folder: Path) -> _Files:
    """All files that are looked at: those of *folder* and of the folders above it, up to the first with settings,
    and the user's own."""
    files: _Files = {}
    for each in (folder, *folder.parents):
        files |= {path: _table(path) for path in (each / FILE, each / PROJECT)}
        if any(table is not None for table in files.values()):
            break
    own = user_folder("config") / OWN
    return {**files, own: _table(own)}


def _table(path: Path) -> dict[str, Any] | None:
    """The settings in a file. A `pyproject.toml` that is not about searchkit has none, whatever is in it."""
    if not _is_there(path):
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigError(_("{place}: {reason}").format(place=path, reason=reason(error))) from error
    if path.name != PROJECT:
        return _parsed(path, data)
    tools = _parsed(path, data).get("tool") if b"searchkit" in data else None
    table = tools.get("searchkit") if isinstance(tools, dict) else None
    return table if isinstance(table, dict) else None


def _is_there(path: Path) -> bool:
    """Whether it is a file. In a folder that one may not look into there is nothing."""
    return os.access(path, os.F_OK) and path.is_file()


def _parsed(path: Path, data: bytes) -> dict[str, Any]:
    import tomllib  # 5 ms, only where there is a file

    try:
        return tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _from_files(files: _Files) -> Iterator[_Given]:
    """What files say, in the order in which one overrides the other."""
    for path, table in reversed(files.items()):
        for name, value in (table or {}).items():
            yield _Given(name, value, str(path), path.parent)


def _from_variables(variables: Mapping[str, str]) -> Iterator[_Given]:
    for name in _SETTINGS:
        variable = f"{_PREFIX}{name.upper()}"
        if value := variables.get(variable):  # several paths as in `PATH`
            yield _Given(name, value.split(os.pathsep) if name == "corpus" else value, variable)


def _from_options(options: Mapping[str, Any]) -> Iterator[_Given]:
    return (_Given(name, value, "option") for name, value in options.items() if value is not None)


def _updated(config: Config, given: _Given) -> Config:
    if given.key not in _SETTINGS:
        raise ConfigError(_("{origin}: {error}").format(origin=given.origin, error=_unknown(given.name)))
    try:
        return replace(config, **{given.key: given.value})
    except ConfigError as error:
        message = _("{origin}: {name}: {error}: {value!r:.80}")
        message = message.format(origin=given.origin, name=given.name, error=error.__cause__, value=given.value)
        raise ConfigError(message) from error


def _located(config: Config, given: Mapping[str, _Given], folder: Path) -> Config:
    """*config* with every path as seen from the current folder, and with the index that is the default in
    *folder*."""
    paths = [name for name in _PATHS if name != "index" or config.engine not in NAMING]
    known: dict[str, Any] = {
        name: _path(getattr(config, name), given[name].folder) for name in paths if name in given
    }
    if "index" in paths and "index" not in given:
        known["index"] = _default_index(folder)
    return replace(config, **known)


def _path(value: str | tuple[str, ...], folder: Path) -> str | tuple[str, ...]:
    """A path, or each of several, in *folder*; no path stays none."""
    if isinstance(value, str):
        return str(folder / expanded(value)) if value else value
    return tuple(str(folder / expanded(each)) for each in value)


def _default_index(folder: Path) -> str:
    """An index called `index` in *folder* or in the nearest folder above it that has one, or else in the user's
    folder for data, whether it has one yet or not."""
    near = (above / "index" for above in (folder, *folder.parents))
    found = (path for path in near if _is_there(path / "CURRENT"))
    return str(next(found, user_folder("data") / "index"))


def _unknown(name: str) -> str:
    nearest = _nearest(name)
    if nearest:
        text = _("no setting {name!r}; did you mean {nearest!r}? The settings are {settings}")
    else:
        text = _("no setting {name!r}. The settings are {settings}")
    return text.format(name=name, nearest=nearest, settings=", ".join(sorted(_SETTINGS)))


def _notes(variables: Mapping[str, str]) -> Iterator[str]:
    """A note for each variable that is like that of a setting. Others may be anything's."""
    names = {name.removeprefix(_PREFIX).lower() for name in variables if name.startswith(_PREFIX)}
    for name in sorted(names - {*_SETTINGS}):
        if nearest := _nearest(name):
            yield _("the variable {name} is of no setting; did you mean {nearest}?").format(
                name=f"{_PREFIX}{name.upper()}", nearest=f"{_PREFIX}{nearest.upper()}"
            )


def _nearest(name: str) -> str:
    """The setting that *name* is like, or ""."""
    import difflib  # only an error needs it

    return "".join(difflib.get_close_matches(name, _SETTINGS, 1))
