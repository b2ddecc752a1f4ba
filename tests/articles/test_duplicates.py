"""Files with the same text become one article."""

from __future__ import annotations

from searchkit.articles.duplicates import Facts, Group, group_repeats, merge
from searchkit.model import Article


def facts(name: str, body: str = "同", *, clock: int | None = 0, **more: object) -> Facts:
    values: dict[str, object] = {"title": name, "tags": (), "categories": (), **more}
    return Facts(id=name, digest=f"d-{name}", body_digest=body, clock=clock, **values)  # type: ignore[arg-type]


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
