"""With CI=true a skip is a failure; an expected failure is not a skip."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TESTS = """
import pytest

def test_lacks_something():
    pytest.skip("no such server")

@pytest.mark.xfail(reason="known")
def test_known():
    assert False
"""


def run(folder: Path, ci: str) -> str:
    (folder / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (folder / "test_it.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True).stdout


@pytest.mark.parametrize(("ci", "line"), [("true", "1 failed, 1 xfailed"), ("", "1 skipped, 1 xfailed")])
def test_a_skip_fails_only_in_ci(tmp_path, ci, line):
    out = run(tmp_path, ci)
    assert line in out
    assert ("skipped where nothing may be skipped" in out) == (ci == "true")
