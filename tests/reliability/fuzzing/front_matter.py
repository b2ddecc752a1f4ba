"""Any bytes as a file of a corpus: front matter, metadata, body."""

from __future__ import annotations

from datetime import datetime

from searchkit.articles.decode import decode
from searchkit.articles.facts import NAMES, fold_name
from searchkit.articles.front_matter import parse_front_matter, recover
from searchkit.articles.read import read_article, with_digest
from searchkit.engines.article_codec import pack_article, unpack_article
from searchkit.errors import ArticleError
from searchkit.model import Article
from searchkit.query.plan import epoch
from tests.reliability.fuzzing.target import Target, also_blown_up, check_tidy, sample_files, within

_SECONDS = 4


def check(data: bytes) -> None:
    """Read *data* as each kind of file; only bytes that are no text may be refused."""
    for tried in also_blown_up(data):
        with within(_SECONDS, f"front matter of {len(tried):,} bytes"):
            _check_front_matter(tried)
        for name in ("博客/一篇.md", "页.html"):
            with within(_SECONDS, f"reading {name} of {len(tried):,} bytes"):
                _check_article(tried, name)


def _check_front_matter(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except ArticleError:
        text = data.decode("utf-8", "surrogateescape")
    matter = parse_front_matter(text)
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    assert unified.endswith(matter.body), "the body is not the end of the text"
    assert all(isinstance(name, str) for name in matter.values)
    assert (matter.line is None) == (matter.reason is None)
    if matter.line is not None:
        lines = unified.count("\n") + 1
        assert 1 <= matter.line <= lines, f"line {matter.line} of {lines}: {matter.reason}"
    assert set(map(fold_name, recover(text))) <= NAMES


def _check_article(data: bytes, name: str) -> None:
    try:
        reading = read_article(data, name)
    except ArticleError:
        return
    article = reading.article
    assert with_digest(article) == article == read_article(data, name).article
    assert unpack_article(pack_article(article)) == article, "an article is stored as another one"
    assert article.title, "an article without a title"
    check_tidy(article.body)
    for line in (article.title, article.author, article.url, *article.tags, *article.categories, *article.aliases):
        check_tidy(line)
        assert "\n" not in line
    for moment in (article.date, article.lastmod):
        assert moment is None or moment.tzinfo is not None
        assert epoch(moment) is None or datetime.fromisoformat(str(moment)) == moment
    _check_types(article)


def _check_types(article: Article) -> None:
    assert isinstance(article.draft, bool)
    assert isinstance(article.author, str)
    assert isinstance(article.url, str)
    for texts in (article.tags, article.categories, article.aliases):
        assert isinstance(texts, tuple)
        assert len(set(texts)) == len(texts)
        assert all(texts)


_EXAMPLES = (
    '---\ntitle: "在"开放"的项目"\ndate: 2024-05-14T10:26+08:00\ntags: [甲]\ndraft: ["false"]\n---\n正文。\n',
    "---\ntitle: 没有结尾\ntags:\n- 甲\n- 乙\n正文从这里开始。\n",
    '+++\ntitle = "一篇"\ndate = 2024-01-02\ncategories = ["旅行"]\n+++\n\n# 标题\n\n正文\n',
    '{\n"title": "一篇",\n"tags": ["甲"],\n"draft": false\n}\n正文\n',
    "---\nlist: &a [*a, !!int x]\nauthor: {name: 张三}\naliases: [[[]]]\nlastmod: 2024年5月1日\n---\n<p>正文</p>",
    "一个题目 by 张三\n------\n<p>正文</p><hr><a href='https://example.org/a'>原文链接</a>",
    "---\n- 只是\n- 一个列表\n---\n正文",
    "<html><head><title>页</title></head><body><h1>页</h1>正文</body></html>",
)


def _seeds() -> list[bytes]:
    texts = [text.encode() for text in _EXAMPLES]
    others = [_EXAMPLES[0].encode("utf-16"), _EXAMPLES[1].encode("gb18030"), _EXAMPLES[3].encode("big5")]
    return [*texts, *others, *sample_files()]


TARGET = Target(
    promise="any bytes as a file: an article whose values are clean and whose body is text, or ArticleError",
    check=check,
    seeds=_seeds,
    tokens=(
        *("---\n", "+++\n", "{\n", "}\n", "\n---\n", "\r\n", "\r", "\t", ": ", " = ", "- ", "[", "]", "\ufeff"),
        *(
            '"',
            "'",
            "\\",
            "|",
            ">",
            "&a ",
            "*a",
            "<<: ",
            "!!int ",
            "!!bool ",
            "!!timestamp ",
            "!!binary ",
            "!!set ",
        ),
        *(f"{name}: " for name in sorted(NAMES)),
        *("2024-05-14", "T10:26:42", "+08:00", "99", "9999", "年", "月", "日", "true", "null", ".inf", "0x1"),
        *("{{< ", " >}}", "```\n", "# ", "<p>", "</p>", " by ", "\n------\n", "原文链接", "<title>", "\u2028"),
    ),
    examples=100,
)
