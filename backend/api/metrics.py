"""Prometheus metrics; labels are names of channels and codes, never of people."""

from __future__ import annotations

import os

from flask import Flask, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, generate_latest, multiprocess

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
REGISTRY = CollectorRegistry()
INBOUND = Counter("khaibao_inbound_total", "Events taken in", ["channel"], registry=REGISTRY)
REFUSED = Counter("khaibao_webhook_refused_total", "Requests refused", ["channel", "code"], registry=REGISTRY)


def mount(app: Flask) -> None:
    """Mount /metrics."""
    app.add_url_rule("/metrics", "metrics", metrics)


def metrics() -> Response:
    """The text format; of all web processes together where they share a folder for it."""
    return Response(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    if SHARED not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry
