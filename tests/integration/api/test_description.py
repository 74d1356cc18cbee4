"""The description of the API is true: routes, schemas, and every answer to whatever is sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.api.v1 import OPERATIONS
from backend.api.v1.operation import JSON
from backend.api.v1.schema import problems
from tests.integration.api.client import PREFIX, Api

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
LIKELY = st.sampled_from(
    [
        "Quán Hoa Sen",
        "market",
        "Hà Nội",
        "Ba Đình",
        "0901234567",
        "covid-19",
        "2026-11-21",
        "2026-11-20",
        "sure",
        1,
        True,
    ]
)
SENT = [operation for operation in OPERATIONS if operation.body and operation.body.media_type == JSON]
BODIES = [operation.body.schema for operation in SENT if operation.body]


def test_the_routes_are_the_ones_described(api: Api) -> None:
    rules = api.parts.web().url_map.iter_rules()
    mounted = {
        (rule.rule, method) for rule in rules for method in rule.methods or () if method not in ("HEAD", "OPTIONS")
    }
    routes = {(readable(rule), method) for rule, method in mounted if rule.startswith(("/api/", "/webhooks/"))}
    described = {
        (path, method.upper())
        for path, methods in api.description["paths"].items()
        for method in methods
        if path.startswith(("/api/", "/webhooks/"))
    }
    assert routes == described
    assert len({path for path, _ in described if path.startswith(PREFIX)}) > 5


def test_it_holds_the_answers_of_every_form(api: Api) -> None:
    schema = api.description["components"]["schemas"]["Answers_health"]
    jsonschema.Draft202012Validator.check_schema(schema)
    told = {
        "full_name": "Nguyễn Văn A", "birth_year": 1958, "gender": "male",
        "address": {"province": "79", "commune": "26740", "text": ""}, "travelled": False, "has_symptoms": False,
        "contact_case": False, "contact_area": False, "contact_symptomatic": False,
    }  # fmt: skip
    jsonschema.validate(told, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**told, "has_symptoms": True}, schema)
    assert "Answers_entry" in api.description["components"]["schemas"]


def readable(rule: str) -> str:
    """`/venues/<string(maxlength=32):code>` as descriptions write it."""
    pieces = rule.split("<")
    return pieces[0] + "".join(
        "{" + piece.partition(">")[0].rpartition(":")[2] + "}" + piece.partition(">")[2] for piece in pieces[1:]
    )


def test_the_description_is_complete(api: Api) -> None:
    assert api.description["openapi"].startswith("3.1")
    assert api.description["components"]["securitySchemes"]["staff"]["scheme"] == "bearer"
    for path, methods in api.description["paths"].items():
        for described in methods.values():
            assert described["summary"]
            names = {each["name"] for each in described.get("parameters", ()) if each["in"] == "path"}
            assert names == {piece.partition("}")[0] for piece in path.split("{")[1:]}
            for schema in schemas(described):
                jsonschema.Draft202012Validator.check_schema(schema)


def schemas(described: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    holders = [*described["responses"].values(), described.get("requestBody", {})]
    return [content["schema"] for holder in holders for content in holder.get("content", {}).values()]


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_the_answer_is_a_described_one(api: Api, data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(SENT))
    assert operation.body is not None
    path = re.sub(r"<[^>]*>", str(data.draw(st.integers(1, 3))), operation.path)
    api.call(operation.method, path, json=data.draw(body_for(operation.body.schema)))


def body_for(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Mostly objects with the right names."""
    named = st.fixed_dictionaries({}, optional=dict.fromkeys(schema["properties"], LIKELY | JSON_VALUES))
    whole = st.fixed_dictionaries(dict.fromkeys(schema["required"], LIKELY))
    return named | whole | JSON_VALUES


@given(schema=st.sampled_from(BODIES), data=st.data())
@settings(max_examples=200)
def test_what_is_refused_is_what_the_schema_refuses(schema: Mapping[str, Any], data: st.DataObject) -> None:
    """Our own check says the same as the standard's; a whole number written as 1.0 is the one thing we refuse more."""
    value = data.draw(body_for(schema).filter(lambda each: not has_whole_float(each)))
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    assert (not list(problems(value, schema, "body"))) == checker.is_valid(value)


def has_whole_float(value: Any) -> bool:
    values = value.values() if isinstance(value, dict) else [value]
    return any(isinstance(each, float) and each.is_integer() for each in values)


@pytest.mark.parametrize("reference", ["1234567890", "\u0661" * 10, "%F0%9F%98%80", "a" * 32])
def test_strange_references_are_refused_as_described(api: Api, reference: str) -> None:
    assert api.call("GET", f"/declarations/{reference}?reason=x").status_code == 422
