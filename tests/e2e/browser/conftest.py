"""The running product, bot included, on a port and a database of its own; and a real Chromium."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.servers import free_port, wait_until

ROOT = Path(__file__).resolve().parents[3]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
READY_S = 300  # a model may have to be trained first


def answers(url):
    """Whether a page can be had."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """The folder of everything the product keeps."""
    return tmp_path_factory.mktemp("site")


@pytest.fixture(scope="session")
def environment(home):
    """Environment variables of the product, and of commands that act on it."""
    settings = {
        "PORT": str(free_port()),
        "KHAIBAO_DEMO": "1",
        "KHAIBAO_DATABASE_URL": f"sqlite:///{home}/khaibao.db",
        "KHAIBAO_BOT_SOCKET": f"{home}/bot.sock",
        "KHAIBAO_HINT_SOCKET": f"{home}/hints.sock",
        "KHAIBAO_SPOOL_PATH": f"{home}/spool",
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("KHAIBAO_")}
    return {**inherited, **settings}


@pytest.fixture(scope="session")
def site(home, environment):
    """Address of a product started for these tests."""
    with (home / "log").open("w+b") as log:
        command = [sys.executable, "-m", "backend.cli", "run"]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{environment['PORT']}"
            wait_until(lambda: answers(f"{url}/readyz") or process.poll() is not None, seconds=READY_S, what="the site")
            assert process.poll() is None, (home / "log").read_text(errors="replace")
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


@pytest.fixture(scope="session")
def browser():
    """Chromium of this machine."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium on this machine (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def page(browser, site):
    """The phones' page, freshly opened; nothing may go wrong in its scripts or be loaded from elsewhere."""
    troubles = []
    context = browser.new_context(
        viewport={"width": 1360, "height": 880}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )
    opened = context.new_page()
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    opened.on("request", lambda request: troubles.append(request.url) if not request.url.startswith(site) else None)
    opened.goto(f"{site}/simulator")
    yield opened
    assert troubles == []
    context.close()
