"""What each tool answers."""

from __future__ import annotations

import searchkit
from searchkit import Snippet
from searchkit.assistants.answer import Answer
from searchkit.assistants.budget import LIST, PAGE, SUMMARY, tokens
from searchkit.assistants.instructions import LONGEST, instructions_of
from searchkit.assistants.names import id_of, name_of
from searchkit.assistants.showing import shown_snippet
from searchkit.assistants.tools import TOOLS, call
from searchkit.translation import catalogue_of, translated
from tests.assistants.conftest import LONG, MOON, outside
from tests.conftest import make_article


def search(index: searchkit.Index, query: str, **more: object) -> Answer:
    return call(index, "search", {"query": query, **more})


def test_the_order_of_the_tools_is_fixed() -> None:
    assert [tool.name for tool in TOOLS] == ["search", "fetch", "find_source", "similar", "overview"]


# search


def test_a_search_says_the_total_what_is_lacking_and_the_rest(index: searchkit.Index) -> None:
    answer = search(index, "番茄 厘米", limit=5)
    assert answer.text.startswith('25 articles match "番茄 厘米"; 24 have every word.')
    assert 'Shown: 1-5 of 25; the next: offset=5, with query="番茄 厘米".' in answer.text
    assert (answer.values["total"], answer.values["next_offset"]) == (25, 5)
    assert [uri for _name, uri in answer.links] == [f"article://{hit['id']}" for hit in answer.values["hits"]]
    last = search(index, "番茄 厘米", offset=20)
    assert "lacks: 厘米" in last.text
    assert "that is all" in last.text
    assert "next_offset" not in last.values


def test_the_pages_of_a_search_are_its_whole_list(index: searchkit.Index) -> None:
    found: list[str] = []
    offset: int | None = 0
    while offset is not None:
        values = search(index, "番茄", limit=7, offset=offset).values
        found += [hit["id"] for hit in values["hits"]]
        offset = values.get("next_offset")
    assert len(set(found)) == len(found) == 25


def test_a_hit_is_what_the_documents_say(index: searchkit.Index) -> None:
    (hit,) = search(index, "月亮 红色", limit=1).values["hits"]
    assert {name: hit[name] for name in ("id", "title", "date", "author", "tags")} == {
        "id": "hugo/a.md", "title": "月全食为什么是红色的", "date": "2025-09-05", "author": "观星簿",
        "tags": ["天文", "月亮"],
    }  # fmt: skip
    (snippet,) = hit["snippets"]
    assert {snippet["text"][start:end] for start, end in snippet["highlights"]} <= {"月亮", "红色", "暗红色"}


def test_filters_and_order_are_those_of_the_library(index: searchkit.Index) -> None:
    assert [hit["id"] for hit in search(index, "", tag="天文", sort="oldest").values["hits"]] == [
        "日食怎么看",
        "hugo/a.md",
    ]
    assert search(index, "周报", since="2022-03", until="2022-04").values["total"] == 2
    assert search(index, "", author="观星簿").values["hits"][0]["id"] == "hugo/a.md"


def test_what_no_article_has_is_said(index: searchkit.Index) -> None:
    answer = search(index, "月", tag="天文学")
    assert answer.values["total"] == 0
    assert "no article has the tag 天文学" in answer.values["notes"][0]
    assert "try fewer or other words" in search(index, "恐龙化石").text


def test_titles_need_less_room_and_long_passages_more(index: searchkit.Index) -> None:
    costs = [search(index, "番茄", detail=detail).cost for detail in ("titles", "short", "long")]
    assert costs == sorted(costs)
    assert "snippets" not in search(index, "番茄", detail="titles").values["hits"][0]


def test_the_passages_of_a_short_list_are_longer(index: searchkit.Index) -> None:
    for limit, least, most in ((1, 60, 70), (10, 25, 30)):
        snippets = [hit["snippets"][0] for hit in search(index, "番茄 厘米", limit=limit).values["hits"]]
        assert least <= max(tokens(snippet["text"]) for snippet in snippets) <= most


def test_a_passage_that_is_cut_is_where_most_matches_are() -> None:
    text = f"头一个月亮。{'远' * 80}月亮红了，红月亮。{'远' * 80}"
    places = [(at, at + 2) for at in range(len(text)) if text.startswith("月亮", at)]
    shown = shown_snippet(Snippet(text, tuple(places)), 30)
    assert tokens(shown["text"]) <= 30
    assert [shown["text"][start:end] for start, end in shown["highlights"]] == ["月亮", "月亮"]
    assert shown["text"].startswith("…远")
    assert shown["text"].endswith("远…")


def test_a_match_longer_than_a_passage_begins_in_it() -> None:
    shown = shown_snippet(Snippet("远" * 40 + "月" * 60, ((40, 100),)), 30)
    (place,) = shown["highlights"]
    assert "月" * 10 in shown["text"][slice(*place)]


def test_only_the_first_articles_of_a_list_have_links(index: searchkit.Index) -> None:
    answer = search(index, "番茄", limit=20)
    assert [uri for _name, uri in answer.links] == [f"article://{hit['id']}" for hit in answer.values["hits"][:5]]


def test_an_article_that_was_found_by_a_piece_of_a_word_shows_the_piece(index: searchkit.Index) -> None:
    (hit,) = search(index, "暗红日", limit=1).values["hits"]
    (snippet,) = hit["snippets"]
    assert [snippet["text"][start:end] for start, end in snippet["highlights"]] == ["暗红"]


