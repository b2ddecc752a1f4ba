"""The API is what its description says: schemathesis asks what the description allows, and what it does not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

import searchkit
from searchkit.web.access import Access
from searchkit.web.answer_schemas import SCHEMAS
from searchkit.web.api import BASE, OPERATIONS
from searchkit.web.app import create_app
from searchkit.web.openapi import described
from tests.conftest import ROOT

schemathesis = pytest.importorskip("schemathesis", reason="requirements/web.txt is not installed")
HEADERS = {"Authorization": "Bearer geheim"}
_apps: list[Any] = []


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """The application that is made when the articles are there. It stays open from case to case."""
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
    else:
        await _apps[-1](scope, receive, send)


@pytest.fixture(scope="module", autouse=True)
def an_app_with_a_token(shelf: Path) -> None:
    """One that answers to the name that schemathesis calls it by."""
    _apps.append(create_app(searchkit.Config(index=str(shelf)), Access(("testserver",), "geheim")))


DOCUMENT = json.loads(json.dumps(described(OPERATIONS, BASE)))
REFUSALS = [400, 404, 405, 409, 413, 415]
"""What asks for something else than the description allows is refused with one of these."""
config = schemathesis.Config.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSALS}}, "generation": {"max-examples": 60}}
)
schema = schemathesis.openapi.from_dict(DOCUMENT, config=config)
schema.app = app


def _is_as_described(case: Any) -> None:
    case.call_and_validate(headers=HEADERS)


test_the_api_is_as_it_is_described = schema.parametrize()(_is_as_described)


def test_the_description_is_served(client: TestClient) -> None:
    assert client.get(f"{BASE}/openapi.json").json() == DOCUMENT


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_names_all_that_docs_json_names(name: str) -> None:
    properties = SCHEMAS[name].get("properties", {})
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    assert name == "Problem" or [each for each in properties if f"`{each}`" not in page] == []


ANSWERS = [
    "search?q=月亮 太阳&facets=tag&facets=year",
    "search?q=月全食的时候，月亮变成暗红色。大气把红光折射到月面。月全食的时候，月亮变成暗红色。大气把红光折射到月面。",
    "search",
    "suggest?q=月",
    "articles/日食怎么看",
    "similar/日食怎么看",
    "timeline?q=周报",
    "timeline?q=反正没有",
    "timeline?q=周报&against=番茄&as_of=2023",
    "explain?q=月亮 番茄 -滤光镜&id=日食怎么看",
    "source?text=月全食的时候,月亮变成了暗红色,大气把红光折射到月面",
    "facets?facet=tag",
    "stats",
]


@pytest.mark.parametrize("address", ANSWERS)
def test_an_answer_has_what_its_schema_has_and_nothing_else(client: TestClient, address: str) -> None:
    """Others may be added in the same version of docs/json.md, but not without a line there."""
    import jsonschema_rs

    (operation,) = (
        each for each in OPERATIONS if each.path.split("/")[1] == address.partition("?")[0].split("/")[0]
    )
    document = {"$ref": f"#/components/schemas/{operation.schema}", "components": {"schemas": _closed(SCHEMAS)}}
    jsonschema_rs.Draft202012Validator(document).validate(client.get(f"{BASE}/{address}").json())


def _closed(schemas: Any) -> Any:
    """The same schemas, of objects that have no other properties."""
    if isinstance(schemas, Mapping):
        closed = {name: _closed(each) for name, each in schemas.items()}
        return closed | ({"additionalProperties": False} if "required" in schemas else {})
    return [_closed(each) for each in schemas] if isinstance(schemas, list) else schemas
