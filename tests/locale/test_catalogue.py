"""The Chinese catalogue is whole: no text is without a translation, and none is translated that is not there."""

from __future__ import annotations

import ast
import gettext
import io
import re
from pathlib import Path
from string import Formatter

import pytest

from tests.locale.catalogue import BINARY, TEXT, compiled, read_catalogue, renew, write_catalogue
from tests.locale.messages import (
    PACKAGE,
    Message,
    click_messages,
    literal_errors,
    messages_in,
    our_messages,
    untranslated,
)

CATALOGUE = read_catalogue(TEXT.read_text(encoding="utf-8"))
PLACES = {**our_messages(), **click_messages()}

STAY_ENGLISH = {
    "articles/": "reasons that are stored with the index",
    "ingest/": "the same",
    "assistants/": "what an assistant reads",
    "cli/completion.py": "scripts of shells",
    "engines/whoosh/segment": "what is wrong with bytes of the index, which a check reports",
    "engines/whoosh/whoosh_codec/": "for programs that read the index with Whoosh",
    "engines/whoosh/phrase_matcher.py": "as of a segment",
    "engines/whoosh/term_expansion.py": "as of a segment",
    "engines/whoosh/integrity.py": "as of a segment",
    "engines/whoosh/reader.py": "for the programmer",
    "engines/article_codec.py": "for the programmer",
    "query/asking.py": "a list of words",
    "web/answer_schemas.py": "descriptions for programmers",
    "web/api.py": "answers to programs",
    "web/openapi.py": "descriptions for programmers",
    "web/parameters.py": "answers to programs",
    "model.py": "for the programmer, or reasons that are stored with the index",
    "snippets/readability.py": "a pattern",
    "web/article_": "names of elements, and markup",
    "__init__.py": "for the programmer",
}
"""Files whose texts are not translated, by the beginning of their path, and why."""

SINGLE = frozenset(
    {
        "missing unexpected unreadable differing new changed gone settings",
        "id title score date author tags categories url path duplicates reposts newest without suggested",
        "searchkit: ",  # who says it
        "exact title",  # names of addends, which are translated where they are printed
        "as typed",
        "jieba dictionary",  # names of versions, which are stored
        "opencc table",
        "user_words has an empty word",  # cannot happen: lines without a word are left out
        "no article has this id",  # a reason in a report
        "public, max-age=31536000, immutable",  # headers
        "private, no-cache",
        '<?xml version="1.0" encoding="utf-8"?>\n',
        "searchkit feed ",  # what identifiers are made of
        "searchkit article ",
        "what is published now cannot be opened: %s",  # a log
        "what is published now cannot be looked at",
        "vim nvim gvim mvim vimx",  # editors
        "vi ex nano pico emacs emacsclient micro kak joe ne mg gedit",
        "code code-insiders codium vscodium cursor",
        "subl sublime_text zed hx helix",
        "kate kwrite idea pycharm webstorm",
        "+call cursor({line},{column})",
        "return query.boost * doc.freq;",  # a script
        "the last attempt returns or raises",  # cannot happen
        "what it holds is not recorded",  # what is wrong with records of the index, which a check reports
        "a piece of its manifest is missing",
        "has two articles with the id ",
        "what is stored is no article (",
        "the vector cannot be read (",
        "the stored article is filed under another ",
    }
)
"""Texts of other files that are not translated."""


def texts_in(name: str) -> list[str]:
    return untranslated(ast.parse((PACKAGE / name).read_text(encoding="utf-8")))


