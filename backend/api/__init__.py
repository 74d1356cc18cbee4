"""The web faces: webhooks of providers, health, metrics, JSON API."""

from backend.api.app import create_app

__all__ = ["create_app"]
