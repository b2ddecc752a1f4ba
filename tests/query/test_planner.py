"""From a query to what an engine is asked: conditions, terms that rank, and words to mark."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given

from searchkit.analysis.analyzer import Analyzer
from searchkit.analysis.normalize import title_key
from searchkit.bm25f import BIGRAM_WEIGHT, CHARACTER_WEIGHT, TITLE_TERM_WEIGHT
from searchkit.query import plan
from searchkit.query.parser import parse
from searchkit.query.plan import Condition, Highlight, Plan, RankTerm, all_words, any_words, epoch, words_of
from searchkit.query.planner import make_plan
from searchkit.query.spellings import Vocabulary
from searchkit.query.synonyms import synonym_table
from tests.query.test_parser import QUERIES

ANALYZER = Analyzer()


def planned(query: str, synonyms: Sequence[Sequence[str]] = ()) -> Plan:
    return make_plan(parse(query), ANALYZER, synonym_table(synonyms))


def asked(query: str, synonyms: Sequence[Sequence[str]] = ()) -> Condition:
    """What the syntax of *query* asks, its alternatives as typed left aside."""
    match = planned(query, synonyms).match
    assert isinstance(match, plan.Or)
    return match.nodes[0]


def wanted(query: str) -> list[str]:
    """The words *query* wants together, where it wants nothing else."""
    condition = asked(query)
    assert isinstance(condition, plan.Relaxable)
    return [node.term for node in condition.nodes if isinstance(node, plan.Word)]


def ranked(query: str, synonyms: Sequence[Sequence[str]] = ()) -> dict[str, float]:
    ranked = planned(query, synonyms).rank
    return {term.term: term.weight for term in ranked if term.channel == "words" and term.fields is None}


def marks(query: str) -> set[str]:
    return {"".join(mark.tokens) for mark in planned(query).highlights}


class TestWords:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("雾凇拼音", "雾凇 拼音"),
            ("人工智能", "人工　智能"),
            ("数据库索引", "数据库 索引"),
            ("R语言教程", "R 语言 教程"),
        ],
    )
    def test_a_space_does_not_change_the_words(self, one: str, other: str) -> None:
        assert wanted(one) == wanted(other)

    def test_words_in_another_form_are_the_same_words(self) -> None:
        assert wanted("機器學習ＧＰＴ") == wanted("机器学习gpt") == ["机器", "学习", "gpt"]

    @pytest.mark.parametrize("query", ["sing-box", "GPT-5.2", "C++", "p<0.05", "--no-cache"])
    def test_a_block_is_one_word(self, query: str) -> None:
        assert wanted(query) == [query.lower()]

    def test_a_word_is_found_by_its_term_or_by_its_tokens(self) -> None:
        assert asked("融资") == plan.Relaxable((plan.Word("融资", ("融", "资")),))

    def test_whole_and_parts_rank(self) -> None:
        assert set(ranked("GPT-5.2 人工智能")) == {
            *("gpt-5.2", "gpt", "5.2", "gpt5.2", "人工", "智能", "人工智能")
        }

    def test_a_word_said_twice_counts_once(self) -> None:
        assert wanted("融资 融资") == ["融资"]
        assert ranked("融资 融资") == {"融资": 1.0}

    def test_a_mark_of_punctuation_among_words_asks_for_nothing(self) -> None:
        assert wanted("什么是融资 ？") == wanted("什么是融资")

    def test_a_sign_among_words_is_wanted(self) -> None:
        assert asked("😀 文章") == plan.Relaxable((plan.Phrase(("😀",)), plan.Word("文章", ("文", "章"))))
        assert "😀" in marks("😀 文章")

    @pytest.mark.parametrize("query", ["。", "😀", "+", "《》", "()"])
    def test_a_query_of_signs_looks_for_them_as_typed(self, query: str) -> None:
        piece = plan.Phrase(tuple(query), None, True, True)
        assert isinstance(planned(query).match, plan.Or)
        assert piece in planned(query).match.nodes  # type: ignore[union-attr]

    @pytest.mark.parametrize("query", ["", "   ", '""'])
    def test_nothing_finds_nothing(self, query: str) -> None:
        assert asked(query) == plan.Or(())
        assert (planned(query).rank, planned(query).highlights) == ((), ())


class TestSyntax:
    def test_a_phrase_is_tokens_in_a_row_whatever_the_dictionary_says(self) -> None:
        assert asked('"行的人"') == plan.And((plan.Phrase(("行", "的", "人"), None, True, True),))

    def test_a_phrase_with_slop_is_words_near_each_other(self) -> None:
        assert asked('"银行 改革"~3') == plan.And((plan.Proximity((("银", "行"), ("改", "革")), 3),))

    def test_a_field_narrows_matching_and_ranking(self) -> None:
        assert asked("title:融资") == plan.And((plan.And((plan.Word("融资", ("融", "资"), ("title",)),)),))
        assert planned("title:融资").rank == (
            RankTerm("融资", BIGRAM_WEIGHT, ("title",), "bigrams"),
            RankTerm("融", CHARACTER_WEIGHT, ("title",), "characters"),
            RankTerm("资", CHARACTER_WEIGHT, ("title",), "characters"),
            RankTerm("融资", 1.0, ("title",)),
        )

    def test_pairs_and_characters_rank_beside_words(self) -> None:
        ranked = {(term.channel, term.term): term.weight for term in planned("(R语言)^2").rank if not term.fields}
        assert ranked["bigrams", "语言"] == 2 * BIGRAM_WEIGHT
        assert ranked["characters", "语"] == 2 * CHARACTER_WEIGHT
        assert not {("bigrams", "r语"), ("characters", "r")} & set(ranked)

    def test_every_term_ranks_titles_once_more(self) -> None:
        rank = planned("R语言^2").rank
        everywhere = {
            (term.channel, term.term, term.weight * TITLE_TERM_WEIGHT) for term in rank if not term.fields
        }
        assert everywhere == {(t.channel, t.term, t.weight) for t in rank if t.fields == ("title",)}

    def test_a_boost_weighs_terms(self) -> None:
        assert ranked("融资^3 银行") == {"融资": 3.0, "银行": 1.0}

    def test_boosts_inside_each_other_multiply(self) -> None:
        assert ranked("(融资^3 银行)^2") == {"融资": 6.0, "银行": 2.0}

    def test_a_prefix_is_a_pattern_of_words_or_the_beginning_of_tokens(self) -> None:
        assert asked("Find*") == plan.Relaxable(
            (plan.Or((plan.MultiTerm("pattern", "find*"), plan.Phrase(("find",), open_end=True))),)
        )

    def test_a_fuzzy_word(self) -> None:
        assert asked("Seurat~2") == plan.Relaxable((plan.MultiTerm("fuzzy", "seurat", 2),))

    def test_dates_are_seconds_on_the_clock_of_the_article(self) -> None:
        assert asked("date:2024") == plan.And((plan.DateRange(1_704_067_200, 1_735_689_600),))

    def test_the_zone_of_a_date_is_left_aside(self) -> None:
        moment = datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=8)))
        assert epoch(moment) == 1_704_067_200
        assert epoch(None) is None


class TestNot:
    def test_a_word_that_must_not_be_there_is_excluded(self) -> None:
        assert asked("配置 -复杂") == plan.And(
            (
                plan.Relaxable((plan.Word("配置", ("配", "置")),)),
                plan.Not(plan.Relaxable((plan.Word("复杂", ("复", "杂")),))),
            )
        )

    @pytest.mark.parametrize(
        "query", ["-复杂", "NOT 复杂", "非 复杂", '-"复杂 配置"', "-(复杂 title:配置)", "-(复杂^5 OR 配置)"]
    )
    def test_nothing_under_a_not_ranks(self, query: str) -> None:
        assert planned(query).rank == ()

    @pytest.mark.parametrize("query", ["融资 -复杂", "融资 NOT 复杂", '融资 -"复杂"', "融资 -(复杂 配置)"])
    def test_nothing_under_a_not_is_marked(self, query: str) -> None:
        as_typed = "".join(ANALYZER.characters(query))
        assert marks(query) - {as_typed} == {"融资"}

    def test_a_synonym_of_an_excluded_word_neither_ranks_nor_is_marked(self) -> None:
        assert set(ranked("融资 -模型", [["模型", "model"]])) == {"融资"}

    def test_an_exclusion_is_not_loosened(self) -> None:
        loosened = any_words(asked("融资 -复杂配置"))
        assert isinstance(loosened, plan.And)
        assert loosened.nodes[1] == plan.Not(
            plan.And((plan.Word("复杂", ("复", "杂")), plan.Word("配置", ("配", "置"))))
        )


class TestMarks:
    @pytest.mark.parametrize(
        ("query", "parts"),
        [
            ("人工智能", {"人工": "人工智能", "智能": "人工智能"}),
            ("人工智能 智能", {"人工": "人工智能"}),
            ("人工 智能", {}),
            ("单细胞", {"细胞": "单细胞"}),
            ("單細胞", {"细胞": "单细胞"}),
            ("单细胞 细胞", {}),
            ("GPT-4", {"gpt": "gpt-4"}),
            ("CO2", {"co": "co2"}),
            ("FindMarkers", {"find": "findmarkers", "markers": "findmarkers"}),
            ("10x", {}),
            ("C++", {}),
            ('"人工智能"', {}),
        ],
    )
    def test_a_part_of_a_word_is_marked_as_such(self, query: str, parts: dict[str, str]) -> None:
        marked = {"".join(mark.tokens): "".join(mark.whole) for mark in planned(query).highlights}
        assert {part: whole for part, whole in marked.items() if whole} == parts

    def test_words_of_asking_are_marked_only_when_alone(self) -> None:
        assert marks("什么是热图") == {"什么是热图", "热图"}
        assert marks("什么") == {"什么"}

    def test_a_character_that_stands_alone_is_marked(self) -> None:
        assert {"猫", "狗"} <= marks("猫 狗")
        assert marks("龙") == {"龙"}

    def test_a_lone_character_of_a_longer_text_is_not_marked(self) -> None:
        assert "的" not in marks("融资的报告")

    def test_the_words_of_a_phrase_with_slop_are_marked(self) -> None:
        assert {"猫", "狗"} <= marks('"猫 狗"~5')

    def test_the_ends_of_a_phrase_may_lie_inside_words(self) -> None:
        assert Highlight(("gpt", "5"), True, True) in planned('"GPT 5"').highlights

    def test_a_boost_of_nothing_marks_nothing(self) -> None:
        assert (planned("猫狗^0").rank, planned("(abc)^0").rank) == ((), ())


class TestTitles:
    def test_a_query_is_compared_with_whole_titles(self) -> None:
        key = plan.Terms("title_key", (title_key("gpt-5: intro"),))
        assert plan.Bonus("exact title", key, 100.0) in planned("GPT-5：Ｉｎｔｒｏ").bonuses

    def test_case_width_blanks_and_script_of_a_title_do_not_count(self) -> None:
        assert title_key("ＧＰＴ 的 機器　學習") == title_key("gpt的机器学习")

    def test_a_title_that_reads_like_syntax_is_found_as_typed(self) -> None:
        query = "配置 -复杂：(一)"
        match = planned(query).match
        assert isinstance(match, plan.Or)
        assert plan.Terms("title_key", (title_key(query),)) in match.nodes
        assert plan.Phrase(tuple(ANALYZER.characters(query)), None, True, True) in match.nodes


class TestAsTyped:
    @pytest.mark.parametrize(
        "query", ["维生素D", "R 4.3", "2×2", "10,000", "n^2", "CD8阳性", "机器学习", "iPhone 15"]
    )
    def test_what_is_typed_together_or_with_numbers_has_a_bonus(self, query: str) -> None:
        (bonus,) = planned(query).bonuses[1:]
        assert bonus.condition == plan.Phrase(tuple(ANALYZER.characters(query)))

    @pytest.mark.parametrize(
        "query", ["机器 学习", "how to plot", "猫", "seurat", "单细胞", "单细胞 AND", "维生素D -广告"]
    )
    def test_words_with_spaces_between_them_or_one_token_have_none(self, query: str) -> None:
        assert planned(query).bonuses[1:] == ()

    @pytest.mark.parametrize(
        "typed", ["{}？", "{}，", "{} -", "{} +", "{}。", "（{}", '"{}', "{}是什么", "什么是{}", "{} 吗？"]
    )
    def test_marks_and_words_of_asking_around_it_do_not_count(self, typed: str) -> None:
        assert planned(typed.format("维生素D")).bonuses[1:] == planned("维生素D").bonuses[1:]
        assert planned(typed.format("单细胞")).bonuses[1:] == ()

    @pytest.mark.parametrize(("query", "tokens"), [("C++", "c++"), (".NET", ".net"), ("100%", "100 %")])
    def test_a_sign_that_belongs_to_a_name_counts(self, query: str, tokens: str) -> None:
        (bonus,) = planned(query).bonuses[1:]
        assert bonus.condition == plan.Phrase(tuple(ANALYZER.characters(tokens)))


class TestSynonyms:
    GROUPS = (("大模型", "LLM", "大语言模型"), ("番茄", "西红柿"))

    def test_a_synonym_is_an_alternative(self) -> None:
        assert asked("番茄", self.GROUPS) == plan.Relaxable(
            (plan.Or((plan.And((plan.Word("番茄", ("番", "茄")),)), plan.Phrase(("西", "红", "柿")))),)
        )

    def test_a_synonym_ranks_half(self) -> None:
        assert ranked("番茄", self.GROUPS) == {"番茄": 1.0, "西红柿": 0.5}

    def test_a_synonym_of_several_words_is_seen(self) -> None:
        assert "llm" in ranked("大语言模型", self.GROUPS)

    def test_a_synonym_is_seen_whatever_its_case(self) -> None:
        assert "模型" in ranked("llm", self.GROUPS)

    def test_every_word_of_a_group_names_the_others(self) -> None:
        assert synonym_table([("a", "b", "c")]) == {("a",): ("b", "c"), ("b",): ("a", "c"), ("c",): ("a", "b")}

    def test_without_a_synonym_nothing_changes(self) -> None:
        assert planned("银行改革", self.GROUPS) == planned("银行改革")


def word(term: str) -> plan.Word:
    return plan.Word(term, tuple(term))


def words_in_part(planned: Plan) -> list[Condition]:
    assert isinstance(planned.match, plan.Or)
    return [leaf for leaf in plan.leaves(any_words(planned.match.nodes[0])) if isinstance(leaf, plan.Phrase)]


class TestRuns:
    FIVE = plan.Relaxable(tuple(map(word, ("银行", "改革", "报告", "数据", "模型"))))

    def test_all_words_are_every_one_of_a_run(self) -> None:
        assert all_words(self.FIVE) == plan.And(self.FIVE.nodes)

    def test_any_words_are_one_of_a_run(self) -> None:
        gpt = plan.Word("gpt-5", ("gpt", "-", "5"))
        loosened = any_words(plan.And((plan.Relaxable((word("数据"), gpt, word("龙"), word("虎"))), word("银行"))))
        assert isinstance(loosened, plan.And)
        assert loosened.nodes == (plan.Or((word("数据"), gpt, word("龙"), word("虎"))), word("银行"))

    def test_a_word_that_few_articles_have_may_be_there_in_part(self) -> None:
        few = Vocabulary(lambda terms: [7 if term == "沈是" else 500 for term in terms], 5_000)
        pairs = words_in_part(make_plan(parse("沈是 教程"), ANALYZER, vocabulary=few))
        assert pairs == [plan.Phrase(("是", "教"))]
        many = Vocabulary(lambda terms: [500] * len(terms), 5_000)
        assert words_in_part(make_plan(parse("沈是 教程"), ANALYZER, vocabulary=many)) == []

    def test_a_word_that_every_other_article_has_puts_none_in_the_list(self) -> None:
        known = Vocabulary(lambda terms: [3_000 if term == "文件" else 700 for term in terms], 5_000)
        planned = make_plan(parse("目录 文件"), ANALYZER, vocabulary=known)
        assert isinstance(planned.match, plan.Or)
        assert any_words(planned.match.nodes[0]) == plan.Or((word("目录"),))
        assert all_words(planned.match.nodes[0]) == plan.And((word("目录"), word("文件")))
        alone = make_plan(parse("文件"), ANALYZER, vocabulary=known).match
        assert isinstance(alone, plan.Or)
        assert any_words(alone.nodes[0]) == plan.Or((word("文件"),))

    def test_words_inside_alternatives_are_a_run_too(self) -> None:
        loosened = any_words(plan.Or((self.FIVE,)))
        assert isinstance(loosened, plan.Or)
        assert isinstance(loosened.nodes[0], plan.Or)

    def test_the_words_of_a_condition_are_those_of_its_runs(self) -> None:
        nested = plan.Or((plan.And((self.FIVE, plan.Not(plan.Relaxable((word("的"),))))), self.FIVE))
        assert words_of(nested) == self.FIVE.nodes

    @pytest.mark.parametrize(
        "query",
        [
            '"银行改革"',
            "+银行改革",
            "银行改革 AND 报告",
            "date:2024",
            '"银行改革"^2',
            "-银行改革",
            "title:银行改革",
            "(+银行) AND 改革",
            "银行 OR 改革",
            '("银行改革")',
        ],
    )
    def test_a_firm_part_of_a_query_is_not_loosened(self, query: str) -> None:
        assert any_words(asked(query)) == all_words(asked(query))

    def test_a_firm_part_stays_where_words_beside_it_are_loosened(self) -> None:
        loosened = any_words(asked("数据 报告 -银行"))
        assert isinstance(loosened, plan.And)
        assert isinstance(loosened.nodes[0], plan.Or)
        assert loosened.nodes[1] == plan.Not(plan.And((word("银行"),)))

    @pytest.mark.parametrize(
        "query", ['数据 报告 "银行改革"^2', "数据 +改革", "数据 title:银行", "数据 (银行 OR 改革)"]
    )
    def test_words_beside_a_required_text_are_optional(self, query: str) -> None:
        loosened = any_words(asked(query))
        assert isinstance(loosened, plan.And)
        assert loosened.nodes[0] == plan.And(())
        assert all_words(asked(query)) != loosened

    def test_words_of_asking_are_not_wanted_beside_others(self) -> None:
        assert wanted("怎么画热图") == wanted("如何画热图") == wanted("画热图")
        assert wanted("什么时候吃阿司匹林呢") == wanted("吃阿司匹林")

    def test_words_of_asking_are_wanted_when_alone(self) -> None:
        assert wanted("怎么") == ["怎么"]

    @pytest.mark.parametrize("query", ['"下栏"是指什么', "什么 +下栏", "什么是 title:下栏"])
    def test_words_of_asking_beside_a_firm_part_ask_for_nothing(self, query: str) -> None:
        terms = {word.term for word in plan.leaves(asked(query)) if isinstance(word, plan.Word)}
        assert terms == ({"指"} if "指" in query else {"下栏"})


@given(QUERIES)
def test_any_query_has_a_plan(query: str) -> None:
    result = planned(query)
    assert all(term.weight > 0 and term.term for term in result.rank)
    assert all(mark.tokens and all(mark.tokens) for mark in result.highlights)


@pytest.mark.parametrize("query", ["猫狗" * 10_000, "数据 " * 5_000, "a-b " * 5_000, '"' + "长" * 10_000 + '"'])
def test_a_long_query_is_planned_at_once(query: str) -> None:
    planned("预热")
    began = time.process_time()
    result = planned(query)
    assert time.process_time() - began < 1
    assert len(result.rank) <= 2400
