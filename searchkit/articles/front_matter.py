"""The text of a file -> its front matter and its body.

python-frontmatter detects, splits and loads YAML, TOML and JSON. Where the parser rejects the front matter,
the values a person reads there at once are recovered line by line, and the article is marked as recovered.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from typing import Any

import frontmatter.default_handlers as handlers
import yaml

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RECOVERABLE = ("title", "date", "tags", "categories", "draft", "author", "url", "lastmod")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Values by name, the body, and, where values were recovered, the line and the reason (line 1 first)."""

    values: dict[str, Any]
    body: str
    line: int | None = None
    reason: str | None = None


class _TextLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which a plain scalar stays text: `1.10` is a title, and dates are read by one function."""

    yaml_implicit_resolvers = {
        first: [(tag, rule) for tag, rule in rules if tag.endswith((":null", ":bool", ":merge"))]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Yaml(handlers.YAMLHandler):  # type: ignore[misc]
    def load(self, fm: str, **kwargs: object) -> Any:
        return super().load(fm, Loader=_TextLoader)


class _Toml(handlers.BaseHandler):  # type: ignore[misc]
    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)

    def load(self, fm: str) -> dict[str, Any]:
        return tomllib.loads(fm)


_HANDLERS = (_Yaml(), _Toml(), handlers.JSONHandler())
_REJECTED = (yaml.YAMLError, tomllib.TOMLDecodeError, json.JSONDecodeError, ValueError, RecursionError)


def parse_front_matter(text: str) -> FrontMatter:
    """Split *text* into front matter and body; text without front matter is all body."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff \t\n")
    handler = next((handler for handler in _HANDLERS if handler.detect(text)), None)
    if handler is None:
        return FrontMatter({}, text)
    try:
        head, body = handler.split(text)
    except ValueError:
        return _unclosed(text)
    try:
        values = handler.load(head)
    except _REJECTED as error:
        line, reason = _locate(error)
        return FrontMatter(recover(head), body, line, reason)
    if isinstance(values, dict):
        return FrontMatter({str(key).lower(): value for key, value in values.items()}, body)
    if values is None:
        return FrontMatter({}, body)
    return FrontMatter(recover(head), body, 1, "front matter holds no names and values")


def recover(head: str) -> dict[str, Any]:
    """The values of *head* that stand on lines of their own, as text or lists of text.

    >>> recover('title: "在"开放"的项目上"\\ndraft: ["false"]')
    {'title': '在"开放"的项目上', 'draft': ['false']}
    """
    values: dict[str, Any] = {}
    lines = head.split("\n")
    for number, line in enumerate(lines):
        found = re.match(r"\s*[\"']?(\w+)[\"']?\s*[:=]\s*(.*?)\s*,?\s*$", line)
        if found and (name := found[1].lower()) in RECOVERABLE and name not in values:
            values[name] = _recover_value(found[2], lines[number + 1 :])
    return values


def _recover_value(first: str, following: list[str]) -> str | list[str]:
    if first.startswith("["):
        return _recover_list(first, following)
    if not first:
        return [_unquoted(m[1]) for line in following if (m := re.match(r"\s*-\s+(.+?)\s*$", line))]
    return _unquoted(first)


def _recover_list(first: str, following: list[str]) -> list[str]:
    """Items of a list in brackets that may go on over several lines."""
    collected = first[1:]
    for line in following:
        if "]" in collected or re.match(r"\w+\s*[:=]", line):
            break
        collected += "\n" + line
    items = re.split(r"[,\n]", collected.split("]")[0])
    return [_unquoted(item.strip()) for item in items if item.strip()]


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    return text.replace('\\"', '"')


def _unclosed(text: str) -> FrontMatter:
    """Front matter without its closing line: names and values at the top are it, the rest is the body."""
    lines = text.split("\n")
    end = 1
    while end < len(lines) and re.match(r"\s*(?:[\w-]+\s*[:=]|-\s|[\"'\]},])", lines[end]):
        end += 1
    mark = lines[0].strip() or "---"
    reason = f"front matter is not closed; add a line '{'}' if mark == '{' else mark}'"
    return FrontMatter(recover("\n".join(lines[1:end])), "\n".join(lines[end:]), 1, reason)


def _locate(error: BaseException) -> tuple[int, str]:
    """The line in the file (the opening mark is line 1) and a short reason."""
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return mark.line + 1, str(getattr(error, "problem", error))
    return getattr(error, "lineno", 1), str(error).split("\n", 1)[0] or type(error).__name__
