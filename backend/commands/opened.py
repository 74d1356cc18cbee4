"""The house for one command: opened, and given back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from backend.services.house import House


@contextmanager
def opened_house() -> Iterator[House]:
    """The services of the configured database; connections and sockets are closed afterwards."""
    from backend.bootstrap import Bootstrap

    parts = Bootstrap()
    try:
        yield parts.house
    finally:
        parts.close()
