"""The processes of an installation."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backend.config import Config

if TYPE_CHECKING:
    from backend.jobs.line_keeper import LineKeeper

STOPS = (signal.SIGTERM, signal.SIGINT)
ROOT = Path(__file__).resolve().parent.parent.parent


@click.command()
def run() -> None:
    """Model, database, then bot, web and worker together; Ctrl-C stops them all."""
    from backend.supervisor import supervise

    sys.exit(supervise())


@click.command()
def worker() -> None:
    """Take turns and send messages until stopped (SIGTERM or Ctrl-C finishes what is in hand)."""
    from backend.bootstrap import Bootstrap
    from backend.logging import configure

    warn_of_slips()
    parts = Bootstrap()
    parts.check_keys()
    configure(parts.config.log_level)
    working = parts.worker()
    for number in STOPS:
        signal.signal(number, lambda *_: working.stop())
    working.run()


@click.command()
def web() -> None:
    """The web server alone, on HOST and PORT of the configuration."""
    from backend.config import load

    warn_of_slips()
    config = load()
    with tempfile.TemporaryDirectory(prefix="khaibao-metrics-") as shared:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared  # before prometheus_client is imported
        check_keys(config)
        serve(config)


@click.command()
def line() -> None:
    """Keep the connections of channels that we connect to (USSD by GSUP) until stopped; without one, wait."""
    from backend.config import load

    warn_of_slips()
    config = load()
    if config.lines:
        keep_lines(config)
        return
    click.echo("khaibao line: no channel needs a connection; KHAIBAO_GSUP_HOST names a register", err=True)
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    signal.sigwait(STOPS)


def keep_lines(config: Config) -> None:
    """One thread for each connection until stopped."""
    from backend.bootstrap import Bootstrap
    from backend.jobs import spool_keeper
    from backend.logging import configure

    parts = Bootstrap(config)
    parts.check_keys()
    configure(parts.config.log_level)
    spool_keeper.keep(parts.house.receive)
    keepers = parts.lines()
    for number in STOPS:
        signal.signal(number, lambda *_: stop_lines(keepers))
    threads = [threading.Thread(target=keeper.run, name="line") for keeper in keepers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def stop_lines(keepers: Sequence[LineKeeper]) -> None:
    """What is in hand is still answered."""
    for keeper in keepers:
        keeper.stop()


def warn_of_slips() -> None:
    """Settings that nothing reads, each in one sentence."""
    from backend.config import slips

    for sentence in slips():
        click.echo(f"khaibao: {sentence}", err=True)


def check_keys(config: Config) -> None:
    """Refuse before the server starts: its workers could only fail, again and again."""
    from backend.bootstrap import Bootstrap

    parts = Bootstrap(config)
    parts.check_keys()
    parts.engine.dispose()


def serve(config: Config) -> None:
    """Granian until stopped; it says what it has to say through our logs."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    through_ours = {"version": 1, "disable_existing_loggers": False, "loggers": {"_granian": {"propagate": True}}}
    Granian(
        "backend.web:application", factory=True, interface=Interfaces.WSGI, http=HTTPModes.http1, websockets=False,
        address=config.host, port=config.port, workers=config.web_workers, blocking_threads=config.web_threads,
        respawn_failed_workers=True, working_dir=ROOT, log_level=LogLevels.error, log_dictconfig=through_ours,
    ).serve()  # fmt: skip
