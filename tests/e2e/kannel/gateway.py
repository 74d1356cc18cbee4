"""A real Kannel, started and stopped by a test: bearerbox and smsbox, with phones on its fake operator."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from pathlib import Path

from tests.servers import listening, wait_until

HERE = Path(__file__).parent
FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
SHORT_CODE, TOKEN, PASSWORD = "8088", "kannel-token-1", "a-password-of-kannel"
PHONES_PORT, SEND_PORT, BOX_PORT = 14100, 14013, 14001
SEND_URL = f"http://127.0.0.1:{SEND_PORT}/cgi-bin/sendsms"


def installed() -> bool:
    """Whether Kannel and its fake operator are on this machine."""
    return bool(shutil.which("bearerbox") and shutil.which("smsbox") and FAKESMSC.exists())


class Gateway:
    """bearerbox and smsbox in `home`, handing incoming texts to `web` (http://host:port).

    `operator` is a group of the configuration, fake.conf or smpp.conf.
    """

    def __init__(self, home: Path, web: str, operator: str = "fake.conf") -> None:
        self._home = home
        self._bearerbox: subprocess.Popen[bytes] | None = None
        self._smsbox: subprocess.Popen[bytes] | None = None
        (home / "store").mkdir(exist_ok=True)
        names = {"password": PASSWORD, "phones_port": PHONES_PORT, "send_port": SEND_PORT, "short_code": SHORT_CODE,
                 "web": web, "token": TOKEN}  # fmt: skip
        whole = (HERE / "kannel.conf").read_text().replace("{operator}", (HERE / operator).read_text())
        (home / "kannel.conf").write_text(whole.format(**names))

    def start(self) -> None:
        """Both boxes, ready to take messages."""
        self.start_bearerbox()
        self.start_smsbox()

    def start_bearerbox(self) -> None:
        """The box that speaks to operators and keeps messages on disk."""
        self._bearerbox = self._run("bearerbox")
        wait_until(lambda: listening(("127.0.0.1", BOX_PORT)), seconds=20, what="bearerbox")

    def start_smsbox(self) -> None:
        """The box that calls us and that we call."""
        self._smsbox = self._run("smsbox")
        wait_until(lambda: listening(("127.0.0.1", SEND_PORT)), seconds=20, what="smsbox")

    def stop_smsbox(self) -> None:
        """Let smsbox finish and go."""
        _end(self._smsbox)
        self._smsbox = None

    def kill_bearerbox(self) -> None:
        """As a power cut would."""
        if self._bearerbox:
            self._bearerbox.kill()
            self._bearerbox.wait()

    def stop(self) -> None:
        """Both boxes, by their own process ids."""
        _end(self._smsbox)
        _end(self._bearerbox)

    def stored(self, text: str) -> bool:
        """Whether a message of this text waits on disk; Kannel makes the file before it fills it."""
        return any(text.encode() in _content(path) for path in (self._home / "store").rglob("*"))

    def log(self) -> str:
        """What both boxes wrote, for a failed test."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self._home.glob("*.log")))

    def _run(self, program: str) -> subprocess.Popen[bytes]:
        with (self._home / f"{program}.out").open("ab") as out:
            return subprocess.Popen([program, "-v", "4", "kannel.conf"], cwd=self._home, stdout=out, stderr=out)


def _content(path: Path) -> bytes:
    """What a file holds; nothing where it is a folder or has gone meanwhile."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return b""


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def fakesmsc(*messages: str):
    """Kannel's own fake phone sends "84901234567 8088 text KB"; yields its process, which logs what it gets."""
    command = [
        str(FAKESMSC),
        "-H",
        "127.0.0.1",
        "-r",
        str(PHONES_PORT),
        "-i",
        "0.2",
        "-m",
        str(len(messages)),
        *messages,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        _end(process)
        process.stderr.close()
