"""Whether what is said fits when it is folded as it is sent, with names and lists as long as real ones."""

import re
from functools import cache
from pathlib import Path

from backend.forms import places
from backend.i18n import load
from backend.services.ports.outbox import Reply
from channels.text import fits_screen, fold_for_sms, is_gsm7, segments

ROOT = Path(__file__).resolve().parents[3]
LONG_NAME = "Nguyễn Thị Phương Thảo Nguyên"
LONG_VENUE = "Trung tâm thương mại Vincom Đồng Khởi"
REFERENCE = "4823019571"
NUMBERS = {"hotline": "1900 9095", "short_code": "8099", "ussd_code": "*098#"}


@cache
def texts():
    gazetteer = places.load(ROOT / "nlu_data" / "lookups" / "admin_units.json")
    return load(ROOT / "locales", always=NUMBERS, places=gazetteer, strict=True)


def numbered(*keys, first=1):
    return tuple({"send": str(number), "key": key} for number, key in enumerate(keys, first))


def named(*names):
    return tuple({"send": str(number), "text": name} for number, name in enumerate(names, 1))


def question(field):
    choices = tuple({"send": choice.send, "key": choice.key} for choice in field.kind.choices)
    return Reply(f"ask_{field.name}", {"window_days": 14}, choices)


HOUSEHOLD = named(LONG_NAME, "Trần Văn Minh Hoàng", "Nguyễn Thị Hồng Nhung", "Lê Văn Út")


def folded(replies, language, medium):
    shown = fold_for_sms(texts().render_all(replies, language, medium))
    assert not re.search(r"[{}]", shown), f"an argument by its name: {shown}"
    return shown


def assert_one_sms(*replies, language, most=1):
    """`most`: segments, where it may be more than one."""
    shown = folded(replies, language, "sms")
    assert is_gsm7(shown), shown
    assert segments(shown).number <= most, f"{len(shown)} characters: {shown}"


def assert_one_screen(*replies, language):
    shown = folded(replies, language, "ussd")
    assert fits_screen(shown), f"{len(shown)} characters: {shown}"
