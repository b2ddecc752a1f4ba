"""The page of an article: its structure, marks and outline; and whatever the article holds, nothing of it runs."""

from __future__ import annotations

import html
import re
import time
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from searchkit.web.article_view import ArticleView, Heading, view_of_html, view_of_text

PLAIN = """
    p br hr ul li dl dt dd table caption thead tbody tfoot tr pre code blockquote figure figcaption em strong b i u
    s sub sup del ins kbd var samp ruby rb rt
"""
ALLOWED = {
    "a": {"class", "href", "rel"},
    "img": {"src", "alt", "width", "height", "loading", "referrerpolicy"},
    "mark": {"id", "data-mark"},
    "ol": {"start"},
    "span": {"class"},
    **{name: {"colspan", "rowspan"} for name in ("td", "th")},
    **{name: {"id"} for name in ("h2", "h3", "h4", "h5", "h6")},
    **{name: set[str]() for name in PLAIN.split()},
}
CLASSES = {("span", "image-off"), ("a", "media")}
OF_WECHAT = """<div><section data-tool="mdnice"><h2 style="color:#f00" id="top"><span><span leaf="">一、为什么\
天黑</span></span></h2>
<p style="text-align:center" class="rich"><span leaf=""><br></span></p><p>&nbsp;</p>
<section><span leaf="">夜空是黑的，</span><strong><span>因为宇宙</span></strong><span>有年龄。</span></section>
<p><img class="rich_pages" data-ratio="0.5" data-src="https://img.example/1.png?w=1" src="data:a"></p>
<ul class="list-paddingleft-1"><li><section><p>恒星不多</p></section></li><li><p>光走得慢</p></li></ul>
<blockquote><p>奥伯斯说：</p><p>天应当是亮的。</p></blockquote>
<pre class="code-snippet"><code><span leaf="">for star in sky:<br></span></code><code><span>    shine(star)  # 亮 \
&lt;度&gt;<br></span></code></pre>
<table><tbody><tr><td colspan="2" style="w"><section>星</section></td></tr><tr><td>远</td><td></td></tr></tbody>
</table><h3>二、<br>还有<em>红移</em></h3><mp-common-profile data-id="1"></mp-common-profile></section></div>"""


def nothing(text: str) -> tuple[tuple[int, int], ...]:
    """No marks."""
    return ()


def shown(markup: str, *, images: bool = False) -> str:
    return view_of_html(markup, nothing, images=images).html


