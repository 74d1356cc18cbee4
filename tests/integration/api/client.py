"""A program of staff that holds every answer against the description of the API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import jsonschema
from werkzeug.test import TestResponse

from backend.bootstrap import Bootstrap
from backend.domain.staff import ROLES
from tests.unit.services.fakes import FakeClock

PREFIX = "/api/v1"


class Api:
    """The web application, and a token of one user of each role, who is called like the role."""

    def __init__(self, parts: Bootstrap, clock: FakeClock) -> None:
        self.parts, self.house, self.clock = parts, parts.house, clock
        self.client = parts.web().test_client()
        self.tokens = {role: self.token(role, role) for role in ROLES}

    def token(self, name: str, role: str) -> str:
        self.house.staff.add(name, role, "CDC", "test")
        return self.house.sign_in.issue(name, "test")[0]

    @cached_property
    def description(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.client.get(f"{PREFIX}/openapi.json").json
        return found

    def call(self, method: str, path: str, role: str = "admin", **sent: Any) -> TestResponse:
        """The answer, after it was checked against what is described."""
        answer = self.raw(method, path, f"Bearer {self.tokens[role]}", **sent)
        self.check(method, path, answer)
        return answer

    def raw(self, method: str, path: str, authorization: str = "", **sent: Any) -> TestResponse:
        headers = {"Authorization": authorization} if authorization else {}
        return self.client.open(PREFIX + path, method=method, headers=headers, **sent)

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        responses = self.operation(method, path)["responses"]
        assert str(answer.status_code) in responses, f"{method} {path}: {answer.status_code} {answer.text}"
        ((media_type, content),) = responses[str(answer.status_code)]["content"].items()
        assert answer.mimetype == media_type
        if media_type == "application/json":
            jsonschema.validate(answer.json, {**content["schema"], "components": self.description["components"]})

    def operation(self, method: str, path: str) -> Mapping[str, Any]:
        """What is described under an address; exact ones before those with variables."""
        asked = PREFIX + path.partition("?")[0]
        for template in sorted(self.description["paths"], key=lambda each: "{" in each):
            if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)), asked):
                described = self.description["paths"][template]
                if method.lower() in described:
                    found: Mapping[str, Any] = described[method.lower()]
                    return found
        raise AssertionError(f"{method} {path} is not described")
