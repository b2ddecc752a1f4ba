"""Files with the same text become one article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import searchkit.articles.duplicates
from searchkit.articles.boilerplate import edges_of
from searchkit.articles.duplicates import LONG, Group, left_out_of, merge
from searchkit.articles.file_facts import Facts
from searchkit.model import Article


def facts(name: str, body: str = "同", *, clock: int | None = 0, **more: object) -> Facts:
    values: dict[str, object] = {"title": name, "tags": (), "categories": (), "length": LONG, **more}
    return Facts(id=name, digest=f"d-{name}", body_digest=body, clock=clock, **values)  # type: ignore[arg-type]


def group_repeats(files: Iterable[Facts], boilerplate: Mapping[str, bytes] | None = None) -> list[Group]:
    return searchkit.articles.duplicates.group_repeats(list(files), boilerplate or {})


def ids(groups: Iterable[Group]) -> list[list[str]]:
    return [[facts.id for facts in group.files] for group in groups]


def test_the_earliest_date_comes_first() -> None:
    (group,) = group_repeats([facts("b", clock=30), facts("a", clock=20), facts("c", clock=10)])
    assert [member.id for member in group.files] == ["c", "a", "b"]
    assert group.id == "c"


def test_a_file_without_a_date_comes_last() -> None:
    (group,) = group_repeats([facts("a", clock=None), facts("b", clock=99)])
    assert group.id == "b"


def test_equal_dates_are_ordered_by_id() -> None:
    (group,) = group_repeats([facts("b"), facts("a")])
    assert group.id == "a"


def test_a_date_before_1970_is_earlier() -> None:
    (group,) = group_repeats([facts("a", clock=0), facts("b", clock=-5)])
    assert group.id == "b"


def test_different_texts_stay_apart() -> None:
    assert [group.id for group in group_repeats([facts("a", "一"), facts("b", "二")])] == ["a", "b"]


def test_files_without_text_repeat_nothing() -> None:
    assert [group.id for group in group_repeats([facts("a", ""), facts("b", "")])] == ["a", "b"]


def test_short_texts_repeat_only_with_the_title() -> None:
    """A link, or a notice of a platform, stands under many titles."""
    titles = {"a": "最后一班渡轮", "b": "海上的灯塔", "c": "最后一班 渡轮"}
    files = [facts(name, title=title, length=LONG - 1) for name, title in titles.items()]
    assert ids(group_repeats(files)) == [["a", "c"], ["b"]]


def test_boilerplate_makes_no_text_long() -> None:
    """Two posts of pictures have the same header and the same footer, and nothing else to tell them apart."""
    edges = edges_of("\n".join(["长按识别下方的二维码关注我们", "图一", "转载请在文章开头注明出处"]))
    files = [facts(name, edges=edges, length=LONG) for name in "ab"]
    assert ids(group_repeats(files)) == [["a", "b"]]
    assert ids(group_repeats(files, {"a": bytes([0, 2]), "b": bytes([0, 2])})) == [["a"], ["b"]]


def test_it_is_said_why_a_file_repeats_another() -> None:
    files = [facts("a", title="渡轮"), facts("b", title="渡轮 "), facts("c", title="灯塔", clock=9)]
    (group,) = group_repeats(files)
    assert [(one.path, one.of, one.same) for one in group.repeats] == [
        ("b", "a", "title and text"),
        ("c", "a", "text"),
    ]


def test_the_boilerplate_of_the_first_is_that_of_the_article() -> None:
    body = "点击上方蓝字关注本号\n渡轮在雾里鸣笛。\n欢迎转发到朋友圈"
    merged = merge(Article("a", "题", body), Group((facts("a"),), left_out=bytes([0, 2])))
    assert [body[start:end] for start, end in merged.boilerplate] == ["点击上方蓝字关注本号", "欢迎转发到朋友圈"]
    assert merged.own_text.strip() == "渡轮在雾里鸣笛。"


def test_a_group_changes_with_its_boilerplate_which_its_digest_tells() -> None:
    groups = [Group((facts("a"),), left_out=bytes(numbers)) for numbers in ([], [0], [0, 29])]
    assert len({group.digest for group in groups}) == 3
    assert [left_out_of(group.digest) for group in groups] == [b"", b"\x00", b"\x00\x1d"]
    assert left_out_of("d~0") == left_out_of("d~zz") == b""


def test_the_first_article_knows_of_the_others() -> None:
    group = Group((facts("a", title="题"), facts("b", title="别题"), facts("c", title="题")))
    merged = merge(Article("a", "题", "正文"), group)
    assert merged.duplicates == ("b", "c")
    assert merged.other_titles == ("别题",)


def test_tags_and_categories_are_united_in_their_order() -> None:
    group = Group(
        (facts("a", tags=("甲",), categories=("子",)), facts("b", tags=("乙", "甲"), categories=("丑",)))
    )
    merged = merge(Article("a", "a", tags=("甲",), categories=("子",)), group)
    assert (merged.tags, merged.categories) == (("甲", "乙"), ("子", "丑"))


def test_an_article_without_repeats_is_as_it_was() -> None:
    article = Article("a", "题", "正文")
    assert merge(article, Group((facts("a"),))) is article


def test_a_group_changes_when_a_repeat_comes_goes_or_changes() -> None:
    alone, both = Group((facts("a"),)), Group((facts("a"), facts("b")))
    other = Group((facts("a"), facts("c")))
    assert len({alone.digest, both.digest, other.digest}) == 3
