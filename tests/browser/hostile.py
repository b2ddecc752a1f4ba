"""Articles that try to run scripts in who reads them, and what must not be on any page that shows them."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from hypothesis import strategies as st

import searchkit
from benchmarks.browser import Server, running_server
from searchkit import Article
from tests.browser.watching import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# ruff: noqa: E501 - a trick a line
TRICKS = (
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea></mark></a></h1><script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script src=//evil.example/x.js></script>",
    "<svg onload=alert(1)>",
    "<svg><script>alert&#40;1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text y=20>按</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)></svg>#x'></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><a xlink:href=javascript:alert(1)>按</a></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<a href=javascript:alert(1)>按</a>",
    "<a href='java&#10;script&colon;alert(1)'>按</a>",
    "<a href=' \x01javascript:alert(1)'>按</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>按</a>",
    "<a href=vbscript:alert(1)>按</a>",
    "<a href=# ping=//evil.example>按</a>",
    "[按](javascript:alert(1))",
    "[按](<java\nscript:alert(1)>)",
    "![图](javascript:alert(1))",
    "![图](//evil.example/p.png)",
    "[按](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "<https://evil.example/<script>alert(1)</script>>",
    "```html\n<script>alert(1)</script>\n```",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=//evil.example></iframe>",
    "<object data=//evil.example/x.swf></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=//evil.example><input name=q autofocus onfocus=alert(1)><button>按</button></form>",
    "<button form=ask formaction=javascript:alert(1)>按</button>",
    "<isindex action=javascript:alert(1) type=submit>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'; main { display: none }</style>",
    "<div style='position:fixed;inset:0;z-index:9;background:url(//evil.example/x)'>盖住</div>",
    "<table background=//evil.example/x><tr><td>表",
    "<img src=//evil.example/p.png srcset='//evil.example/q.png 2x' loading=eager>",
    "<video src=//evil.example/v poster=//evil.example/p autoplay><source onerror=alert(1)></video>",
    "<audio src=//evil.example/a autoplay onerror=alert(1)>",
    "<details open ontoggle=alert(1)><summary>开</summary></details>",
    "<body onload=alert(1) onpageshow=alert(1)>",
    "<p id=q>假</p><form id=results></form><a id=main name=getElementById></a>",
    "<mark id=m1 class=current onclick=alert(1)>假</mark>",
    "<x onanimationstart=alert(1) style='animation:x'>",
    "{{ 7 * 7 }}{% include 'base.html' %}",
    "${alert(1)}`${alert(1)}`",
    "\u202e>tpircs/<)1(trela>tpircs<",
    "\u2066<script>\u2069alert(1)\u200b</script>",
    "a\x00<script\x00>alert(1)</script>",
    "\ud7ff\ufffe\uffff\U000e0001",
    "Z" + "\u0334\u0322" * 60,
    "\r\nSet-Cookie: x=1\r\n\r\n<script>alert(1)</script>",
    "'; alert(1); //",
    "--><!--<script>alert(1)</script>",
)
URLS = ("javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "data:text/html,<script>alert(1)</script>",
        "//evil.example/", "http://evil.example/\"onclick=alert(1)//", "http://[", "https://evil.example/'><script>alert(1)</script>")  # fmt: skip
_HARM = """() => {
    const said = one => one.outerHTML.slice(0, 150);
    const harm = [...(window.__ran ?? [])].map(name => 'ran ' + name);
    const starts = /^(javascript|data|vbscript):/i;
    for (const one of document.querySelectorAll('*')) {
        for (const {name, value} of one.attributes) {
            const address = value.replace(/[\\u0000-\\u0020]/g, '');
            if (/^on|^style$|^srcdoc$|^ping$/i.test(name) || starts.test(address) && !/^(value|content|data-title|title|aria-label|placeholder|alt)$/.test(name))
                harm.push(name + ' in ' + said(one));
        }
    }
    for (const one of document.querySelectorAll('body :is(script, iframe, object, embed, base, meta, link, style, template), .body :is(form, input, button, svg, math)'))
        harm.push(said(one));
    for (const id of ['q', 'main', 'results'])
        if (document.querySelectorAll('#' + id).length > 1) harm.push('a second ' + id);
    if (document.querySelectorAll('header, main, footer').length < 3) harm.push('the page is broken');
    return harm;
}"""


@dataclass(frozen=True, slots=True, repr=False)
class Hostile:
    """What an article says of itself, and the end of the name of the file it is in."""

    name: str
    title: str
    body: str
    author: str = ""
    tags: tuple[str, ...] = ()
    url: str = ""
    suffix: str = ".md"

    def __repr__(self) -> str:
        return f"{self.name[:80]!r} ({self.title[:120]!r}: {self.body[:120]!r}{self.suffix})"

    def as_article(self) -> Article:
        """It as a program gives it: every text as it is."""
        return Article(self.name, self.title, self.body, author=self.author, tags=self.tags, url=self.url)

    def write(self, folder: Path, number: int) -> str:
        """Write it as a file; its id."""
        kept = (
            "".join(c for c in self.name if c not in "/\x00")
            .encode("utf-8", "ignore")[:150]
            .decode("utf-8", "ignore")
        )
        facts = {"title": self.title, "author": self.author, "tags": list(self.tags), "url": self.url}
        head = "".join(f"{name}: {json.dumps(value)}\n" for name, value in facts.items())
        name = f"{number}-{kept}{self.suffix}"
        (folder / name).write_bytes(f"---\n{head}---\n\n{self.body}\n".encode("utf-8", "replace"))
        return name


def of_tricks() -> list[Hostile]:
    """Every trick in every place, once."""
    return [
        Hostile(
            trick,
            trick,
            f"正文 {trick} 完",
            trick,
            (trick, "标签"),
            URLS[number % len(URLS)],
            (".md", ".html")[number % 2],
        )
        for number, trick in enumerate(TRICKS)
    ]


def hostile_articles() -> st.SearchStrategy[Hostile]:
    """Tricks, one after the other and in each other, between letters of all kinds, short and 10,000 long."""
    piece = st.one_of(
        st.sampled_from(TRICKS),
        st.sampled_from(("月亮", "番茄", "<", ">", '"', "'", "&", "`", "]]>")),
        st.text(max_size=8),
    )
    text = st.lists(piece, min_size=1, max_size=4).map("".join)
    long = st.sampled_from(TRICKS).map(lambda trick: trick * (10_000 // len(trick)))
    return st.builds(
        Hostile, name=text.map(lambda name: name.strip() or "空"), title=st.one_of(text, text, text, long), body=text, author=text,
        tags=st.lists(text, max_size=2).map(tuple), url=st.sampled_from(URLS), suffix=st.sampled_from((".md", ".html")),
    )  # fmt: skip


@dataclass
class HostileSite:
    """Two servers, of hostile articles as they are and as files; and two pages to read them on. The policy keeps
    scripts from the first; the second has none, so that nothing but the page itself does."""

    folder: Path
    servers: tuple[Server, Server]
    pages: tuple[Page, Page]
    watch: Watch
    shown: int = 0
    _rounds: int = field(default=0, init=False)

    def harm_of(self, articles: Sequence[Hostile]) -> list[str]:
        """What *articles* do to who searches for them and reads them. Empty if they do nothing."""
        ids = self._publish(articles)
        harm: list[str] = []
        for number, article in enumerate(articles):
            for form, server in enumerate(self.servers):
                page = self.pages[(number + form) % 2]
                asked = quote((article.title if number % 3 else article.body)[:60].encode("utf-8", "replace"))
                addresses = [f"/article/{ids[form][number]}?q={asked}", f"/?q={asked}"]
                for address in addresses[: 1 + (number + form + number // 2) % 2]:  # a search is slower
                    page.goto(f"{server.origin}{address}")
                    harm += (f"{article!r} at {address}: {one}" for one in self.harm_on(page))
        self.shown += len(articles)
        harm += (f"{articles!r}: {fault}" for fault in self.watch.faults)
        self.watch.faults.clear()
        self.watch.asked.clear()
        return harm

    def harm_on(self, page: Page) -> list[str]:
        """What of an article does harm on *page*, which shows it."""
        return [str(one) for one in page.evaluate(_HARM)]

    def _publish(self, articles: Sequence[Hostile]) -> tuple[list[str], list[str]]:
        """The addresses of *articles* in both forms, once both servers show them."""
        self._rounds += 1
        corpus = self.folder / f"round-{self._rounds}"
        corpus.mkdir()
        names = [article.write(corpus, number) for number, article in enumerate(articles)]
        (corpus / f"{self._rounds}.md").write_text("到此为止", encoding="utf-8")
        given = {article.name: article.as_article() for article in articles}
        last = Article(id=f"{self._rounds}.md", title="最后", body="到此为止")
        searchkit.reindex([*given.values(), last], self.folder / "articles", jobs=1, allow_removals=True)
        searchkit.reindex(corpus, self.folder / "files", jobs=1, allow_removals=True)
        for server in self.servers:
            _wait(f"{server.origin}/article/{last.id}")
        return [_address(article.name) for article in articles], [_address(name) for name in names]


@contextmanager
def hostile_site(folder: Path, browser: Browser) -> Iterator[HostileSite]:
    """A site that shows hostile articles."""
    for name in ("articles", "files"):
        searchkit.reindex([Article(id="0", title="空", body="空")], folder / name, jobs=1)
    with running_server(folder / "articles") as one, running_server(folder / "files") as other:
        servers = one, other
        contexts = [browser.new_context(locale="zh-CN", bypass_csp=bypass) for bypass in (False, True)]
        watch = Watch((one.origin, other.origin))
        for context in contexts:
            watch.over(context)
        yield HostileSite(folder, servers, (contexts[0].new_page(), contexts[1].new_page()), watch)
        for context in contexts:
            context.close()
        for server in servers:
            assert "Traceback" not in server.said(), server.said()


def _address(article_id: str) -> str:
    return quote(article_id.encode("utf-8", "replace"), safe="")


def _wait(address: str) -> None:
    """Until a server shows what was published, which takes it a quarter of a second."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except urllib.error.HTTPError:
            time.sleep(0.05)
    raise AssertionError(f"{address} is not shown")
