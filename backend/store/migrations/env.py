"""Alembic's entry: runs the migrations on the connection that backend/store/migrate.py has opened."""

from __future__ import annotations

from alembic import context

from backend.store.migrate import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    compare_type=True,
    compare_server_default=True,
)
context.run_migrations()
