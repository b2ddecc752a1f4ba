"""`searchkit search` in this process: what it finds, its formats, its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.layout import View
from searchkit.cli.query_words import _OPTION
from searchkit.cli.render.as_json import as_json
from searchkit.cli.render.as_text import fact_line
from searchkit.cli.search import command
from searchkit.model import Article, Hit, Results
from tests.cli.conftest import Call
from tests.conftest import make_article

HIT_KEYS = [
    "id", "title", "score", "date", "author", "tags", "categories", "url", "path", "duplicates", "reposts",
    "newest", "without", "suggested", "title_highlights", "snippets",
]  # fmt: skip


def test_found_articles_are_on_stdout_and_the_summary_on_stderr(call: Call) -> None:
    result = call("search", "OpenAI", "融资")
    assert result.exit_code == 0
    assert "大模型公司为什么总在融资：以 OpenAI 为例" in result.stdout
    assert "2 articles" in result.stderr
    assert "articles ·" not in result.stdout


def test_nothing_found_exits_with_1(call: Call) -> None:
    result = call("search", "魑魅魍魉")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no articles" in result.stderr


def test_several_words_are_one_query(call: Call) -> None:
    assert json.loads(call("search", "OpenAI", "融资", "--json").stdout)["query"] == "OpenAI 融资"


@pytest.mark.parametrize("word", ["-估值", "-docker", "-nginx", '-"估值"', "-list"])
def test_a_word_to_exclude_is_no_option(call: Call, word: str) -> None:
    result = call("search", "融资", word, "--json")
    assert json.loads(result.stdout)["query"] == f"融资 {word}"


def test_every_short_option_is_an_option() -> None:
    short = [name for option in command.params for name in option.opts if name[0] == "-" != name[1]]
    assert [name for name in short if not _OPTION.fullmatch(name)] == []


def test_an_excluded_word_excludes(call: Call) -> None:
    assert call("search", "融资", "--count").stdout == "2\n"
    assert call("search", "融资", "-估值", "--count").stdout == "0\n"


def test_a_query_may_begin_with_a_dash_after_two_dashes(call: Call) -> None:
    result = call("search", "--json", "--", "-l", "--no-cache")
    assert json.loads(result.stdout)["query"] == "-l --no-cache"


def test_short_options_may_stand_together(call: Call) -> None:
    assert call("search", "月", "-ln2").stdout.count("\n") == 2


def test_a_misspelt_option_is_an_error_and_not_a_word(call: Call) -> None:
    assert call("search", "月", "--jsn").exit_code == 2


def test_json_has_its_shape(call: Call) -> None:
    values = json.loads(call("search", "月全食", "--json").stdout)
    assert list(values) == [
        "version", "query", "total", "complete", "semantic", "took_ms",
        "suggestion", "quote", "hits", "facets", "notes",
    ]  # fmt: skip
    assert values["version"] == 2
    assert (values["facets"], values["notes"], values["complete"]) == ({}, [], values["total"])
    hit = values["hits"][0]
    assert list(hit) == HIT_KEYS
    assert hit["date"] == "2025-09-05T14:50:00+00:00"
    assert hit["title_highlights"][0] == [0, 3]
    assert list(hit["snippets"][0]) == ["text", "highlights"]
    begin, end = hit["snippets"][0]["highlights"][0]
    assert "月" in hit["snippets"][0]["text"][begin:end]


def test_json_of_nothing_is_still_an_object(call: Call) -> None:
    result = call("search", "魑魅魍魉", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["hits"] == []


def test_an_article_without_a_date_has_null() -> None:
    printed = as_json(Results("q", 1, (Hit(Article("a.md", "a"), 1.0),)), View())
    assert json.loads(printed)["hits"][0]["date"] is None


def test_json_lines_are_an_object_a_hit(call: Call) -> None:
    lines = call("search", "月", "--jsonl", "-n", "3").stdout.splitlines()
    assert [list(json.loads(line)) for line in lines] == [HIT_KEYS] * 3


def test_paths_name_files_that_exist(call: Call) -> None:
    paths = call("search", "月", "-l", "-n", "3").stdout.splitlines()
    assert len(paths) == 3
    assert all(Path(path).is_file() for path in paths)


def test_paths_can_end_with_nul(call: Call) -> None:
    printed = call("search", "月", "-0", "-n", "2").stdout
    assert printed.count("\0") == 2
    assert "\n" not in printed


def test_count_prints_a_number_only(call: Call) -> None:
    counted = call("search", "月", "--count")
    assert int(counted.stdout) == json.loads(call("search", "月", "--json").stdout)["total"]
    assert counted.stderr == ""
    assert call("search", "魑魅魍魉", "--count").exit_code == 1


def test_a_count_with_facets_has_them_below(call: Call) -> None:
    number, *facets = call("search", "OpenAI 融资", "--count", "--facets").stdout.splitlines()
    assert (number, facets[4]) == ("2", "year      2024 1, 2025 1")


def test_a_limit_of_zero_is_all(call: Call) -> None:
    total = int(call("search", "月", "--count").stdout)
    assert total > 10
    assert len(json.loads(call("search", "月", "--json", "-n0").stdout)["hits"]) == total
    assert len(json.loads(call("search", "月", "--json").stdout)["hits"]) == 10
    assert "showing" not in call("search", "月", "-n", "0").stderr


@pytest.mark.parametrize("flag", ["-l", "-0", "--jsonl", "--vimgrep"])
def test_formats_for_programs_leave_nothing_out_unless_asked_to(call: Call, tmp_path: Path, flag: str) -> None:
    (tmp_path / "searchkit.toml").write_text("limit = 3\n", encoding="utf-8")
    total = int(call("search", "月", "--count").stdout)
    assert "showing" not in call("search", "月", flag).stderr
    assert call("search", "月", flag).stderr.startswith(f"{total} articles · ")
    assert "showing 1–2 " in call("search", "月", flag, "-n", "2").stderr
    assert "showing 1–3 " in call("search", "月").stderr


@pytest.mark.parametrize("command", [("search", "OpenAI 融资"), ("similar", "算力账单")])
def test_an_offset_past_the_end_says_where_the_end_is(call: Call, command: tuple[str, str]) -> None:
    total = int(call(*command, "--count").stdout)
    result = call(*command, "--offset", total)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f" · no more after {total} · " in result.stderr
    assert "no more" not in call(*command, "--offset", total - 1).stderr


def test_an_offset_without_a_limit_gives_the_rest(call: Call) -> None:
    paths = call("search", "月", "-l").stdout.splitlines()
    assert call("search", "月", "-l", "--offset", "4").stdout.splitlines() == paths[4:]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--json", "--count"), "--json and --count exclude each other"),
        (("--count", "--json"), "--json and --count exclude each other"),
        (("-l", "-0"), "-l and -0 exclude each other"),
        (("-l0n2",), "-l and -0 exclude each other"),
        (("--paths", "--jsonl", "--vimgrep"), "--jsonl and -l exclude each other"),
        (("-v", "-q"), "-v and -q exclude each other"),
        (("-qv",), "-v and -q exclude each other"),
        (("--explain", "-l"), "--explain and -l exclude each other"),
        (("-0v",), "-v and -0 exclude each other"),
        (("--count", "--explain"), "--explain and --count exclude each other"),
        (("--vimgrep", "--explain"), "--explain and --vimgrep exclude each other"),
        (("-l", "--facets"), "--facets and -l exclude each other"),
        (("--facets", "--vimgrep"), "--facets and --vimgrep exclude each other"),
        (("--facets", "--jsonl"), "--facets and --jsonl exclude each other"),
    ],
)
def test_options_that_exclude_each_other_are_an_error(call: Call, flags: tuple[str, ...], said: str) -> None:
    result = call("search", "月", *flags)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert call("search", "月", "--json", "--json").exit_code == 0


@pytest.mark.parametrize(
    "flags", [("--json", "--facets", "--explain"), ("--jsonl", "-v"), ("--count", "--facets"), ("--facets", "-v")]
)
def test_options_that_have_an_effect_go_together(call: Call, flags: tuple[str, ...]) -> None:
    assert call("search", "月", *flags).exit_code == 0


def test_vimgrep_points_at_the_files(call: Call) -> None:
    lines = call("search", "月全食", "--vimgrep", "-n", "1").stdout.splitlines()
    for line in lines:
        path, number, column, _ = line.split(":", 3)
        raw = Path(path).read_bytes().split(b"\n")[int(number) - 1]
        assert raw[int(column) - 1 :].decode().startswith("月")
    assert len(lines) == 2  # the title and a passage


def test_vimgrep_notes_files_that_changed(call: Call, corpus: Path, tmp_path: Path) -> None:
    searchkit.reindex(corpus, tmp_path / "i", jobs=1)
    (corpus / "tea.md").write_text("改写了\n", encoding="utf-8")
    result = call("search", "早茶", "--vimgrep", "--index", tmp_path / "i")
    assert result.exit_code == 0
    assert result.stdout == f"{corpus / 'tea.md'}:1:1:广州人喝早茶，一盅两件。\n"
    assert "note: 1 file has changed since it was indexed; run `searchkit reindex`\n" in result.stderr
    assert call("search", "早茶", "--vimgrep", "-q", "--index", tmp_path / "i").stderr == ""


def test_vimgrep_notes_files_that_are_gone(call: Call, corpus: Path, tmp_path: Path) -> None:
    searchkit.reindex(corpus, tmp_path / "i", jobs=1)
    (corpus / "tea.md").unlink()
    result = call("search", "早茶", "--vimgrep", "--index", tmp_path / "i")
    assert (result.exit_code, "changed" in result.stderr) == (0, False)
    assert "note: 1 file does not exist any more; run `searchkit reindex`\n" in result.stderr


def test_hits_are_numbered_from_the_offset(call: Call) -> None:
    result = call("search", "月", "-n", "2", "--offset", "2")
    assert result.stdout.startswith(" 3  ")
    assert "showing 3–4" in result.stderr


def test_newest_come_first_if_asked(call: Call) -> None:
    hits = json.loads(call("search", "月", "--sort", "newest", "--json").stdout)["hits"]
    dates = [hit["date"] for hit in hits if hit["date"]]
    assert dates == sorted(dates, reverse=True)


def test_filters_narrow_the_result(call: Call) -> None:
    filters = (
        "--tag",
        "观星簿",
        "--author",
        "观星簿",
        "--category",
        "duty",
        "--since",
        "2025",
        "--until",
        "2025-12",
    )
    hits = json.loads(call("search", "月", *filters, "--json").stdout)["hits"]
    assert [hit["title"] for hit in hits] == ["月全食为什么是红色的"]


def test_facets_are_printed_after_the_hits(call: Call) -> None:
    last = call("search", "OpenAI 融资", "--facets").stdout.rstrip("\n").split("\n")[-5:]
    assert last[0].startswith("tag       智能观察员 2")
    assert last[3:] == ["site      mp.weixin.qq.com 2", "year      2024 1, 2025 1"]


def test_facets_are_pairs_in_json(call: Call) -> None:
    facets = json.loads(call("search", "OpenAI 融资", "--facets", "--json").stdout)["facets"]
    assert list(facets) == ["tag", "category", "author", "site", "year"]
    assert facets["year"] == [["2024", 1], ["2025", 1]]


def test_an_explanation_adds_up_to_the_score(call: Call) -> None:
    hit = json.loads(call("search", "OpenAI 融资", "--explain", "--json").stdout)["hits"][0]
    assert sum(part["score"] for part in hit["explanation"]) == pytest.approx(hit["score"], abs=0.01)
    assert " score\n" in call("search", "OpenAI 融资", "--explain").stdout


def test_an_explanation_is_a_line_a_word_and_every_addend_with_v(call: Call) -> None:
    query = ("人民银行降准对房贷有什么影响", "-n", "1")
    addends = json.loads(call("search", *query, "--explain", "--json").stdout)["hits"][0]["explanation"]
    short = [line.split() for line in scores(call("search", *query, "--explain").stdout)]
    assert len(short) <= 12 < len(addends)
    assert [word.rstrip(",") for _, word, *_ in short].count("降准") == 1
    assert [float(score) for score, *_ in short] == sorted((float(score) for score, *_ in short), reverse=True)
    assert sum(float(score) for score, *_ in short) == pytest.approx(sum(a["score"] for a in addends), abs=0.02)
    every = [line.split(maxsplit=1) for line in scores(call("search", *query, "-v").stdout)]
    assert {name for _, name in every} == {" in ".join(filter(None, (a["name"], a["field"]))) for a in addends}
    assert sum(float(score) for score, _ in every) == pytest.approx(sum(a["score"] for a in addends), abs=0.02)


def scores(printed: str) -> list[str]:
    """The lines of an explanation below the total."""
    lines = printed.split("\n")
    total = next(n for n, line in enumerate(lines) if line.endswith(" score"))
    return [line for line in lines[total + 1 :] if line.startswith("     ")]


def test_the_verdict_says_how_many_have_all_words_and_suggests(call: Call) -> None:
    result = call("search", "opnai 融资")
    assert result.stderr.splitlines()[0].startswith("2 articles · none with all words · ")
    assert "did you mean: OpenAI 融资" in result.stderr
    assert "· as suggested\n" in result.stdout


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("春 夏", "without 春, 夏"),
        ("春 夏 秋 冬", "without 春, 夏, 秋, 冬"),
        ("春 夏 秋 冬 昼", "without 春, 夏, 秋, 冬 …"),
        ("春 夏 秋 冬 昼 夜", "without 春, 夏, 秋, 冬 …"),
    ],
)
def test_a_hit_names_four_of_the_words_it_lacks(words: str, line: str) -> None:
    assert fact_line(Hit(make_article("四季", "雪"), 1.0, without=tuple(words.split()))) == line


def test_with_all_only_articles_with_all_words_are_found(call: Call) -> None:
    assert call("search", "--all", "opnai 融资").exit_code == 1
    assert call("search", "--all", "--count", "openai 融资").stdout == "2\n"


def test_with_prefix_the_last_word_may_go_on(call: Call) -> None:
    assert "none with all words" in call("search", "融资 opena").stderr
    found = call("search", "--prefix", "--json", "融资 opena")
    assert (found.exit_code, json.loads(found.stdout)["complete"]) == (0, 2)


def test_text_that_looked_like_syntax_is_noted_or_with_raw_an_error(call: Call) -> None:
    assert "note:" in call("search", '"月').stderr
    strict = call("search", "--raw", '"月')
    assert strict.exit_code == 2
    assert strict.stderr.startswith("searchkit: ")
    assert "^" in strict.stderr


def test_quiet_leaves_only_results(call: Call) -> None:
    assert call("search", "月", "-q").stderr == ""


def test_a_date_that_makes_no_sense_is_one_line(call: Call) -> None:
    result = call("search", "月", "--since", "gestern")
    assert result.exit_code == 2
    assert result.stderr == "searchkit: 'gestern' is not a date such as 2024, 2024-05, 2024-05-14, 30d, today\n"


def test_without_an_index_the_message_says_what_to_run(call: Call, tmp_path: Path) -> None:
    result = call("search", "月", "--index", tmp_path / "none")
    assert result.exit_code == 2
    assert f"{tmp_path / 'none'}: no index here; run `searchkit reindex FOLDER`" in result.stderr


def test_settings_of_the_folder_count_and_flags_beat_them(call: Call, tmp_path: Path) -> None:
    (tmp_path / "searchkit.toml").write_text('limit = 1\ncolor = "always"\n', encoding="utf-8")
    configured = call("search", "月")
    assert "showing 1 " in configured.stderr
    assert "\x1b[1;31m" in configured.stdout
    flagged = call("search", "月", "-n2", "--color", "never")
    assert "showing 1–2" in flagged.stderr
    assert "\x1b" not in flagged.stdout


def test_a_broken_setting_is_one_line(call: Call, tmp_path: Path) -> None:
    (tmp_path / "searchkit.toml").write_text("limt = 1\n", encoding="utf-8")
    result = call("search", "月")
    assert result.exit_code == 2
    assert "limt" in result.stderr
    assert result.stderr.count("\n") == 1


def test_repeats_of_an_article_are_counted(call: Call) -> None:
    assert " · +1\n" in call("search", "南北杏雪梨汤").stdout


@pytest.mark.parametrize("words", [("",), (" ",), ("", "\u3000")])
def test_an_empty_query_finds_nothing_and_says_so(call: Call, words: tuple[str, ...]) -> None:
    result = call("search", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "note: the query is empty" in result.stderr


@pytest.fixture
def by_meaning(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of two small articles with vectors of their titles."""
    folder = tmp_path / "semantic"
    searchkit.reindex(corpus, folder, config=searchkit.Config(semantic="titles", jobs=1))
    return folder


def test_an_answer_says_that_it_goes_by_meaning(call: Call, by_meaning: Path) -> None:
    result = call("search", "月亮", "月面", "--semantic", "--explain", "--index", by_meaning)
    assert (result.exit_code, "by meaning too" in result.stderr) == (0, True)
    assert any(line.endswith(" meaning") for line in result.stdout.splitlines())
    found = json.loads(call("search", "月亮 红光", "--semantic", "--json", "--index", by_meaning).stdout)
    assert (found["semantic"], found["notes"]) == (True, [])
    for more in ((), ("--no-semantic",), ("--semantic", "--sort", "newest")):
        result = call("search", "月亮 红光", "--json", "--index", by_meaning, *more)
        assert json.loads(result.stdout)["semantic"] is False


def test_an_index_without_vectors_says_how_to_get_them(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    result = call("search", "融资", "--semantic")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no vectors" in result.stderr
    assert "SEARCHKIT_SEMANTIC=lead" in result.stderr
    monkeypatch.setenv("SEARCHKIT_SEMANTIC", "lead")
    result = call("search", "融资")
    assert result.exit_code == 0
    assert "note: only by words: this index has no vectors" in result.stderr
