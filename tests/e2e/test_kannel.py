"""Kannel end to end, in a network namespace with only loopback: its fake operator listens on every interface."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.kannel import gateway, smsc

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ROOT / "var" / "smsc"
ALONE = ("unshare", "--net", "--map-root-user", "sh", "-c", 'ip link set lo up && exec "$@"', "alone")


def possible() -> bool:
    """Whether this machine lets us have a namespace of our own."""
    return (
        bool(shutil.which("unshare"))
        and subprocess.run([*ALONE, "true"], check=False, capture_output=True).returncode == 0
    )


@pytest.mark.timeout(900)
@pytest.mark.parametrize("file", ["inside_gateway.py", "inside_house.py", "inside_smpp.py"])
def test_kannel(file, tmp_path):
    if not gateway.installed():
        pytest.skip("no Kannel on this machine (apt-get install kannel kannel-extras)")
    if not possible():
        pytest.skip("this machine allows no network namespaces")
    if file == "inside_smpp.py":
        if not shutil.which("npm"):
            pytest.skip("no npm on this machine (apt-get install npm)")
        smsc.install(PACKAGES)
    options = ["-q", "-p", "no:cacheprovider", "-o", "timeout=600", f"--basetemp={tmp_path / 'inside'}"]
    command = [*ALONE, sys.executable, "-m", "pytest", *options, f"tests/e2e/kannel/{file}"]
    environment = {**os.environ, smsc.INSTALLED: str(PACKAGES)}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