FILES = [path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py"))]


def test_every_text_for_people_can_be_translated() -> None:
    names = [name for name in FILES if not name.startswith(tuple(STAY_ENGLISH))]
    found = {name: [text for text in texts_in(name) if text not in SINGLE] for name in names}
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_an_error_that_ends_a_command_can_be_translated() -> None:
    """Also where the reasons of single files stay English."""
    errors = ("CorpusNotFound", "ConfigError", "WorkerDied", "IndexLocked", "IndexNotFound")
    trees = {name: ast.parse((PACKAGE / name).read_text(encoding="utf-8")) for name in FILES}
    assert {name: found for name, tree in trees.items() if (found := literal_errors(tree, errors))} == {}


def test_no_exception_is_out_of_date() -> None:
    assert [start for start in STAY_ENGLISH if not any(texts_in(n) for n in FILES if n.startswith(start))] == []
    found = {text for name in FILES for text in texts_in(name)}
    assert found >= SINGLE


def test_every_text_has_a_translation() -> None:
    assert [message for message in PLACES if not CATALOGUE.get(message)] == []


def test_every_translation_is_of_a_text_in_the_code() -> None:
    assert [message for message in CATALOGUE if message not in PLACES] == []


def test_a_translation_has_the_values_of_its_text() -> None:
    assert [
        message
        for message, text in CATALOGUE.items()
        if values_of(text) not in (values_of(message.text), values_of(message.plural or message.text))
    ] == []


def values_of(text: str) -> list[tuple[str, str, str]]:
    """The names in a text, with how each is shown."""
    named = [
        (name, spec or "", how or "") for _text, name, spec, how in Formatter().parse(text) if name is not None
    ]
    return sorted([*named, *((name, "", "%") for name in re.findall(r"%\((\w+)\)s", text))])


def test_commands_and_options_are_the_same_in_both_languages() -> None:
    assert [message for message, text in CATALOGUE.items() if names_in(text) != names_in(message.text)] == []


def names_in(text: str) -> list[str]:
    """What a reader types or looks up: commands, options, variables, pages."""
    example = r"(?m:^)  searchkit .*?(?=  |$)"  # what follows more spaces is a remark
    return sorted(re.findall(rf"`[^`]+`|(?<![\w-])--[a-z-]+|{example}|docs/[a-z-]+\.md|[A-Z]+_[A-Z_]+", text))


def test_the_binary_form_is_what_the_text_compiles_to() -> None:
    assert BINARY.read_bytes() == compiled(CATALOGUE)


def test_the_text_form_is_what_is_written() -> None:
    in_order = {message: CATALOGUE[message] for message in PLACES if message in CATALOGUE}
    assert TEXT.read_text(encoding="utf-8") == write_catalogue(in_order, PLACES)


def test_python_reads_the_binary_form() -> None:
    catalogue = gettext.GNUTranslations(io.BytesIO(compiled(CATALOGUE)))
    assert catalogue.gettext("fine") == "一切正常"
    for count in (1, 7):
        found = catalogue.ngettext("{count:,} article in the index", "{count:,} articles in the index", count)
        assert found.format(count=count) == f"索引中有 {count} 篇文章"


# the tools


def test_texts_are_found_wherever_they_are() -> None:
    tree = ast.parse('say(_("two words"))\nx = ngettext("{n} hit", "{n} hits", n)\n_(name)\n_("of" " a line")')
    assert list(messages_in(tree)) == [Message("two words"), Message("{n} hit", "{n} hits"), Message("of a line")]


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('raise ConfigError("bad")', ["bad"]),
        ('raise ConfigError(f"{path}: bad")', [": bad"]),
        ('say("done" if x else "failed", quiet=quiet)', ["done", "failed"]),
        ('click.option("-q", help="Quiet.")', ["Quiet."]),
        ('x = "two words"', ["two words"]),
        ('"""A docstring of words."""', []),
        ('say(_("done"))', []),
        ('say(_("{n} done").format(n=n))', []),
        ('x = "word"', []),
        ('say("…")', []),
    ],
)
def test_a_text_that_is_not_given_to_gettext_is_found(code: str, texts: list[str]) -> None:
    assert untranslated(ast.parse(code)) == texts


def test_what_was_written_is_read() -> None:
    catalogue = {
        Message('a "quoted"\ttext\\'): "“引用”的文本",
        Message("\b\nExamples:\n  searchkit\n"): "\b\n示例：\n  searchkit\n",
        Message("{n} hit", "{n} hits"): "{n} 条",
        Message("not translated"): "",
    }
    assert read_catalogue(write_catalogue(catalogue, {})) == catalogue


def test_renewing_keeps_translations_and_names_what_has_none(tmp_path: Path) -> None:
    text, binary = tmp_path / "x.po", tmp_path / "x.mo"
    gone = Message("a text that is gone")
    text.write_text(write_catalogue({Message("fine"): "很好", gone: "没了"}, {}), encoding="utf-8")
    missing = renew(text, binary)
    renewed = read_catalogue(text.read_text(encoding="utf-8"))
    assert renewed[Message("fine")] == "很好"
    assert gone not in renewed
    assert missing == [message.text for message in PLACES if message.text != "fine"]
