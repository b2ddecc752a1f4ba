"""Other spellings of the words of a query, as an index that has some words knows them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.numerals import numerals_in
from searchkit.query.spellings import MAX_SPELLINGS, Vocabulary, inflections, spellings
from tests.analysis.texts import TEXTS
from tests.conftest import Library, marked, titles
from tests.golden import Case, rows

ANALYZER = Analyzer()
KNOWN = """
rna seq rnaseq rna-seq sc scrna scrnaseq gpt 4 gpt4 node js nodejs node.js wi fi wifi p value values p-value pvalue
cluster clusters clustering study studies class classes seurat ggplot2 5 2 138 0013 8000 13800138000 2024-05
2024-05-14 300000000 10 000 10000 no-cache cache ai
ng na io cm unit units unite united new news len lens gp fb ro pb dn sar http https serie series thi this panda
pandas name named naming t-test t-tests
"""
TERMS = frozenset(KNOWN.split())


def frequencies(terms: Sequence[str]) -> list[int]:
    return [int(term in TERMS) for term in terms]


def spelled(query: str) -> str:
    """The spellings of each word of *query*, sorted, a bar between two words; phrases in brackets, in parentheses
    what is only marked."""
    words = [cut.term for cut in ANALYZER.cut(query)]
    found = [
        sorted({"term": "%s", "phrase": "[%s]", "mark": "(%s)"}[other.use] % other.text for other in some)
        for some in spellings(words, Vocabulary(frequencies, 10))
    ]
    return " | ".join(" ".join(texts) or "-" for texts in found)


@pytest.mark.parametrize("case", rows(Path(__file__).parent / "spellings_cases.txt"), ids=lambda case: case.title)
def test_the_spellings_of_the_words_of_a_query(case: Case) -> None:
    assert spelled(case.given) == case.expected


@given(TEXTS)
def test_each_word_has_few_spellings_and_never_itself(text: str) -> None:
    words = [cut.term for cut in ANALYZER.cut(text)][:12]
    found = spellings(words, Vocabulary(lambda terms: [1] * len(terms), 10))
    assert len(found) == len(words)
    for word, some in zip(words, found, strict=True):
        assert len(some) <= MAX_SPELLINGS
        assert word not in {other.text for other in some}


def test_nothing_is_asked_of_an_index_for_han() -> None:
    vocabulary = Vocabulary(lambda terms: pytest.fail(f"asked for {terms}"), 10)
    assert spellings(["人工", "智能"], vocabulary) == [(), ()]


def test_a_rare_spelling_tells_no_more_than_the_word() -> None:
    vocabulary = Vocabulary(lambda terms: [{"pvalue": 90, "pvalues": 2}.get(term, 0) for term in terms], 100)
    ((rare,),) = spellings(["pvalue"], vocabulary)
    ((common,),) = spellings(["pvalues"], vocabulary)
    assert (rare.text, common.text, common.weight) == ("pvalues", "pvalue", 1.0)
    assert rare.weight < 0.1


@given(st.text(st.sampled_from("abdeghinrsyz-4"), max_size=12))
def test_a_word_is_no_inflection_of_itself(word: str) -> None:
    assert word not in inflections(word)


@given(TEXTS)
def test_numerals_are_pieces_of_the_text(text: str) -> None:
    assert all(found.text in text for found in numerals_in(text))


ONE_NAME = [
    ("RNA-seq", "RNAseq", "RNA seq", "RNA‑Seq", "rna–seq"),
    ("GPT-4", "GPT4", "GPT 4"),
    ("Node.js", "nodejs", "NodeJS", "node js"),
    ("p-value", "p value", "pvalue", "p-values", "P Values"),
    ("Wi-Fi", "wifi", "Wi Fi"),
    ("Seurat v5", "Seurat 5", "Seurat V5"),
    ("R4.3", "R 4.3", "R-4.3"),
    ("10,000", "10000", "10 000", "10，000"),
    ("13800138000", "138-0013-8000", "138 0013 8000"),
    ("2024年5月", "2024-05", "二〇二四年五月", "2024/5", "2024年05月"),
    ("3亿", "300,000,000", "300000000"),
    ("cell clusters", "cell cluster"),
    ("SNPs", "SNP"),
    ("RNAs", "RNA"),
    ("Pokémon", "pokemon", "POKEMON"),
    ("Erdős–Rényi", "Erdos-Renyi", "erdosrenyi", "Erdos Renyi"),
    ("理查德·凯利", "理查德凯利", "理查德・凯利", "理查德•凯利"),
    ("H₂O", "H2O"),
    ("2×2", "2x2", "2 × 2", "2X2"),
    ("10×", "10x", "10 x"),
    ("37℃", "37°C", "37 ℃", "37 °C"),
    ("計畫", "计划", "計劃"),
]


@pytest.mark.parametrize("names", ONE_NAME, ids=lambda names: names[0])
def test_each_spelling_of_a_name_finds_and_marks_all_others(library: Library, names: tuple[str, ...]) -> None:
    index = library(
        **{f"第{n}篇": f"这里说的是 {name} 的事" for n, name in enumerate(names)}, 别的="没有关系的文章"
    )
    everything = {f"第{n}篇" for n in range(len(names))}
    for name in names:
        hits = index.search(name).hits
        assert {hit.title for hit in hits} == everything, name
        assert all(map(marked, hits)), name


def test_the_form_typed_is_first(library: Library) -> None:
    index = library(**{"甲": "the p value", "乙": "the p-values", "丙": "the p-value", "丁": "the pvalue"})
    assert titles(index.search("p-value"))[0] == "丙"
    assert titles(index.search("p-values"))[0] == "乙"


def test_a_number_is_not_another_with_its_digits(library: Library) -> None:
    index = library("版本 5.2", "版本 52", "编号 12-34")
    assert titles(index.search("52")) == ["a1"]
    assert titles(index.search("1234")) == []


def test_a_phrase_in_quotes_is_as_it_is_typed(library: Library) -> None:
    index = library("the p value", "the p-value")
    assert titles(index.search('"p value"')) == ["a0"]


def test_an_excluded_word_is_excluded_in_all_its_spellings(library: Library) -> None:
    index = library("RNA-seq 数据", "RNAseq 数据", "蛋白 数据")
    assert titles(index.search("数据 -RNAseq")) == ["a2"]


def test_an_amount_after_a_comma_is_one(library: Library) -> None:
    index = library(逗号="据统计，3亿人使用这种手机", 数字="共有 300,000,000 人使用", 别的="据统计，五人使用")
    for typed in ("300,000,000", "300000000", "3亿"):
        assert set(titles(index.search(typed))) == {"逗号", "数字"}, typed


def test_a_price_and_a_version_are_no_months(library: Library) -> None:
    index = library(月="写于2000年5月，又于2024年1月改过", 价="一共2000.5元", 版="更新到版本 2024.1 了")
    assert titles(index.search("2000年5月")) == ["月"]
    assert titles(index.search("2000.5元")) == ["价"]
    assert titles(index.search("2024.1")) == ["版"]


def test_degrees_are_no_letter(library: Library) -> None:
    index = library(温="在 37℃ 培养", 母="选 C 项，共 37 题")
    assert index.search("37℃").complete == 1
    assert index.search("℃").complete == 1


def test_a_word_next_to_a_times_sign_is_one(library: Library) -> None:
    index = library("CELL×GENE 数据库", "矩阵 m×n", "科学×艺术")
    assert [titles(index.search(typed)) for typed in ("gene", "m", "艺术")] == [["a0"], ["a1"], ["a2"]]
