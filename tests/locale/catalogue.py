"""A catalogue of gettext: its text form (.po), which people edit, and its binary form (.mo), which Python reads.

As the manual of GNU gettext describes them, "The Format of PO Files" and "The Format of GNU MO Files"; one plural.
"""

from __future__ import annotations

import ast
import json
import re
import struct
from collections.abc import Iterable, Mapping
from pathlib import Path

from searchkit.translation import CHINESE
from tests.locale.messages import Message, click_messages, our_messages

BINARY = CHINESE
TEXT = BINARY.with_suffix(".po")

HEADER = (
    "Language: zh\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\nPlural-Forms: nplurals=1; plural=0;\n"
)
_FIELD = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[0\])?) ((?:".*"\n?)+)', re.MULTILINE)
_MAGIC, _TABLE = 0x950412DE, struct.Struct("<7I")

Catalogue = Mapping[Message, str]


def read_catalogue(text: str) -> dict[Message, str]:
    """The translations in a .po, without its header."""
    found = {}
    for entry in text.split("\n\n"):
        fields = {name.partition("[")[0]: _unquoted(value) for name, value in _FIELD.findall(entry + "\n")}
        if fields.get("msgid"):
            found[Message(fields["msgid"], fields.get("msgid_plural", ""))] = fields["msgstr"]
    return found


def write_catalogue(catalogue: Catalogue, places: Mapping[Message, Iterable[str]]) -> str:
    """The .po of a catalogue; each text is preceded by the files that it is in."""
    entries = [f'msgid ""\nmsgstr {_quoted(HEADER)}\n']
    for message, translation in catalogue.items():
        lines = [*(f"#: {place}" for place in places.get(message, ())), f"msgid {_quoted(message.text)}"]
        if message.plural:
            lines += [f"msgid_plural {_quoted(message.plural)}", f"msgstr[0] {_quoted(translation)}"]
        else:
            lines.append(f"msgstr {_quoted(translation)}")
        entries.append("\n".join(lines) + "\n")
    return "\n".join(entries)


def compiled(catalogue: Catalogue) -> bytes:
    """The .mo of a catalogue, the same bytes for the same catalogue. A text without a translation is left out."""
    texts = {
        f"{one.text}\0{one.plural}" if one.plural else one.text: text for one, text in catalogue.items() if text
    }
    rows = sorted((key.encode(), text.encode()) for key, text in {"": HEADER, **texts}.items())
    begin = _TABLE.size
    at = begin + 16 * len(rows)
    tables, data = [b"", b""], b""
    for column in (0, 1):
        for row in rows:
            tables[column] += struct.pack("<2I", len(row[column]), at + len(data))
            data += row[column] + b"\0"
    head = _TABLE.pack(_MAGIC, 0, len(rows), begin, begin + 8 * len(rows), 0, 0)
    return head + tables[0] + tables[1] + data


def renew(text: Path = TEXT, binary: Path = BINARY) -> list[str]:
    """Write both forms anew from the texts that are in the code now; translations are kept. The texts that have
    none."""
    known = read_catalogue(text.read_text(encoding="utf-8")) if text.exists() else {}
    places = {**our_messages(), **click_messages()}
    catalogue = {message: known.get(message, "") for message in places}
    text.write_text(write_catalogue(catalogue, places), encoding="utf-8")
    binary.write_bytes(compiled(catalogue))
    return [message.text for message, translation in catalogue.items() if not translation]


def _quoted(text: str) -> str:
    lines = [json.dumps(line, ensure_ascii=False) for line in text.splitlines(keepends=True)] or ['""']
    return "\n".join(['""', *lines]) if len(lines) > 1 else lines[0]


def _unquoted(lines: str) -> str:
    return "".join(ast.literal_eval(line) for line in lines.split("\n") if line)
