"""The supervisor: children come back after a crash, and none outlives it, whatever way it ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.servers import wait_until

# A child with a grandchild; both write their process id, and both ignore SIGTERM when STUBBORN is set.
CHILD = """
import os, pathlib, signal, subprocess, sys, time
if "STUBBORN" in os.environ:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if sys.argv[1] == "child":
    subprocess.Popen([sys.executable, __file__, "grandchild", sys.argv[2]])
pathlib.Path(sys.argv[2], f"{sys.argv[1]}-{os.getpid()}").touch()
time.sleep(300)
"""
PARENT = """
import pathlib, sys
from backend import supervisor
supervisor.GRACE = 1.0
folder = pathlib.Path(sys.argv[1])
keeper = supervisor.Supervisor()
keeper.start(supervisor.Program("child", [sys.executable, str(folder / "child.py"), "child", str(folder / "pids")]))
try:
    keeper.run(lambda: True, lambda: (folder / "ready").touch())
finally:
    keeper.close()
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Scene:
    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        (folder / "pids").mkdir()
        (folder / "child.py").write_text(CHILD)
        (folder / "parent.py").write_text(PARENT)
        command = [sys.executable, str(folder / "parent.py"), str(folder)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        self.parent = subprocess.Popen(command, env=environment, cwd=ROOT)
        self.wait_for(2)

    def wait_for(self, count: int) -> None:
        wait_until(lambda: len(self.pids()) == count, seconds=30, what=f"{count} live processes")

    def pids(self, kind: str = "") -> list[int]:
        named = (path.name.split("-") for path in (self.folder / "pids").iterdir())
        return [int(pid) for name, pid in named if name.startswith(kind) and alive(int(pid))]


@pytest.fixture
def scene(tmp_path):
    scenes = []

    def start(**environment: str) -> Scene:
        scenes.append(Scene(tmp_path, **environment))
        return scenes[-1]

    yield start
    for each in scenes:
        each.parent.kill()
        each.parent.wait()
        for pid in each.pids():
            os.kill(pid, signal.SIGKILL)


pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes through /proc")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_stop_ends_every_process(scene, number):
    running = scene()
    running.parent.send_signal(number)
    assert running.parent.wait(timeout=30) == 0
    assert running.pids() == []


def test_those_who_do_not_listen_are_ended_too(scene):
    running = scene(STUBBORN="1")
    running.parent.terminate()
    assert running.parent.wait(timeout=30) == 0
    assert running.pids() == []


@pytest.mark.parametrize("stubborn", [{}, {"STUBBORN": "1"}])
def test_nobody_outlives_a_killed_supervisor(scene, stubborn):
    running = scene(**stubborn)
    running.parent.kill()
    running.parent.wait()
    running.wait_for(0)


def test_a_crashed_child_comes_back_without_leaving_its_own(scene):
    running = scene()
    before = set(running.pids())
    os.kill(running.pids("child")[0], signal.SIGKILL)
    wait_until(lambda: len(running.pids()) == 2 and not before & set(running.pids()), seconds=30, what="a new child")
