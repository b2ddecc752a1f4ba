"""The site of an article is the host of its URL; a query names it as people and browsers write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis.sites import domains_of, site_key, site_of


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://mp.weixin.qq.com/s/moon?from=timeline#wechat", "mp.weixin.qq.com"),
        ("http://www.zhihu.com", "zhihu.com"),
        ("HTTPS://WWW.GitHub.COM:443/a", "github.com"),
        ("//cdn.example.com/a.js", "cdn.example.com"),
        ("https://读者@example.com/", "example.com"),
        ("https://example.com./a", "example.com"),
        ("https://xn--fiqs8s/a", "中国"),
        ("https://月全食.中国/红色", "月全食.中国"),
        ("https://xn--/a", "xn--"),
        ("http://localhost:8000/a", "localhost"),
        ("https://www.com/a", "www.com"),
        ("https://wwwnews.example.com", "wwwnews.example.com"),
        ("/posts/moon.html", ""),
        ("posts/moon.html", ""),
        ("mailto:a@example.com", ""),
        ("file:///home/me/a.md", ""),
        ("https://", ""),
        (f"https://{'a.' * 4_000_000}com", ""),
        ("http://[2001:DB8::1]:80/月", "[2001:db8::1]"),
        ("http://读者@[::ffff:192.0.2.1]", "[::ffff:192.0.2.1]"),
        ("http://a@b@example.com/月", "example.com"),
        ("http://a:b@example.com:80", "example.com"),
        ("http://example.com\\@b.com/月", "example.com"),
        ("http://192.0.2.1:8000/", "192.0.2.1"),
        ("http://example.com:月/", "example.com"),
        ("http://[abc/x", ""),
        ("http://[月全食]/", ""),
        ("http://a[b]/", ""),
        ("http://@:80/", ""),
        ("", ""),
    ],
)
def test_a_site_is_the_host_of_a_url(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    "text",
    [
        "qq.com",
        "QQ.com",
        "www.qq.com",
        "*.qq.com",
        ".qq.com",
        "https://qq.com/a",
        "qq.com/a",
        "ｑｑ.com",
        " qq.com ",
    ],
)
def test_a_query_may_name_a_site_in_many_ways(text: str) -> None:
    assert site_key(text) == "qq.com"


@pytest.mark.parametrize(
    "url", ["http://[2001:db8::1]:80/月", "http://月全食.中国", "http://www.a.cn", "http://b:1"]
)
def test_a_site_as_it_is_shown_names_itself(url: str) -> None:
    assert site_key(site_of(url)) == site_of(url) != ""


@given(st.text())
def test_any_text_names_a_site_or_none(text: str) -> None:
    assert site_key(f"https://a.example.com/{text}") == "a.example.com"
    assert site_key(text) == site_key(f" {text} ")


def test_a_site_is_in_each_of_its_domains() -> None:
    assert domains_of("a.b.cn") == ("a.b.cn", "b.cn", "cn")
    assert domains_of("月全食.中國") == ("月全食.中国", "中国")
    assert domains_of("") == ()
