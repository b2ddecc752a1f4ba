"""No text of an article can give orders to a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from searchkit.cli.layout import View, visible, visible_line
from searchkit.cli.render import FORMATS
from searchkit.cli.show import Shown, article_to_text
from searchkit.json_form import dump_json
from searchkit.model import Article, Contribution, Hit, Results, Snippet
from tests.cli.conftest import Call, write_article
from tests.cli.terminal import plain, run_in_terminal

EVIL = "a\x1b]0;owned\x07b\x1b[31mc\x9b2Jd\u202ee\u2066f\x7fg\rh"
HARMFUL = "\x1b\x07\x9b\u202e\u2066\x7f\r"


def evil_results() -> Results:
    hit = Hit(
        Article(id=EVIL, title=EVIL, author=EVIL, tags=(EVIL,), url=EVIL), score=1.0, path="/x/" + EVIL,
        title_highlights=((0, 3),), snippets=(Snippet(EVIL, ((1, 4),)),), explanation=(Contribution(EVIL, 1.0),),
    )  # fmt: skip
    return Results(EVIL, 1, (hit,), facets={"tag": ((EVIL, 1),)}, notes=(EVIL,))


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_no_format_prints_control_characters_on_a_terminal(form: str) -> None:
    printed = FORMATS[form](evil_results(), View(width=60))
    assert not set(printed) & set(HARMFUL)


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_id_that_stands_for_the_title_is_shown_with_visible_signs(form: str) -> None:
    untitled = Results("", 1, (Hit(Article(id=EVIL, title=""), score=1.0),))
    assert not set(FORMATS[form](untitled, View(width=60))) & set(HARMFUL)


def test_in_colour_only_our_own_sequences_are_printed() -> None:
    printed = plain(FORMATS["text"](evil_results(), View(color=True, links=True, width=60)))
    assert not set(printed) & set(HARMFUL)


def test_an_article_is_shown_with_visible_signs() -> None:
    article = Article(id=EVIL, title=EVIL, body=f"{EVIL}\n\t第二行", author=EVIL)
    printed = article_to_text(Shown(article), View())
    assert not set(printed) & set(HARMFUL)
    assert "␛]0;owned␇" in printed
    assert "\n\t第二行" in printed


def test_a_sign_takes_the_place_of_one_character() -> None:
    assert len(visible(EVIL)) == len(visible_line(EVIL)) == len(EVIL)


def test_json_gives_the_text_back_as_it_is() -> None:
    text = dump_json({"text": EVIL + "\u2028\ud800"})
    assert not set(text) & set(HARMFUL + "\u2028\ud800")
    assert json.loads(text)["text"] == EVIL + "\u2028\ud800"


def test_chinese_in_json_is_not_escaped() -> None:
    assert dump_json("月全食") == '"月全食"'


def test_nul_separated_paths_are_exact_in_a_pipe() -> None:
    assert FORMATS["nul"](evil_results(), View()) == f"/x/{EVIL}\0"


def test_error_messages_show_control_characters(call: Call) -> None:
    result = call("show", "no\x1b[31msuch")
    assert "\x1b" not in result.stderr
    assert "no␛[31msuch" in result.stderr


def test_a_hostile_file_cannot_reach_the_terminal(call: Call, tmp_path: Path, corpus: Path) -> None:
    write_article(
        corpus, "evil.md", r"红 \e]0;pwned\a\e[2J 月", "红\x1b]0;owned\x07 月\x1b[31m 亮", author=r'"a\u202eb"'
    )
    index = tmp_path / "index"
    call("reindex", corpus, "--index", index)
    for command in (["search", "红"], ["show", "evil"], ["search", "红", "--json"], ["show", "evil", "--json"]):
        piped = call(*command, "--index", index)
        assert piped.exit_code == 0
        assert not set(piped.stdout) & set(HARMFUL)
    shown = run_in_terminal("search", "红", "--index", index, env={"PAGER": ""})
    assert not set(plain(shown.stdout)) & set(HARMFUL)
