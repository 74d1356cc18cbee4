"""One real bot for all dialogues; a fresh store for each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend import logging as logs
from backend.bootstrap import Bootstrap
from backend.config import load
from backend.gateways.bot_client import BotClient
from backend.gateways.bot_process import own_bot
from backend.services.ports.bot import Bot
from tests.conversations.phones import MovingClock, Network, Phone


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The bot's real server on a unix socket; KHAIBAO_TEST_BOT names one that runs already."""
    running = os.environ.get("KHAIBAO_TEST_BOT")
    if running:
        yield BotClient(running)
        return
    with own_bot(tmp_path_factory.mktemp("bot") / "bot.log") as address:
        yield BotClient(address)


@pytest.fixture
def network(bot: Bot, sqlite_url: str, tmp_path: Path) -> Iterator[Network]:
    """A service with an empty database, and its clock."""
    yield from networks(bot, sqlite_url, tmp_path)


def networks(bot: Bot, sqlite_url: str, tmp_path: Path, **settings: str) -> Iterator[Network]:
    """The same with settings of its own, by environment name."""
    environment = {
        "KHAIBAO_DEMO": "1",
        "KHAIBAO_DATABASE_URL": sqlite_url,
        "KHAIBAO_SPOOL_PATH": f"{tmp_path}/spool",
        "KHAIBAO_HINT_SOCKET": f"{tmp_path}/hints.sock",
        "KHAIBAO_PUBLIC_URL": "http://localhost",
        "KHAIBAO_USSD_DEADLINE": "10",
        **settings,
    }
    clock = MovingClock()
    parts = Bootstrap(load(environment, tmp_path), clock=clock, bot=bot)
    yield Network(parts, clock)
    parts.close()


@pytest.fixture
def phone(network: Network) -> Phone:
    """Somebody's phone, never seen before."""
    return network.phone()


@pytest.fixture
def known(phone: Phone) -> Phone:
    """A phone whose owner, Nguyen Van An, has declared once."""
    phone.sends("KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM; 00000").reads("Nguyen Van An")
    return phone


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Where everything is logged, as in production but more of it."""
    path = tmp_path / "log.jsonl"
    with path.open("w") as stream:
        logs.configure("DEBUG", stream)
        yield path
