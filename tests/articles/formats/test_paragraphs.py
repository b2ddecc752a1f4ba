"""Lines that were broken to fit a column are paragraphs again; other lines stay."""

from __future__ import annotations

import textwrap
import time

import pytest

from searchkit.articles.formats.paragraphs import join_wrapped

SENTENCE = (
    "院子里的番茄红了的时候，我和爷爷每天傍晚都去浇水，顺便把长得太密的枝条剪掉一些，好让底下的果子也晒到太阳"
)


def wrapped(text: str, column: int) -> str:
    return "\n".join(text[start : start + column] for start in range(0, len(text), column))


@pytest.mark.parametrize("column", [16, 20, 30, 38])
def test_a_paragraph_of_han_is_one_line_again(column: int) -> None:
    text = f"{SENTENCE}。{SENTENCE}，然后回家。{SENTENCE}。"
    assert join_wrapped(wrapped(text, column)).replace("\n", "") == text
    assert SENTENCE in join_wrapped(wrapped(text, column))


def test_paragraphs_stay_apart_whether_an_empty_line_or_an_indent_says_so() -> None:
    paragraph = wrapped(SENTENCE * 2, 20)
    assert join_wrapped(f"{paragraph}\n\n{paragraph}") == f"{SENTENCE * 2}\n\n{SENTENCE * 2}"
    indented = wrapped(f"\u3000\u3000{SENTENCE * 2}", 20)
    assert join_wrapped(f"{indented}\n{indented}").count("\n") == 1


def test_words_of_english_keep_a_space_and_lose_the_hyphen_of_a_break() -> None:
    text = (
        "A garden needs water every evening, and the tomatoes ripen in their own time when the in-\n"
        "formation on the packet says nothing about it, so that all of us have to wait for the sun\n"
        "and for the rain that the radio has promised since the end of the last week of this month\n"
        "without a word of doubt"
    )
    assert "the information on the packet" in join_wrapped(text)
    assert "for the sun and for the rain" in join_wrapped(text)


@pytest.mark.parametrize(
    "text",
    [
        "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。",
        "苹果\n香蕉\n一袋十公斤的面粉\n牛奶\n面包和黄油\n茶叶",
        "\n".join(f"- 把院子里的{what}扫干净然后装进袋子" for what in ("枯叶", "枯枝", "杂草", "石子")),
        f"{SENTENCE}。\n天黑了。\n{SENTENCE}。{SENTENCE}。\n我们说了很久的话，谁也没有睡意。\n{SENTENCE * 3}。",
        "\n".join(f"{n}. 先把种子泡在温水里一个晚上再拿出来" for n in range(1, 5)),
        "",
        "\n\n",
        "一行",
    ],
)
def test_what_was_not_broken_stays(text: str) -> None:
    assert join_wrapped(text) == text


def test_a_heading_within_a_wrapped_text_stays_alone() -> None:
    paragraph = wrapped(SENTENCE * 2, 20)
    assert "\n第二章 秋天\n" in join_wrapped(f"{paragraph}\n第二章 秋天\n{paragraph}")


def test_nothing_but_line_ends_and_hyphens_changes() -> None:
    text = "\n\n".join(textwrap.fill(f"{SENTENCE} tomato {SENTENCE}", 24) for _ in range(5))
    assert "".join(join_wrapped(text).split()) == "".join(text.split())


@pytest.mark.timeout(20)
def test_a_long_paragraph_takes_linear_time() -> None:
    began = time.process_time()
    join_wrapped(wrapped(SENTENCE * 20_000, 30))
    assert time.process_time() - began < 10
