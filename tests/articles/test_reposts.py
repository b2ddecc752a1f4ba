"""Nearly the same texts are one cluster; what shares a part is not; the order of files does not count."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.articles.boilerplate import edges_of, length_of
from searchkit.articles.duplicates import Group
from searchkit.articles.file_facts import Facts
from searchkit.articles.reposts import LEAST, clusters_of, with_clusters
from tests.articles.copies import edited, prose, shingles_of

TEXT = prose("text")


def group(article_id: str, text: str, *, clock: int | None = 0, left_out: bytes = b"") -> Group:
    facts = Facts(
        article_id,
        "",
        article_id,
        "题",
        (),
        (),
        clock,
        "",
        length_of(text),
        edges_of(text),
        shingles=shingles_of(text),
    )
    return Group((facts,), left_out)


def clusters(*groups: Group) -> dict[str, str]:
    """The cluster of each article that is in one, by id."""
    return {found.id: found.cluster for found in with_clusters(groups) if found.cluster}


def are_reposts(one: str, other: str) -> bool:
    return bool(clusters(group("a", one), group("b", other)))


@pytest.mark.parametrize(
    "copy",
    [
        TEXT,
        f"点击上方蓝字关注我们\n{TEXT}",
        f"{TEXT}\n本文转载自渡口笔记，略有删节。\n欢迎留言",
        TEXT.replace("\n", "\n\n"),
        TEXT.replace("灯塔", "燈塔"),
        "\n".join(TEXT.split("\n")[:-2]),
        edited(TEXT, 0.05),
        edited(TEXT, 0.15),
        edited(TEXT, 0.3),
    ],
)
def test_a_changed_copy_is_a_repost(copy: str) -> None:
    assert are_reposts(TEXT, copy)


@pytest.mark.parametrize("shared", [12, 24, 36])
def test_what_shares_a_part_is_no_repost(shared: int) -> None:
    """A tutorial with the code of another, a text in a text of twice its length, an edited quotation."""
    part, one, other = prose("part", shared), prose("one", 60 - shared), prose("other", 60 - shared)
    assert not are_reposts(f"{one}\n{part}", f"{other}\n{part}")
    assert not are_reposts(f"{one}\n{part}", f"{part}\n{other}")
    assert not are_reposts(part, f"{part}\n{one}\n{other}")
    assert not are_reposts(f"{one}\n{edited(part, 0.2)}", f"{other}\n{part}")


def test_the_same_sentences_in_another_order_are_no_repost() -> None:
    lines = TEXT.split("\n")
    random.Random(1).shuffle(lines)
    assert not are_reposts(TEXT, "\n".join(lines))


def test_boilerplate_does_not_count() -> None:
    """Short posts of an account below the same lines."""
    lines = prose("footer", 45)
    count = len(lines.split("\n"))
    one, other = (group(seed, f"{lines}\n{prose(seed, 12)}", left_out=bytes(range(count))) for seed in "ab")
    assert not clusters(one, other)
    assert clusters(*(group(seed, f"{lines}\n{prose(seed, 12)}") for seed in "ab"))


LINES = TEXT.split("\n")
MORE = prose("more", 30)


@pytest.mark.parametrize(
    "version",
    [
        f"{TEXT}\n{MORE}",
        f"{MORE}\n{TEXT}",
        "\n".join((*LINES[:7], MORE, *LINES[7:])),
        "\n".join((prose("head", 9), *LINES[:12], prose("note", 12), *LINES[12:], prose("end", 9))),
        f"{edited(TEXT, 0.02)}\n{MORE}",
    ],
)
def test_a_version_with_half_as_much_added_is_a_repost(version: str) -> None:
    assert are_reposts(TEXT, version)
    assert are_reposts(version, TEXT)


def test_a_text_that_another_has_nearly_nothing_beside_is_not_its_repost() -> None:
    """Twice as much; another text below the same footer; a short text that is a footer and a line."""
    assert not are_reposts(TEXT, f"{TEXT}\n{prose('more', 60)}")
    assert not are_reposts(TEXT, f"{prose('other', 30)}\n{edited(TEXT, 0.15)}")
    footer = next(TEXT[:length] for length in range(len(TEXT)) if len(shingles_of(TEXT[:length])) == 30 + 4 * 105)
    assert not are_reposts(f"一行\n{footer}", f"{prose('other', 3)}\n{footer}")


def test_a_short_text_has_no_reposts() -> None:
    short = next(TEXT[:length] for length in range(len(TEXT)) if len(shingles_of(TEXT[:length])) == 30 + 4 * LEAST)
    assert are_reposts(short, f"{short}！")
    assert not are_reposts(short[: LEAST - 10], f"{short[: LEAST - 10]}！")


def test_a_cluster_has_the_name_of_its_earliest_article() -> None:
    versions = [
        group(name, edited(TEXT, 0.05, name), clock=clock) for name, clock in (("a", 9), ("b", 3), ("c", 5))
    ]
    undated = group("0", edited(TEXT, 0.05), clock=None)
    assert clusters(*versions, undated, group("d", prose("d"), clock=1)) == dict.fromkeys("abc0", "b")


def test_any_number_of_copies_are_one_cluster() -> None:
    copies = [group(f"{number:03}", edited(TEXT, 0.05, number), clock=number) for number in range(60)]
    assert clusters(*copies) == {copy.id: "000" for copy in copies}


@given(st.permutations(range(12)))
@settings(max_examples=20)
def test_the_order_of_files_does_not_count(order: list[int]) -> None:
    assert clusters(*(GROUPS[number] for number in order)) == clusters(*GROUPS)


GROUPS = [
    group(f"{number:02}", edited(prose(number % 5), 0.02 * number, number), clock=7 * number % 12)
    for number in range(12)
]


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh"))))
def test_what_pairs_connect_is_one_cluster(pairs: list[tuple[str, str]]) -> None:
    found = clusters_of(pairs)
    assert sorted(one for cluster in found for one in cluster) == sorted({one for pair in pairs for one in pair})
    assert found == clusters_of(reversed(pairs))
    assert all(any(set(pair) <= set(cluster) for cluster in found) for pair in pairs)
    assert all(cluster == _reached(cluster[0], pairs) for cluster in found)


def _reached(start: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    found = {start}
    while more := {one for pair in pairs if found & set(pair) for one in pair} - found:
        found |= more
    return sorted(found)
