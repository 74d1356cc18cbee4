"""One trained model and one loaded engine for all tests of the bot."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.speed import without_tensorflow
from bot.train import MODEL, ROOT, quiet
from tests.bot.talking import Talk

without_tensorflow.install()  # as the server does; the stock agent and the training have processes of their own
quiet()


@pytest.fixture(scope="session", autouse=True)
def from_the_root() -> Iterator[None]:
    """Component modules are stored by path in the model: everything runs from the root."""
    before = Path.cwd()
    os.chdir(ROOT)
    yield
    os.chdir(before)


@pytest.fixture(scope="session")
def model(from_the_root: None) -> Path:
    """The model of the present sources."""
    subprocess.run([sys.executable, "-W", "ignore", "-m", "bot.train"], cwd=ROOT, check=True)
    return MODEL


@pytest.fixture(scope="session")
def engine(model: Path) -> Any:
    """The engine, loaded once."""
    from bot.engine import Engine

    return Engine(model)


@pytest.fixture
def talk(engine: Any) -> Callable[..., Talk]:
    """Starts a dialogue: talk(**facts)."""
    return lambda channel="sms", **facts: Talk(engine.turn, channel, facts)
