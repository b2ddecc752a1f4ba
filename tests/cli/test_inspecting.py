"""`stats`, `check`, `analyze` and `why`: commands that look into an index."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest

import searchkit
from searchkit.cli.check import report_to_text
from searchkit.cli.layout import View
from searchkit.engines.whoosh.reader import WhooshReader
from searchkit.query import plan
from searchkit.query.plan import describe
from tests.cli.conftest import Call, write_article

TEA = f"广州人喝早茶，一盅两件。{'点心一笼一笼地端上来，茶一杯一杯地添。' * 12}"


@pytest.fixture
def indexed(call: Call, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of a few files of every kind that is indexed already."""
    write_article(corpus, "draft.md", "草稿", "还没写完的红光。", draft="true")
    write_article(corpus, "tea.md", "一盅两件", TEA)
    write_article(corpus, "tea2.md", "早茶", TEA)
    (corpus / "broken.md").write_bytes(bytes([0x81, 0xFF, 0, 0xFE, 0x9F]) * 400)
    searchkit.reindex(corpus, tmp_path / "own index", jobs=1)
    monkeypatch.setenv("SEARCHKIT_INDEX", str(tmp_path / "own index"))
    return corpus


def test_stats_say_what_is_in_the_index(call: Call, samples: Path) -> None:
    result = call("stats")
    assert result.exit_code == 0
    assert "articles  70 from" in result.stdout
    assert str(samples) in result.stdout
    assert "2024 15" in result.stdout


def test_stats_as_json_have_their_shape(call: Call) -> None:
    values = json.loads(call("stats", "--json").stdout)
    assert list(values) == [
        "version", "index", "corpus", "built", "bytes", "articles", "files", "drafts", "failed", "terms",
        "user_words", "facets", "versions", "problems",
    ]  # fmt: skip
    assert values["articles"] == 70
    assert values["bytes"] > 10_000
    assert values["versions"]["searchkit"] == searchkit.__version__


def test_stats_count_what_was_left_out(call: Call, indexed: Path) -> None:
    values = json.loads(call("stats", "--json").stdout)
    assert (values["articles"], values["drafts"], values["failed"]) == (2, 1, 1)
    assert "left out  1 draft · 1 failed\n" in call("stats").stdout
    (problem,) = values["problems"]
    assert problem["path"] == "broken.md"
    assert f"could not be indexed:\n  broken.md: {problem['reason']}\n" in call("stats").stdout


def test_stats_of_one_file_speak_of_one(call: Call, indexed: Path, tmp_path: Path) -> None:
    for name in ("draft.md", "tea2.md", "tea.md", "broken.md"):
        (indexed / name).unlink()
    searchkit.reindex(indexed, tmp_path / "own index", jobs=1)
    assert "articles  1 from 1 file\n" in call("stats").stdout


def test_check_finds_nothing_wrong(call: Call) -> None:
    result = call("check")
    assert (result.exit_code, result.stdout) == (0, "70 articles in the index\nfine\n")


def test_check_compares_with_the_corpus(call: Call, indexed: Path) -> None:
    assert call("check").exit_code == 0
    write_article(indexed, "new.md", "新的", "新的一篇。")
    write_article(indexed, "moon.md", "月全食", "改过的正文。")
    (indexed / "tea.md").unlink()
    result = call("check", "--json")
    values = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (values["new"], values["changed"], values["gone"]) == (["new.md"], ["moon.md"], ["tea.md"])
    assert (values["damaged"], values["outdated"]) == (False, True)
    assert "run `searchkit reindex`" in call("check").stdout


def test_check_names_a_corpus_that_is_gone_and_says_what_to_do(call: Call, indexed: Path) -> None:
    indexed.rename(indexed.with_name("moved"))
    result = call("check")
    assert result.exit_code == 1
    assert f"the corpus folder is missing: {indexed}\n" in result.stdout
    assert result.stdout.endswith("restore the folder, or run `searchkit reindex CORPUS` with its new path\n")
    values = json.loads(call("check", "--json").stdout)
    assert (values["outdated"], values["compared"], values["gone"]) == (True, False, [])


def test_check_of_articles_from_a_program_has_no_folder_to_compare_with(call: Call, tmp_path: Path) -> None:
    searchkit.reindex([searchkit.Article(id="a", title="月", body="亮")], tmp_path / "own index", jobs=1)
    result = call("check", "--index", tmp_path / "own index")
    assert result.exit_code == 0
    assert result.stdout == "1 article in the index\nno corpus folder to compare with\nfine\n"


