"""The tools in the words of the Model Context Protocol, and a server of them on standard input and output.

The SDK speaks both eras of the protocol: clients up to 2025 begin with a handshake, those of 2026-07-28 say with
each request who they are. No call depends on one before it.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from typing import Any

from mcp import MCPError, types
from mcp.server.caching import CacheHint
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from searchkit import Index, SearchkitError, __version__
from searchkit.assistants.answer import Answer
from searchkit.assistants.arguments import Refusal
from searchkit.assistants.instructions import instructions_of
from searchkit.assistants.names import SCHEME
from searchkit.assistants.tools import TOOLS, Tool, call

_log = logging.getLogger(__name__)
_READS = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_DAY = 24 * 3600 * 1000
"""Milliseconds: tools change with the version only."""
_UNREADABLE = "the index cannot be read now; ask the user to run `searchkit check` and `searchkit reindex`"


def make_server(index: Index, *, follow: bool = False) -> Server[Any]:
    """A server of *index*; with *follow*, each call sees what is published then."""

    async def list_tools(_context: object, _params: object) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[tool_of(tool) for tool in TOOLS])

    async def call_tool(_context: object, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            answer = await asyncio.to_thread(answered, index, params.name, params.arguments or {}, follow=follow)
        except Refusal as refusal:
            return types.CallToolResult(content=[_text(str(refusal))], is_error=True)
        return result_of(answer)

    async def list_resources(_context: object, _params: object) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=[])

    async def list_templates(_context: object, _params: object) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=[_ARTICLE])

    async def read(_context: object, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        try:
            asked = {"id": [params.uri]}
            answer = await asyncio.to_thread(answered, index, "fetch", asked, follow=follow)
        except Refusal as refusal:
            raise MCPError(types.INVALID_PARAMS, str(refusal)) from refusal
        text = types.TextResourceContents(uri=params.uri, mime_type="text/plain", text=answer.text)
        return types.ReadResourceResult(contents=[text])

    return Server(
        "searchkit",
        version=__version__,
        title="searchkit",
        instructions=instructions_of(index),
        cache_hints={"tools/list": CacheHint(_DAY), "resources/templates/list": CacheHint(_DAY)},
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read,
    )


_ARTICLE = types.ResourceTemplate(
    name="article",
    uri_template=f"{SCHEME}{{+id}}",
    description="The first page of an article, by its id.",
    mime_type="text/plain",
)


def answered(index: Index, name: str, arguments: dict[str, Any], *, follow: bool) -> Answer:
    """The answer of a tool.

    Raises:
        Refusal: it cannot be answered; what is wrong with the index is logged, as that would name its place.
    """
    if follow:
        _renew(index)
    try:
        return call(index, name, arguments)
    except (SearchkitError, OSError) as error:
        _log.error("%s", error)
        raise Refusal(_UNREADABLE) from error


def serve_standard_streams(index: Index) -> None:
    """Answer on standard input and output until the former ends, or the process is interrupted."""
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # a thread waits for input, which Python's own handler would wait for
    asyncio.run(_serve(make_server(index, follow=True)))


def tool_of(tool: Tool) -> types.Tool:
    """A tool as the protocol lists it."""
    return types.Tool(
        name=tool.name,
        description=tool.about,
        input_schema=tool.input,
        output_schema=tool.output,
        annotations=_READS,
    )


def result_of(answer: Answer) -> types.CallToolResult:
    """An answer as the protocol sends it."""
    links = [types.ResourceLink(name=name, uri=uri) for name, uri in answer.links]
    return types.CallToolResult(content=[_text(answer.text), *links], structured_content=answer.values)


async def _serve(server: Server[Any]) -> None:
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def _renew(index: Index) -> None:
    """Open what is published now; where that is not possible, what was open stays."""
    try:
        index.reload()
    except (SearchkitError, OSError) as error:
        _log.warning("what is published now cannot be opened: %s", error)


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=text)
