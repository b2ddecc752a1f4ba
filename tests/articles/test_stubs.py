"""A file without an article in it is told from a short article."""

from __future__ import annotations

import pytest

from searchkit.articles.stubs import MAX_NOTICE, stub_reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "no text"),
        (" \n\u3000", "no text"),
        ("https://example.com/s/abc_DEF-123?x=1&y=2", "only a link"),
        ("<https://example.com/a>\nhttp://example.com/b\n", "only a link"),
        ("阅读原文", "only a link"),
        ("【点击阅读全文】>>", "only a link"),
        ("查看原文：https://example.com/a", "only a link"),
        ("原文链接\n<https://example.com/a>。", "only a link"),
        ("閱讀更多 →", "only a link"),
        ("该内容已被发布者删除", "removed on WeChat"),
        (
            "轉到首頁\n此内容因违规无法查看\n由用户投诉并经平台审核，涉嫌违反相关法律法规和政策。",
            "removed on WeChat",
        ),
        ("此帐号已被屏蔽, 内容无法查看", "removed on WeChat"),
        ("抱歉，此微博已被作者删除。查看帮助", "removed on Weibo"),
        ("你似乎来到了没有知识存在的荒原", "removed on Zhihu"),
    ],
)
def test_a_stub_says_why_it_is_one(body: str, reason: str) -> None:
    assert stub_reason(body) == reason


@pytest.mark.parametrize(
    "body",
    [
        "下雨了。",
        "今天读到一篇好文章：https://example.com/a",
        "我收藏的那篇文章，打开只剩一句“该内容已被发布者删除”。",
        "该内容已被发布者删除\n" + "这句话我见过很多次，于是开始自己存档。" * (MAX_NOTICE // 10),
        "链接 https://example.com/a",
        "盐田潮汐表，点击查看",
        "查看原文：今天的潮汐",
        "阅读原文的人不多",
        "原文如此",
        "……",
    ],
)
def test_a_short_text_is_an_article(body: str) -> None:
    assert stub_reason(body) == ""


@pytest.mark.timeout(10)
def test_urls_in_urls_are_looked_at_once() -> None:
    assert stub_reason("https://example.com/https://example.com/a\n" * 300 + "一句话") == ""
    assert stub_reason("http://a" * 20 + "中") == ""
    assert stub_reason("阅读原文，" * 3_000 + "中") == ""
    assert stub_reason("https://web.example.com/https://example.com/a\n" * 4) == "only a link"
