"""The description of the JSON interface, made from what is mounted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify

ERROR: Mapping[str, Any] = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string", "description": "a stable code"}},
}
SUMMARIES: Mapping[str, str] = {
    "/healthz": "Whether the process lives",
    "/readyz": "Whether database and bot can be reached",
    "/metrics": "Prometheus metrics",
    "/api/v1/openapi.json": "This description",
}


def mount(app: Flask) -> None:
    """Mount /api/v1/openapi.json."""
    app.add_url_rule("/api/v1/openapi.json", "openapi", lambda: describe(app))


def describe(app: Flask) -> Response:
    """OpenAPI 3.1 of the routes that are not pages of a person."""
    paths: dict[str, Any] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        if rule.rule in SUMMARIES or rule.rule.startswith("/webhooks/"):
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            paths[rule.rule] = {method.lower(): _operation(rule.rule) for method in sorted(methods)}
    return jsonify({
        "openapi": "3.1.0",
        "info": {"title": "Khai Báo", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Error": ERROR}},
    })


def _operation(path: str) -> Mapping[str, Any]:
    failed = {
        "description": "Refused",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    return {
        "summary": SUMMARIES.get(path, "Called by a provider; authenticated as the provider does"),
        "responses": {"200": {"description": "Done"}, "default": failed},
    }
