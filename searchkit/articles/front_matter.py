"""The text of a file -> its front matter and its body.

python-frontmatter detects, splits and loads YAML, TOML and JSON. If the parser rejects the front matter, the
obvious values are recovered line by line, and the article is reported as recovered.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, ClassVar

import frontmatter.default_handlers as handlers
import yaml

from searchkit.articles.facts import NAMES, fold_name, is_list, says_something
from searchkit.articles.plain_text import with_newlines

LONGEST = 65_536
"""Characters of front matter that are parsed: the time of the YAML and TOML parsers is quadratic."""
_PROPERTY = re.compile(r"(\w[\w -]{0,30}?)(::?)[ \t]*(\S.*)?$")
"""`name: value` or `name:: value`."""
_MAY_BE_YAML = re.compile(r"\s*[\w\"'-][\w -]*:(?!//)|\s*-\s|\s+\S|\s*[\]}]")
_EQUATION = re.compile(r"[ \t]*(\w[\w -]{0,30}?)[ \t]*[=＝](?!=)[ \t]*(.*)")
_AFTER_EQUATIONS = re.compile(r"\s*(?:<!--|-{3,}\s*$|$)")
_AFTER_BRACKETS = re.compile(r"\][^\],#]*[^\s\],#]")
"""Text after brackets, `[译] 某文`, which are no list."""
_SILENT_NAMES = """
    slug status layout template lang language comments id cover thumbnail image toc weight order sidebar type
    version license copyright email password
"""
_SILENT = frozenset(_SILENT_NAMES.split())
"""Names, besides those of facts, that a head without marks may have."""
_DEEP_KEY = re.compile(r"(?<![\w\"'-])(?:[\w\"'-]+[ \t]*\.[ \t]*){50}")
"""A TOML key of more than fifty parts. The time to parse one is quadratic in its length."""
_KEY = re.compile(r"\s*[\"']?(\w[\w .-]*?)[\"']?\s*[:=](.*)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Values by name, the body and, if values were recovered, the line (from 1) and the reason."""

    values: dict[str, Any]
    body: str
    line: int | None = None
    reason: str | None = None


