"""What a web process has spooled, or a dead one has left on this machine, goes to the database once it is there."""

from __future__ import annotations

import logging
import threading

from backend.services.ports.unit import StoreUnavailable
from backend.services.receive import Receive

INTERVAL = 1.0  # seconds

_log = logging.getLogger(__name__)


def keep(receive: Receive, stop: threading.Event | None = None) -> threading.Thread:
    """Start the thread; it ends with the process, or with `stop`."""
    thread = threading.Thread(target=_keep, args=(receive, stop or threading.Event()), name="spool", daemon=True)
    thread.start()
    return thread


def _keep(receive: Receive, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            receive.drain_spool()
        except (StoreUnavailable, OSError) as error:
            _log.warning("spool_waits error=%s", type(error).__name__)
        stop.wait(INTERVAL)
