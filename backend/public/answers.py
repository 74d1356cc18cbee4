"""How something public is answered: packed where the reader takes it so, and not at all where they have it."""

from __future__ import annotations

from flask import Response, request

from backend.services.public_map import LOOK_EVERY, Published

TRY_AGAIN = 5  # seconds


def answer(found: Published, content_type: str) -> Response:
    """The answer to this request: 200, or 304 to whoever names its tag."""
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(found.packed if packed else found.body, content_type=content_type)
    response.set_etag(f"{found.tag}-gzip" if packed else found.tag)
    response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.content_encoding = "gzip"
    response.cache_control.public = True
    response.cache_control.max_age = int(LOOK_EVERY.total_seconds())
    response.make_conditional(request)
    return response
