"""The one view of the API: who is it, may they, is it well-formed; only then the operation runs."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import flask

from backend.api.body import whole_body
from backend.api.v1.operation import JSON, Body, Call, File, Operation
from backend.api.v1.schema import problems
from backend.services.house import House
from backend.services.refusals import Refused, StoreUnavailable, Unknown
from backend.services.rights import HOLDERS
from backend.services.sign_in import StaffUser
from backend.services.staff import actor

BAD_REQUEST, UNSIGNED, FORBIDDEN, NOT_FOUND, CONFLICT, TOO_LARGE, WRONG_TYPE, UNFIT, TOO_MANY, AWAY = (
    400, 401, 403, 404, 409, 413, 415, 422, 429, 503,
)  # fmt: skip
STATUSES: Mapping[str, int] = {
    "body_wrong": BAD_REQUEST, "query_wrong": BAD_REQUEST, "body_type_wrong": WRONG_TYPE,
    "token_missing": UNSIGNED, "token_wrong": UNSIGNED, "token_expired": UNSIGNED,
    "too_many_attempts": TOO_MANY, "role_wrong": FORBIDDEN, "same_person": FORBIDDEN,
    "already_decided": CONFLICT, "nobody_exposed": CONFLICT, "feedback_closed": CONFLICT, "person_erased": CONFLICT,
    "already_closed": CONFLICT, "broadcast_state": CONFLICT,
}  # fmt: skip
"""Status by code; what is not here is a value that does not fit (422)."""
EVERYWHERE = (BAD_REQUEST, UNSIGNED, FORBIDDEN, TOO_MANY, AWAY)
WITH_BODY = (TOO_LARGE, WRONG_TYPE, UNFIT)

_log = logging.getLogger(__name__)


class Guarded:
    """The view of one operation."""

    def __init__(self, operation: Operation, house: House) -> None:
        self.operation, self._house = operation, house

    def __call__(self, **path: Any) -> flask.Response:
        """Answer the current request; every refusal is JSON with a code."""
        try:
            return self._answer(path)
        except Unknown as error:
            return _failure(error.code, NOT_FOUND)
        except Refused as error:
            return _failure(error.code, STATUSES.get(error.code, UNFIT), str(error))
        except StoreUnavailable as error:
            _log.error("api_store_away code=%s", error.code)
            return _failure("try_again", AWAY)

    def _answer(self, path: Mapping[str, Any]) -> flask.Response:
        user = self._signed_in()
        query = self._query()
        body = None if self.operation.body is None else _body(self.operation.body)
        made = self.operation.run(Call(self._house, user.name, actor(user), path, query, body))
        if isinstance(made, File):
            return _closed(flask.Response(made.content, self.operation.status, content_type=made.media_type))
        answer = flask.jsonify(made)
        answer.status_code = self.operation.status
        return _closed(answer)

    def _signed_in(self) -> StaffUser:
        """The user of the bearer token (RFC 6750), if the role allows the operation; raises Refused."""
        given = flask.request.authorization
        if given is None or given.type != "bearer" or not given.token:
            raise Refused("token_missing")
        user = self._house.sign_in.user_of(given.token, flask.request.remote_addr or "")
        if user.role not in HOLDERS[self.operation.right]:
            raise Refused("role_wrong")
        return user

    def _query(self) -> Mapping[str, str]:
        given = flask.request.args.to_dict(flat=False)
        values = {name: found[0] if len(found) == 1 else found for name, found in given.items()}
        wrong = list(problems(values, self.operation.query, "query"))
        if wrong:
            raise Refused("query_wrong", "; ".join(wrong))
        return {name: found[0] for name, found in given.items()}


def _body(expected: Body) -> Any:
    request = flask.request
    if request.mimetype != expected.media_type:
        raise Refused("body_type_wrong", f"the body must be {expected.media_type}")
    raw = whole_body(expected.most_bytes)
    if expected.media_type != JSON:
        return raw
    try:
        value = json.loads(raw, object_pairs_hook=_once_each)
    except RepeatedName as error:
        raise Refused("body_wrong", str(error)) from None
    except (ValueError, RecursionError):
        raise Refused("body_wrong", "the body is no JSON") from None
    wrong = list(problems(value, expected.schema, "the body"))
    if wrong:
        raise Refused("body_wrong", "; ".join(wrong))
    return value


class RepeatedName(ValueError):
    """An object has a name twice, and nobody knows which of the values is meant."""


def _once_each(pairs: Sequence[tuple[str, Any]]) -> Mapping[str, Any]:
    """The object of these names and values; raises RepeatedName."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise RepeatedName("a name is given more than once")
    return made


def _failure(code: str, status: int, sentence: str = "") -> flask.Response:
    answer = flask.jsonify({"error": code} | ({"detail": sentence} if sentence not in ("", code) else {}))
    answer.status_code = status
    if status == UNSIGNED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return _closed(answer)


def _closed(answer: flask.Response) -> flask.Response:
    """Nobody between us and the program keeps a copy."""
    answer.headers["Cache-Control"] = "no-store"
    return answer
