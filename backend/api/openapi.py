"""The description of the JSON interface, made from what is mounted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.routing import Rule

from backend.api.v1 import guard
from backend.api.v1.operation import JSON, Body, Operation
from backend.api.v1.schema import NUMBER, Schema
from backend.services.look_up import answer_schemas
from backend.services.rights import HOLDERS

ERROR: Schema = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {"type": "string", "description": "a stable code"},
        "detail": {"type": "string", "description": "a sentence for whoever writes the program"},
    },
}
FAILED: Mapping[str, Any] = {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}
SUMMARIES: Mapping[str, str] = {
    "/healthz": "Whether the process lives",
    "/readyz": "Whether database and bot can be reached",
    "/metrics": "Prometheus metrics",
    "/map.json": "Facilities by colour, in all and by place: public",
    "/api/v1/openapi.json": "This description",
}
_VARIABLE = re.compile(r"<(?:(?P<kind>\w+)(?:\([^)]*\))?:)?(?P<name>\w+)>")


def mount(app: Flask) -> None:
    """Mount /api/v1/openapi.json."""
    app.add_url_rule("/api/v1/openapi.json", "openapi", lambda: describe(app))


def describe(app: Flask) -> Response:
    """OpenAPI 3.1 of the routes that are not pages of a person."""
    paths: dict[str, Any] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        operations = dict(_operations(app, rule))
        if operations:
            paths.setdefault(_VARIABLE.sub(r"{\g<name>}", rule.rule), {}).update(operations)
    return jsonify(
        {
            "openapi": "3.1.0",
            "info": {"title": "Khai Báo", "version": "1"},
            "paths": paths,
            "components": {
                "schemas": {"Error": ERROR, **{f"Answers_{form}": each for form, each in answer_schemas().items()}},
                "securitySchemes": {"staff": {"type": "http", "scheme": "bearer", "description": "khaibao user token"}},
            },
        }
    )


def _operations(app: Flask, rule: Rule) -> Iterator[tuple[str, Mapping[str, Any]]]:
    view = app.view_functions[rule.endpoint]
    if isinstance(view, guard.Guarded):
        yield view.operation.method.lower(), _guarded(view.operation)
    elif rule.rule in SUMMARIES or rule.rule.startswith("/webhooks/"):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method.lower(), _open(rule.rule)


def _open(path: str) -> Mapping[str, Any]:
    return {
        "summary": SUMMARIES.get(path, "Called by a provider; authenticated as the provider does"),
        "parameters": list(_in_path(path)),
        "responses": {"200": {"description": "Done"}, "default": {"description": "Refused", "content": FAILED}},
    }


def _guarded(operation: Operation) -> Mapping[str, Any]:
    refusals = {*guard.EVERYWHERE, *operation.refusals, *(guard.WITH_BODY if operation.body else ())}
    failures = {
        str(status): {"description": HTTPStatus(status).phrase, "content": FAILED} for status in sorted(refusals)
    }
    described: dict[str, Any] = {
        "summary": operation.summary,
        "security": [{"staff": []}],
        "x-roles": sorted(HOLDERS[operation.right]),
        "parameters": [*_in_path(operation.path), *_in_query(operation.query)],
        "responses": {str(operation.status): {"description": "Done", "content": _content(operation)}, **failures},
    }
    if operation.body is not None:
        described["requestBody"] = _request_body(operation.body)
    return described


def _in_path(path: str) -> Iterator[Mapping[str, Any]]:
    for found in _VARIABLE.finditer(path):
        schema = NUMBER if found["kind"] == "int" else {"type": "string"}
        yield {"name": found["name"], "in": "path", "required": True, "schema": schema}


def _in_query(query: Schema) -> Iterator[Mapping[str, Any]]:
    for name, schema in query["properties"].items():
        yield {"name": name, "in": "query", "required": name in query["required"], "schema": schema}


def _content(operation: Operation) -> Mapping[str, Any]:
    if isinstance(operation.answer, str):
        return {operation.answer: {"schema": {"type": "string", "format": "binary"}}}
    return {JSON: {"schema": operation.answer}}


def _request_body(body: Body) -> Mapping[str, Any]:
    return {
        "required": True,
        "description": f"at most {body.most_bytes} bytes",
        "content": {body.media_type: {"schema": body.schema}},
    }
