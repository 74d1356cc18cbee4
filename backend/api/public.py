"""What everybody may read without signing in: /map.json."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request

from backend.services.ports.unit import StoreUnavailable
from backend.services.public_map import LOOK_EVERY, Maps

TRY_AGAIN = 5  # seconds


def mount(app: Flask, maps: Maps) -> None:
    """Mount /map.json."""

    def map_json() -> Response:
        try:
            newest = maps.newest()
        except StoreUnavailable:
            away = jsonify({"error": "try_again"})
            away.status_code, away.headers["Retry-After"] = 503, str(TRY_AGAIN)
            return away
        packed = request.accept_encodings.quality("gzip") > 0
        answer = Response(newest.packed if packed else newest.body, content_type="application/json")
        answer.set_etag(f"{newest.tag}-gzip" if packed else newest.tag)
        answer.headers["Vary"] = "Accept-Encoding"
        if packed:
            answer.content_encoding = "gzip"
        answer.cache_control.public = True
        answer.cache_control.max_age = int(LOOK_EVERY.total_seconds())
        answer.headers["Access-Control-Allow-Origin"] = "*"  # newspapers and schools may show it on their pages
        answer.make_conditional(request)
        return answer

    app.add_url_rule("/map.json", "map.json", map_json)
