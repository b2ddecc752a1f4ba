"""The two READMEs say the same: the same sections, with the same commands, tables, figures and links."""

from __future__ import annotations

import re
from itertools import zip_longest

import pytest

from tests.conftest import ROOT

ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"
OF_LANGUAGES = {"README.md", "README.zh-CN.md", "docs/quick-start.zh-CN.md"}
"""Links between languages, and to what there is in Chinese only."""

_BLOCK = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_COMMENT = re.compile(r" *# .*$", re.MULTILINE)


def sections(text: str) -> list[str]:
    """The text from each heading to the next one; `#` in a block of code is no heading."""
    hidden = _BLOCK.sub(lambda block: re.sub(r"(?m)^#", "\0", block[0]), text)
    return [part.replace("\0", "#") for part in re.split(r"(?m)^(?=#)", hidden) if part.strip()]


def facts(section: str) -> dict[str, object]:
    """What a translation leaves as it is. Comments of code and the order within a sentence are prose."""
    code = [_COMMENT.sub("", block) for block in _BLOCK.findall(section)]
    prose = _BLOCK.sub("", section)
    links = re.findall(r"\]\(([^)]+)\)", prose)
    text = re.sub(r"\]\([^)]+\)", "]", prose)
    return {
        "level of the heading": len(section) - len(section.lstrip("#")),
        "code": code,
        "rows of tables": [row.count("|") for row in prose.splitlines() if row.startswith("|")],
        "code in the text": sorted(re.findall(r"`[^`]+`", text)),
        "figures": sorted(re.findall(r"\d[\d.,]*\d|\d", re.sub(r"`[^`]+`", "", text))),
        "points of lists": sum(line.startswith("- ") for line in prose.splitlines()),
        "links": sorted(set(links) - OF_LANGUAGES),
    }


def differences(english: str, chinese: str) -> list[str]:
    """What differs, each with the heading of its section."""
    found = []
    for one, other in zip_longest(sections(english), sections(chinese), fillvalue=""):
        mine, theirs = facts(one), facts(other)
        heading = (one or other).partition("\n")[0]
        found += [
            f"{heading}: {name}: {mine[name]} and {theirs[name]}" for name in mine if mine[name] != theirs[name]
        ]
    return found


def test_both_say_the_same() -> None:
    assert differences(ENGLISH.read_text(encoding="utf-8"), CHINESE.read_text(encoding="utf-8")) == []


def test_each_leads_to_the_other_at_its_top() -> None:
    assert "](README.zh-CN.md)" in ENGLISH.read_text(encoding="utf-8").partition("\n## ")[0]
    assert "](README.md)" in CHINESE.read_text(encoding="utf-8").partition("\n## ")[0]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("5,280", "5,281", "figures"),
        ("`make bench`", "`make benches`", "code in the text"),
        ("searchkit reindex ~/articles ", "searchkit reindex ~/notes ", "code"),
        ("(docs/figures.md)", "(docs/scale.md)", "links"),
        ("| `searchkit stats` | show what is in the index |\n", "", "rows of tables"),
        ("## In Python", "### In Python", "level of the heading"),
    ],
)
def test_a_difference_is_found_and_named(old: str, new: str, what: str) -> None:
    english = ENGLISH.read_text(encoding="utf-8")
    assert old in english
    found = differences(english, english.replace(old, new, 1))
    assert f": {what}: " in "".join(found)
    assert found[0].startswith("#")


def test_a_translated_comment_is_no_difference() -> None:
    assert differences("# A\n\n```sh\nmake x   # all\n```\n", "# 甲\n\n```sh\nmake x  # 全部\n```\n") == []
