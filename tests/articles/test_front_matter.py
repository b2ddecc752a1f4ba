"""Splitting front matter from the body, and recovering what a parser rejects."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.articles.front_matter import parse_front_matter, recover


def test_yaml_front_matter() -> None:
    matter = parse_front_matter("---\ntitle: 云计算\ntags: [甲, 乙]\n---\n正文\n")
    assert matter.values == {"title": "云计算", "tags": ["甲", "乙"]}
    assert matter.body.strip() == "正文"
    assert matter.reason is None


def test_toml_front_matter() -> None:
    matter = parse_front_matter('+++\ntitle = "云计算"\ntags = ["甲", "乙"]\n+++\n正文\n')
    assert matter.values == {"title": "云计算", "tags": ["甲", "乙"]}
    assert matter.body.strip() == "正文"


def test_json_front_matter() -> None:
    matter = parse_front_matter('{\n"title": "云计算",\n"tags": ["甲"]\n}\n\n正文\n')
    assert matter.values == {"title": "云计算", "tags": ["甲"]}
    assert matter.body.strip() == "正文"


def test_a_text_without_front_matter_is_all_body() -> None:
    matter = parse_front_matter("第一段\n\n第二段")
    assert (matter.values, matter.body, matter.reason) == ({}, "第一段\n\n第二段", None)


def test_empty_front_matter_holds_nothing() -> None:
    matter = parse_front_matter("---\n---\n正文")
    assert (matter.values, matter.body.strip(), matter.reason) == ({}, "正文", None)


def test_line_ends_of_windows_are_line_ends() -> None:
    matter = parse_front_matter("---\r\ntitle: 云\r\n---\r\n一\r\n\r\n二\r\n")
    assert matter.values == {"title": "云"}
    assert matter.body.split() == ["一", "二"]


def test_a_byte_order_mark_and_blank_lines_before_the_mark_do_not_count() -> None:
    assert parse_front_matter("\ufeff\n\n---\ntitle: 云\n---\n正文").values == {"title": "云"}


def test_names_are_in_lower_case() -> None:
    assert parse_front_matter("---\nTitle: 云\nTAGS: [a]\n---\n").values == {"title": "云", "tags": ["a"]}


@pytest.mark.parametrize("title", ["1.10", "No", "yes", "2024-01-01", "007", "1e5", "12:30"])
def test_a_plain_yaml_title_stays_as_it_is_written(title: str) -> None:
    assert parse_front_matter(f"---\ntitle: {title}\n---\n").values["title"] == title


def test_a_rule_inside_the_body_does_not_end_it() -> None:
    matter = parse_front_matter("---\ntitle: 云\n---\n上\n\n---\n\n下")
    assert matter.body.split() == ["上", "---", "下"]


def test_a_text_between_two_rules_is_body() -> None:
    matter = parse_front_matter("---\n\n上文很重要。\n\n---\n\n下文。")
    assert "上文很重要。" in matter.body
    assert "下文。" in matter.body


def test_a_list_between_two_rules_is_body() -> None:
    assert "苹果" in parse_front_matter("---\n- 苹果\n- 香蕉\n---\n正文").body


def test_front_matter_of_yaml_may_end_in_three_dots() -> None:
    matter = parse_front_matter("---\ntitle: 云\n...\n上\n\n---\n\n下")
    assert (matter.values, matter.body.split()) == ({"title": "云"}, ["上", "---", "下"])


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("链接: https://example.com/a\n\n# 我的标题\n\n---\n\n正文", "# 我的标题\n\n---\n\n正文"),
        ("date: 2024-01-05\n\n# 日记\n\n- 跑步\n\n---\n\n- 计划", "# 日记\n\n- 跑步\n\n---\n\n- 计划"),
        ("作者: 张三\n\n    代码\n\n---", "    代码\n\n---"),
        ("title: 云\nslug:\n\n正文", "正文"),
        ("title:: 云\nicon::\n- 正文", "- 正文"),
    ],
)
def test_a_head_without_its_opening_mark_ends_at_the_first_empty_line(text: str, body: str) -> None:
    assert parse_front_matter(text).body.strip("\n") == body


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("title: 云\ndate: 2024-01-05\ntags:\n- 甲\n- 乙\n---\n正文", ["title", "date", "tags"]),
        ("title: 云\ndate: 2024-01-05\n\n---\n正文", ["title", "date"]),
        ("title:: 云\ntags:: [[甲]], 乙\nicon:: x\n\n正文", ["title", "tags", "icon"]),
        ("Title: 云\nDate: 2024-01-05\nSlug: yun\n\n正文", ["title", "date", "slug"]),
        ("author: 甲, 乙\n\n正文", ["author"]),
        ("Title: 云\nAuthors: 甲\n    乙\nDate: 2024-01-05\n\n正文", ["title", "authors", "date"]),
        ("author:甲\n\n正文", ["author"]),
        ("原文链接=https://example.com/a\n作者=甲\n校对=乙\n\n正文", ["原文链接", "作者", "校对"]),
        ('title = "云"\ntags = ["甲"]\n\n正文', ["title", "tags"]),
    ],
)
def test_a_head_without_its_opening_mark_is_read(text: str, values: list[str]) -> None:
    matter = parse_front_matter(text)
    assert ([*matter.values], matter.body.strip(), matter.reason) == (values, "正文", None)


@pytest.mark.parametrize(
    "head",
    [
        "title:云上的城\ndate:2024-01-05\ntags:[甲, 乙]",
        "title: 云上的城\ndate:2024-01-05\ntags: [甲, 乙]",
        "title: 云上的城\nsub_title:一座城\ndate: 2024-01-05\ntags:[甲, 乙]",
        "title: 云上的城\ndate: 2024-01-05\ntags:\n- 甲\n- 乙\nkeywords:丙，丁",
    ],
)
@pytest.mark.parametrize("opening", ["", "---\n"])
def test_no_space_is_needed_after_a_colon(opening: str, head: str) -> None:
    matter = parse_front_matter(f"{opening}{head}\n\n---\n\n正文")
    assert [matter.values[name] for name in ("title", "date", "tags")] == ["云上的城", "2024-01-05", ["甲", "乙"]]
    assert matter.body.strip() == "正文"
    assert matter.reason is not None


@pytest.mark.parametrize(
    "second",
    [
        "---\ntitle: 湖\n作者: 李四\nurl: https://example.com/a\n---",
        "\n\n---\ntitle: 湖\n作者: 李四\nurl: https://example.com/a\nicon: x\n---",
        '+++\n"作者" = "李四"\nurl = "https://example.com/a"\n+++',
        "作者=李四\nurl=https://example.com/a\n校对=赵六\n",
        "\n 作者 = 李四\n url＝https://example.com/a\n 校对=\n <!-- 正文 -->",
        'url = "https://example.com/a"\n作者 = ["李四"]\n---',
    ],
)
def test_a_second_head_says_what_the_first_does_not(second: str) -> None:
    matter = parse_front_matter(f"---\ntitle: 云\nurl:\n---\n{second}\n正文")
    assert matter.values["title"] == "云"
    assert matter.values["作者"] in ("李四", ["李四"])
    assert matter.values["url"] == "https://example.com/a"
    assert matter.body.removeprefix(" <!-- 正文 -->").strip("-\n") == "正文"


@pytest.mark.parametrize(
    "body",
    [
        "---\n\n上文: 很重要\n\n---\n下文",
        "---\n作者说: 明天见\n---\n下文",
        "---\n下文没有再分开",
        "作者=李四\n\n正文",
        "作者=李四\n来源=新华社\n\n正文",
        "作者=李四\nurl=https://example.com/a\n正文接着写",
        "x = 1\ny = 2\n\n正文",
        "author == url\ntitle == name\n\n正文",
    ],
)
def test_what_only_looks_like_a_second_head_stays(body: str) -> None:
    assert parse_front_matter(f"---\ntitle: 云\n---\n{body}").body.strip() == body
    assert parse_front_matter(f"title: 云\n---\n{body}").body.strip() == body


@pytest.mark.parametrize(
    "text",
    [
        "title: 云\nhttps://example.com\n---\n正文",
        "来源: 新华社\n\n正文",
        "备注: 甲\n\n# 标题\n\n---\n\n正文",
        "作者: 张三说\n然后走了",
        "备注: 甲\n\n正文",
        "Date: 昨天\n\n正文",
        "title: 云\n一行文字\n---\n正文",
        "https://example.com\n\n正文",
        "结论：云\n\n正文",
        "...\ntitle: 云\n...\n正文",
    ],
)
def test_a_first_line_of_text_that_has_a_colon_stays(text: str) -> None:
    assert parse_front_matter(text).body == text


def test_front_matter_that_is_not_closed_is_recovered() -> None:
    matter = parse_front_matter("---\ntitle: 云计算\ntags:\n- 甲\n- 乙\n\n正文第一段。\n")
    assert matter.values == {"title": "云计算", "tags": ["甲", "乙"]}
    assert matter.body.strip() == "正文第一段。"
    assert (matter.line, matter.reason) == (1, "front matter is not closed; add a line '---'")


@pytest.mark.parametrize(
    ("text", "mark"), [('+++\ntitle = "云"\n\n正文', "+++"), ('{\n"title": "云",\n\n正文', "}")]
)
def test_the_reason_names_the_line_that_closes_this_kind(text: str, mark: str) -> None:
    matter = parse_front_matter(text)
    assert matter.values == {"title": "云"}
    assert matter.reason == f"front matter is not closed; add a line '{mark}'"


def test_a_rule_before_a_list_is_no_front_matter() -> None:
    assert "苹果" in parse_front_matter("---\n- 苹果\n- 香蕉\n\n正文").body


REJECTED = """---
title: "在"开放"的平台上写作"
date: 2024-01-02T10:00:00+08:00
tags: ["写作","平台"]
categories: ["随笔"]
draft: ["false"]
author: 李四
---
正文
"""


def test_a_title_with_inner_quotes_is_recovered_as_a_reader_would_read_it() -> None:
    assert parse_front_matter(REJECTED).values["title"] == '在"开放"的平台上写作'


def test_all_values_of_rejected_front_matter_are_recovered() -> None:
    matter = parse_front_matter(REJECTED)
    assert matter.values == {
        "title": '在"开放"的平台上写作',
        "date": "2024-01-02T10:00:00+08:00",
        "tags": ["写作", "平台"],
        "categories": ["随笔"],
        "draft": ["false"],
        "author": "李四",
    }
    assert matter.body.strip() == "正文"


def test_what_was_recovered_comes_with_line_and_reason() -> None:
    matter = parse_front_matter('---\ndate: 2024-01-02\ntitle: "在"开放"上"\n---\n正文')
    assert (matter.line, matter.reason) == (3, "did not find expected key")


def test_a_stray_backslash_is_recovered() -> None:
    matter = parse_front_matter('---\ntitle: "路径 C:\\data 的写法"\ntags: [x]\n---\n正文')
    assert matter.values == {"title": "路径 C:\\data 的写法", "tags": ["x"]}
    assert (matter.line, matter.reason) == (2, "found unknown escape character")


def test_a_colon_in_a_plain_title_is_recovered() -> None:
    assert parse_front_matter("---\ntitle: 第一章: 开始: 起点\n---\n").values["title"] == "第一章: 开始: 起点"


def test_rejected_toml_is_recovered_with_its_line() -> None:
    matter = parse_front_matter('+++\ndate = 2024-01-01\ntitle = "在"开放"上"\ntags = ["a"]\n+++\n正文')
    assert matter.values == {"title": '在"开放"上', "date": "2024-01-01", "tags": ["a"]}
    assert matter.line == 3


def test_rejected_json_is_recovered_with_its_line() -> None:
    matter = parse_front_matter('{\n"title": "在"开放"上",\n"tags": ["a"]\n}\n正文')
    assert matter.values == {"title": '在"开放"上', "tags": ["a"]}
    assert matter.line == 2


def test_a_list_over_several_lines_is_recovered() -> None:
    assert recover('title: "坏"了"\ntags: [\n  "甲",\n  "乙"\n]')["tags"] == ["甲", "乙"]


def test_a_dashed_list_ends_where_the_next_name_begins() -> None:
    assert recover("tags:\n- 甲\n- 乙\ncategories:\n- 丙")["tags"] == ["甲", "乙"]


def test_front_matter_never_makes_an_object() -> None:
    matter = parse_front_matter('---\ntitle: !!python/object/apply:os.system ["true"]\n---\n正文')
    assert isinstance(matter.values["title"], str)
    assert matter.reason


@pytest.mark.parametrize("head", ["title: " + "[" * 5_000, "a: " * 3_000, "- " * 5_000, "title: &a [*a]"])
def test_hostile_front_matter_is_no_error(head: str) -> None:
    assert "正文" in parse_front_matter(f"---\n{head}\n---\n正文").body


@given(st.sampled_from(["---", "+++", "{"]), st.text(alphabet="ab:=[]{}\",'-\\#&*!|>% \n\t甲：", max_size=60))
def test_any_front_matter_is_read_without_an_error(mark: str, head: str) -> None:
    parse_front_matter(f"{mark}\n{head}\n{'}' if mark == '{' else mark}\n正文")
    parse_front_matter(f"{mark}\n{head}")


@pytest.mark.parametrize("value", ["draft: !!bool maybe", "date: !!timestamp foo", "draft: !!int ''"])
def test_a_value_that_is_not_of_the_type_its_tag_names_is_recovered(value: str) -> None:
    matter = parse_front_matter(f"---\ntitle: 云\n{value}\n---\n正文")
    assert (matter.values["title"], matter.body.strip()) == ("云", "正文")
    assert matter.reason


@pytest.mark.parametrize(("before", "line"), [("", 3), ("\ufeff", 3), ("\n \n", 5), ("\ufeff\r\n", 4)])
def test_the_line_of_a_recovered_value_is_counted_from_the_top_of_the_file(before: str, line: int) -> None:
    matter = parse_front_matter(before + '---\ndate: 2024-01-02\ntitle: "在"开放"上"\n---\n正文')
    assert matter.line == line


def test_the_line_of_an_unclosed_mark_is_counted_from_the_top_of_the_file() -> None:
    assert parse_front_matter("\n\n---\ntitle: 云\n\n正文").line == 3


def test_mappings_are_not_merged() -> None:
    matter = parse_front_matter("---\na: &a {x: y}\ntitle: 题\n<<: [*a, *a]\n---\n正文")
    assert matter.values["title"] == "题"
    assert "x" not in matter.values


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: 题\ntags: " + "[" * 70_000 + "\n---\n",
        "+++\ntitle = '题'\n" + "a." * 20_000 + "a = 1\n+++\n",
        "+++\ntitle = '题'\n['a'." + "a . " * 10_000 + "a]\n+++\n",
    ],
)
def test_front_matter_that_would_take_the_square_of_its_size_is_recovered(head: str) -> None:
    matter = parse_front_matter(f"{head}正文")
    assert (matter.values["title"], matter.body.strip()) == ("题", "正文")
    assert matter.reason


def test_a_value_of_several_lines_goes_on_or_is_a_list() -> None:
    matter = parse_front_matter("Summary: 第一行\n    第二行\nAuthors: 甲\n    乙\n\n正文")
    assert matter.values == {"summary": "第一行 第二行", "authors": ["甲", "乙"]}
