"""What a saved page says about itself, and titles without the names of sites."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.articles.dates import as_datetime
from searchkit.articles.page import facts_of_page, is_page
from searchkit.articles.read import read_article


def page(head: str, body: str = "<p>正文</p>") -> str:
    return f"<!DOCTYPE html><html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def title(head: str, body: str = "<p>正文</p>") -> Any:
    return facts_of_page(page(head, body)).get("title")


def linked(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value, ensure_ascii=False)}</script>'


@pytest.mark.parametrize("url", ["http://[abc/x", "http://[::1/x", "http://a]b/", "http://[月]/", "http://℀.cn/"])
def test_a_canonical_url_that_is_none_does_not_cost_the_page(url: str) -> None:
    written = page(f'<title>春天来了</title><link rel="canonical" href="{url}">')
    assert read_article(written.encode(), "春.html").article.title == "春天来了"


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ('<title>春天 - 小站</title><meta property="og:title" content="春天来了">', "", "春天来了"),
        ('<title>春天</title><meta name="twitter:title" content="春天来了">', "", "春天来了"),
        (
            "<title>春天</title><meta property=og:title content=小站><meta property=og:site_name content=小站>",
            "",
            "春天",
        ),
        ('<title>春天 - 小站</title><meta property="og:site_name" content="小站">', "", "春天"),
        ('<title>小站 | 春天</title><meta name="application-name" content="小站">', "", "春天"),
        (
            '<meta property="og:title" content="春天_小站"><meta property="og:site_name" content="小站">',
            "",
            "春天",
        ),
        ("<title>春天的菜园_生活_小站</title>", "<h1>春天的菜园</h1>", "春天的菜园"),
        ("<title>春天的菜园 - 张三 - 博客</title>", "<h1>张三</h1><h2>春天的菜园</h2>", "春天的菜园"),
        ("<title>小站 - 春天的菜园</title>", "<div id=logo><h1>小站</h1></div><h2>春天的菜园</h2>", "春天的菜园"),
        ("<title>春天来了</title>", "<h1>春天</h1>", "春天来了"),
        ("<title>菜园 – 种萝卜 | 小站</title>", "<h1>菜园</h1><h2>菜园 - 种萝卜</h2>", "菜园 – 种萝卜"),
        ("<title>他说“走吧” - 小站</title>", '<h1>他说"走吧"</h1>', "他说“走吧”"),
        ("<title>学 Vim | 小站</title>", "<h1>学Vim</h1><h2>小站</h2>", "学 Vim"),
        ("<title>(2 封私信 / 80 条消息) 为什么下雨？ - 问答</title>", "<h1>为什么下雨？</h1>", "为什么下雨？"),
        ("<title>(9 条消息) 为什么下雨？</title>", "", "为什么下雨？"),
        ("<title>(1) 第一课</title>", "", "(1) 第一课"),
        ("<title></title>", "<nav><h1>栏目</h1></nav><h2>春天</h2>", "春天"),
        ("<title>无标题文档</title>", "<h3>春天</h3>", "春天"),
        ("<title>Untitled Document</title>", "<center><b>春天</b></center><p>来了</p>", "春天"),
        ("<title>C++ - 类 - 继承</title>", "", "C++ - 类 - 继承"),
        ("<title>Q&amp;A：\n  问与答</title>", "", "Q&A： 问与答"),
        ("", "<svg><title>图标</title></svg><p>正文</p>", None),
        ("<title>页题</title>", "<svg><title>图标</title></svg>", "页题"),
    ],
)
def test_the_title_is_that_of_the_article(head: str, body: str, expected: str | None) -> None:
    assert title(head, body) == expected


@pytest.mark.parametrize(
    ("name", "markup", "expected"),
    [
        ("author", '<meta name="author" content="钱七">', "钱七"),
        ("author", '<meta property="article:author" content="https://example.com/qian">', None),
        ("author", '<meta name=author content=admin><meta name="dc.creator" content="赵六">', "赵六"),
        ("author", "<meta name=citation_author content=钱><meta name=citation_author content=赵>", ["钱", "赵"]),
        ("date", '<meta property="article:published_time" content="2022-08-09T10:11">', "2022-08-09T10:11"),
        ("date", '<META NAME="PubDate" CONTENT="2009-3-4 05:06">', "2009-3-4 05:06"),
        ("date", '<meta itemprop="datePublished" content="2019-05-06">', "2019-05-06"),
        ("date", '<meta name="weibo:article:create_at" content="2018-1-2">', "2018-1-2"),
        ("lastmod", '<meta property="article:modified_time" content="2022-09-01">', "2022-09-01"),
        (
            "url",
            "<meta property=og:url content=http://b.cn/><link rel=canonical href=http://a.cn/>",
            "http://a.cn/",
        ),
        ("url", '<link rel="canonical" href="/">', None),
        ("url", '<link rel="canonical" href="//example.com/a">', "https://example.com/a"),
        ("url", "<!-- saved from url=(0023)https://example.com/a -->", "https://example.com/a"),
        ("description", '<meta name="description" content="讲春天">', "讲春天"),
        ("tags", '<meta name="keywords" content="春天,菜园">', "春天,菜园"),
        ("tags", f'<meta name="keywords" content="{"新闻, 评论, " * 20}">', None),
        (
            "date",
            '<div itemscope><meta itemprop="dateCreated" content="2020-01-02T03:04:05Z">',
            "2020-01-02T03:04:05Z",
        ),
        ("tags", "<meta property=article:tag content=春><meta property=article:tag content=菜>", ["春", "菜"]),
    ],
)
def test_a_page_names_its_facts(name: str, markup: str, expected: object) -> None:
    assert facts_of_page(page(markup)).get(name) == expected


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("author", '<span itemprop="author" itemscope><b itemprop="name">钱七</b></span>', "钱七"),
        ("date", '<p><time datetime="2020-02-03">二月三日</time>', "2020-02-03"),
        ("date", '<time class="updated" datetime="2021-01-01"></time><time>2020-02-03</time>', "2020-02-03"),
        ("lastmod", '<time class="entry-date updated" datetime="2021-01-01"></time>', "2021-01-01"),
        ("date", '<div itemscope><meta itemprop="datePublished" content="2019-05-06"></div>', "2019-05-06"),
        ("date", linked({"@type": "Article", "datePublished": "2022-08-09"}), "2022-08-09"),
        ("url", '<link rel="canonical" href="https://example.com/a">', "https://example.com/a"),
    ],
)
def test_the_body_of_a_page_names_facts_too(name: str, body: str, expected: object) -> None:
    assert facts_of_page(page("", body)).get(name) == expected


@pytest.mark.parametrize(
    "markup",
    [
        "<html><title>春天来了</title><meta name=author content=钱七><body><p>正文</p>",
        "<title>春天来了</title><meta name=author content=钱七><h1>小站</h1><p>正文</p>",
        "<HTML><HEAD><META CHARSET=GB2312><TITLE>春天来了</TITLE><META NAME=AUTHOR CONTENT=钱七></HEAD><P>正文",
        '<?xml version="1.0" encoding="gbk"?><html><title>春天来了</title><meta name="author" content="钱七"/>',
        "<head><script>var a = '<head></head>';</script><title>春天来了</title><meta name=author content=钱七>",
        "https://example.com/a\n<p>小站<head><title>春天来了</title><meta name=author content=钱七></head>",
        "<head><svg><title>图标</title></svg><title>春天来了</title><meta name=author content=钱七></head>",
        "<head><title>春天来了\ud800</title><meta name=author content=钱\0七></head>",
    ],
)
def test_a_head_is_read_whatever_its_tags_are(markup: str) -> None:
    facts = facts_of_page(markup)
    assert (facts["title"], facts["author"]) == ("春天来了", "钱七")


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("date", '<h1>春天</h1><span class="post-date">2024年3月4日</span>', "2024年3月4日"),
        ("date", '<span id="post-date">2020-07-06 05:04</span><a>北窗</a>', "2020-07-06 05:04"),
        ("date", '<span class="entry-date published">2012年3月4日</span>', "2012年3月4日"),
        ("date", '<em id="authorposton7">发表于 2011-2-3 10:11:12</em>', "2011-2-3 10:11:12"),
        ("date", '<div class="ContentItem-time">发布于 2021-04-05 10:11・IP 属地浙江</div>', "2021-04-05 10:11"),
        ("date", '<em id="publish_time">2023年5月6日 07:08</em>', "2023年5月6日 07:08"),
        ("date", '<p class="date-source"><i>2018/7/8</i><i>江城晚报</i></p>', "2018/7/8"),
        ("date", '<span class="template">2018-07-08</span><p class="candidate-date">2018-07-08</p>', None),
        ("date", '<p class="post-time">去年春天</p>', None),
        ("date", '<div class="comment-list"><b class="date">2018-07-08</b></div>', None),
        ("date", "".join(f'<li><i class="date">2018-07-0{n}</i></li>' for n in range(1, 6)), None),
        ("date", f'<p class="post-date">2018-07-08{"春天来了。" * 40}</p>', None),
        ("lastmod", '<span class="time blog-postTime">已于&nbsp;2022-05-06 修改</span>', "2022-05-06"),
        ("lastmod", '<p class="update-time">更新时间：2022-05-06</p>', "2022-05-06"),
        ("author", '<span class="author vcard"><a class="url fn n">阿默</a></span>', "阿默"),
        ("author", '<p class="byline">作者：阿默</p>', "阿默"),
        ("author", '<p class="author">文/阿默</p>', "阿默"),
        ("author", '<a class="follow-nickName " href="x">雨天的园丁</a>', "雨天的园丁"),
        ("author", '<p class="author">阿默，生于江城。</p>', None),
        ("author", '<li id="comment-7"><b class="author">路人</b></li>', None),
        ("author", "".join(f'<p><b class="author">路人{n}</b></p>' for n in "甲乙丙丁"), None),
    ],
)
def test_a_class_names_the_date_and_the_author(name: str, body: str, expected: str | None) -> None:
    assert facts_of_page(page("<title>春天</title>", body)).get(name) == expected


def test_what_the_head_says_is_believed_more_than_a_class() -> None:
    head = '<meta name="author" content="钱七"><meta name="pubdate" content="2009-3-4">'
    body = '<i class="post-date">2020-07-06</i><i class="author">小编</i>'
    facts = facts_of_page(page(head, body))
    assert (facts["author"], facts["date"]) == ("钱七", ["2009-3-4", "2020-07-06"])


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        (["怎么腌萝卜"], None),
        (["怎么腌萝卜 - 江城论坛"], None),
        (["萝卜,腌菜", "萝卜,腌菜,盐"], ["萝卜", "腌菜", "萝卜", "腌菜", "盐"]),
        (["萝卜,怎么腌萝卜"], "萝卜,怎么腌萝卜"),
    ],
)
def test_keywords_that_repeat_the_title_are_no_tags(keywords: list[str], expected: object) -> None:
    metas = "".join(f'<meta name="keywords" content="{each}">' for each in keywords)
    facts = facts_of_page(page(f"<title>怎么腌萝卜 - 江城论坛</title>{metas}", "<h1>怎么腌萝卜</h1>"))
    assert facts.get("tags") == expected


ARTICLE = {
    "@type": "NewsArticle",
    "headline": "春天来了",
    "author": [{"@type": "Person", "name": "钱七"}, {"name": "赵六"}],
    "datePublished": "2022-08-09",
    "publisher": {"name": "小站"},
}


@pytest.mark.parametrize(
    "value",
    [ARTICLE, [ARTICLE], {"@graph": [{"@type": "WebSite", "name": "小站"}, ARTICLE]}, [[{"@graph": [ARTICLE]}]]],
)
def test_json_in_a_page_is_read(value: object) -> None:
    facts = facts_of_page(page(linked(value) + "<title>春天来了 - 小站</title>"))
    assert (facts["title"], facts["date"], facts["author"]) == ("春天来了", "2022-08-09", ["钱七", "赵六"])


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "Article", "headline": "春天来了", "datePublished": "2022-08-09",}',
        '{"@type": "Article", "headline": "春天来了", "articleBody": "他说"走吧"", "datePublished": "2022-08-09"}',
        '{"@type": "Article", "headline": "春天\n来了", "datePublished": "2022-08-09"',
        '{"@context": "https://ziyuan.baidu.com/contexts/cambrian.jsonld", "pubDate": "2022-08-09"}',
    ],
)
def test_broken_json_is_read_as_far_as_it_goes(text: str) -> None:
    facts = facts_of_page(page(f'<script type="application/ld+json">{text}</script><title>春天来了</title>'))
    assert facts["date"] == "2022-08-09"


def test_what_the_json_of_a_site_says_is_not_said_of_the_article() -> None:
    facts = facts_of_page(page(linked({"@type": "Organization", "name": "小站", "url": "https://example.com/"})))
    assert facts == {}


def test_a_newer_page_of_wechat_names_its_time_in_a_script() -> None:
    script = "<script>var oriCreateTime = '1700000000';</script>"
    facts = facts_of_page(page("<title>春天来了</title>", f'<em id="publish_time"></em>{script}'))
    assert facts["date"] == "2023-11-15T06:13:20+08:00"


def test_a_page_of_wechat_names_its_account_and_time_in_a_script() -> None:
    script = (
        "<script>var nickname = htmlDecode(\"小镇\");var msg_title = '春天\\x26quot;来了\\x26quot;'.html(false);"
        'var ct = "1700000000";var msg_link = "https://mp.weixin.qq.com/s?a=1\\x26amp;b=2";</script>'
    )
    facts = facts_of_page(page('<meta name="author" content="">', f'<div id="js_content">正文</div>{script}'))
    assert (facts["title"], facts["author"]) == ('春天"来了"', "小镇")
    assert as_datetime(facts["date"]) == as_datetime("2023-11-15T06:13:20+08:00")
    assert facts["url"] == "https://mp.weixin.qq.com/s?a=1&b=2"


def test_a_fragment_is_no_page() -> None:
    assert not is_page("<p>正文</p>")
    assert not is_page("<div>" + "正文" * 3_000 + "<title>图标</title>")
    assert is_page("\n<!-- 注 -->\n<HTML>")


def test_a_saved_page_becomes_an_article_with_its_facts() -> None:
    text = page(
        "<title>春天 - 小站</title><meta property='og:site_name' content='小站'><meta name=author content=钱七>"
        "<meta property='article:published_time' content='2022-08-09'><link rel=canonical href='https://example.com/1'>",
        "<nav>栏目</nav><main><p>春天来了。</p></main>",
    )
    article = read_article(text.encode(), "1.html").article
    assert (article.title, article.author, article.url) == ("春天", "钱七", "https://example.com/1")
    assert (article.date, article.body) == (as_datetime("2022-08-09"), "春天来了。")


def test_front_matter_is_believed_more_than_the_page() -> None:
    text = "---\ntitle: 夏天\nauthor: 李四\n---\n" + page("<title>春天</title><meta name=author content=钱七>")
    article = read_article(text.encode(), "1.md").article
    assert (article.title, article.author) == ("夏天", "李四")


@given(st.text(), st.text())
def test_any_page_is_read(head: str, body: str) -> None:
    facts_of_page(page(head, body))


@pytest.mark.parametrize(
    "piece",
    [
        *("<div>", "<h1></b>", "<svg><title>", "<h1>题", "<b>", "<center><b>", "<time>", "<p itemprop=author>"),
        *("<meta ", "<script type=ld+json>", '<script type="ld+json">[[[[', "var msg_title = ", "(", "- "),
        "<!-- saved from url=(",
    ],
)
def test_the_time_for_hostile_pages_is_bounded(piece: str) -> None:
    began = time.process_time()
    facts_of_page("<html><title>" + piece * (400_000 // len(piece)))
    facts_of_page("<html>" + piece * (400_000 // len(piece)))
    assert time.process_time() - began < 2
