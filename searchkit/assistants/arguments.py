"""What a tool may be asked: one table of arguments makes both its schema and the check of a call."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

Kind = Literal["text", "texts", "number", "choice"]


class Refusal(Exception):
    """A call that cannot be answered; one line says what to do."""


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a tool. A text has at most *most* characters, there are at most *most* texts of 2,000, a
    number is from *least* to *most*; without a *default* it must be given."""

    name: str
    kind: Kind
    about: str = ""
    default: Any = None
    most: int = 200
    least: int = 0
    choices: tuple[str, ...] = ()
    required: bool = False


def schema_of(arguments: Iterable[Argument]) -> dict[str, Any]:
    """The JSON Schema of a call with *arguments*."""
    arguments = tuple(arguments)
    return {
        "type": "object",
        "properties": {one.name: _property(one) for one in arguments},
        "required": [one.name for one in arguments if one.required],
        "additionalProperties": False,
    }


def checked(tool: str, arguments: tuple[Argument, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    """What is *given* for the *arguments* of a *tool*, with the defaults of the others.

    Raises:
        Refusal: an argument is unknown, missing or not a possible one.
    """
    known = {one.name: one for one in arguments}
    for name in given:
        if name not in known:
            raise Refusal(_unknown(tool, str(name), tuple(known)))
    values = {name: _value(one, given.get(name)) for name, one in known.items()}
    return {name: value for name, value in values.items() if value is not None}


def nearest(name: str, names: Iterable[str]) -> str:
    """The one of *names* that is most like *name*, as a question; or all of them."""
    names = tuple(names)
    found = get_close_matches(name[:80].lower(), names, 1, 0.5)
    return f'did you mean "{found[0]}"?' if found else f"there are {', '.join(names)}"


def shown(value: object) -> str:
    """What was given, short and on one line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _property(argument: Argument) -> dict[str, Any]:
    about = {"description": argument.about} if argument.about else {}
    default = {} if argument.default is None else {"default": argument.default}
    if argument.kind == "number":
        return {"type": "integer", "minimum": argument.least, "maximum": argument.most, **default, **about}
    if argument.kind == "choice":
        return {"enum": list(argument.choices), **default, **about}
    if argument.kind == "texts":
        text = {"type": "string"}
        return {"anyOf": [text, {"type": "array", "items": text, "maxItems": argument.most}], **about}
    return {"type": "string", **about}


def _unknown(tool: str, name: str, names: tuple[str, ...]) -> str:
    return f"{tool} has no argument {shown(name)}; {nearest(name, names)}"


def _value(argument: Argument, given: Any) -> Any:
    if given is None:
        if argument.required:
            raise Refusal(f"{argument.name} is missing; give it")
        return argument.default
    return {"text": _text, "texts": _texts, "number": _number, "choice": _choice}[argument.kind](argument, given)


def _text(argument: Argument, given: Any) -> str:
    if isinstance(given, bool) or not isinstance(given, (str, int)):
        raise Refusal(f"{argument.name} must be text, not {shown(given)}")
    text = str(given).encode("utf-8", "replace").decode("utf-8").strip()
    if len(text) > argument.most:
        message = f"{argument.name} has {len(text):,} characters; give at most {argument.most:,}"
        raise Refusal(message + ("; find_source takes longer ones" if argument.name == "query" else ""))
    return text


def _texts(argument: Argument, given: Any) -> tuple[str, ...]:
    if isinstance(given, str) and given.lstrip().startswith("["):
        given = _listed(given)
    texts = given if isinstance(given, (list, tuple)) else [given]
    if not 0 < len(texts) <= argument.most:
        raise Refusal(f"{argument.name} has {len(texts):,} values; give 1 to {argument.most}")
    single = Argument(argument.name, "text", most=2_000)
    return tuple(dict.fromkeys(_text(single, text) for text in texts))


def _listed(text: str) -> Any:
    """The list that *text* is the JSON of, as some assistants write lists; or *text*."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _number(argument: Argument, given: Any) -> int:
    text = str(given).removesuffix(".0").strip()
    is_number = not isinstance(given, (bool, list, dict)) and text.isascii() and text.isdigit() and len(text) < 12
    if not is_number or not argument.least <= int(text) <= argument.most:
        bounds = f"from {argument.least} to {argument.most:,}"
        raise Refusal(f"{argument.name} must be a whole number {bounds}, not {shown(given)}")
    return int(text)


def _choice(argument: Argument, given: Any) -> str:
    if given not in argument.choices:
        raise Refusal(f"{argument.name}={shown(given)}: {nearest(str(given), argument.choices)}")
    return str(given)
