"""/map.json, for programs."""

from __future__ import annotations

from flask import Flask, Response, jsonify

from backend.public.answers import TRY_AGAIN, answer
from backend.services.ports.unit import StoreUnavailable
from backend.services.public_map import Maps


def mount(app: Flask, maps: Maps) -> None:
    """Mount /map.json."""

    def map_json() -> Response:
        try:
            newest = maps.newest()
        except StoreUnavailable:
            away = jsonify({"error": "try_again"})
            away.status_code, away.headers["Retry-After"] = 503, str(TRY_AGAIN)
            return away
        found = answer(newest, "application/json")
        found.headers["Access-Control-Allow-Origin"] = "*"  # newspapers and schools may show it on their pages
        return found

    app.add_url_rule("/map.json", "map.json", map_json)
