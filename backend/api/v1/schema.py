"""The part of JSON Schema that the API uses: what is described and what is checked are one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

Schema = Mapping[str, Any]

ROW_MOST = 2**63 - 1  # what the databases hold as a number of a row
DATE: Schema = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
NUMBER: Schema = {"type": "integer", "minimum": 1, "maximum": ROW_MOST}
COUNT: Schema = {"type": "integer", "minimum": 0}

_KINDS: Mapping[str, type[Any]] = {"object": dict, "string": str, "integer": int, "boolean": bool}


def text(most: int, least: int = 1, **more: Any) -> Schema:
    """A string of `least` to `most` characters."""
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def record(properties: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    """An object with these properties and no others."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def problems(value: Any, schema: Schema, name: str) -> Iterator[str]:
    """What is wrong with a value, as sentences that name the place and never the value."""
    kind = _KINDS[schema["type"]]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        yield f"{name} must be of type {schema['type']}"
    elif isinstance(value, dict):
        yield from _in_object(value, schema)
    elif isinstance(value, str):
        yield from _in_text(value, schema, name)
    elif kind is int and not schema["minimum"] <= value <= schema["maximum"]:
        yield f"{name} must be {schema['minimum']} to {schema['maximum']}"


def _in_object(value: Mapping[str, Any], schema: Schema) -> Iterator[str]:
    known: Mapping[str, Schema] = schema["properties"]
    yield from (f"{name} is missing" for name in schema["required"] if name not in value)
    if any(name not in known for name in value):
        yield f"only {', '.join(known)} may be given" if known else "nothing may be given"
    for name in known:
        if name in value:
            yield from problems(value[name], known[name], name)


def _in_text(value: str, schema: Schema, name: str) -> Iterator[str]:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{name} must have {schema['minLength']} to {schema['maxLength']} characters"
    elif value not in schema.get("enum", (value,)):
        yield f"{name} must be one of {', '.join(schema['enum'])}"
    elif schema.get("format") == "date" and not _is_day(value, schema["pattern"]):
        yield f"{name} must be a day, YYYY-MM-DD"


def _is_day(value: str, pattern: str) -> bool:
    try:
        return bool(re.search(pattern, value)) and bool(date.fromisoformat(value))
    except ValueError:
        return False
