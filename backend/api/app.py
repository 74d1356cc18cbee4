"""The Flask application: who is mounted where, and what every answer has in common."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, Request, Response, jsonify
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug.exceptions import HTTPException

from backend.api import health, metrics, openapi, v1, webhooks
from backend.services.house import House
from channels.contract import Adapter

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Web:
    """What the application is made of.

    `public_url` is the address signatures cover, without a path; `request_bytes` the largest body that is read;
    `ready` names what is not ready, nothing when all is; `pages` mount further faces (the public map, the simulator).
    """

    house: House
    adapters: Mapping[str, Adapter]
    public_url: str
    request_bytes: int
    ready: Callable[[], Sequence[str]]
    secret_key: str = ""
    pages: Sequence[Callable[[Flask], None]] = ()


class PageSessions(SecureCookieSessionInterface):
    """Browsers have sessions; a provider's or a program's request has none, and making it one takes time."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """As Flask's own, for pages."""
        return None if request.path.startswith((webhooks.PREFIX, v1.PREFIX)) else super().open_session(app, request)


def create_app(web: Web) -> Flask:
    """The application."""
    app = Flask("khaibao", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = web.request_bytes
    app.config["MAX_FORM_PARTS"] = 200
    app.secret_key = web.secret_key or None
    app.session_interface = PageSessions()
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)
    webhooks.mount(app, web.house, web.adapters, web.public_url)
    v1.mount(app, web.house)
    health.mount(app, web.ready)
    metrics.mount(app)
    openapi.mount(app)
    for mount in web.pages:
        mount(app)
    return app


def error(code: str, status: int) -> tuple[Response, int]:
    """Every error has this shape."""
    return jsonify({"error": code}), status


def _http_error(found: HTTPException) -> tuple[Response, int] | HTTPException:
    if found.response is not None or found.code is None or found.code < 400:
        return found  # a redirect
    return error(found.name.lower().replace(" ", "_"), found.code)


def _crash(found: Exception) -> tuple[Response, int]:
    _log.error("request_crashed error=%s", type(found).__name__)
    return error("internal", 500)
