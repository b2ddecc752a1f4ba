"""Hostile front matter by kind: blocks that are bombs, broken or without an end, and values that mislead."""

# ruff: noqa: E501 - a kind a line
from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.reliability.hostile_pieces import HostileText, Make, fixed, nested, numbered, repeated

END = "\n---\n正文里有普通的句子。\n"


def _yaml(head: str) -> Make:
    return fixed(f"---\ntitle: 恶意\n{head}{END}")


def _aliases(first: str, link: Callable[[int], str], levels: int) -> str:
    return "\n".join([f"a0: &a0 {first}", *(f"a{n}: &a{n} {link(n - 1)}" for n in range(1, levels))])


def _indented(size: int) -> bytes:
    """A mapping in a mapping, a blank deeper each: the square root of the size deep."""
    depth = int((2 * size) ** 0.5)
    return ("---\n" + "".join(f"{' ' * n}a:\n" for n in range(depth)) + END).encode("utf-8")


def front_matter() -> Iterator[HostileText]:
    """Blocks."""
    yaml_before, end = "---\ntitle: 恶意\n", END
    yield HostileText("yaml: aliases of aliases", _yaml(_aliases("[x]", lambda n: f"[*a{n}, *a{n}]", 30)))
    yield HostileText("yaml: merges of merges", _yaml(_aliases("{x: 1}", lambda n: f"{{<<: [*a{n}, *a{n}]}}", 30)))
    yield HostileText("yaml: merge of itself", _yaml("a: &a\n  <<: *a\n"))
    yield HostileText(
        "yaml: many merges", numbered("k%d: {<<: *a}\n", before=f"{yaml_before}a: &a {{x: 1}}\n", after=end)
    )
    yield HostileText(
        "yaml: a large mapping merged often",
        lambda size: (
            yaml_before + "a: &a {" + ",".join(f"k{n}: 1" for n in range(size // 20)) + "}\n"
            + "".join(f"m{n}: {{<<: *a}}\n" for n in range(size // 40)) + end
        ).encode("utf-8"),
    )  # fmt: skip
    yield HostileText("yaml: an alias that holds itself", _yaml("tags: &a [*a]\n"))
    yield HostileText("yaml: a command as a tag", _yaml('x: !!python/object/apply:os.system ["touch pwned"]'))
    yield HostileText("yaml: an unknown tag", _yaml("x: !mine {a: 1}"))
    yield HostileText(
        "yaml: binary and sets", _yaml("tags: !!set {a, b}\nauthor: !!binary aGFsbG8=\ndate: !!omap [a: 1]")
    )
    yield HostileText(
        "yaml: a float of a date", _yaml("date: !!timestamp 99999-99-99\ndraft: !!int 99\nurl: !!float .nan")
    )
    yield HostileText("yaml: a base-60 number", repeated(":59", before=f"{yaml_before}date: !!int 1", after=end))
    yield HostileText("yaml: digits of an int", repeated("9", before=f"{yaml_before}tags: !!int 1", after=end))
    yield HostileText("yaml: lists in lists", nested("[", "]", before=f"{yaml_before}tags: ", after=end))
    yield HostileText("yaml: lists left open", repeated("[", before=f"{yaml_before}tags: ", after=end))
    yield HostileText("yaml: mappings in mappings", nested("{a: ", "}", before=f"{yaml_before}tags: ", after=end))
    yield HostileText("yaml: dashes in dashes", repeated("- ", before=f"{yaml_before}tags:\n  ", after=f"x{end}"))
    yield HostileText("yaml: indented mappings", _indented)
    yield HostileText("yaml: keys asked for", repeated("? ", before=yaml_before, after=f"x{end}"))
    yield HostileText("yaml: equal keys", repeated("title: 题\n", before=yaml_before, after=end))
    yield HostileText("yaml: many keys", numbered("k%d: v\n", before=yaml_before, after=end))
    yield HostileText("yaml: many documents", repeated("...\n", before=yaml_before, after=end))
    yield HostileText("yaml: many anchors", numbered("k%d: &b x\n", before=yaml_before, after=end))
    yield HostileText("yaml: unquoted braces", repeated("{{", before=f"{yaml_before}title: ", after=end))
    yield HostileText("yaml: a quote left open", repeated("字\n", before=f'{yaml_before}title: "', after=end))
    yield HostileText("yaml: escapes", repeated("\\ud800", before=f'{yaml_before}title: "', after=f'"{end}'))
    yield HostileText("yaml: comments", repeated("# x\n", before=yaml_before, after=end))
    yield HostileText("yaml: NUL", fixed("---\ntitle: a\0b\n---\n正文\0里有\n"))
    yield HostileText("toml: lists in lists", nested("[", "]", before="+++\ntags = ", after="\n+++\n正文\n"))
    yield HostileText(
        "toml: tables in tables", nested("{a=", "}", before="+++\na = ", inner="1", after="\n+++\n正文\n")
    )
    yield HostileText("toml: dotted keys", repeated("a.", before="+++\n", after="a = 1\n+++\n正文\n"))
    yield HostileText("toml: many dotted keys", numbered("a.b%d.c = 1\n", before="+++\n", after="+++\n正文\n"))
    yield HostileText("toml: a dotted header", repeated("a.", before="+++\n[", after="a]\n+++\n正文\n"))
    yield HostileText("toml: many tables", numbered("[a.b%d]\n", before="+++\n", after="+++\n正文\n"))
    yield HostileText("toml: digits", repeated("9", before="+++\ntags = ", after="\n+++\n正文\n"))
    yield HostileText("toml: digits of a float", repeated("9", before="+++\ntags = 1.", after="\n+++\n正文\n"))
    yield HostileText("toml: a string left open", repeated("字", before='+++\ntags = "', after="\n+++\n正文\n"))
    yield HostileText("json: lists in lists", nested("[", "]", before='{\n"tags": ', after="\n}\n正文\n"))
    yield HostileText(
        "json: objects in objects", nested('{"a":', "}", before='{\n"tags": ', inner="1", after="\n}\n正文\n")
    )
    yield HostileText("json: digits", repeated("9", before='{\n"tags": ', after="\n}\n正文\n"))
    yield HostileText("json: surrogates", repeated("\\udc00", before='{\n"title": "', after='"\n}\n正文\n'))
    yield HostileText("front matter left open", repeated("a: b\n", before="---\n"))
    yield HostileText("front matter left open: a name without an end", repeated("a", before="---\n"))
    yield HostileText("front matter left open: spaces", repeated(" ", before="---\n"))
    yield HostileText("front matter left open: many lists", repeated("tags: [\n", before="---\n{\n"))
    yield HostileText(
        "front matter of dashes and spaces", lambda n: b"---\n" + b"-" * (n // 2) + b" " * (n // 2) + b"x\n"
    )
    yield HostileText("front matter of lines of dashes", repeated("---\n"))
    yield HostileText("front matter of plus signs", repeated("+++\n"))
    yield HostileText("front matter of braces", repeated("{\n}\n"))
    yield HostileText(
        "front matter and spaces to recover", repeated(" ", before="---\ntitle: [a", after=f"x{end}")
    )
    yield HostileText(
        "front matter and a value of spaces", repeated(" ,", before="---\n[\ntitle: a", after=f"x{end}")
    )
    yield HostileText("front matter as one line", repeated("字", before="---\ntitle: ", after=end))
    yield HostileText("front matter of a list", repeated("- x\n", before="---\n", after=end))
    yield HostileText("front matter: broken list of lines", repeated("a,\n", before="---\n{\ntags: [", after=end))
    yield HostileText(
        "front matter: broken list, many of them", repeated("x = [\n", before="---\n{\ntags: [\n", after=end)
    )


def values() -> Iterator[HostileText]:
    """Values of fields."""
    before, end = "---\n", END
    for date in ("9999-99-99", "0000-00-00", "0000-01-01", "2024-01-01T00:00:00+99:99", "9999-12-31T23:59:59-23:59",
                 "0001-01-01T00:00:00+23:59", "٢٠٢٤-٠١-٠١", "2024-01-01T00:00:00.9999999999", "1e400", "-1"):  # fmt: skip
        yield HostileText(f"date: {date}", _yaml(f"date: {date}\nlastmod: {date}"))
    yield HostileText("date: digits", repeated("9", before=f"{before}date: 2024-01-", after=end))
    yield HostileText("date: fractions", repeated("9", before=f"{before}date: 2024-01-01T00:00:00.", after=end))
    yield HostileText("date: spaces", repeated(" ", before=f'{before}date: "2024', after=f'-x"{end}'))
    yield HostileText("tags: many", numbered("t%d, ", before=f"{before}tags: [", after=f"]{end}"))
    yield HostileText("tags: many in a string", numbered("t%d,", before=f'{before}tags: "', after=f'"{end}'))
    yield HostileText("tags: nested", _yaml("tags: [[a, [b]], {c: d}, [[[]]]]\ncategories: {a: {b: c}}"))
    yield HostileText("title: long", repeated("题目", before=f"{before}title: ", after=end))
    yield HostileText(
        "title: commands to a terminal",
        _yaml('author: "a\\e]0;x\\a\\e[2J\\x9b31m"\ntags: ["\\u202egnp\\u2066", "[red]b[/]"]'),
    )
    yield HostileText(
        "title: reversed",
        fixed("---\ntitle: \u202e\u2066gnp.exe\u202d\n---\n正文\u202e里\x1b[31m有\x9b2J\x07句\r子\n"),
    )
    yield HostileText("url: many bytes", repeated("a", before=f"{before}url: http://", after=end))
    yield HostileText("clipping: a title without an end", repeated("a by ", before="题 by 人\n------\n"))
    yield HostileText("clipping: many links", repeated("<a href=''>原文链接</a"))
    yield HostileText("clipping: spaces before the link", repeated("<hr>" + " " * 500, before="正文"))
