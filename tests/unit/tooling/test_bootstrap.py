"""bin/bootstrap: an interpreter counts only when it really runs; an environment is left alone while its lock stands."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.tooling.scripts import load

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def bootstrap() -> ModuleType:
    return load("bootstrap")


@pytest.fixture
def shim(tmp_path: Path) -> Path:
    """What pyenv leaves on PATH for a version that is not selected."""
    path = tmp_path / f"python{HERE}"
    path.write_text("#!/bin/sh\necho 'pyenv: command not found' >&2\nexit 127\n")
    path.chmod(0o755)
    return path


def test_a_shim_that_fails_is_no_interpreter(bootstrap, shim):
    assert not bootstrap.is_version(str(shim), HERE)
    assert bootstrap.is_version(sys.executable, HERE)
    assert not bootstrap.is_version(sys.executable, "3.7")
    assert not bootstrap.is_version("/nonexistent/python", HERE)


def test_the_search_goes_on_behind_a_failing_shim(bootstrap, shim, monkeypatch, tmp_path):
    versions = tmp_path / "pyenv" / "versions" / f"{HERE}.1" / "bin"
    versions.mkdir(parents=True)
    (versions / "python").symlink_to(sys.executable)
    monkeypatch.setattr(bootstrap, "VERSIONS", {"app": HERE})
    monkeypatch.setenv("PATH", str(shim.parent))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert bootstrap.interpreter("app", "uv") == str(versions / "python")


def test_a_wrong_interpreter_in_the_variable_is_said_not_skipped(bootstrap, shim, monkeypatch):
    monkeypatch.setenv("KHAIBAO_PYTHON_APP", str(shim))
    with pytest.raises(bootstrap.Missing, match=r"KHAIBAO_PYTHON_APP=.* is not a working Python 3.12"):
        bootstrap.interpreter("app", "uv")


def test_no_interpreter_and_no_network_names_the_remedy(bootstrap, monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "candidates", lambda version: [])
    with pytest.raises(bootstrap.Missing, match="install it, or set KHAIBAO_PYTHON_BOT"):
        bootstrap.interpreter("bot", "false")


def test_a_missing_venv_module_names_the_package(bootstrap, monkeypatch, tmp_path):
    monkeypatch.setattr(bootstrap, "TOOLS", tmp_path / "tools")
    monkeypatch.setattr(bootstrap.sys, "executable", "false")
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(bootstrap.Missing, match="apt-get install python3-venv"):
        bootstrap.find_uv()


def test_an_environment_is_left_alone_until_its_lock_changes(bootstrap, monkeypatch, tmp_path):
    lock = tmp_path / "app.txt"
    lock.write_text("flask==3.1.0\n")
    venv = tmp_path / ".venv-app" / "bin"
    venv.mkdir(parents=True)
    (venv / "python").symlink_to(sys.executable)
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VERSIONS", {"app": HERE})
    assert not bootstrap.prepared("app", [lock])
    (tmp_path / ".venv-app" / "lock-stamp").write_text(bootstrap.stamp(lock))
    assert bootstrap.prepared("app", [lock])
    lock.write_text("flask==3.1.1\n")
    assert not bootstrap.prepared("app", [lock])
