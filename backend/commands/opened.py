"""The house for one command: opened, and given back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from backend.bootstrap import Bootstrap
    from backend.services.house import House


@contextmanager
def opened_house() -> Iterator[House]:
    """The services of the configured database; connections and sockets are closed afterwards."""
    parts = ready_parts()
    try:
        yield parts.house
    finally:
        parts.close()


def ready_parts() -> Bootstrap:
    """Everything, over a database with today's schema; a demonstration's empty one is given it first.

    Raises:
        ClickException: the database has an earlier schema, or none.
        StoreUnavailable: it cannot be reached.
    """
    from backend.bootstrap import Bootstrap
    from backend.store.migrate import current_revision, head_revision, migrate

    parts = Bootstrap()
    revision = current_revision(parts.engine)
    if revision is None and parts.config.demo:
        migrate(parts.engine)
    elif revision != head_revision():
        raise click.ClickException("the database is not up to date: run `khaibao migrate`.")
    return parts
