"""The texts for people in source files: what is translated, and what looks as if it should be."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import extract_from_ast

import searchkit
from searchkit import errors

PACKAGE = Path(searchkit.__file__).parent

CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "types")
"""The modules of click whose texts our help and our errors can show."""

_PROSE = re.compile(r"[a-z]{2,},? [a-z]{2,}")
_WORD = re.compile(r"[A-Za-z]{2,}")
_SHOWN_ARGUMENTS = ("help", "epilog", "short_help", "prompt")
_SHOWING_CALLS = {"echo", "say", "wrong", "ValueError", "ClickException", "UsageError", "BadParameter"} | {
    name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)
}


@dataclass(frozen=True, slots=True)
class Message:
    """A text that gettext translates, and its plural or ""."""

    text: str
    plural: str = ""


def our_messages() -> dict[Message, list[str]]:
    """The texts of the package, in the order of its files, with the files they are in."""
    files = sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("templates/*.html")])
    return _by_file((path, path.relative_to(PACKAGE.parent).as_posix()) for path in files)


def click_messages() -> dict[Message, list[str]]:
    """The texts of click that we can show."""
    spec = find_spec("click")
    assert spec is not None
    assert spec.origin is not None
    folder = Path(spec.origin).parent
    return _by_file((folder / f"{name}.py", f"click/{name}.py") for name in CLICK)


def messages_in(tree: ast.AST) -> Iterator[Message]:
    """The literal arguments of `_` and `ngettext` in a module, from top to bottom."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    for node in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        match node:
            case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(text))]):
                yield Message(text)
            case ast.Call(
                func=ast.Name(id="ngettext"), args=[ast.Constant(value=str(one)), ast.Constant(value=str(many)), _]
            ):
                yield Message(one, many)


def messages_of_template(text: str) -> Iterator[Message]:
    """The literal arguments of `_` and `ngettext` in a template, from top to bottom."""
    for _line, _name, found in extract_from_ast(Environment().parse(text), ("_", "ngettext")):
        texts = [one for one in (found if isinstance(found, tuple) else (found,)) if one is not None]
        yield Message(*texts)


def untranslated(tree: ast.AST) -> list[str]:
    """The literal texts of a module that people read and gettext does not: what is shown or raised, and whatever
    else has two words in a row."""
    left_out = {id(part) for node in ast.walk(tree) if _is_handled(node) for part in ast.walk(node)}
    shown = {id(part) for node in ast.walk(tree) for value in _shown_by(node) for part in _literals(value)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in left_out
        if _PROSE.search(node.value) or (id(node) in shown and _WORD.search(node.value))
    ]


def literal_errors(tree: ast.AST, errors: Collection[str]) -> list[str]:
    """The literal texts of *errors*, which gettext does not read."""
    values = [value for node in ast.walk(tree) for value in _shown_by(node, errors)]
    return [ast.unparse(value) for value in values if any(map(_has_word, _literals(value)))]


def _has_word(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(_WORD.search(node.value))


def _is_handled(node: ast.AST) -> bool:
    """Whether *node* is a translation, names in JSON, or a docstring, which is an expression on its own."""
    match node:
        case ast.Call(func=ast.Name(id="_" | "ngettext" | "members")) | ast.Expr(value=ast.Constant()):
            return True
    return False


def _shown_by(node: ast.AST, calls: Collection[str] = frozenset(_SHOWING_CALLS)) -> Iterator[ast.expr]:
    """The arguments of a call that people see."""
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        yield from (word.value for word in node.keywords if word.arg in _SHOWN_ARGUMENTS)
        yield from node.args[:1] if name in calls else ()


def _literals(value: ast.expr) -> Iterator[ast.AST]:
    """*value* if it is a literal, or the literals of the f-string or the choice that it is."""
    if isinstance(value, (ast.Constant, ast.JoinedStr, ast.IfExp, ast.BoolOp, ast.BinOp)):
        for part in ast.iter_child_nodes(value):
            if isinstance(part, ast.expr):
                yield from _literals(part)
        yield value


def _by_file(files: Iterator[tuple[Path, str]]) -> dict[Message, list[str]]:
    found: dict[Message, list[str]] = {}
    for path, name in files:
        text = path.read_text(encoding="utf-8")
        for message in messages_of_template(text) if path.suffix == ".html" else messages_in(ast.parse(text)):
            places = found.setdefault(message, [])
            if name not in places:
                places.append(name)
    return found
