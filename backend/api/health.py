"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Flask, Response, jsonify


def mount(app: Flask, ready: Callable[[], Sequence[str]]) -> None:
    """Mount /healthz and /readyz; `ready` names what is missing."""

    def healthz() -> Response:
        return jsonify({"status": "ok"})

    def readyz() -> tuple[Response, int]:
        missing = list(ready())
        return jsonify({"status": "waiting" if missing else "ready", "missing": missing}), 503 if missing else 200

    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)
