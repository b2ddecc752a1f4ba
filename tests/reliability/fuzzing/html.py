"""Any text as HTML and as Markdown: both walks agree, and what was text is text."""

from __future__ import annotations

import re
from html import escape

from searchkit.articles.html import html_to_text
from searchkit.articles.html_elements import NAMES
from searchkit.articles.html_pieces import BLOCKS, CELLS
from searchkit.articles.markdown import read_body
from searchkit.articles.plain_text import tidy
from tests.articles.html_reference import soup_to_text
from tests.reliability.fuzzing.target import Target, also_blown_up, check_tidy, within

_SECONDS = 4
_EMBEDDED = re.compile(r"data:\S*,")


def check(data: bytes) -> None:
    """Turn *data* into text in each way."""
    for tried in also_blown_up(data):
        markup = tried.decode("utf-8", "surrogateescape")
        with within(_SECONDS, f"HTML of {len(tried):,} bytes"):
            text = html_to_text(markup)
        check_tidy(text)
        if len(tried) == len(data):
            expected = soup_to_text(markup)
            assert text == expected, f"{text!r} is not the reference's {expected!r}"
            _check_escaped(markup)
        with within(_SECONDS, f"Markdown of {len(tried):,} bytes"):
            check_tidy(read_body(markup).text)


def _check_escaped(text: str) -> None:
    """Any text that is written as HTML comes back, line ends as spaces or nothing and page ends as spaces."""
    found = html_to_text(f"<p>{escape(_EMBEDDED.sub('', text))}</p>")
    expected = tidy(_EMBEDDED.sub("", text).replace("\n", " ").replace("\r", " ").replace("\f", " "))
    assert found.replace(" ", "") == expected.replace(" ", ""), f"{found!r} was {expected!r}"


_EXAMPLES = (
    "<h1>标题</h1><p>一段<b>粗</b>体。</p><ul><li>甲<li>乙</ul>",
    "<table><tr><th>名<td>值</table><pre>a\n  b<code>c</code></pre>",
    "<ruby>漢<rp>(</rp><rt>hàn</rt></ruby><script>if (a<b) c()</script>后面",
    "<!DOCTYPE html><html><head><title>页</title></head><body>正&nbsp;文&#x4e2d;&amp;</body></html>",
    "<div><div><p>深<br>处</div><!-- 注 --><![CDATA[数据]]><?php 1 ?>",
    "# 标题\n\n一段 **粗** `码` [链](http://a.b)\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n```\n代码\n```\n",
    "{{< figure src=x >}}\n\n标题\n====\n\n- 甲\n  - 乙\n\n> 引\n\n~~删~~\n",
    "<nav>栏目</nav><article><h1>题</h1><p hidden>暗</p>人工\n智能<img alt='火山图'></article><footer>权</footer>",
    "<p>设<math><mi>x</mi><annotation encoding='application/x-tex'>x</annotation></math><sup>TM</sup><sub>2</sub>",
    "<noscript><img alt='老街'></noscript><button>复制</button><b class=lineno>1</b><b data-tex=x>y</b>",
    "<svg><text>不是文字</text></svg><p>文字 &lt;p&gt; < 5 > 3</p>",
)


_ATTRIBUTES = (
    *("hidden", 'style="display:none"', 'class="lineno"', 'class="katex-html"', 'role="main"', 'role="banner"'),
    *('data-tex="x"', 'alt="火山图"', "eeimg=1", 'encoding="application/x-tex"'),
)


def _seeds() -> list[bytes]:
    return [text.encode() for text in _EXAMPLES]


TARGET = Target(
    promise="any text as HTML: the text of the reference; as Markdown: text without marks that do not show",
    check=check,
    seeds=_seeds,
    tokens=(
        *(f"<{name}>" for name in sorted({*BLOCKS, *CELLS, *NAMES, "br", "b", "code", "ruby", "title"})),
        *(f"</{name}>" for name in sorted({*BLOCKS, *CELLS, *NAMES, "br", "b", "code", "ruby", "title"})),
        *(
            f"<{name} {attribute}>"
            for name in ("div", "span", "img", "annotation", "nav")
            for attribute in _ATTRIBUTES
        ),
        *(
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "<?",
            "?>",
            "<!DOCTYPE ",
            "&amp;",
            "&lt;",
            "&#0;",
            "&#8203;",
            "&#xd800;",
        ),
        *("&nbsp;", "&", "<", ">", "/>", "='", '="', " a=", "\x00", "\x0b", "\x85", "\u2028", "\u200b", "\u3000"),
        *(
            "\r\n",
            "\n\n",
            "# ",
            "```\n",
            "~~~",
            "|---|",
            "* ",
            "> ",
            "](",
            "![",
            "{{< ",
            " >}}",
            "</",
            "<p",
            "\x1a",
        ),
    ),
)