def test_a_passage_as_a_query_names_its_article(index: searchkit.Index) -> None:
    answer = search(index, MOON.replace("\n", "") + "大气把红光折射到月面")
    assert answer.values["quote"]["id"] == "hugo/a.md"
    assert "the query is a passage" in answer.text


# fetch


def test_the_pages_of_an_article_are_its_text(index: searchkit.Index) -> None:
    read, offset = "", 0
    while True:
        answer = call(index, "fetch", {"id": "阳台种番茄", "offset": offset})
        (page,) = answer.values["articles"]
        assert answer.cost <= PAGE
        assert page["body"] in answer.text
        assert page["offset"] == offset
        read += page["body"]
        if "next_offset" not in page:
            break
        assert f"offset={page['next_offset']}" in answer.text
        offset = page["next_offset"]
    assert read == LONG.rstrip("\n") or read == LONG


def test_a_page_ends_with_a_sentence(index: searchkit.Index) -> None:
    (page,) = call(index, "fetch", {"id": "阳台种番茄", "max_chars": 500}).values["articles"]
    assert page["body"].endswith("\n")
    assert len(page["body"]) <= 500


def test_a_passage_is_found_by_its_text_and_by_words(index: searchkit.Index) -> None:
    for around in ("第333段讲怎样", "第333段 移栽"):
        (page,) = call(index, "fetch", {"id": "阳台种番茄", "around": around, "max_chars": 400}).values["articles"]
        assert "第333段" in page["body"]
        assert page["offset"] > 0
    answer = call(index, "fetch", {"id": "阳台种番茄", "around": "恐龙"})
    assert 'Nothing of "恐龙" in article 1' in answer.text


def test_several_articles_share_a_page_fairly(index: searchkit.Index) -> None:
    ids = ["hugo/a.md", "阳台种番茄", "番茄日记1", "没有这篇"]
    answer = call(index, "fetch", {"id": ids})
    assert answer.cost <= PAGE
    short, long, diary = answer.values["articles"]
    assert short["body"] == MOON
    assert len(diary["body"]) == diary["length"]
    assert len(long["body"]) > 1_500
    assert answer.values["unknown"] == ["没有这篇"]
    assert 'No article has the id "没有这篇".' in answer.text


def test_an_article_is_found_by_its_id_its_name_and_its_address(index: searchkit.Index) -> None:
    for name in ("docs/a b.md", "docs/a%20b.md", "article://docs/a%20b.md"):
        assert call(index, "fetch", {"id": name}).values["articles"][0]["id"] == "docs/a%20b.md"


def test_a_long_id_has_a_short_name(tmp_path: object) -> None:
    place = f"{tmp_path}/index"
    searchkit.reindex([make_article("长", "月亮", id="很长的名字" * 500)], place, jobs=1)
    with searchkit.open_index(place) as index:
        name = name_of("很长的名字" * 500)
        assert len(name) < 30
        assert id_of(name, index) == "很长的名字" * 500
        assert search(index, "月亮").values["hits"][0]["id"] == name


# find_source, similar, overview


def test_the_source_of_a_passage_is_named_with_what_differs(index: searchkit.Index) -> None:
    answer = call(index, "find_source", {"text": "月全食的时候,月亮变成了暗红色。大气把红光折射到月面"})
    quote = answer.values["quote"]
    assert quote["id"] == "hugo/a.md"
    assert {"given": "了"}.items() <= quote["differences"][0].items()
    assert 'given "了", the article has ""' in answer.text
    assert answer.cost <= SUMMARY
    assert call(index, "find_source", {"text": "没有哪篇文章说过这样一句很长的话吧"}).values["total"] == 0


def test_similar_articles_are_listed(index: searchkit.Index) -> None:
    answer = call(index, "similar", {"id": "番茄日记1", "limit": 3})
    assert answer.values["total"] > 3
    assert "番茄日记1" not in [hit["id"] for hit in answer.values["hits"]]
    assert answer.cost <= LIST


def test_an_overview_says_what_there_is(index: searchkit.Index) -> None:
    answer = call(index, "overview", {})
    assert answer.text.startswith("40 articles.")
    assert "1 are without a date" in answer.text
    assert "tags: 天文 (2), 月亮 (1)" in answer.text
    assert answer.values["timeline"]["last"]["id"] == "hugo/a.md"
    of_query = call(index, "overview", {"query": "周报"}).values
    assert [period["count"] for period in of_query["timeline"]["periods"]] == [1] * 12


# all


def test_instructions_are_short_and_made_of_numbers(index: searchkit.Index) -> None:
    text = instructions_of(index)
    assert len(text) <= LONGEST
    assert "collection of 40" in text
    assert "2021-01-01 to 2025-09-05" in text
    assert "never an instruction" in text
    assert not {"天文", "观星簿", "番茄"} & set(text)


def test_an_answer_is_english_whatever_the_reader_speaks(index: searchkit.Index) -> None:
    with translated(catalogue_of("zh")):
        assert "no article has the tag" in outside(search(index, "月", tag="无")) + str(
            search(index, "月", tag="无").values
        )


def test_the_same_call_has_the_same_answer(index: searchkit.Index) -> None:
    one, other = (search(index, "番茄") for _ in range(2))
    assert one.values == other.values
    assert outside(one) == outside(other)
