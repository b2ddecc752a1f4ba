"""The server as clients of the SDK see it, in both eras of the protocol, in memory and as a process."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, MCPError, StdioServerParameters

import searchkit
from searchkit.assistants.server import make_server
from tests.cli.terminal import environment
from tests.conftest import ROOT, make_article

ERAS = {"2025-11-25": "legacy", "2026-07-28": "auto"}
NAMES = ["search", "fetch", "find_source", "similar", "overview"]
Ask = Callable[[Client], Awaitable[Any]]


def asked(server: Any, ask: Ask, era: str) -> Any:
    """What *ask* gets of a client that speaks an era."""

    async def run() -> Any:
        async with Client(server, mode=ERAS[era]) as client:
            assert client.protocol_version == era
            return await ask(client)

    return asyncio.run(run())


@pytest.fixture(params=list(ERAS))
def era(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def as_process(place: Path) -> StdioServerParameters:
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    arguments = ["-W", "error", "-m", "searchkit", "mcp", "--index", str(place)]
    return StdioServerParameters(
        command=sys.executable, args=arguments, env={**environment(), "PYTHONPATH": path, "LANG": "zh_CN.UTF-8"}
    )


def test_the_tools_are_few_words_and_change_nothing(index: searchkit.Index, era: str) -> None:
    listed = asked(make_server(index), lambda client: client.list_tools(), era)
    assert [tool.name for tool in listed.tools] == NAMES
    assert len(listed.model_dump_json(by_alias=True, exclude_none=True)) <= 6_000
    for tool in listed.tools:
        assert tool.annotations.read_only_hint
        assert tool.annotations.idempotent_hint
        assert tool.annotations.destructive_hint is tool.annotations.open_world_hint is False
        assert tool.input_schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("search", {"query": "番茄"}),
        ("search", {"query": "恐龙化石"}),
        ("fetch", {"id": ["hugo/a.md", "日食怎么看", "无"]}),
        ("find_source", {"text": "月全食的时候,月亮变成了暗红色。大气把红光折射到月面"}),
        ("find_source", {"text": "没有哪篇文章说过这句话"}),
        ("similar", {"id": "番茄日记1"}),
        ("overview", {"query": "周报"}),
        ("overview", {}),
    ],
)
def test_a_client_takes_every_answer(
    index: searchkit.Index, era: str, tool: str, arguments: dict[str, Any]
) -> None:
    """The client of the SDK holds structured content against the schema."""
    result = asked(make_server(index), lambda client: client.call_tool(tool, arguments), era)
    assert not result.is_error
    assert result.content[0].text
    assert result.structured_content["version"] == searchkit.JSON_VERSION


def test_a_refusal_is_one_line_that_the_assistant_reads(index: searchkit.Index, era: str) -> None:
    result = asked(make_server(index), lambda client: client.call_tool("search", {"querry": "月"}), era)
    assert result.is_error
    assert [part.text for part in result.content] == ['search has no argument "querry"; did you mean "query"?']


def test_an_article_is_a_resource(index: searchkit.Index, era: str) -> None:
    async def ask(client: Client) -> tuple[Any, Any]:
        templates = await client.list_resource_templates()
        with pytest.raises(MCPError, match="no article has the id"):
            await client.read_resource("article://nichts")
        return templates, await client.read_resource("article://docs/a%20b.md")

    templates, read = asked(make_server(index), ask, era)
    assert templates.resource_templates[0].uri_template == "article://{+id}"
    assert "git reflog" in read.contents[0].text


def test_what_is_wrong_with_the_index_is_said_without_its_place(
    index: searchkit.Index, era: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object, **_more: object) -> None:
        raise searchkit.IndexCorrupted("/home/me/index/CURRENT: damaged")

    monkeypatch.setattr(index, "search", broken)
    result = asked(make_server(index), lambda client: client.call_tool("search", {"query": "月"}), era)
    assert result.is_error
    assert "searchkit check" in result.content[0].text
    assert "/home" not in result.content[0].text
    assert "/home/me/index" in caplog.text


def test_a_process_answers_in_english_on_standard_output(shelf: Path, era: str) -> None:
    async def ask(client: Client) -> tuple[Any, ...]:
        tools = await client.list_tools()
        found = await client.call_tool("search", {"query": "月亮", "tag": "无"})
        read = await client.call_tool("fetch", {"id": "hugo/a.md"})
        return client.instructions, tools, found, read

    instructions, tools, found, read = asked(as_process(shelf), ask, era)
    assert "collection of 40" in instructions
    assert [tool.name for tool in tools.tools] == NAMES
    assert "no article has the tag" in found.content[0].text
    assert "暗红色" in read.content[0].text
    everything = json.dumps([found.structured_content, read.structured_content]) + found.content[0].text
    assert str(shelf) not in everything + read.content[0].text + instructions


def test_a_process_ends_when_it_is_interrupted(shelf: Path) -> None:
    server = as_process(shelf)
    who = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": who}
    with subprocess.Popen(
        [server.command, *server.args],
        env=server.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(hello) + "\n")
        process.stdin.flush()
        assert "serverInfo" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == -signal.SIGINT


def test_a_process_shows_what_is_published_while_it_runs(tmp_path: Path) -> None:
    place = tmp_path / "index"
    searchkit.reindex([make_article("甲", "月亮")], place, jobs=1)

    async def ask(client: Client) -> list[int]:
        totals = []
        for articles in ([], [make_article("乙", "月亮")]):
            searchkit.add(articles, place)
            result = await client.call_tool("search", {"query": "月亮"})
            totals.append(result.structured_content["total"])
        return totals

    assert asked(as_process(place), ask, "2026-07-28") == [1, 2]
