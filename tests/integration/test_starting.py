"""What keeps a process from starting, and what it only warns of."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from backend.settings import new_key
from tests.conftest import ROOT
from tests.servers import free_port


def khaibao(environment: dict[str, str], command: str) -> subprocess.CompletedProcess[str]:
    """The finished command."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KHAIBAO_")}
    return subprocess.run(
        [sys.executable, "-m", "backend.cli", command],
        cwd=ROOT,
        env={**inherited, **environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
    )


@pytest.fixture
def settings(tmp_path) -> dict[str, str]:
    return {
        "PORT": str(free_port()),
        "KHAIBAO_DEMO": "1",
        "KHAIBAO_DATABASE_URL": f"sqlite:///{tmp_path}/khaibao.db",
        "KHAIBAO_INDEX_KEYS": new_key(),
        "KHAIBAO_FIELD_KEYS": new_key(),
    }


def test_a_changed_index_key_stops_the_start(settings):
    assert khaibao(settings, "migrate").returncode == 0
    for command in ("migrate", "worker", "web"):
        stopped = khaibao({**settings, "KHAIBAO_INDEX_KEYS": new_key()}, command)
        assert stopped.returncode == 1, command
        assert "khaibao keys reindex" in stopped.stderr
        assert "Traceback" not in stopped.stderr


def test_a_slip_of_the_pen_is_named(settings):
    assert khaibao(settings, "migrate").returncode == 0
    wrong = {**settings, "KHAIBAO_INDEX_KEYS": new_key(), "KHAIBAO_LEESE": "60", "KHAIBAO_PYTHON_APP": "python"}
    for command in ("worker", "web"):
        said = khaibao(wrong, command).stderr
        assert "KHAIBAO_LEESE is not a setting; KHAIBAO_LEASE is" in said
        assert "KHAIBAO_PYTHON_APP" not in said
