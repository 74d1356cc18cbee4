"""What disease packs word in their own way is one SMS and one USSD screen when folded, like everything else."""

from __future__ import annotations

import pytest

from backend.domain.packs import load_packs
from backend.domain.triage import LEVELS
from backend.forms.catalogue import FORMS
from backend.forms.questions import offering, question_fields
from backend.services.ports.outbox import Reply
from tests.unit.locales.fitting import LONG_NAME, REFERENCE, assert_one_screen, assert_one_sms, texts

PACKS = {f"{pack.name} {pack.valid_from}": pack for pack in load_packs()}


def prompts():
    """Every question of every pack as it asks it, and every receipt with its advice."""
    for name, pack in PACKS.items():
        for form in pack.forms:
            asked = offering(FORMS[form], pack.options(form))
            for field in question_fields(asked, pack.asks(form)):
                key = pack.texts(form).get(field.name, f"ask_{field.name}")
                choices = tuple({"send": choice.send, "key": choice.key} for choice in field.kind.choices)
                yield f"{name} {form} {field.name}", Reply(key, {"window_days": pack.window_days}, choices)
            for level in LEVELS:
                args = {"reference": REFERENCE, "person_name": LONG_NAME, "kept": "",
                        "advice": {"$key": pack.advice(level)}}  # fmt: skip
                yield f"{name} {form} {level}", Reply(f"receipt_{form}", args)


PROMPTS = dict(prompts())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PROMPTS)
def test_one_sms_and_one_screen(name, language):
    assert_one_sms(PROMPTS[name], language=language)
    assert_one_screen(PROMPTS[name], language=language)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_disease_speaks_of_its_own_symptoms(language):
    asked = {texts().text(pack.texts("health").get("has_symptoms", "ask_has_symptoms"), language, window_days=1)
             for pack in PACKS.values()}  # fmt: skip
    assert len(asked) == len({pack.name for pack in PACKS.values()})
