"""What the README and the documents say of files, settings, replies and refusals is so."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backend.api.v1.guard import STATUSES
from backend.i18n import load
from backend.services.ports.outbox import Reply

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_table_of_settings_is_the_one_the_product_prints():
    command = [sys.executable, "-m", "backend.config"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    readme = (ROOT / "README.md").read_text()
    table = readme.partition("<!-- settings -->\n")[2].partition("<!-- /settings -->")[0]
    assert table.strip() == printed.stdout.strip(), "run `python -m backend.config` and paste the table"


def test_the_transcript_uses_the_texts_of_the_catalogue():
    """A prompt whose words changed leaves the README telling yesterday's conversation."""
    from channels.text import fold_for_sms

    texts = load(ROOT / "locales", strict=True)
    readme = (ROOT / "README.md").read_text()
    for key in ("ask_full_name", "ask_birth_year", "ask_gender", "ask_address", "ask_travelled", "ask_contact_case"):
        assert fold_for_sms(texts.render(Reply(key, {"window_days": 14}), "vi", "sms")) in readme


def said_by_the_bot() -> set[str]:
    """The names of replies that stand in its actions as they are."""
    found = set()
    for path in (ROOT / "bot/actions").glob("*.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        said = [call for call in calls if ast.unparse(call.func) in ("say.reply", "with_menu")]
        found |= {arg.value for call in said for arg in call.args if isinstance(arg, ast.Constant)}
    return found


def test_everything_the_bot_says_is_in_its_document():
    documented = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs/bot.md").read_text()))
    said = said_by_the_bot()
    assert {"noted", "menu"} <= said
    assert {name for name in said if name not in documented and not name.startswith("failed_")} == set()


def test_every_refusal_of_the_api_is_in_its_document():
    documented = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs/api.md").read_text()))
    assert set(STATUSES) - documented == set()