class Reader(HTMLParser):
    """What a page has: tags with their attributes, and its text, by a parser that the page is not made with."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.others: list[str] = []
        self.text = ""
        self.marked: dict[str, str] = {}
        self._mark = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._mark = self.tags[-1][1].get("data-mark", "") if tag == "mark" else self._mark

    def handle_endtag(self, tag: str) -> None:
        self._mark = "" if tag == "mark" else self._mark

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._mark:
            self.marked[self._mark] = self.marked.get(self._mark, "") + data

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def check(page: str) -> Reader:
    """What is on *page*, which can run nothing: by two parsers. By a third one, which reads as browsers do, it is
    written as it stands, so that what a browser makes of it is that."""
    reader = Reader(page)
    assert not reader.others
    assert nh3.clean(page, tags={*ALLOWED}, attributes=ALLOWED, link_rel=None) == page
    root = etree.fromstring(f"<body>{page}</body>", etree.HTMLParser(huge_tree=True))
    others = [(e.tag, dict(e.attrib)) for e in root.find("body").iter() if e.tag != "body"]
    for tag, attributes in (*reader.tags, *others):
        assert tag in ALLOWED, page
        assert attributes.keys() <= ALLOWED[tag], page
        assert "class" not in attributes or (tag, attributes["class"]) in CLASSES
        assert re.match("h[0-9]+$|m[0-9]+$", attributes.get("id", "h1")), page
        assert re.match("https?://|mailto:", attributes.get("href", "http://"), re.IGNORECASE), page
        assert re.match("https?://", attributes.get("src", "http://"), re.IGNORECASE), page
        for name in ("colspan", "rowspan", "start", "width", "height"):
            assert attributes.get(name, "1").isdigit()
    return reader


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def test_an_article_of_wechat_keeps_its_structure_and_loses_its_dress() -> None:
    view = view_of_html(OF_WECHAT, nothing, images=False)
    assert view == ArticleView(
        '<h2 id="h1">一、为什么天黑</h2>'
        "<p>夜空是黑的，<strong>因为宇宙</strong>有年龄。</p>"
        '<p><span class="image-off"></span></p>'
        "<ul><li>恒星不多</li><li>光走得慢</li></ul>"
        "<blockquote><p>奥伯斯说：</p><p>天应当是亮的。</p></blockquote>"
        "<pre><code>for star in sky:\n    shine(star)  # 亮 &lt;度&gt;</code></pre>"
        '<table><tbody><tr><td colspan="2">星</td></tr><tr><td>远</td><td></td></tr></tbody></table>'
        '<h3 id="h2">二、<br>还有<em>红移</em></h3>',
        (Heading(2, "一、为什么天黑", "h1"), Heading(3, "二、 还有红移", "h2")),
        marks=0,
        images=1,
        from_file=True,
    )


def test_pictures_are_shown_only_when_they_are_asked_for() -> None:
    markup = (
        '<p><img data-src="https://img.example/1.png" src="https://img.example/0.gif" alt="星&quot;图"'
        ' width="30px" onload=x>'
        '<img src="/a.png" alt="本地"><img src="data:image/png;base64,AA"><img src="javascript:alert(1)"></p>'
    )
    off = view_of_html(markup, nothing, images=False)
    assert "<img" not in off.html
    assert off.html.count('<span class="image-off">') == 4
    assert '<span class="image-off">星"图</span>' in off.html
    on = view_of_html(markup, nothing, images=True)
    (image,) = (attributes for tag, attributes in check(on.html).tags if tag == "img")
    assert image == {
        "src": "https://img.example/1.png",
        "alt": '星"图',
        "width": "30",
        "loading": "lazy",
        "referrerpolicy": "no-referrer",
    }
    assert '<span class="image-off">本地</span>' in on.html
    assert off.images == on.images == 1


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/?a=1&amp;b=%E6%98%9F", True),
        ("HTTP://example.org/星", True),
        ("mailto:a@example.org", True),
        ("javascript:alert(1)", False),
        (" java\tscript:alert(1)", False),
        ("java&#10;script:alert(1)", False),
        ("\x01javascript:alert(1)", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("vbscript:x", False),
        ("//example.org", False),
        ("/a", False),
        ("#note", False),
        ("https:alert(1)", False),
        ("https://a b", False),
        ("", False),
    ],
)
def test_a_link_leads_to_the_web_or_nowhere(href: str, kept: bool) -> None:
    page = shown(f'<p>见<a href="{href}" target=_blank onclick=x>这里</a>。</p>')
    assert ("<a " in page) is kept
    assert not kept or 'rel="noopener noreferrer nofollow"' in page
    assert check(page).text == "见这里。"


def test_a_film_or_a_frame_is_its_address() -> None:
    page = shown(
        '<iframe src="https://v.example/1?a=1&b=2"><script>x</script></iframe><iframe src="javascript:x"></iframe>'
        '<video><source src="https://v.example/2.mp4"></video>'
    )
    assert [attributes["href"] for tag, attributes in check(page).tags if tag == "a"] == [
        "https://v.example/1?a=1&b=2"
    ]
    assert shown('<p>甲<video src="https://v.example/2.mp4"></video>乙').count('<a class="media"') == 1


@pytest.mark.parametrize(
    ("markup", "page"),
    [
        ("<div>甲<div>乙</div>丙</div>", "<p>甲</p><p>乙</p><p>丙</p>"),
        ("甲<br><br><br>乙<br>", "<p>甲<br><br>乙</p>"),
        ("<strong><p>甲</p><p>乙</p></strong>", "<p><strong>甲</strong></p><p><strong>乙</strong></p>"),
        ("<b>甲<b>乙</b></b><b></b>", "<p><b>甲乙</b></p>"),
        ("<p>  甲 \n<b> 乙 </b> 丙\t</p>", "<p>甲 <b>乙</b> 丙</p>"),
        ("<ul>甲<li>乙<ol start=3><li>丙</ol></ul>",
         '<ul><li>甲</li><li>乙<ol start="3"><li>丙</li></ol></li></ul>'),
        ("<li>甲</li><dd>乙</dd>", "<p>甲</p><p>乙</p>"),
        ("<table>甲<tr><td>乙</table>", "<table><tbody><tr><td>甲</td></tr><tr><td>乙</td></tr></tbody></table>"),
        ("<dl><dt>词</dt><dd><p>义</p></dd></dl>", "<dl><dt>词</dt><dd>义</dd></dl>"),
        ("<figure><img src=x><figcaption>图一</figcaption></figure>",
         '<figure><p><span class="image-off"></span></p><figcaption>图一</figcaption></figure>'),
        ("<h1>题</h1><h6>小</h6>", '<h2 id="h1">题</h2><h3 id="h2">小</h3>'),
        (f"<h1>{'长' * 201}</h1>", f"<p>{'长' * 201}</p>"),
        ("<h2></h2><h2><img src=x></h2>", '<p><span class="image-off"></span></p>'),
        ("<h2><div>甲</div><ul><li>乙</ul></h2>", '<h2 id="h1">甲<br>乙</h2>'),
        ("<blockquote><p></p></blockquote><ul><li></ul><hr><p>甲", "<hr><p>甲</p>"),
        ("<pre>\n\n甲\n  乙&lt;\n\n</pre>", "<pre><code>甲\n  乙&lt;</code></pre>"),
        ("<ruby>漢<rp>(</rp><rt>かん</rt></ruby>", "<p><ruby>漢(<rt>かん</rt></ruby></p>"),
        ("<math><mi>x</mi></math><svg><text>y</text></svg><form>甲<input></form><template>乙</template>",
         "<p>甲</p>"),
        ("甲<!-- 乙 --><![CDATA[丙]]><?丁?>", "<p>甲</p>"),
        ("", ""),
        ("\0", ""),
        ("数\0据", "<p>数据</p>"),
    ],
)  # fmt: skip
def test_blocks(markup: str, page: str) -> None:
    assert shown(markup) == page


def test_marks_are_numbered_and_go_on_across_elements_and_lines() -> None:
    texts = []

    def mark(text: str) -> tuple[tuple[int, int], ...]:
        texts.append(text)
        return tuple(found.span() for found in re.finditer("人工智能|月面|2³", text))

    markup = '<p>人<b>工</b>智<i>能</i>与 &lt;人工智能&gt;</p><img alt="月面" src=x><p>2<sup>3</sup></p>'
    view = view_of_html(markup, mark, images=False)
    assert view.html == (
        '<p><mark id="m1" data-mark="1">人</mark><b><mark data-mark="1">工</mark></b><mark data-mark="1">智</mark>'
        '<i><mark data-mark="1">能</mark></i>与 &lt;<mark id="m2" data-mark="2">人工智能</mark>&gt;</p>'
        '<p><span class="image-off"><mark id="m3" data-mark="3">月面</mark></span></p>'
        '<p><mark id="m4" data-mark="4">2</mark><sup><mark data-mark="4">3</mark></sup></p>'
    )
    assert view.marks == 4
    assert texts[0].split("\n")[0] == "人工智能与 <人工智能>"


def test_a_picture_or_a_reading_in_a_line_parts_no_words() -> None:
    texts: list[str] = []
    markup = "<p>人工<img src=x alt=笑脸>智<ruby>能<rt>néng</rt></ruby>好<p>完"
    view_of_html(markup, lambda text: texts.append(text) or (), images=False)
    assert texts == ["人工智能好\n笑脸\nnéng\n完\n"]


def test_letters_above_the_line_are_another_word() -> None:
    texts: list[str] = []
    view_of_html("<p>Word<sup>TM</sup> 与 H<sub>2</sub>O", lambda text: texts.append(text) or (), images=False)
    assert texts == ["Word TM 与 H₂O\n"]


def test_plain_text_is_a_paragraph_a_line_with_marks() -> None:
    text = "第一行 <b>1 < 2</b>\n\n  第二行 & 完"
    view = view_of_text(text, lambda given: ((given.index("第二"), given.index("第二") + 2),))
    assert view == ArticleView(
        '<p>第一行 &lt;b&gt;1 &lt; 2&lt;/b&gt;</p><p>  <mark id="m1" data-mark="1">第二</mark>行 &amp; 完</p>',
        (),
        marks=1,
        images=0,
        from_file=False,
    )


def test_marks_that_overlap_or_lead_out_of_the_text_do_no_harm() -> None:
    view = view_of_text("一二三四", lambda text: ((0, 2), (1, 3), (3, 3), (4, 900)))
    assert view.html == '<p><mark id="m1" data-mark="1">一二</mark><mark id="m2" data-mark="2">三</mark>四</p>'
    assert view.marks == 2


HOSTILE = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<svg onload=alert(1)><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><mi><style><!--</style><img src=x onerror=alert(1)>--></style>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<textarea></textarea><img src=x onerror=alert(1)></textarea>",
    "<title><a title='</title><img src=x onerror=alert(1)>'>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src='https://e.example/\"onload=alert(1)'></iframe>",
    "<a href='https://e.example/\"><script>alert(1)</script>'>甲</a>",
    "<a href=\"https://e.example/' onmouseover=alert(1) '\">甲</a>",
    "<a href='jav&#x09;ascript:alert(1)'>甲</a>",
    "<a xlink:href='javascript:alert(1)'>甲</a>",
    "<p style='background:url(javascript:alert(1))' class=media id=m1>甲",
    "<base href='https://e.example/'><link rel=stylesheet href=//e.example><meta http-equiv=refresh content=0>",
    "<object data=x><embed src='javascript:alert(1)'></object>",
    "<mark id=m1 data-mark=1 onclick=alert(1)>甲</mark>",
    "<span class=image-off onclick=alert(1)>甲</span>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "<details ontoggle=alert(1) open><summary>甲</summary></details>",
    "<table><tr><td><a href=javascript:x><table><caption><script>alert(1)</script>",
    "<select><option><script>alert(1)</script></select><button formaction=javascript:x>甲</button>",
    "\ud800<b\0>甲</b\x00>\u202e<\u2028script>",
]
NAMES = """
    p div section span b strong em a h1 h2 h3 ul ol li dl dt dd table thead tbody tr td th caption pre code
    blockquote figure figcaption sup sub ruby rt br hr img script style svg math mi mtext template noscript iframe
    video source form input button textarea select title xmp plaintext html body head mark object embed 中文 x:y
