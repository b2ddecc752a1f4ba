"""What of a folder is left out: by patterns, and by itself what is hidden, or made or used by other programs.

Patterns have the syntax of `.gitignore`. As there, what is in a folder that is left out is left out too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchkit.errors import ConfigError
from searchkit.translation import gettext as _

if TYPE_CHECKING:
    from pathspec import RegexPattern

IGNORE_FILE = ".searchkitignore"
"""Its lines are patterns for what is in its folder and below."""

_SLASH = "ps_d"
_FOLDERS = {
    **dict.fromkeys(["node_modules", "bower_components"], "a folder of packages"),
    **dict.fromkeys(["_layouts", "_includes", "_sass"], "templates of a site"),
    "_site": "the output of a site generator",
}
"""What the folders of these names are, wherever they are."""

_JEKYLL = ("_config.yml", "_config.yaml", "_config.toml")  # Hexo's as well
_HUGO = tuple(f"{stem}.{ending}" for stem in ("hugo", "config") for ending in ("toml", "yaml", "yml", "json"))
_HUGO_FOLDERS = ("archetypes", "config")
"""What stands beside `content` in a site of Hugo, which may have its settings in `config/_default`."""
_SCRIPTS = ("js", "cjs", "mjs", "ts", "mts")
_FOLDERS_OF_GENERATORS = {
    "public": (*_HUGO, *_JEKYLL, *(f"gatsby-config.{ending}" for ending in _SCRIPTS)),
    "themes": (*_HUGO, *_JEKYLL),
    "archetypes": _HUGO,
    "layouts": ("archetypes", *_HUGO[:4]),
    "scaffolds": _JEKYLL,
    "build": tuple(f"docusaurus.config.{ending}" for ending in _SCRIPTS),
    "dist": tuple(f"astro.config.{ending}" for ending in _SCRIPTS),
    "site": ("mkdocs.yml", "mkdocs.yaml"),
    "book": ("book.toml",),
    "_book": ("book.json", "_bookdown.yml", "_quarto.yml"),
    "_build": ("conf.py", "_toc.yml"),
    "output": ("pelicanconf.py",),
}
"""The name of a folder -> the files beside which it belongs to a site generator. Alone it may be anybody's."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Patterns about what is below the folder `base`, whose id ends in `/`; that of the corpus is empty. `source`
    is where they are written."""

    source: str
    base: str
    patterns: tuple[tuple[str, RegexPattern], ...]

    def match(self, path: str) -> str | None:
        """The pattern that decides on the entry at *path*, if there is one: the last that matches."""
        path = _composed(path.removeprefix(self.base))
        return next((text for text, pattern in reversed(self.patterns) if _matches(text, pattern, path)), None)


def parse_patterns(lines: Iterable[str], *, source: str, base: str = "") -> Patterns:
    """The patterns in *lines*, without empty ones and comments.

    Raises:
        ConfigError: a line is not a pattern.
    """
    texts = (_composed(line) for line in lines if line.strip() and not line.startswith("#"))
    return Patterns(source, base, tuple((text.strip(), _pattern(text, source)) for text in texts))


def _pattern(text: str, source: str) -> RegexPattern:
    from pathspec import GitIgnoreSpec  # few have patterns

    try:
        (pattern,) = GitIgnoreSpec.from_lines([text]).patterns
    except (ValueError, re.error):
        pattern = None
    if pattern is None or pattern.include is None:
        raise ConfigError(
            _("{source}: not a pattern as in .gitignore: {text!r:.80}").format(source=source, text=text)
        )
    return pattern


def _matches(text: str, pattern: RegexPattern, path: str) -> bool:
    """Whether the pattern *text* matches the entry at *path* itself. The patterns of pathspec match what is below
    such an entry as well, and mark the slash after it; but as we go down, this was decided above."""
    found = pattern.match_file(path)
    if found is None or (text.endswith("/") and not path.endswith("/")):
        return False
    if _SLASH in found.match.re.groupindex:
        return found.match.end(_SLASH) in (-1, len(path))
    return not path.endswith("/") or found.match[0] != path  # `a/**` is all that is in a folder, not the folder


def _composed(text: str) -> str:
    """*text* as it is typed, not as some file systems store it, with accents of their own."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What is left out. The first of these lists with a pattern that matches decides, by the last such pattern:
    the `settings`, then the `files`, from the deepest folder to the root."""

    settings: tuple[Patterns, ...] = ()
    files: tuple[Patterns, ...] = ()

    def below(self, patterns: Patterns) -> Exclusion:
        """What is left out in a folder that has an ignore file with these *patterns*."""
        return Exclusion(self.settings, (patterns, *self.files))

    def reason(self, path: str, beside: Collection[str]) -> str | None:
        """Why the entry at *path* is left out, or None if it is not. The path begins at the root of the corpus,
        and ends in `/` for a folder; *beside* are the names in the same folder."""
        if self.settings or self.files:
            for patterns in (*self.settings, *self.files):
                if pattern := patterns.match(path):
                    return None if pattern.startswith("!") else f"left out by {pattern} in {patterns.source}"
        return _reason_by_itself(path, beside)


def exclusion_of(exclude: Collection[str]) -> Exclusion:
    """What is left out with the setting *exclude*.

    Raises:
        ConfigError: one of it is not a pattern.
    """
    return Exclusion((parse_patterns(exclude, source=_("the setting exclude")),) if exclude else ())


def _reason_by_itself(path: str, beside: Collection[str]) -> str | None:
    if not path.endswith("/"):
        if path.rpartition("/")[2].startswith("."):
            return "a hidden file"
        return "the README of the corpus" if path == "README.md" else None
    name = path.rstrip("/").rpartition("/")[2]
    what = "a hidden folder" if name.startswith(".") else _FOLDERS.get(name) or _of_generator(name, beside)
    return f"{what}; the pattern !{name}/ in the setting exclude brings it back" if what else None


def _of_generator(name: str, beside: Collection[str]) -> str | None:
    configs = _FOLDERS_OF_GENERATORS.get(name, ())
    config = next((config for config in configs if config in beside), None)
    if config is None and _HUGO[0] in configs and "content" in beside:
        config = next((folder for folder in _HUGO_FOLDERS if folder in beside), None)
    return f"a folder of the site generator of {config}" if config else None
