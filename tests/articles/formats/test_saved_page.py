"""Pages that a browser saved: MHTML, and HTML with a comment at its head."""

from __future__ import annotations

import quopri
import time
from datetime import UTC, datetime, timedelta, timezone
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from searchkit.errors import ArticleError
from tests.articles.formats.makers import read

PAGE = "<html><head><title>春天的菜园</title></head><body><p>院子里的番茄红了。</p></body></html>"
BARE = "<p>院子里的番茄红了，我们摘了一篮子。</p>"


def saved(html: str, charset: str = "utf-8", *others: Message, **headers: str) -> bytes:
    message = MIMEMultipart("related", type="text/html")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    for part in (MIMEText(html, "html", charset), *others):
        message.attach(part)
    return message.as_bytes()


def quoted(html: str, charset: str, stated: str) -> bytes:
    """A page as Chrome and Internet Explorer save it: quoted-printable, in one part, with or without a charset."""
    part = Message()
    part["Content-Type"] = f'text/html; charset="{stated}"' if stated else "text/html"
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload(quopri.encodestring(html.encode(charset)).decode("ascii"))
    return part.as_bytes()


@pytest.mark.parametrize(
    ("charset", "stated", "text"),
    [
        ("cp950", "big5", "恒生指數在裏面升了一百點。"),
        ("big5hkscs", "Big5", "佢哋喺度飲茶。"),
        ("gb18030", "GB2312", "朱镕基与囍字。"),
        ("cp932", "Shift_JIS", "髙い山に登りました。"),
    ],
)
def test_a_charset_is_what_pages_mean_by_it(charset: str, stated: str, text: str) -> None:
    assert read(quoted(f"<p>{text}</p>", charset, stated), "a.mhtml").body == text


def test_the_page_and_what_was_noted_of_it_are_read() -> None:
    headers = {"Snapshot_Content_Location": "https://example.com/a", "Date": "Tue, 14 May 2024 10:26:42 +0800"}
    article = read(saved(PAGE, **headers), "a.mhtml")
    assert (article.title, article.body, article.url) == (
        "春天的菜园",
        "院子里的番茄红了。",
        "https://example.com/a",
    )
    assert article.date == datetime(2024, 5, 14, 10, 26, 42, tzinfo=timezone(timedelta(hours=8)))


def test_a_page_without_a_title_has_that_of_the_message() -> None:
    assert read(saved(BARE, Subject="=?utf-8?B?5pil5aSp55qE6I+c5Zut?="), "a.mht").title == "春天的菜园"
    plain = saved(BARE).replace(b"MIME-Version", "Subject: 春天的菜园\r\nMIME-Version".encode(), 1)
    assert read(plain, "a.mht").title == "春天的菜园"


@pytest.mark.parametrize(
    ("charset", "stated"),
    [
        ("utf-8", "utf-8"),
        ("gb18030", "gb2312"),
        ("gb18030", "GBK"),
        ("big5", "big5"),
        ("utf-8", ""),
        ("utf-8", "x-no"),
    ],
)
def test_the_page_has_its_own_encoding(charset: str, stated: str) -> None:
    html = "<h1>春天的菜園</h1><p>院子里的番茄有三十六斤，我們把它送到市場上，賣了一個好價錢。</p>"
    assert read(quoted(html, charset, stated), "a.mht").title == "春天的菜園"


def test_the_first_page_is_the_page_and_not_a_frame() -> None:
    data = saved(PAGE, "utf-8", MIMEText("<p>广告</p>", "html", "utf-8"), MIMEText("p{}", "css", "utf-8"))
    assert read(data, "a.mhtml").body == "院子里的番茄红了。"


@pytest.mark.parametrize("data", [b"", b"abc", "正文".encode(), MIMEText("只有文字").as_bytes(), b"\0" * 100])
def test_what_holds_no_page_says_so(data: bytes) -> None:
    with pytest.raises(ArticleError, match="not a saved page"):
        read(data, "a.mhtml")


def test_a_page_that_was_cut_short_is_read_as_far_as_it_goes() -> None:
    data = quoted(PAGE, "utf-8", "utf-8")
    assert read(data[:-40], "a.mht").title == "春天的菜园"


@pytest.mark.timeout(60)
def test_parts_in_parts_without_end_are_refused_or_read_in_time() -> None:
    head = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3_000))
    began = time.process_time()
    with pytest.raises((ArticleError, RecursionError)):
        read(head, "a.mht")
    assert time.process_time() - began < 30


COMMENT = """<!DOCTYPE html> <html lang="zh"><!--
 Page saved with SingleFile
 url: https://example.com/a?b=1
 saved date: Tue May 14 2024 10:26:42 GMT+0800 (中国标准时间)
--><head><title>春天的菜园</title><body><p>正文</p>"""


def test_the_comment_of_a_page_in_one_file_gives_its_url_and_date() -> None:
    article = read(COMMENT, "a.html")
    assert (article.title, article.body, article.url) == ("春天的菜园", "正文", "https://example.com/a?b=1")
    assert article.date == datetime(2024, 5, 14, 2, 26, 42, tzinfo=UTC)


def test_the_comment_of_a_browser_gives_the_url() -> None:
    page = "<!DOCTYPE html>\n<!-- saved from url=(0021)https://example.com/a -->\n<html><body><p>正文</p>"
    assert read(page, "a.html").url == "https://example.com/a"


@pytest.mark.parametrize(
    "comment", ["<!-- saved from url=(0014)about:internet -->", "<!-- url: https://e.com/ -->", ""]
)
def test_other_comments_say_nothing(comment: str) -> None:
    article = read(f"{comment}<html><body><p>正文</p>", "a.html")
    assert (article.url, article.date) == ("", None)


@pytest.mark.timeout(20)
def test_pictures_in_the_page_cost_little() -> None:
    picture = "<img src='data:image/png;base64," + "A" * 5_000_000 + "'>"
    style = "<style>" + "p{background:url(data:image/png;base64," + "A" * 1_000_000 + ")}</style>"
    assert read(f"{COMMENT}{style}{picture}<p>尾</p>", "a.html").body == "正文\n尾"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("text", ["<!--" * 5_000, "<!-- saved " * 2_000, "<!-- saved from url" * 1_000])
def test_looking_for_the_comment_takes_little_time(text: str) -> None:
    began = time.process_time()
    read(f"<html>{text}", "a.html")
    assert time.process_time() - began < 5
