"""Reading JSON bodies that anybody may have written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from channels.contract import Malformed, Request, Response


def json_object(request: Request) -> Mapping[str, Any]:
    """The body as an object; raises Malformed("json_unreadable") or ("json_not_object")."""
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Malformed("json_unreadable") from None
    if not isinstance(body, dict):
        raise Malformed("json_not_object")
    return body


def text_field(body: Mapping[str, Any], name: str) -> str:
    """A field as text, "" when absent or null; whole numbers pass, since some gateways write 84… without quotes.

    Raises Malformed("field_not_text").
    """
    value = body.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise Malformed("field_not_text")
    return str(value)


def required_field(body: Mapping[str, Any], name: str) -> str:
    """A field that must not be empty; raises Malformed("<name>_missing")."""
    value = text_field(body, name)
    if not value:
        raise Malformed(f"{name}_missing")
    return value


def json_response(fields: Mapping[str, Any]) -> Response:
    """An object as the answer, accents readable."""
    return Response(body=json.dumps(fields, ensure_ascii=False), content_type="application/json")
