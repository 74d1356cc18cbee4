"""Prometheus metrics; labels are names of channels and codes, never of people."""

from __future__ import annotations

from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest

REGISTRY = CollectorRegistry()
INBOUND = Counter("khaibao_inbound_total", "Events taken in", ["channel"], registry=REGISTRY)
REFUSED = Counter("khaibao_webhook_refused_total", "Requests refused", ["channel", "code"], registry=REGISTRY)


def mount(app: Flask) -> None:
    """Mount /metrics."""
    app.add_url_rule("/metrics", "metrics", metrics)


def metrics() -> Response:
    """The text format."""
    return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
