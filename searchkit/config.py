"""Settings: flag > environment > `searchkit.toml` or `[tool.searchkit]` > default.

A setting `index` is the flag `--index`, the variable `SEARCHKIT_INDEX` and the key `index` in a file.
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


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting. `synonyms` are groups of words that mean the same; `jobs` of 0 is one a processor."""

    corpus: str = "corpus"
    index: str = "index"
    engine: str = "whoosh"
    jobs: int = 0
    drafts: bool = False
    size_limit: int = 8_000_000
    ignored_tags: tuple[str, ...] = ("fetched",)
    user_dictionary: str = ""
    synonyms: tuple[tuple[str, ...], ...] = ()
    recency: float = 0.0
    limit: int = 10
    color: str = "auto"


def load_config(folder: Path | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """The settings for a program that runs in *folder*: its files, then the environment over them.

    Raises:
        ConfigError: a file or a variable holds a name or a value that makes no sense.
    """
    folder = folder or Path.cwd()
    config = Config()
    for path, table in _tables(folder):
        config = _updated(config, table, str(path))
    variables = os.environ if environment is None else environment
    for setting in fields(Config):
        name = f"SEARCHKIT_{setting.name.upper()}"
        if variables.get(name):
            config = _updated(config, {setting.name: variables[name]}, f"the variable {name}")
    return config


def user_words(config: Config) -> tuple[str, ...]:
    """The lines of the user dictionary, or none.

    Raises:
        ConfigError: the file is not there or not UTF-8.
    """
    if not config.user_dictionary:
        return ()
    try:
        lines = Path(config.user_dictionary).read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"user dictionary {config.user_dictionary}: {error}") from error
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _tables(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """The tables of settings there are, the one that counts most last."""
    found = []
    project = folder / "pyproject.toml"
    if project.is_file() and (table := _read(project).get("tool", {}).get("searchkit")):
        found.append((project, table))
    own = folder / FILE
    if own.is_file():
        found.append((own, _read(own)))
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return table


def _updated(config: Config, table: Mapping[str, Any], where: str) -> Config:
    known = {setting.name: setting for setting in fields(Config)}
    for name, value in table.items():
        key = name.replace("-", "_")
        if key not in known:
            raise ConfigError(f"{where}: there is no setting {name!r}; there are {', '.join(sorted(known))}")
        try:
            config = replace(config, **{key: _CONVERTERS[known[key].name](value)})
        except (TypeError, ValueError) as error:
            raise ConfigError(f"{where}: {name} = {value!r} makes no sense: {error}") from error
    return config


def _number(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError("a number is wanted")
    number = int(value)
    if number < 0:
        raise ValueError("it is negative")
    return number


def _amount(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError("a number is wanted")
    amount = float(value)
    if not 0 <= amount <= 1000:
        raise ValueError("a number from 0 to 1000 is wanted")
    return amount


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() not in ("true", "false", "1", "0", "yes", "no"):
        raise ValueError("true or false is wanted")
    return str(value).lower() in ("true", "1", "yes")


def _names(value: Any) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    return tuple(str(name).strip() for name in names if str(name).strip())


def _groups(value: Any) -> tuple[tuple[str, ...], ...]:
    """Groups of words: lists of lists, or `a=b=c;d=e` in a variable."""
    groups = [group.split("=") for group in value.split(";")] if isinstance(value, str) else value
    if any(isinstance(group, str) for group in groups):
        raise TypeError('groups of words are wanted, such as [["LLM", "大模型"]]')
    return tuple(tuple(str(word).strip() for word in group) for group in groups)


def _color(value: Any) -> str:
    if value not in ("auto", "always", "never"):
        raise ValueError("auto, always or never is wanted")
    return str(value)


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "corpus": str,
    "index": str,
    "engine": str,
    "jobs": _number,
    "drafts": _flag,
    "size_limit": _number,
    "ignored_tags": _names,
    "user_dictionary": str,
    "synonyms": _groups,
    "recency": _amount,
    "limit": _number,
    "color": _color,
}