"""
TAGS = st.sampled_from(NAMES.split())
ATTRIBUTES = st.sampled_from(
    [
        *("", "", "onclick=alert(1)", 'style="x:expression(alert(1))"', "id=h1", "class=media", "colspan=2"),
        *(
            'href="javascript:alert(1)"',
            'href="https://e.example/&quot;&gt;"',
            "href=https://e.example",
            "href=#a",
        ),
        *("src=x", 'src="https://e.example/a.png"', 'data-src="https://e.example/b.png"', "alt='<script>'"),
        *('alt="说明"', "colspan=0", "start=x", "width=1e9", "srcset=x", 'src="data:text/html,x"'),
    ]
)
PIECES = st.one_of(
    st.builds("<{} {}>".format, TAGS, ATTRIBUTES),
    TAGS.map("</{}>".format),
    st.sampled_from(["夜空", "GPT-5 ", "a<b", "&lt;i&gt;", "&", "\n", " ", "\0", "\x0b", "\u2028"]),
    st.sampled_from(["<!--", "-->", "]]>", "'", '"', ">"]),
    st.sampled_from(HOSTILE),
    st.text(max_size=8),
)  # fmt: skip


@pytest.mark.parametrize("markup", HOSTILE)
@pytest.mark.parametrize("images", [False, True])
def test_nothing_of_a_hostile_article_runs(markup: str, images: bool) -> None:
    for around in ("{}", "<p>{}</p>", "<table><tr><td>{}", "<pre>{}</pre>", "<h2>{}", "<ul>{}"):
        check(shown(around.format(markup), images=images))
    check(view_of_text(markup, nothing).html)


@given(
    st.lists(PIECES, max_size=30).map("".join),
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=5),
)
@example("<math><a><p>", False, [(0, 5)])  # fmt: skip
def test_no_article_runs_anything_and_marks_are_what_was_marked(
    markup: str, images: bool, ranges: list[tuple[int, int]]
) -> None:
    texts: list[str] = []

    def mark(text: str) -> tuple[tuple[int, int], ...]:
        texts.append(text)
        return tuple(ranges)

    view = view_of_html(markup, mark, images=images)
    reader = check(view.html)
    assert view.marks == len(reader.marked)
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert [heading.anchor for heading in view.outline] == [name for name in ids if name.startswith("h")]
    assert sorted(letters(texts[0]).translate(ON_THE_LINE)) == sorted(letters(reader.text).translate(ON_THE_LINE))
    known = letters(texts[0]).translate(ON_THE_LINE)
    for text in reader.marked.values():
        assert all(letters(piece).translate(ON_THE_LINE) in known for piece in text.split())


ON_THE_LINE = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")


@given(st.text(), st.text(min_size=1, max_size=3))
def test_no_plain_text_becomes_markup(text: str, wanted: str) -> None:
    view = view_of_text(text, lambda given: tuple(found.span() for found in re.finditer(re.escape(wanted), given)))
    reader = check(view.html)
    assert {tag for tag, _ in reader.tags} <= {"p", "mark"}
    assert letters(reader.text) == letters(text)


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<b>", "<ul><li>", "<blockquote>", "<p><a href=http://a>", "<table><tr><td>", "</p>", "<font>"],
)
def test_an_article_of_ten_thousand_levels_is_shown(piece: str) -> None:
    started = time.perf_counter()
    page = shown("<p>前面</p>" + piece * 10_000 + "<p>深处</p><script>x</script>")
    assert "前面" in page
    assert "深处" in page
    check(page)
    assert time.perf_counter() - started < 10


@pytest.mark.parametrize(
    "piece", ["<p>字<b>甲</b></p>", "<div>", "字", "<br>", "&lt;", "<b>字", "<img alt=甲>", "<!--"]
)
def test_an_article_of_five_megabytes_is_shown_in_time(piece: str) -> None:
    markup = piece * (5_000_000 // len(piece.encode()))
    started = time.perf_counter()
    view_of_html(markup, nothing, images=False)
    assert time.perf_counter() - started < 60


def test_many_marks_take_linear_time() -> None:
    text = "字词" * 100_000
    started = time.perf_counter()
    view = view_of_text(text, lambda given: tuple((at, at + 1) for at in range(0, len(given) - 1, 2)))
    assert view.marks == 100_000
    assert time.perf_counter() - started < 10


def test_an_article_of_usual_length_takes_milliseconds() -> None:
    markup = OF_WECHAT * 20
    assert 15_000 < len(markup) < 30_000
    view_of_html(markup, nothing, images=False)
    started = time.perf_counter()
    view_of_html(markup, nothing, images=False)
    assert time.perf_counter() - started < 0.1  # 6 ms on a machine at rest


def test_the_escaped_text_of_an_article_is_what_a_reader_sees() -> None:
    assert html.unescape(shown("<p>&amp;lt; &copy;</p>")) == "<p>&lt; ©</p>"


@pytest.mark.parametrize(
    ("title", "headings"),
    [
        ("番茄 怎么种", ["育苗"]),
        ("番茄怎么种", ["育苗"]),
        ("", ["番茄 怎么种", "育苗"]),
        ("育苗", ["番茄 怎么种", "育苗"]),
    ],
)
def test_a_first_heading_that_says_the_title_again_is_left_out(title: str, headings: list[str]) -> None:
    html = "<h1>番茄 <b>怎么种</b></h1><p>春天。</p><h2>育苗</h2>"
    view = view_of_html(html, lambda _text: (), images=False, title=title)
    assert [heading.text for heading in view.outline] == headings
    assert [heading.anchor for heading in view.outline] == [f"h{n}" for n in range(1, len(headings) + 1)]
    assert view.html.count("番茄") == len(headings) - 1


@pytest.mark.parametrize(
    ("written", "levels"),
    [
        ("123", [2, 3, 4]),
        ("3", [2]),
        ("24", [2, 3]),
        ("324", [2, 2, 3]),
        ("14243", [2, 3, 3, 4, 4]),
        ("123456", [2, 3, 4, 5, 6, 6]),
    ],
)
def test_headings_go_down_one_level_at_a_time(written: str, levels: list[int]) -> None:
    view = view_of_html("".join(f"<h{n}>题</h{n}><p>文</p>" for n in written), nothing, images=False)
    assert [heading.level for heading in view.outline] == levels
    assert re.findall(r"<h(\d) ", view.html) == re.findall(r"</h(\d)>", view.html) == list(map(str, levels))
