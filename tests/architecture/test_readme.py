"""What the README says about files, settings and channels is so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

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
