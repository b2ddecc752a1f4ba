"""What the path of a file says of its article."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from searchkit.articles.file_name import date_of_path, is_draft_path, title_of_path, with_name


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("如何给自行车补胎.md", "如何给自行车补胎"),
        ("0031.整理旧照片/README.md", "0031.整理旧照片"),
        ("hei-an/index.md", "hei-an"),
        ("section/_index.md", "section"),
        ("a/readme.markdown", "a"),
        ("README.md", "README"),
        ("2023-07-09-旧文.md", "旧文"),
        ("2023-07-09 旧文.md", "旧文"),
        ("20230709_旧文.md", "旧文"),
        ("2023年7月9日 旧文.md", "旧文"),
        ("2023-07-09.md", "2023-07-09"),
        ("2024年1月5日 周五.md", "2024年1月5日 周五"),
        ("2024-01-05 Fri.md", "2024-01-05 Fri"),
        ("2023-07-09/index.md", "2023-07-09"),
        ("400001_老街的面馆.md", "老街的面馆"),
        ("2024年度总结.md", "2024年度总结"),
        ("posts__2024-05__甲_乙__.md", "甲 乙"),
        ("docs__archive_request.md", ""),
    ],
)
def test_the_title_in_a_path(path: str, title: str) -> None:
    assert title_of_path(path) == title


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("_posts/2021-03-04-plum.md", (2021, 3, 4)),
        ("2021.3.4 梅花.md", (2021, 3, 4)),
        ("20210304 梅花.md", (2021, 3, 4)),
        ("2021年3月4日 梅花.md", (2021, 3, 4)),
        ("2021/03/04/plum.md", (2021, 3, 4)),
        ("2021-03-04-plum/index.md", (2021, 3, 4)),
        ("2020-01-01/2021-03-04-plum.md", (2021, 3, 4)),
        ("posts/2021-03/plum.md", None),
        ("2021-02-31-plum.md", None),
        ("202412.md", None),
        ("202411/plum.md", None),
        ("2020/10/30个技巧.md", None),
        ("2023/5/10 tips.md", None),
        ("202103041.md", None),
        ("20211.md", None),
        ("第2021-03-04期.md", None),
    ],
)
def test_the_date_in_a_path(path: str, day: tuple[int, int, int] | None) -> None:
    assert date_of_path(path) == (datetime(*day, tzinfo=UTC) if day else None)


def test_a_folder_of_drafts_has_drafts() -> None:
    assert is_draft_path("_drafts/later.md")
    assert is_draft_path("source/_drafts/a/later.md")
    assert not is_draft_path("_drafts.md")


def test_the_name_of_a_file_is_another_title_unless_it_says_nothing_new() -> None:
    assert with_name("补胎.md", "参考", ()) == ("补胎",)
    assert with_name("给_自行车_补胎_.md", "给「自行车」补胎？", ()) == ()
    assert with_name("co2.md", "二氧化碳", ("CO2",)) == ("CO2",)
