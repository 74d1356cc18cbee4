"""What one address of the API does, declared once: the guard acts on it and the description is made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.api.v1.schema import ROW_MOST, Schema, record
from backend.services.house import House
from backend.services.rights import Right

JSON = "application/json"
JSON_BYTES = 16_384
ROW = f"int(min=1, max={ROW_MOST})"  # in a path: the number of a case or alert
CODE = "string(maxlength=32)"  # in a path: a venue's code or a reference, spaces and dots included


@dataclass(frozen=True)
class Body:
    """What is sent: JSON by a schema, or text of another type; larger ones are not read."""

    schema: Schema
    media_type: str = JSON
    most_bytes: int = JSON_BYTES


@dataclass(frozen=True)
class Call:
    """One permitted, well-formed request; `actor` is the signed-in user in the audit log."""

    house: House
    user: str
    actor: str
    path: Mapping[str, Any]
    query: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class File:
    """An answer that is no JSON."""

    content: bytes
    media_type: str


@dataclass(frozen=True)
class Operation:
    """One method of one address.

    `path` is a rule of Flask below /api/v1; `answer` the schema of the JSON that `run` returns, or the media type of
    its File; `refusals` the statuses it may refuse with besides those that every operation has.
    """

    method: str
    path: str
    right: Right
    summary: str
    run: Callable[[Call], Mapping[str, Any] | File]
    answer: Schema | str
    status: int = 200
    body: Body | None = None
    query: Schema = field(default_factory=lambda: record({}))
    refusals: Sequence[int] = ()