def test_check_sees_that_files_are_read_in_another_way(
    call: Call, indexed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.inspection.READING_VERSION", -1)
    result = call("check")
    assert result.exit_code == 1
    assert "1 setting changed since the last reindex:\n  reading_version\n" in result.stdout


def test_check_sees_that_settings_changed(call: Call, indexed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEARCHKIT_DRAFTS", "true")
    result = call("check", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["settings"] == ["drafts"]


def test_check_reports_damage_with_2(call: Call, indexed: Path, tmp_path: Path) -> None:
    (manifest,) = (tmp_path / "own index").glob("generation-*/*anifest*")
    manifest.write_bytes(b"not a manifest")
    result = call("check")
    assert result.exit_code == 2
    assert str(manifest) in result.stdout
    assert result.stdout.endswith("damaged: run `searchkit reindex --full`\n")
    (problem,) = json.loads(call("check", "--json").stdout)["problems"]
    assert problem["path"] == str(manifest)


@pytest.mark.parametrize(("name", "other"), [("tags", '["夜"]'), ("categories", '["夜"]'), ("title", '"一夜"')])
def test_check_compares_the_record_of_each_file_with_its_article(
    call: Call, indexed: Path, tmp_path: Path, name: str, other: str
) -> None:
    """Also the record of the duplicate tea2.md, whose title and tags the article has in addition to its own."""
    write_article(indexed, "tea2.md", "早茶", TEA, tags='["茶"]', categories='["饮食"]')
    searchkit.reindex(indexed, tmp_path / "own index", jobs=1)
    assert call("check").exit_code == 0
    (manifest,) = (tmp_path / "own index").glob("generation-*/manifest.gz")
    text, nul, samples = zlib.decompress(manifest.read_bytes()).partition(b"\0")
    lines = text.decode().split("\n")
    (at,) = (n for n, line in enumerate(lines) if line and json.loads(line)["id"] == "tea2.md")
    record = json.loads(lines[at])
    record["facts"][name] = json.loads(other)
    lines[at] = json.dumps(record, ensure_ascii=False)
    manifest.write_bytes(zlib.compress("\n".join(lines).encode() + nul + samples))
    result = call("check", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout)["differing"] == ["tea.md"]


def test_damage_outweighs_changes_in_the_advice() -> None:
    text = report_to_text(searchkit.CheckReport(3, missing=tuple("abcdefg"), new=("n",), compared=True), View())
    assert text.startswith("3 articles in the index\n7 missing from the index:\n  a\n")
    assert "  and 2 more\n" in text
    assert text.endswith("damaged: run `searchkit reindex --full`\n")


def test_analyze_shows_every_step(call: Call) -> None:
    lines = call("analyze", "用FindMarkers看數據").stdout.splitlines()
    steps = {line[:12].strip(): line[12:] for line in lines}
    assert steps["normal"] == "用findmarkers看数据"
    assert "markers" in steps["words"].split(" | ")
    assert steps["characters"] == "0:用 1:findmarkers 2:看 3:数 4:据"
    assert steps["query"] == "用 | findmarkers | 看 | 数据"


def test_analyze_as_json_has_its_shape(call: Call) -> None:
    values = json.loads(call("analyze", "-月", "GPT", "--json").stdout)
    assert list(values) == ["version", "text", "normal", "words", "characters", "query"]
    assert values["text"] == "-月 GPT"
    assert values["query"][0] == {"term": "月", "tokens": ["月"]}


def test_analyze_uses_the_user_dictionary(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "words.txt").write_text("红光落\n", encoding="utf-8")
    monkeypatch.setenv("SEARCHKIT_USER_DICTIONARY", "words.txt")
    assert "红光落" in json.loads(call("analyze", "红光落在", "--json").stdout)["words"]


def test_why_gives_rank_and_score_of_a_found_article(call: Call) -> None:
    result = call("why", "OpenAI 融资", "算力账单")
    assert result.exit_code == 0
    assert result.stdout.startswith("found: number 1 of 2, score ")
    assert "has    融资\n" in result.stdout


def test_why_reads_no_article_but_the_one_it_is_about(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    get = WhooshReader.get
    monkeypatch.setattr(WhooshReader, "get", lambda reader, name: read.add(name) or get(reader, name))
    values = json.loads(call("why", "月 OR 的", "算力账单", "--json").stdout)
    assert values["total"] > 10
    assert values["rank"]
    assert read == {values["id"]}


def test_why_counts_the_rank_among_what_the_filters_leave(call: Call) -> None:
    query = ("月 OR 的", "算力账单", "--json")
    among_all = json.loads(call("why", *query).stdout)
    filtered = json.loads(call("why", *query, "--since", "2024-10-09", "--until", "2024-10-09").stdout)
    assert (filtered["rank"], filtered["total"]) == (1, 1)
    assert among_all["rank"] > 1


def test_why_names_the_words_an_article_lacks(call: Call) -> None:
    result = call("why", "月亮", "算力账单")
    assert result.exit_code == 1
    assert "lacks  月亮\n" in result.stdout


def test_why_says_which_words_an_article_in_the_list_lacks(call: Call) -> None:
    result = call("why", "月亮 融资", "算力账单")
    assert result.exit_code == 0
    assert "has    融资\n" in result.stdout
    assert "lacks  月亮\n" in result.stdout


def test_why_says_that_a_score_is_too_low_for_the_list(call: Call) -> None:
    result = call("why", "OpenAI 融资新闻 估值 轮次 算力账单 为什么月亮", "月全食")
    assert result.exit_code == 1
    assert "is too low for the list\n" in result.stdout


def test_why_names_an_excluded_word(call: Call) -> None:
    assert "holds  估值, which the query excludes" in call("why", "融资 -估值", "算力账单").stdout


def test_why_names_filters(call: Call) -> None:
    filters = ("--tag", "x", "--since", "2025", "--until", "2025-12", "--author", "智能观察员", "--category", "y")
    filtered = json.loads(call("why", "OpenAI", "算力账单", *filters, "--json").stdout)["filtered"]
    assert filtered == [
        "filtered out: its tag is not x but 智能观察员",
        "filtered out: its category is not y but Duty",
        "filtered out: its date 2024-10-09 is before 2025-01-01",
    ]
    (late,) = json.loads(call("why", "OpenAI", "算力账单", "--until", "2023", "--json").stdout)["filtered"]
    assert late == "filtered out: its date 2024-10-09 is after 2023-12-31"


def test_why_names_a_missing_date(call: Call, tmp_path: Path) -> None:
    searchkit.reindex([searchkit.Article(id="a", title="月")], tmp_path / "own index", jobs=1)
    said = call("why", "月", "a", "--since", "2024", "--index", tmp_path / "own index").stdout
    assert "filtered out: it has no date\n" in said


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("draft", "it is a draft"),
        ("broken", "reading it failed"),
        ("tea2", "duplicate of tea.md, which is shown instead"),
    ],
)
def test_why_knows_files_that_are_no_articles(call: Call, indexed: Path, name: str, reason: str) -> None:
    result = call("why", "红光", name)
    assert result.exit_code == 1
    assert reason in result.stdout


@pytest.mark.parametrize("command", ["show", "open", "similar"])
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("draft", "draft.md: it is a draft; drafts are indexed by `searchkit reindex --drafts`"),
        ("草稿", "draft.md: it is a draft; "),
        ("broken.md", "broken.md: reading it failed: "),
        ("魑魅", "魑魅: no article has this in its id or title"),
        (" ", "no article has this in its id or title"),
    ],
)
def test_a_file_that_is_no_article_is_named_with_the_reason(
    call: Call, indexed: Path, command: str, name: str, reason: str
) -> None:
    result = call(command, name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert reason in result.stderr


def test_a_draft_that_is_indexed_is_shown(call: Call, indexed: Path, tmp_path: Path) -> None:
    searchkit.reindex(indexed, tmp_path / "own index", jobs=1, drafts=True)
    assert call("show", "草稿").exit_code == 0


def test_why_knows_a_file_that_was_not_indexed_yet(call: Call, indexed: Path) -> None:
    path = write_article(indexed, "late.md", "迟到", "红光。")
    result = call("why", "红光", path)
    assert result.exit_code == 1
    assert "it is not in the index" in result.stdout


def test_why_of_an_unknown_article_exits_with_1(call: Call) -> None:
    result = call("why", "月", "no such article")
    assert (result.exit_code, result.stdout) == (1, "")


def test_why_as_json_has_its_shape(call: Call) -> None:
    values = json.loads(call("why", "OpenAI 融资", "算力账单", "--json").stdout)
    assert list(values) == [
        "version", "query", "id", "shown_as", "found", "rank", "total", "complete", "score", "outside",
        "filtered", "wants", "excluded", "explanation",
    ]  # fmt: skip
    assert values["wants"][:2] == [{"text": "OpenAI", "there": True}, {"text": "融资", "there": True}]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (plan.Word("月", ("月",), ("title",)), "月 in title"),
        (plan.Phrase(("gpt", "5", "月", "亮")), "“gpt 5 月亮”"),
        (plan.Proximity((("月",), ("亮",)), 2), "月, 亮 at most 2 tokens apart"),
        (plan.MultiTerm("pattern", "find*"), "find*"),
        (plan.MultiTerm("fuzzy", "openai", 1, ("title",)), "openai~1 in title"),
        (plan.Not(plan.Word("月", ("月",))), "not 月"),
        (plan.Or(()), "nothing"),
        (plan.And((plan.DateRange(0, None), plan.Terms("tag", ("a",)))), "a date in the range and tag a"),
    ],
)
def test_a_condition_is_described_in_words(condition: plan.Condition, words: str) -> None:
    assert describe(condition) == words
