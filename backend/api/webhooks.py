"""Every provider's address below /webhooks goes through one view, so that no check can be forgotten."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

import flask
from flask import Flask

from backend.api.body import whole_body
from backend.api.metrics import INBOUND, REFUSED
from backend.services.house import House
from backend.services.ports.unit import StoreUnavailable
from channels.contract import Adapter, ChannelError, Malformed, Request, Response

PREFIX = "/webhooks"

_log = logging.getLogger(__name__)


class Webhook:
    """One address of one adapter: verify, parse, make safe, acknowledge."""

    def __init__(self, adapter: Adapter, house: House, public_url: str) -> None:
        self.adapter, self._house, self._public_url = adapter, house, public_url

    def __call__(self, **_path: str) -> flask.Response:
        """The view; an adapter reads variable parts of its address from the path itself."""
        try:
            return _answer(self._take(read_request(self._public_url)))
        except ChannelError as error:
            REFUSED.labels(self.adapter.name, error.code).inc()
            _log.warning("webhook_refused channel=%s code=%s", self.adapter.name, error.code)
            return _failure(error.code, error.status)
        except (StoreUnavailable, OSError) as error:
            _log.error("webhook_unsafe channel=%s error=%s", self.adapter.name, type(error).__name__)
            return _failure("try_again", 503)

    def _take(self, request: Request) -> Response:
        taken = self._house.reception.take(self.adapter, request)
        INBOUND.labels(self.adapter.name).inc(taken.events)
        return taken.response


def mount(app: Flask, house: House, adapters: Mapping[str, Adapter], public_url: str) -> None:
    """Mount the routes of all adapters."""
    for adapter in adapters.values():
        view = Webhook(adapter, house, public_url)
        for route in adapter.routes:
            endpoint = f"webhook {route.path}"
            app.add_url_rule(PREFIX + route.path, endpoint, view, methods=list(route.methods))


def read_request(public_url: str) -> Request:
    """The current request as the provider made it: raw path and query, repeats and blank values kept."""
    request = flask.request
    raw_query = request.query_string.decode("utf-8", "replace")
    asked = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.path
    path = str(asked).partition("?")[0]
    body = whole_body(flask.current_app.config["MAX_CONTENT_LENGTH"])
    return Request(
        method=request.method,
        url=f"{public_url.rstrip('/')}{path}{'?' if raw_query else ''}{raw_query}",
        path=request.path,
        headers={name.lower(): value for name, value in request.headers.items()},
        query=_pairs(raw_query),
        form=_pairs(body.decode("utf-8", "replace")) if request.mimetype == "application/x-www-form-urlencoded" else (),
        body=body,
        remote=request.remote_addr or "",
    )


def _pairs(raw: str) -> Sequence[tuple[str, str]]:
    try:
        return parse_qsl(raw, keep_blank_values=True, max_num_fields=500)
    except ValueError:
        raise Malformed("too_many_fields") from None


def _answer(response: Response) -> flask.Response:
    return flask.Response(response.body, response.status, content_type=response.content_type)


def _failure(code: str, status: int) -> flask.Response:
    answer = flask.jsonify({"error": code})
    answer.status_code = status
    return answer
