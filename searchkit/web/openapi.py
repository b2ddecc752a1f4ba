"""Operations -> what OpenAPI 3.1 says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from searchkit import __version__
from searchkit.web.answer_schemas import SCHEMAS
from searchkit.web.problems import PROBLEM

if TYPE_CHECKING:
    from searchkit.web.api import Operation
    from searchkit.web.parameters import Parameter

_ABOUT = (
    "The JSON is that of docs/json.md. A request needs the token of the server, if it has one, and may come from "
    "this server's own pages or from a program, not from another page. An answer has a validator: ask again with "
    "If-None-Match, and the status is 304 until another index is published."
)
_PROBLEMS = {
    400: "A parameter is unknown, or its value is not a possible one.",
    401: "The server has a token, and the request has not.",
    403: "The request is from a page of another site.",
    404: "There is no such article.",
    405: "This is not a method of the operation.",
    409: "The name fits several articles.",
    413: "The body is too long.",
    415: "The body is neither text nor JSON.",
    421: "The server does not answer to that name.",
    503: "The cluster that has the index does not answer.",
}
_ALWAYS = (400, 401, 403, 405, 421, 503)
_OF_BODIES = (413, 415)
_ETAG = {"description": "A validator of the answer.", "required": True, "schema": {"type": "string"}}
_ID = {
    "name": "id",
    "in": "path",
    "description": "The id of the article, which may have slashes.",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
}


def described(operations: Iterable[Operation], base: str) -> dict[str, Any]:
    """The document of *operations* below *base*."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "searchkit", "version": __version__, "description": _ABOUT},
        "servers": [{"url": base}],
        "security": [{"token": []}, {}],
        "paths": {operation.path: _methods(operation) for operation in operations},
        "components": {
            "schemas": SCHEMAS,
            "responses": {str(status): _problem(about) for status, about in _PROBLEMS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _methods(operation: Operation) -> dict[str, Any]:
    in_path = [_ID] if "{id}" in operation.path else []
    asked = _described(operation, operation.refusals)
    methods = {"get": {**asked, "parameters": [*in_path, *map(_parameter, operation.parameters)]}}
    if operation.body:
        sent = _described(operation, (*operation.refusals, *_OF_BODIES), validated=False)
        methods["post"] = {
            **sent,
            "operationId": f"{asked['operationId']}_of_body",
            "requestBody": _body(operation),
        }
    return methods


def _described(operation: Operation, refusals: Iterable[int], *, validated: bool = True) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{operation.schema}"}
    found: dict[str, Any] = {"description": "The answer.", "content": {"application/json": {"schema": schema}}}
    known = {"304": {"description": "The answer is the one that the validator is of."}} if validated else {}
    return {
        "operationId": operation.path.split("/")[1],
        "summary": operation.about,
        "responses": {
            "200": found | ({"headers": {"ETag": _ETAG}} if validated else {}),
            **known,
            **{
                str(status): {"$ref": f"#/components/responses/{status}"}
                for status in sorted({*_ALWAYS, *refusals})
            },
        },
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "required": parameter.is_required,
        "schema": parameter.schema,
    }


def _body(operation: Operation) -> dict[str, Any]:
    assert operation.body
    text = operation.body.schema
    named: Mapping[str, Any] = {
        "type": "object",
        "required": [operation.body.name],
        "properties": {operation.body.name: text},
        "additionalProperties": False,
    }
    return {"required": True, "content": {"text/plain": {"schema": text}, "application/json": {"schema": named}}}


def _problem(about: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": about, "content": {PROBLEM: {"schema": schema}}}
