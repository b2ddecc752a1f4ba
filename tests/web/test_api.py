"""What programs are answered: the JSON of docs/json.md in English, and problem details for what cannot be."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import searchkit
from searchkit import json_form
from searchkit.query.dates import parse_span
from searchkit.web.api import BASE, OPERATIONS
from searchkit.web.app import create_app
from searchkit.web.asking import LISTS, SINGLE
from searchkit.web.completions import Completion, completions
from searchkit.web.parameters import DAY, FILTERS
from tests.conftest import ROOT
from tests.web.conftest import ORIGIN

MOON = "月全食为什么是红色的"
PROBLEM = "application/problem+json"


def asked(client: TestClient, path: str, **parameters: Any) -> dict[str, Any]:
    """What is answered at *path* of the API, without the time it took."""
    answer = client.get(f"{BASE}/{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    found: dict[str, Any] = answer.json()
    return found | ({"took_ms": 0.0} if "took_ms" in found else {})


def refused(client: TestClient, path: str, **parameters: Any) -> tuple[int, str]:
    """The status and the reason of a refusal."""
    answer = client.get(f"{BASE}/{path}", params=parameters)
    assert answer.headers["content-type"] == PROBLEM
    found = answer.json()
    assert (found["type"], found["status"]) == ("about:blank", answer.status_code)
    return answer.status_code, found["detail"]


def as_json(values: dict[str, Any]) -> Any:
    return json.loads(json_form.json_text(values))


# answers


def test_a_search_is_what_the_command_prints(client: TestClient, shelf: Path) -> None:
    filters = searchkit.Filters(tags=("天文",), since="2024")
    with searchkit.open_index(shelf) as index:
        results = index.search("太阳 月亮", filters=filters, limit=1, offset=1, facets=("tag", "year"))
    parameters = {"q": "太阳 月亮", "tag": "天文", "since": "2024", "limit": 1, "offset": 1}
    found = asked(client, "search", **parameters, facets=["tag", "year"])
    assert found == as_json(json_form.results_to_dict(replace(results, took_ms=0)))
    assert (found["total"], len(found["hits"]), list(found["facets"])) == (2, 1, ["tag", "year"])


def test_without_a_query_the_newest_articles_are_found(client: TestClient) -> None:
    assert [hit["title"] for hit in asked(client, "search", limit=2)["hits"]] == [MOON, "日食怎么看"]
    assert asked(client, "search", sort="oldest", limit=1)["hits"][0]["title"] == "第1期周报"


def test_a_query_may_be_unfinished_or_want_all_words(client: TestClient) -> None:
    assert asked(client, "search", q="git refl", prefix=1)["total"] == 1
    assert asked(client, "search", q="太阳 月亮", all=1)["total"] == 0


def test_what_is_being_typed_is_completed_and_corrected(client: TestClient, shelf: Path) -> None:
    found = asked(client, "suggest", q="天")
    assert found["completions"][0] == {"text": "天文", "kind": "tag", "id": "", "count": 2}
    assert {"text": MOON, "kind": "article", "id": MOON, "count": None} in asked(client, "suggest", q="月")[
        "completions"
    ]
    with searchkit.open_index(shelf) as index:
        assert asked(client, "suggest", q="刚好玻璃")["suggestion"] == index.suggest("刚好玻璃")
        assert completions(index, "观星", 1) == (Completion("观星簿", "author", count=2),)
        assert completions(index, "") == ()


def test_words_that_the_user_took_are_completions(tmp_path: Path) -> None:
    config = searchkit.Config(user_dictionary=str(tmp_path / "words.txt"))
    searchkit.accept_words(["树莓派", "树莓酱", "T细胞"], config=config)
    bodies = ("一块树莓派。", "两块樹莓派和t细胞。", "三只鸟。")
    searchkit.reindex(
        [searchkit.Article(f"a{n}", "", text) for n, text in enumerate(bodies)], tmp_path / "index", config=config
    )
    with searchkit.open_index(tmp_path / "index") as index:
        assert index.user_words("树") == index.user_words("樹莓") == (("树莓派", 2),)
        assert index.user_words() == (("树莓派", 2), ("t细胞", 1))
        assert index.user_words("鸟") == ()
        assert completions(index, "树莓") == (Completion("树莓派", "word", count=2),)


def test_an_article_and_those_like_it_are_answered(client: TestClient, shelf: Path) -> None:
    with searchkit.open_index(shelf) as index:
        assert asked(client, f"articles/{MOON}") == as_json(json_form.article_to_dict(index.get(MOON), path=""))
        similar = replace(index.similar(MOON, limit=3), took_ms=0)
        assert asked(client, f"similar/{MOON}", limit=3) == as_json(json_form.results_to_dict(similar))
    assert refused(client, "articles/nothing")[0] == refused(client, "similar/a/b")[0] == 404


def test_why_an_article_is_found_is_answered(client: TestClient) -> None:
    found = asked(client, "explain", q="月亮 番茄", id=MOON)
    assert found["wants"] == [{"text": "月亮", "there": True}, {"text": "番茄", "there": False}]
    assert refused(client, "explain", q="月亮", id="nothing")[0] == 404
    assert refused(client, "explain", q="月亮", id="周报")[0] == 409
    assert refused(client, "explain", q="月亮") == (400, "id is missing")


def test_values_of_a_facet_are_answered(client: TestClient) -> None:
    assert asked(client, "facets", facet="tag", prefix="月") == as_json(
        {"facet": "tag", "prefix": "月", "total": 1, "values": [["月亮", 1]]}
    )
    second = asked(client, "facets", facet="year", limit=1, offset=1)
    assert (second["total"], len(second["values"])) == (4, 1)
    assert asked(client, "facets", facet="tag", author="小院")["total"] == 0


def test_what_is_in_the_index_is_answered(client: TestClient, shelf: Path) -> None:
    with searchkit.open_index(shelf) as index:
        assert asked(client, "stats") == as_json(json_form.stats_to_dict(index.stats()))


PASSAGE = "月全食的时候,月亮变成了暗红色,大气把红光折射到月面"


def test_the_source_of_a_passage_is_answered(client: TestClient) -> None:
    quote = asked(client, "source", text=PASSAGE)["quote"]
    assert quote["id"] == MOON
    for sent in (
        {"content": PASSAGE.encode(), "headers": {"content-type": "text/plain"}},
        {"content": PASSAGE.encode(), "headers": {"content-type": "text/plain; charset=utf-8"}},
        {"json": {"text": PASSAGE}},
    ):
        answer = client.post(f"{BASE}/source", **sent)
        assert answer.json()["quote"] == quote
        assert answer.headers["cache-control"] == "private, no-cache"
        assert "etag" not in answer.headers


# refusals


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"x" * 20_001, "text/plain", 413),
        (b" " * 300_000, "text/plain", 413),
        (b"\xff\xfe", "text/plain", 400),
        (b"", "text/plain", 400),
        (b"text=x", "application/x-www-form-urlencoded", 415),
        (b"x", "", 415),
        (b"{", "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"text": 1}', "application/json", 400),
        (b'{"text": "x", "q": "x"}', "application/json", 400),
        (b'{"text": "%s"}' % (b"\\u6708" * 20_001), "application/json", 413),
    ],
    ids=range(11),
)
def test_a_body_that_cannot_be_read_is_refused(client: TestClient, content: bytes, kind: str, status: int) -> None:
    answer = client.post(f"{BASE}/source", content=content, headers={"content-type": kind})
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)


@pytest.mark.parametrize(
    ("path", "parameters", "detail"),
    [
        ("search", {"q": "月" * 2_001}, "q must have 0 to 2,000 characters, not 2,001"),
        ("search", {"limit": "101"}, "limit must be a number from 0 to 100"),
        ("search", {"limit": "²"}, "limit must be a number from 0 to 100"),
        ("search", {"offset": "10001"}, "offset must be a number from 0 to 10,000"),
        ("search", {"sort": "best"}, "sort must be one of relevance, newest, oldest"),
        ("search", {"since": "2023-02-29"}, "since must be a day such as"),
        ("search", {"q": ["a", "b"]}, "q may be given 1 times"),
        ("search", {"tag": ["a"] * 101}, "tag may be given 100 times"),
        ("search", {"all": "yes"}, "all must be 0 or 1"),
        ("search", {"tags": "月"}, "there is no parameter 'tags'; do you mean tag?"),
        ("search", {"lang": "zh"}, "there is no parameter 'lang'; there are q, tag,"),
        ("stats", {"q": "月"}, "there is no parameter 'q'; there are none"),
        ("facets", {"facet": "title"}, "facet must be one of tag,"),
        ("openapi.json", {"q": "月"}, "there is no parameter 'q'; there are none"),
    ],
)
def test_what_is_not_possible_is_refused_in_english(
    client: TestClient, path: str, parameters: dict[str, Any], detail: str
) -> None:
    status, said = refused(client, path, **parameters)
    assert status == 400
    assert said.startswith(detail)


def test_another_method_is_refused_with_those_that_there_are(client: TestClient) -> None:
    for path, allowed in [("search", {"GET", "HEAD"}), ("source", {"GET", "HEAD", "POST"})]:
        answer = client.delete(f"{BASE}/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (405, PROBLEM)
        assert set(answer.headers["allow"].split(", ")) == allowed
        assert client.head(f"{BASE}/{path}", params={"text": "月"} if path == "source" else {}).status_code == 200
    assert refused(client, "nothing") == (404, "nothing is at this address")


def test_an_answer_is_english_whatever_the_reader_speaks(client: TestClient) -> None:
    found = asked(client, "search", q="月亮", tag="天汶")
    assert found["notes"] == ["no article has the tag 天汶; nearest: 天文 (2)"]
    answer = client.get(f"{BASE}/search", headers={"accept-language": "zh", "cookie": "searchkit_language=zh"})
    assert "language" not in answer.headers["vary"].lower()


def test_a_cluster_that_is_away_is_a_problem_and_no_failure(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise searchkit.EngineUnavailable("the cluster does not answer")

    monkeypatch.setattr(searchkit.Index, "stats", away)
    assert refused(client, "stats") == (503, "the cluster does not answer")
    assert client.get("/about").status_code == 503


# the table


def test_parameters_have_the_names_of_the_page(client: TestClient) -> None:
    assert {parameter.name for parameter in FILTERS} == {*LISTS, *SINGLE}


@pytest.mark.parametrize(
    "text", ["2024", "2024-05", "2024-02-29", "2000-02-29", "2023-12-31", "30d", "999y", "today"]
)
def test_a_day_that_is_allowed_is_one(text: str) -> None:
    assert re.fullmatch(DAY, text)
    assert parse_span(text)


@pytest.mark.parametrize(
    "text", ["", "24", "2024-13", "2023-02-29", "1900-02-29", "2024-04-31", "2024-00", "x", "0000"]
)
def test_a_day_that_is_none_is_not_allowed(text: str) -> None:
    assert not re.fullmatch(DAY, text)


def test_every_operation_is_described() -> None:
    page = (ROOT / "docs" / "web.md").read_text(encoding="utf-8")
    assert [each.path for each in OPERATIONS if f"`{each.path}`" not in page] == []
    names = {parameter.name for each in OPERATIONS for parameter in each.parameters}
    assert [name for name in names if f"`{name}`" not in page] == []


def test_both_engines_answer_the_same(tmp_path: Path) -> None:
    answers = []
    for engine in ("whoosh", "memory"):
        config = searchkit.Config(engine=engine, index=str(tmp_path / engine))
        searchkit.reindex([searchkit.Article("月", "月食", "月亮变红")], jobs=1, config=config)
        with TestClient(create_app(config), base_url=ORIGIN) as client:
            answers.append(asked(client, "search", q="月亮"))
    assert answers[0] == answers[1]
    assert answers[0]["total"] == 1
