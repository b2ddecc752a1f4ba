"""What stands around many texts of an account is left out; what the texts say is not, whoever says it again."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.articles import boilerplate, shared_lines
from searchkit.articles.boilerplate import HEAD, TAIL, edges_of, length_of, ranges_of
from searchkit.articles.file_facts import Facts
from searchkit.articles.shared_lines import SCOPES, find_boilerplate

HEADER = "点击上方蓝字关注我们"
FOOTER = "长按识别二维码，加入读者群\n转载请注明出处并保留本段文字"
SAYS = "渡轮每天早上六点离开码头，船上的人大多认识。那年的冬天雾特别大，汽笛响了整整一个上午。" * 3


def facts(article_id: str, text: str, author: str = "海边的人", *, digest: str = "") -> Facts:
    return Facts(
        article_id, "", digest or f"digest of {text}", "题", (), (), None, author, length_of(text), edges_of(text)
    )


def prose(number: int) -> str:
    """Two paragraphs that no other article has."""
    return f"这是第{number}篇文章的开头。{SAYS}\n然后是第{number}篇文章的结尾。{SAYS}"


def left_out(texts: Sequence[str], author: str = "海边的人", folder: str = "信") -> list[list[str]]:
    """The lines of each text that are left out."""
    files = [facts(f"{folder}/{number:04}.md", text, author) for number, text in enumerate(texts)]
    found = find_boilerplate(files)
    return [lines_of(text, found.get(file.id, b"")) for text, file in zip(texts, files, strict=True)]


def lines_of(text: str, numbers: bytes) -> list[str]:
    return [line for start, end in ranges_of(text, numbers) for line in text[start:end].split("\n")]


def posts(count: int, *, header: str = HEADER, footer: str = FOOTER, start: int = 0) -> list[str]:
    return [f"{header}\n\n{prose(start + number)}\n{footer}" for number in range(count)]


def test_headers_and_footers_of_an_account_are_left_out() -> None:
    for lines in left_out(posts(8)):
        assert lines == [HEADER, *FOOTER.split("\n")]


def test_nothing_is_learned_of_few_texts() -> None:
    assert left_out(posts(4)) == [[]] * 4


def test_what_few_of_many_texts_share_is_a_quotation() -> None:
    quotation = "海内存知己，天涯若比邻。"
    texts = [f"{quotation}\n{prose(n)}" if n < 3 else prose(n) for n in range(40)]
    assert left_out(texts) == [[]] * 40


def test_a_campaign_is_left_out_where_it_ran() -> None:
    texts = [*posts(6, footer="今年的征文比赛开始报名了，欢迎投稿"), *posts(60, footer="欢迎留言", start=6)]
    lines = left_out(texts)
    assert "今年的征文比赛开始报名了，欢迎投稿" in lines[0]
    assert lines[10] == [HEADER, "欢迎留言"]


def test_texts_of_other_accounts_do_not_count() -> None:
    files = [facts(f"信/{n}.md", text, author=f"作者{n}") for n, text in enumerate(posts(9))]
    assert find_boilerplate(files) == {}


def test_a_folder_is_an_account_where_no_author_is_named() -> None:
    assert left_out(posts(10), author="")[0] == [HEADER, *FOOTER.split("\n")]
    assert left_out(posts(9), author="")[0] == []


def test_a_folder_of_many_accounts_must_say_it_louder() -> None:
    """One in ten texts of the folder: a mixed folder has what one of its accounts writes in fewer."""
    mixed = [prose(200 + n) for n in range(100)]
    assert left_out([*mixed, *posts(10)], author="")[-1] == []
    assert left_out([*mixed, *posts(12)], author="")[-1] == [HEADER, *FOOTER.split("\n")]


def test_a_file_that_repeats_another_says_nothing_new() -> None:
    files = [facts(f"信/{n}.md", posts(1)[0], digest="同") for n in range(20)]
    assert find_boilerplate(files) == {}


@pytest.mark.parametrize(("count", "author"), [(6, "海边的人"), (12, "海边的人"), (12, ""), (40, "海边的人")])
def test_what_copies_of_one_text_share_is_what_they_say(count: int, author: str) -> None:
    copies = [f"第{number}个账号转载\n{prose(0)}\n{FOOTER}" for number in range(count)]
    assert left_out(copies, author) == [[]] * count
    found = left_out([*copies, *posts(2 * count, start=1)], author)
    assert found[count:] == [[HEADER, *FOOTER.split("\n")]] * (2 * count)
    assert not any("第0篇" in line for lines in found for line in lines)


def test_short_posts_below_a_long_footer_do_not_hide_that_of_others() -> None:
    footer = f"{FOOTER}\n" + "\n".join(f"往期回顾第{n}条，点击标题即可阅读全文，欢迎转发给朋友" for n in range(6))
    short = [f"今天第{number}张照片，雾。\n{footer}" for number in range(6)]
    found = left_out([*posts(9, footer=footer), *short])
    assert all(lines[-8:] == footer.split("\n") for lines in found)


def test_refrains_of_poems_are_their_own() -> None:
    refrain = "归去来兮，田园将芜胡不归"
    poems = [f"山高水长路迢迢{n}\n{refrain}\n云淡风轻夜寂寥{n}\n{refrain}" for n in range(30)]
    assert left_out(poems) == [[]] * 30
    once = [f"山高水长路迢迢{n}\n云淡风轻夜寂寥{n}\n{refrain}" for n in range(30)]
    assert left_out(once) == [[]] * 30  # so short a text says nothing of what is usual


def test_a_refrain_of_long_ballads_stands_twice_in_each() -> None:
    refrain = "大江东去浪淘尽千古风流人物"
    ballads = [f"{refrain}\n{prose(n)}\n{refrain}" for n in range(30)]
    assert left_out(ballads) == [[]] * 30


@pytest.mark.parametrize(
    "line",
    [
        "import numpy as np",
        "}",
        "library(Seurat)",
        "| 12 | 0.05 | 3.1 |",
        "rm(list = ls())  # 清",
        'print("读取完成", file=log)',
        "# 读取数据并检查每一列",
        "// 下面是主函数的定义",
        "https://example.com/about",
    ],
)
def test_code_numbers_and_links_are_no_boilerplate(line: str) -> None:
    assert left_out([f"{line}\n{prose(n)}" for n in range(20)]) == [[]] * 20


def test_a_sentence_among_code_is_not_near_an_edge() -> None:
    code = "import os\nimport re\nimport sys\n然后读取数据并检查每一列\ndf = read(path)\nshow(df)"
    texts = [f"{prose(n)}\n{code}\nprint({n})" if n % 4 == 0 else prose(n) for n in range(40)]
    assert left_out(texts) == [[]] * 40


def test_a_short_heading_is_left_out_only_if_half_of_all_texts_have_it() -> None:
    some = [f"引言\n{prose(n)}" if n % 3 == 0 else prose(n) for n in range(30)]
    assert left_out(some) == [[]] * 30
    most = [f"引言\n{prose(n)}" if n % 3 else prose(n) for n in range(30)]
    assert left_out(most)[1] == ["引言"]


def test_values_of_a_template_differ_and_stay() -> None:
    diaries = [
        f"日期：2024年3月{n + 1}日\n天气：{'晴雨阴雪'[n % 4]}\n心情：平静{n}\n{prose(n)}" for n in range(28)
    ]
    assert left_out(diaries) == [[]] * 28


def test_what_stands_in_the_middle_is_what_the_text_says() -> None:
    line = "本文第一次发表在当地的报纸上"
    half = ["\n".join(f"第{n}篇的第{at}句话在这里。" for at in range(30)) for n in range(40)]
    assert left_out([f"{half[n]}\n{line}\n{half[n + 20]}" for n in range(20)]) == [[]] * 20


def test_a_line_is_known_whatever_space_is_in_it() -> None:
    texts = posts(8)
    texts[3] = texts[3].replace("点击上方蓝字关注我们", "  点击上方蓝字关注我们\u3000")
    assert left_out(texts)[3] == [HEADER, *FOOTER.split("\n")]


def test_the_edges_are_bounded() -> None:
    assert len(edges_of("\n".join(f"第{n}行文字" for n in range(5_000)))) == len(edges_of("一行\n" * 30)) == 180


def test_what_is_damaged_is_passed_over() -> None:
    file = facts("信/a.md", posts(1)[0])
    broken = [
        Facts(f"信/{n}.md", "", str(n), "题", (), (), None, "海边的人", 999, file.edges[:-1]) for n in range(9)
    ]
    assert ranges_of("只有一行", find_boilerplate(broken)["信/0.md"]) == ((0, 4),)


def test_lines_of_many_texts_that_share_nothing_are_passed_over() -> None:
    chance = random.Random(1)
    edges = [chance.randbytes(180) for _ in range(20_000)]
    found = shared_lines._often(np.frombuffer(b"".join(edges), shared_lines._EDGE), np.full(len(edges), 30))
    assert found.hashes.size < 30 * len(edges) / 100


AUTHORS = st.sampled_from(["", "海边的人", "山里的人"])
SHARED = st.sampled_from(
    ["关注我们的频道吧", "转载请注明出处", "引言", "a = 1", "长按识别二维码", "征文比赛开始了"]
)


@given(st.lists(st.tuples(AUTHORS, st.lists(SHARED, max_size=16), st.booleans()), max_size=40))
def test_what_many_texts_share_is_found_one_text_at_a_time_as_well(
    texts: list[tuple[str, list[str], bool]],
) -> None:
    files = []
    for number, (author, lines, is_long) in enumerate(texts):
        middle = [prose(number)] if is_long else []
        text = "\n".join([*lines[::2], *middle, *lines[1::2]])
        files.append(facts(f"信/{number % 2}/{number}.md", text, author))
    assert find_boilerplate(files) == dict(found_one_by_one(files))


def found_one_by_one(files: Sequence[Facts]) -> Iterator[tuple[str, bytes]]:
    """What `find_boilerplate` finds, said plainly."""
    for file in files:
        usual, by_half = usual_lines(file, files)
        lines = list(boilerplate.unpacked(file.edges))
        numbers = range(len(lines))
        found = {
            *near_edge(lines, usual, by_half, numbers[:HEAD]),
            *near_edge(lines, usual, by_half, numbers[::-1][:TAIL]),
        }
        if found:
            yield file.id, bytes(sorted(found))


def usual_lines(file: Facts, files: Sequence[Facts]) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """The lines that many texts have of the account, or of the folder, of a *file*, and those that half have."""
    usual, by_half = set(), set()
    for scope in SCOPES:
        of_scope = [other for other in files if scope.key(other) == scope.key(file) != "" and other.length >= 200]
        texts = {other.body_digest: set(boilerplate.unpacked(other.edges)) for other in of_scope}
        if len(texts) < scope.texts:
            continue
        counts = Counter(line for lines in texts.values() for line in lines)
        often = {
            (line, length): count
            for (line, length), count in counts.items()
            if line and count >= max(scope.texts, scope.share * len(texts))
        }
        shared = {line for line, count in often.items() if count >= len(texts) / 2 or line[1] >= 6}
        lengths = {other.body_digest: other.length for other in of_scope}
        copies = [
            lines
            for digest, lines in texts.items()
            if sum(length for _, length in lines & shared) > 0.5 * lengths[digest]
        ]
        around = {line for line in shared if 2 * sum(line in lines for lines in copies) <= often[line]}
        usual |= around
        by_half |= {line for line in around if often[line] >= len(texts) / 2}
    return usual, by_half


def near_edge(
    lines: list[tuple[int, int]],
    usual: set[tuple[int, int]],
    by_half: set[tuple[int, int]],
    numbers: Iterable[int],
) -> Iterator[int]:
    gap = 0
    for number in numbers:
        if lines[number] in usual and (gap <= 2 or lines[number] in by_half):
            gap = 0
            yield number
        else:
            gap += 1


LINES = st.sampled_from(
    ["", "  ", "关注我们的频道吧", "\u3000正文第一段", "a = 1", "\udcff半个", "参考", "𠀀𠀁字"]
)


@given(st.lists(LINES, max_size=60), st.sets(st.integers(0, 255)))
def test_ranges_are_whole_lines_in_their_order(lines: Iterable[str], numbers: set[int]) -> None:
    text = "\n".join(lines)
    ranges = ranges_of(text, bytes(sorted(numbers)))
    flat = [at for pair in ranges for at in pair]
    assert flat == sorted(flat)
    for start, end in ranges:
        assert text[start:end] == text[start:end].strip() != ""
        assert not text[:start].rpartition("\n")[2].strip()
        assert not text[end:].partition("\n")[0].strip()
