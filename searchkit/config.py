"""Settings: option > environment > `searchkit.toml` > `[tool.searchkit]` of `pyproject.toml` > default.

The setting `index` is the option `--index`, the variable `SEARCHKIT_INDEX` and the key `index` in a file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from searchkit.errors import ConfigError

FILE = "searchkit.toml"
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting. `corpus` is a folder or a file, or several folders; empty is what the index was made of last,
    or else the folder `corpus`. Then `drafts` and `exclude`, where they are None, are as they were as well.
    `exclude` are patterns as in `.gitignore`, `max_removals` is the largest share of articles that a reindex
    removes, `synonyms` are groups of words with the same meaning; `jobs` of 0 is one a processor."""

    corpus: str | tuple[str, ...] = ""
    index: str = "index"
    engine: str = "whoosh"
    jobs: int = 0
    drafts: bool | None = None
    size_limit: int = 8_000_000
    exclude: tuple[str, ...] | None = None
    max_removals: float = 0.3
    ignored_tags: tuple[str, ...] = ("fetched",)
    user_dictionary: str = ""
    synonyms: tuple[tuple[str, ...], ...] = ()
    regional_words: bool = True
    recency: float = 0.0
    limit: int = 10
    color: str = "auto"


def load_config(folder: Path | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """The settings for a program that runs in *folder*: its files, overridden by the environment.

    Raises:
        ConfigError: a file cannot be read, or a name or a value in a file or a variable is not valid.
    """
    folder = folder or Path.cwd()
    variables = os.environ if environment is None else environment
    config = Config()
    for path, table in _tables(folder):
        for name, value in table.items():
            config = _updated(config, name, value, str(path))
    for setting in fields(Config):
        variable = f"SEARCHKIT_{setting.name.upper()}"
        if value := variables.get(variable):
            config = _updated(config, setting.name, value, f"the variable {variable}")
    return config


def user_words(config: Config) -> tuple[str, ...]:
    """The lines of the user dictionary, or none.

    Raises:
        ConfigError: the file cannot be read or is not UTF-8.
    """
    if not config.user_dictionary:
        return ()
    try:
        lines = Path(config.user_dictionary).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"user dictionary {config.user_dictionary}: {error}") from error
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _tables(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The tables of settings found, the one with the highest priority last."""
    project, own = folder / "pyproject.toml", folder / FILE
    found = []
    if project.is_file():
        found.append((project, _read(project).get("tool", {}).get("searchkit") or {}))
    if own.is_file():
        found.append((own, _read(own)))
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return table


def _updated(config: Config, name: str, value: Any, where: str) -> Config:
    key = name.replace("-", "_")
    if key not in _CONVERTERS:
        raise ConfigError(f"{where}: {_unknown(name)}")
    try:
        return replace(config, **{key: _CONVERTERS[key](value)})
    except ValueError as error:
        raise ConfigError(f"{where}: {name}: {error}: {value!r:.80}") from error


def _unknown(name: str) -> str:
    import difflib  # only an error needs it

    nearest = difflib.get_close_matches(name, _CONVERTERS, 1)
    hint = f"; did you mean {nearest[0]!r}?" if nearest else "."
    return f"no setting {name!r}{hint} The settings are {', '.join(sorted(_CONVERTERS))}"


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError("not a number")
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("not a number") from None


def _count(value: Any) -> int:
    number = _number(value)
    if number < 0 or not number.is_integer():
        raise ValueError("not a whole number of 0 or more")
    return int(number)


def _amount(value: Any) -> float:
    amount = _number(value)
    if not 0 <= amount <= 1000:
        raise ValueError("not a number from 0 to 1000")
    return amount


def _flag(value: Any) -> bool:
    if str(value).lower() not in _FLAGS:
        raise ValueError("not true or false")
    return _FLAGS[str(value).lower()]


def _names(value: Any) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, list):
        raise ValueError("not a list of names")
    return tuple(str(name).strip() for name in names if str(name).strip())


def _groups(value: Any) -> tuple[tuple[str, ...], ...]:
    """Groups of words: lists of lists, or `a=b=c;d=e` in a variable."""
    groups = [group.split("=") for group in value.split(";")] if isinstance(value, str) else value
    if not isinstance(groups, list) or not all(isinstance(group, list) for group in groups):
        raise ValueError('not groups of words, such as [["LLM", "大模型"]]')
    return tuple(tuple(str(word).strip() for word in group) for group in groups)


def _places(value: Any) -> str | tuple[str, ...]:
    """One path, or several: a list or, as in `PATH`, a text."""
    places = value.split(os.pathsep) if isinstance(value, str) else value
    if not isinstance(places, list) or not all(isinstance(place, str) and place for place in places):
        raise ValueError("not a path or a list of paths")
    return places[0] if len(places) == 1 else tuple(places)


def _share(value: Any) -> float:
    share = _number(value)
    if not 0 <= share <= 1:
        raise ValueError("not a number from 0 to 1")
    return share


def _color(value: Any) -> str:
    if value not in ("auto", "always", "never"):
        raise ValueError("not auto, always or never")
    return str(value)


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("index", "engine", "user_dictionary"), str),
    **dict.fromkeys(("jobs", "size_limit", "limit"), _count),
    **dict.fromkeys(("drafts", "regional_words"), _flag),
    **dict.fromkeys(("exclude", "ignored_tags"), _names),
    "synonyms": _groups,
    "corpus": _places,
    "max_removals": _share,
    "recency": _amount,
    "color": _color,
}
"""Setting -> the conversion of a value from a file or a variable."""
