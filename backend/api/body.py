"""The body of a request, whole or not at all."""

from __future__ import annotations

import flask
from werkzeug.exceptions import RequestEntityTooLarge


def whole_body(most: int) -> bytes:
    """At most so many bytes; raises RequestEntityTooLarge.

    One more is let in: a body in chunks is cut at the limit without a word.
    """
    request = flask.request
    request.max_content_length = most + 1
    body = request.get_data(cache=True, parse_form_data=False)
    if len(body) > most:
        raise RequestEntityTooLarge
    return body
