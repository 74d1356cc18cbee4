"""A process of the web server: Granian calls `application` in each of them."""

from __future__ import annotations

import gc
import logging
import os
import threading
import time

from flask import Flask

from backend import logging as logs
from backend.bootstrap import Bootstrap
from backend.jobs import spool_keeper
from backend.store.engine import open_pool

PARENT_LOOK = 1.0  # seconds between two looks whether the parent lives


def end_with_parent() -> None:
    """End this process soon after the one that started it has died: it would keep the port from its successor."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(PARENT_LOOK)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def application() -> Flask:
    """The application, made in each of the server's processes."""
    end_with_parent()
    parts = Bootstrap()
    parts.check_keys()
    logs.configure(parts.config.log_level)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # /readyz asks for the schema's revision all the time
    spool_keeper.keep(parts.house.receive)
    app = parts.web()
    open_pool(parts.engine, parts.config.database_pool)
    gc.collect()
    gc.freeze()  # what was loaded stays; looking through it again and again would pause everybody
    return app
