"""What readers of Chinese archives run into with other engines: a test a row of the field notes.

The rows are numbered as in docs/field-notes.md.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import searchkit
from searchkit.analysis.segmenter import load_segmenter
from searchkit.config import Config
from tests.conftest import Library, make_article, marked, titles

DOCUMENTED = Path(__file__).parent.parent / "docs" / "field-notes.md"


@pytest.mark.parametrize("query", ["胞测", "测序数", "单细胞测序数据分", "序数据", "分析方"])
def test_row_01_a_piece_that_is_cut_otherwise_is_found(library: Library, query: str) -> None:
    assert titles(library("单细胞测序数据分析方法综述", "别的文章").search(query)) == ["a0"]


@pytest.mark.parametrize("query", ["龙", "的", "传", "人"])
def test_row_02_one_character_is_a_query(library: Library, query: str) -> None:
    assert titles(library("龙的传人", "别处").search(query)) == ["a0"]


@pytest.mark.parametrize(
    "query", ['"人民银行"', '"人工智能"', '"中国人民银行"', '"行的人工"', "“人民银行”", "「人民银行」"]
)
def test_row_03_a_quoted_phrase_is_found(library: Library, query: str) -> None:
    assert titles(library("中国人民银行的人工智能报告", "人民的银行，人工的智能").search(query)) == ["a0"]


def test_row_04_characters_never_match_loosely(library: Library) -> None:
    index = library(**{"广州": "羊城早茶", "惠州": "西湖边上"})
    assert titles(index.search("广州")) == ["广州"]
    assert titles(index.search("州广", all_words=True)) == titles(index.search('"州广"')) == []
    assert [(hit.title, hit.suggested) for hit in index.search("州广").hits] == [("广州", True)]


def test_row_05_a_natural_question_finds_its_article(library: Library) -> None:
    results = library("用 Seurat 给单细胞数据去除批次效应", "番茄炒蛋").search(
        "请问怎么用Seurat去除单细胞数据的批次效应呢？"
    )
    assert (titles(results), results.complete, results[0].without) == (["a0"], 1, ())


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("怎么画热图", "热图"),
        ("热图怎样才能画得好看呢", "热图"),
        ("阿司匹林什么时候吃", "阿司匹林"),
        ("为什么阿司匹林要饭后吃", "阿司匹林"),
        ("「热图」是指什么？", "热图"),
        ("什么是火山图？", "火山图"),
        ("How do I read a volcano plot?", "火山图"),
    ],
)
def test_row_05_a_question_finds_its_article_first(library: Library, question: str, article: str) -> None:
    index = library(
        热图="如何画热图：先把数据标准化，再选颜色。",
        阿司匹林="阿司匹林在饭后服用，一天一次。",
        火山图="火山图（volcano plot）的横轴是差异倍数。",
        广告="怎么什么时候都能吃？为什么要画？点这里，什么都能买到，怎么样？",
    )
    assert titles(index.search(question))[:1] == [article]


@pytest.mark.parametrize(
    ("one", "other"),
    [("雾凇拼音", "雾凇 拼音"), ("人工智能", "人工 智能"), ("单细胞数据", "单细胞　数据"), ("R语言", "R 语言")],
)
def test_row_06_a_space_does_not_change_the_answer(library: Library, one: str, other: str) -> None:
    index = library(
        "雾凇拼音的词库",
        "拼音方案里有雾凇",
        "人工智能与智能人工",
        "单细胞的数据",
        "数据，单细胞数据",
        "R语言",
        "语言 R",
    )
    assert set(titles(index.search(one))) == set(titles(index.search(other)))
    assert index.search(one).total > 0


def test_row_07_signs_work_and_no_input_is_an_error(library: Library) -> None:
    index = library(**{"甲": "配置很简单", "乙": "配置很复杂", "丙": "GPT 5 与 sing-box", "丁": "GPT 4"})
    assert titles(index.search("配置 -复杂")) == ["甲"]
    assert titles(index.search('"GPT 5"')) == ["丙"]
    assert titles(index.search("sing-box")) == ["丙"]
    assert titles(index.search("+GPT NOT 5")) == ["丁"]
    for broken in ('"', "(", "AND OR", "title:", "a^b~c*", "[x TO", "\\", "-", "：：", '"a" ~ (b'):
        index.search(broken)


LATIN = (
    "我用 iPhone15 写 C++ 和 C#，部署 .NET；GPT-5.2 与 3.6.3 版的 ggplot2，"
    "FindMarkers 算 10x 数据 p<0.05，--no-cache"
)


@pytest.mark.parametrize(
    "query",
    [
        *(
            "iPhone",
            "iphone15",
            "IPHONE 15",
            "C++",
            "c#",
            ".NET",
            "net",
            "GPT-5.2",
            "gpt",
            "GPT 5.2",
            "5.2",
            "3.6.3",
        ),
        *("ggplot2", "ggplot", "FindMarkers", "findmarkers", "find markers", "Markers", "10x", "p<0.05", "0.05"),
        *("--no-cache", "no-cache", "cache"),
    ],
)
def test_row_08_latin_blocks_are_found_whole_and_in_parts(library: Library, query: str) -> None:
    index = library(LATIN, "别的文章")
    assert titles(index.search(query)) == ["a0"]


@pytest.mark.parametrize(
    "query",
    [
        *(
            "gpt5.2",
            "GPT 5.2",
            "GPT‑5.2",
            "ggplot-2",
            "iPhone-15",
            "FindMarker",
            "no cache",
            "P < 0.05",
        ),
        *("Ｃ＋＋", "．NET", "findmarkers", "Find-Markers"),
    ],
)
def test_row_08_latin_blocks_are_found_in_another_spelling(library: Library, query: str) -> None:
    assert titles(library(LATIN, "别的文章").search(query))[:1] == ["a0"]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("随着科技", "隨著科技的發展"),
        ("什么计划", "甚麼計畫"),
        ("卫生", "香港的衞生署"),
        ("里面", "裏面的綫"),
        ("了解", "瞭解"),
        ("借口", "藉口"),
        ("家具", "傢具"),
        ("画图", "畫圖"),
        ("绘图", "絵図の学校，绘図"),
    ],
)
def test_row_09_all_variants_of_a_character_meet(library: Library, query: str, text: str) -> None:
    assert titles(library(text, "别的文章").search(query)) == ["a0"]


def test_row_09_traditional_and_simplified_meet_and_offsets_point_at_the_original(library: Library) -> None:
    index = library(**{"繁": "龍的傳人與資訊檢索", "简": "龙的传人与资讯检索之二"})
    for query in ("龙的传人", "龍的傳人"):
        results = index.search(query)
        assert set(titles(results)) == {"繁", "简"}
        texts = {text for hit in results.hits for text in marked(hit)}
        assert texts == {"龍的傳人", "龙的传人"}


def test_row_10_full_width_letters_are_letters(library: Library) -> None:
    index = library("全角的ｉＰｈｏｎｅ１５", "别的")
    (hit,) = index.search("iphone15").hits
    assert marked(hit) == ["ｉＰｈｏｎｅ１５"]
    assert titles(library("半角的 iPhone15").search("ｉＰｈｏｎｅ")) == ["a0"]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("SHA-1", "哈希 SHA‑1"),
        ("cafe", "一家 café"),
        ("2024", "营收在 2024¹ 年增长"),
        ("文件", "⽂件系统"),
        ("AI", "AIの時代"),
        ("TGF", "TGFβ 受体"),
        ("理查德凯利", "导演理查德·凯利"),
        ("m2", "三十 m²"),
        ("“原话”", '他说"原话"'),
    ],
)
def test_row_10_one_form_for_all_spellings_of_a_character(library: Library, query: str, text: str) -> None:
    (hit,) = library(text, "别的").search(query).hits
    assert (hit.title, bool(marked(hit))) == ("a0", True)


def test_row_11_highlights_are_the_words_and_never_overlap(library: Library) -> None:
    (hit,) = library("中国科学院计算所在北京。科学院很大。").search("中国科学院计算所 科学院").hits
    assert "中国科学院计算所" in marked(hit)
    for snippet in hit.snippets:
        ends = [end for _, end in snippet.highlights]
        starts = [start for start, _ in snippet.highlights]
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))


def test_row_12_snippets_are_whole_sentences_of_the_original(library: Library) -> None:
    body = "第一句讲天气。第二句讲单细胞数据，很长很长！第三句？" * 3
    (hit,) = library(body).search("单细胞").hits
    for snippet in hit.snippets:
        at = body.index(snippet.text)
        assert at == 0 or body[at - 1] in "。！？"
        assert body[at + len(snippet.text) - 1] in "。！？"


def test_row_13_no_markup_and_no_marks_inside_it(engine: str, tmp_path: Path) -> None:
    corpus = tmp_path / "c"
    corpus.mkdir()
    page = (
        '<div class="数据"><p>单<b>细</b>胞<a href="数据">数据</a> &lt;script&gt;</p><script>数据()</script></div>'
    )
    (corpus / "a.md").write_text(f"---\ntitle: 数据\n---\n{page}", "utf-8")
    searchkit.reindex(corpus, tmp_path / "i", jobs=1, config=Config(engine=engine))
    with searchkit.open_index(tmp_path / "i", engine=engine) as index:
        (hit,) = index.search("单细胞 数据").hits
    assert hit.snippets[0].text == "单细胞数据 <script>"
    assert marked(hit) == ["单细胞数据"]


def test_row_14_recall_never_depends_on_the_dictionary(engine: str, tmp_path: Path) -> None:
    articles = [make_article("甲", "奥司它韦胶囊的说明"), make_article("乙", "别的")]
    words = tmp_path / "words.txt"
    words.write_text("奥司它韦\n", "utf-8")
    for config in (Config(engine=engine), Config(engine=engine, user_dictionary=str(words))):
        searchkit.reindex(articles, tmp_path / "i", jobs=1, config=config)
        with searchkit.open_index(tmp_path / "i", engine=engine) as index:
            assert titles(index.search("奥司它韦")) == titles(index.search('"司它"')) == ["甲"]


def test_row_15_common_words_leave_no_gaps_in_phrases(library: Library) -> None:
    index = library("to be or not to be 的问题", "be to 问题的")
    assert titles(index.search('"to be or not to be"')) == ["a0"]
    assert titles(index.search('"be 的问题"')) == ["a0"]


def test_row_16_jieba_and_its_rust_port_cut_the_same() -> None:
    slow, fast = load_segmenter(prefer_rust=False), load_segmenter()
    for run in ("小明硕士毕业于中国科学院计算所", "雾凇拼音输入法", "南京市长江大桥", "他来到了网易杭研大厦"):
        assert slow.cut_for_search(run) == fast.cut_for_search(run)


def test_row_17_a_title_counts_more_and_an_equal_title_most(library: Library) -> None:
    index = library(**{"番茄": "蔬菜", "蔬菜": "番茄 番茄 番茄", "番茄番茄番茄炒蛋": "番茄"})
    assert titles(index.search("番茄"))[0] == "番茄"
    assert titles(index.search("番茄"))[-1] == "蔬菜"


def test_row_18_front_matter_and_tags_are_not_shown_as_text(sample_index: searchkit.Index) -> None:
    for query in ("单细胞", "OpenAI", "广州"):
        for hit in sample_index.search(query).hits:
            assert not hit.title.endswith((".md", ".html"))
            for snippet in hit.snippets:
                assert not {"---", "draft:", "tags:", "原文链接", "fetched"} & set(snippet.text.split())
                assert " by " not in snippet.text or "------" not in snippet.text


def test_row_19_one_broken_file_stops_nothing(engine: str, tmp_path: Path) -> None:
    corpus = tmp_path / "c"
    corpus.mkdir()
    (corpus / "a.md").write_bytes(bytes(range(256)) * 30)
    (corpus / "b.md").write_text('---\ntitle: "坏了"一半"\n---\n正文', "utf-8")
    (corpus / "c.md").write_text("好的", "utf-8")
    report = searchkit.reindex(corpus, tmp_path / "i", jobs=1, config=Config(engine=engine))
    assert ([p.path for p in report.failed], [p.path for p in report.recovered]) == (["a.md"], ["b.md"])
    with searchkit.open_index(tmp_path / "i", engine=engine) as index:
        assert (titles(index.search("正文")), titles(index.search("好的"))) == (['坏了"一半'], ["c"])


def test_row_20_a_rebuild_never_shows_an_empty_index(engine: str, tmp_path: Path) -> None:
    articles = [make_article(str(n), f"第{n}篇 数据") for n in range(30)]
    searchkit.reindex(articles, tmp_path, jobs=1, config=Config(engine=engine))
    totals = []

    def look(_: searchkit.Progress) -> None:
        with searchkit.open_index(tmp_path, engine=engine) as index:
            totals.append(index.search("数据").total)

    searchkit.reindex(articles, tmp_path, jobs=1, full=True, progress=look, config=Config(engine=engine))
    assert set(totals) == {30}


def test_row_20_a_rebuild_leaves_nothing_behind(tmp_path: Path) -> None:
    for full in (False, True, True):
        searchkit.reindex([make_article("甲")], tmp_path, jobs=1, full=full)
    assert len(list(tmp_path.glob("generation-*"))) == 1


def test_row_21_another_version_says_reindex_needed(
    engine: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    searchkit.reindex([make_article("甲", "数据")], tmp_path, jobs=1, config=Config(engine=engine))
    monkeypatch.setattr("searchkit.analysis.fingerprint.fingerprint", lambda: {"jieba dictionary": "9.9"})
    with pytest.raises(searchkit.IndexOutdated, match="reindex needed"):
        searchkit.open_index(tmp_path, engine=engine)


def test_row_22_json_holds_characters_and_a_version(engine: str, tmp_path: Path) -> None:
    searchkit.reindex([make_article("题目", "正文")], tmp_path, jobs=1, config=Config(engine=engine))
    command = [sys.executable, "-m", "searchkit", "search", "--engine", engine, "--index", str(tmp_path)]
    command += ["--json", "正文"]
    output = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    assert "题目" in output
    assert "\\u" not in output
    assert json.loads(output)["version"] == 2


def test_every_row_of_the_notes_has_a_test() -> None:
    rows = [
        line.split("|")[1].strip() for line in DOCUMENTED.read_text("utf-8").splitlines() if line.startswith("| ")
    ]
    numbers = {int(row) for row in rows if row.isdigit()}
    tested = {int(name[9:11]) for name in globals() if name.startswith("test_row_")}
    assert numbers == tested == set(range(1, 23))