class _TextLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # chosen at run time
    """YAML in which a plain scalar stays text: `1.10` and `No` are titles, and dates are read by one function.
    `<<` is an ordinary key: a few lines of merged mappings could fill the memory."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, rule) for tag, rule in rules if tag.endswith(":null")]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class _Yaml(handlers.YAMLHandler):
    FM_BOUNDARY = re.compile(r"^(?:-{3,}|(?<=\n)\.{3})\s*$", re.MULTILINE)
    """A document of YAML may also end in three dots; they do not begin one."""

    def load(self, fm: str, **kwargs: object) -> Any:
        return super().load(fm, Loader=_TextLoader)


class _Toml(handlers.BaseHandler):
    FM_BOUNDARY = re.compile(r"^\+{3,}\s*$", re.MULTILINE)

    def load(self, fm: str) -> dict[str, Any]:
        if _DEEP_KEY.search(fm):
            raise ValueError("a key has too many parts")
        values: dict[str, Any] = tomllib.loads(fm)
        return values


_HANDLERS = (_Yaml(), _Toml(), handlers.JSONHandler())
_SYNTAX = (yaml.YAMLError, tomllib.TOMLDecodeError, json.JSONDecodeError, ValueError, RecursionError)
_WRONG_TYPE = (LookupError, AttributeError, TypeError)
"""What PyYAML raises for a value that does not have the type of its tag: `draft: !!bool maybe`."""


def parse_front_matter(text: str) -> FrontMatter:
    """Split *text* into front matter and body; text without front matter is all body."""
    text = with_newlines(text)
    stripped = text.lstrip("\ufeff \t\n")
    matter = _with_second_head(_parse(stripped))
    if matter.line is None:
        return matter
    return replace(matter, line=matter.line + text.count("\n", 0, len(text) - len(stripped)))


def _parse(text: str) -> FrontMatter:
    handler = next((handler for handler in _HANDLERS if handler.detect(text)), None)
    if handler is None:
        return _without_mark(text)
    try:
        head, body = handler.split(text)
    except ValueError:
        return _unclosed(text)
    if len(head) > LONGEST:
        return _recovered(text, head, body, 1, f"front matter is longer than {LONGEST:,} characters")
    try:
        values = handler.load(head)
    except (*_SYNTAX, *_WRONG_TYPE) as error:
        return _recovered(text, head, body, *_locate(error))
    if isinstance(values, dict):
        return FrontMatter({str(key).lower(): value for key, value in values.items()}, body)
    if values is None:
        return FrontMatter({}, body)
    return _recovered(text, head, body, 1, "front matter is not a mapping")


def _with_second_head(matter: FrontMatter) -> FrontMatter:
    """*matter* with what a head right after it says: another block of front matter, as a program writes one before
    that of the author, or lines such as `作者=李四`. Where both say something, the first is believed."""
    body = matter.body.lstrip("\n \t")
    second = _second_block(body) if matter.values else None
    if (second := second or _equations(body)) is None:
        return matter
    said = {name: value for name, value in matter.values.items() if value not in (None, "", [])}
    return replace(matter, values={**second.values, **said}, body=second.body)


def _second_block(body: str) -> FrontMatter | None:
    if not body.startswith(("---\n", "+++\n")):
        return None
    second = _parse(body)
    is_read = second.line is None and any(says_something(name, value) for name, value in second.values.items())
    return second if is_read else None


def _equations(body: str) -> FrontMatter | None:
    """The lines `name=value` at the top of *body*, if two of them tell a fact."""
    if not _EQUATION.match(body):
        return None
    lines = body[:LONGEST].split("\n")
    found = [*takewhile(bool, map(_EQUATION.match, lines))]
    values = {match[1].lower(): _written_value(match[2].strip()) for match in found if match}
    facts = [name for name, value in values.items() if says_something(name, value)]
    if len(facts) < 2 or (len(found) < len(lines) and not _AFTER_EQUATIONS.match(lines[len(found)])):
        return None
    return FrontMatter(values, "\n".join(lines[len(found) :]) + body[LONGEST:])


def _written_value(text: str) -> str | list[str]:
    return _recover_list(text, []) if text[:1] == "[" and text[-1:] == "]" else _unquoted(text)


def _without_mark(text: str) -> FrontMatter:
    """Values at the top of a text without an opening mark: the YAML of Hexo, which has only the closing one; the
    `title:: …` of Logseq; the lines of MultiMarkdown, which MkDocs and Pelican read, up to the first empty one."""
    lines = text[:LONGEST].split("\n")
    if not (first := _PROPERTY.match(lines[0])) or not _is_telling(first[1]):
        return FrontMatter({}, text)
    separator = first[2]
    if separator == ":" and (closed := _closed_head(lines)) is not None:
        return _parse(f"---\n{closed}\n---\n{text[len(closed) + 1 :].partition(chr(10))[2]}")
    head = [*takewhile(lambda line: _goes_on(line) or _separator(line) == separator, lines)]
    end = lines[len(head)].strip() if len(head) < len(lines) else ""
    if separator == ":" and (end or not all(_goes_on(line) or _is_usual(line) for line in head)):
        return FrontMatter({}, text)
    return FrontMatter(_properties(head), "\n".join(lines[len(head) :]) + text[LONGEST:])


def _separator(line: str) -> str:
    found = _PROPERTY.match(line)
    return found[2] if found else ""


def _goes_on(line: str) -> bool:
    """Whether a line is indented: it goes on with the value above it."""
    return line[:1].isspace() and bool(line.strip())


def _properties(head: list[str]) -> dict[str, Any]:
    """The values of lines `name: value`. Further lines of one are more items of a list, or go on with a text."""
    values: dict[str, list[str]] = {}
    name = ""
    for line in head:
        found = None if _goes_on(line) else _PROPERTY.match(line)
        name = found[1].strip().lower() if found else name
        values.setdefault(name, []).append(((found[3] or "") if found else line).strip())
    return {name: lines if len(lines) > 1 and is_list(name) else " ".join(lines) for name, lines in values.items()}


def _closed_head(lines: list[str]) -> str | None:
    """The lines before the first `---`, if all of them may be YAML. Only the last ones may be empty: after text
    `---` is a rule, not an end."""
    head = [*takewhile(_MAY_BE_YAML.match, lines)]
    empty = [*takewhile(lambda line: not line.strip(), lines[len(head) :])]
    end = len(head) + len(empty)
    is_closed = end < len(lines) and re.fullmatch(r"-{3,}\s*", lines[end])
    return "\n".join(lines[:end]) if is_closed else None


def _is_usual(line: str) -> bool:
    """Whether a line `name: value` has a name of metadata, which a line of text would not begin with."""
    found = _PROPERTY.match(line)
    return found is not None and (fold_name(found[1]) in _SILENT or says_something(found[1], found[3]))


def _is_telling(name: str) -> bool:
    return fold_name(name) in NAMES


def _recovered(text: str, head: str, body: str, line: int, reason: str) -> FrontMatter:
    """What can be recovered of *head*; if nothing, *text* only looks like front matter and is all body."""
    values = recover(head[:LONGEST])
    return FrontMatter(values, body if values else text, line, reason)


def recover(head: str) -> dict[str, Any]:
    """The values of *head* that have their own line, as text or lists of text.

    >>> recover('title: "在"开放"的项目上"\\ndraft: ["false"]')
    {'title': '在"开放"的项目上', 'draft': ['false']}
    >>> recover('title: [译] 某文')
    {'title': '[译] 某文'}
    """
    values: dict[str, Any] = {}
    lines = head.split("\n")
    for number, line in enumerate(lines):
        found = _KEY.match(line)
        if found and fold_name(name := found[1].lower()) in NAMES and name not in values:
            value = found[2].strip().removesuffix(",").strip()
            values[name] = _recover_value(value, lines[number + 1 :])
    return values


def _recover_value(first: str, following: list[str]) -> str | list[str]:
    if first.startswith("[") and not _AFTER_BRACKETS.search(first):
        return _recover_list(first, following)
    if not first:
        return _recover_dashes(following)
    return _unquoted(first)


def _recover_dashes(following: list[str]) -> list[str]:
    """Items after dashes, one per line, up to the next key."""
    items = takewhile(lambda line: not line.strip() or re.match(r"\s*-\s", line), following)
    return [_unquoted(item) for line in items if (item := line.strip().removeprefix("-").strip())]


def _recover_list(first: str, following: list[str]) -> list[str]:
    """Items of a list in brackets, which may have several lines."""
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
    """Front matter without its closing line: keys and values at the top belong to it, the rest is the body."""
    lines = text.split("\n")
    end = 1
    while end < len(lines) and re.match(r"\s*(?:[\w-]+\s*[:=]|-\s|[\"'\]},])", lines[end]):
        end += 1
    mark = lines[0].strip() or "---"
    reason = f"front matter is not closed; add a line '{'}' if mark == '{' else mark}'"
    return _recovered(text, "\n".join(lines[1:end]), "\n".join(lines[end:]), 1, reason)


def _locate(error: BaseException) -> tuple[int, str]:
    """The line, where the opening mark is line 1, and a short reason."""
    if isinstance(error, _WRONG_TYPE):
        return 1, "a value does not have the type of its tag"
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return mark.line + 1, str(getattr(error, "problem", error))
    found = re.search(r"at line (\d+)", str(error))
    line = int(found[1]) if found else getattr(error, "lineno", 1)
    return line, str(error).split("\n", 1)[0] or type(error).__name__
