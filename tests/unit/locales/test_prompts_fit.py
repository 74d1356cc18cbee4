"""Every prompt of every form, choices included, is one SMS and one USSD screen when folded."""

import pytest

from backend.domain.packs.checks import LEGAL_BASES
from backend.domain.triage import LEVELS
from backend.forms.catalogue import FORMS
from backend.forms.requests import REQUESTS
from backend.services.ports.outbox import Reply
from channels.text import fold_for_sms, is_gsm7
from tests.unit.locales.fitting import (
    HOUSEHOLD,
    LONG_NAME,
    REFERENCE,
    assert_one_screen,
    assert_one_sms,
    named,
    numbered,
    question,
    texts,
)

FORM, ENTRY = FORMS["health"], FORMS["entry"]
FIELDS = {field.name: field for form in FORMS.values() for field in form.fields}
LONGEST_HOME = "Phan Rang-Tháp Chàm, Khánh Hòa"

NO = {field.name: False for field in FORM.fields if field.kind.name == "yes_no"}
IDENTITY = {
    "full_name": LONG_NAME, "birth_year": 1958, "gender": "female", "nationality": "VN",
    "address": {"province": None, "commune": None, "text": LONGEST_HOME},
}  # fmt: skip
FEVER = {"has_symptoms": True, "symptoms": ["fever", "cough"], "symptoms_since": "2026-11-20"}
TRAVEL = {
    "travelled": True,
    "travel_places": [
        {"country": "VN", "province": "01", "text": "Hà Nội"},
        {"country": "LA", "province": None, "text": "Lào"},
    ],
}
EVERYTHING = {
    **dict.fromkeys(NO, True),
    **TRAVEL,
    **FEVER,
    "symptoms": ["fever", "cough", "breathing_difficulty", "pneumonia", "sore_throat", "fatigue"],
}
ANSWERS = {"all no": NO, "fever": {**NO, **FEVER}, "travel": {**NO, **TRAVEL}, "everything": EVERYTHING}


def confirmation(answers, form="health"):
    summary = {"$summary": {"form": form, "answers": {**IDENTITY, **answers}}}
    choices = (*numbered("choice_send", "choice_correct"), {"send": "0", "key": "choice_cancel"})
    return Reply("ask_confirm", {"summary": summary, "name": LONG_NAME}, choices)


JOURNEY = {
    "passport": "C1234567", "departure_country": "KR", "transport": "air", "vehicle_number": "VN417", "seat": "12A",
    "departure_date": "2026-11-20", "arrival_date": "2026-11-21",
    "border_gate": {"code": "SGN", "name": "Tân Sơn Nhất", "type": "air"}, "visited_places": [],
    "stay_address": {"province": None, "commune": None, "text": LONGEST_HOME},
    "entry_symptoms": [], "animal_contact": False, "close_contact": False, "vaccine_doses": 0,
}  # fmt: skip
ILL = {
    **JOURNEY, "nationality": "KR", "visited_places": TRAVEL["travel_places"], "animal_contact": True,
    "entry_symptoms": [choice.value for choice in FIELDS["entry_symptoms"].kind.choices if choice.value],
    "close_contact": True, "vaccine_doses": 3, "vaccinated_on": "2025-11-20",
}  # fmt: skip
SAILING = {
    **ILL, "transport": "ship", "vehicle_number": "SUPERSTAR GEMINI",
    "border_gate": {"code": "CANG-HO-CHI-MINH", "name": "TP Hồ Chí Minh", "type": "sea"},
}  # fmt: skip
JOURNEYS = {"well": JOURNEY, "ill": ILL, "by ship": SAILING}
WRONG_DAYS = {"date": {"$date": "2026-11-20"}, "other": {"$date": "2026-11-21"}, "days": 45, "year": 2027}


def ambiguous_gate():
    """The longest list of gates that one name stands for."""
    gates = [{"name": "Tân Sơn Nhất", "type": "air"}, {"name": "TP Hồ Chí Minh", "type": "sea"},
             {"name": "Vũng Tàu", "type": "sea"}]  # fmt: skip
    shown = [FIELDS["border_gate"].kind.display(gate) for gate in gates]
    return Reply("wrong_border_gate_ambiguous", {}, named(*shown))


CORRECTABLE = [field for field in FORM.fields if field.required]
PROMPTS = {
    **{f"ask_{name}": question(field) for name, field in FIELDS.items()},
    **{f"ask_confirm entry {name}": confirmation(answers, "entry") for name, answers in JOURNEYS.items()},
    **{
        f"wrong_{code}": Reply(f"wrong_{code}", WRONG_DAYS)
        for code in ("day_ahead", "day_long_ago", "days_swapped", "days_apart", "day_before_birth", "flight_number")
    },
    **{
        f"wrong_gate_of_way {way}": Reply("wrong_gate_of_way", {"way": {"$key": f"choice_way_{way}"}})
        for way in ("air", "ship", "road", "other")
    },
    "wrong_border_gate_ambiguous": ambiguous_gate(),
    "not_concerned": Reply("not_concerned"),
    "ask_full_name_other": Reply("ask_full_name_other"),
    "ask_how_choose": Reply(
        "ask_how_choose",
        {"name": LONG_NAME},
        numbered("choice_same_as_last", "choice_one_by_one", "choice_somebody_else"),
    ),
    **{f"ask_confirm {name}": confirmation(answers) for name, answers in ANSWERS.items()},
    "ask_subject": Reply("ask_subject", {}, (*HOUSEHOLD, {"send": "5", "key": "choice_somebody_else"})),
    "ask_how": Reply(
        "ask_how",
        {"name": LONG_NAME, "date": {"$date": "2026-11-20"}, "count": 5},
        numbered("choice_same_as_last", "choice_one_by_one", "choice_somebody_else"),
    ),
    "ask_role": Reply("ask_role", {}, numbered("choice_household", "choice_other_person")),
    "ask_resume": Reply("ask_resume", {}, numbered("choice_continue", "choice_start_again")),
    "ask_correct": Reply("ask_correct", {}, numbered(*(f"label_{field.name}" for field in CORRECTABLE))),
    "menu": Reply(
        "menu", {}, numbered(*(f"choice_menu_{name}" for name in ("health", "arrive", "leave", "entry", "more")))
    ),
    "menu_more": Reply(
        "menu_more",
        {},
        numbered(*(f"choice_menu_{name}" for name in ("status", "reference", "correct", "language", "hotline"))),
    ),
    "receipt_pending": Reply(
        "receipt_pending",
        {"reference": REFERENCE, "person_name": LONG_NAME},
        ({"send": "1", "key": "choice_agree"}, {"send": "0", "key": "choice_disagree"}),
    ),
    **{
        f"receipt_{form} {level}": Reply(
            f"receipt_{form}",
            {"reference": REFERENCE, "person_name": LONG_NAME, "advice": {"$key": f"advice_{level}"}, "kept": ""},
        )
        for level in LEVELS
        for form in FORMS
    },
    **{f"help_{name}": Reply(f"help_{name}", {"window_days": 14}) for name in FIELDS},
    **{
        key: Reply(key)
        for key in (
            "help",
            "busy_ussd",
            "finish_by_sms",
            "apology",
            "too_many_messages",
            "not_understood_again",
        )
    },
    **{key: Reply(key, {"keyword": "GD THEM"}) for key in ("cancelled", "put_aside", "declaration_failed")},
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PROMPTS)
def test_one_sms(name, language):
    assert_one_sms(PROMPTS[name], language=language)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", PROMPTS)
def test_one_ussd_screen(name, language):
    assert_one_screen(PROMPTS[name], language=language)


HELPED = {
    **{name: question(field) for name, field in FIELDS.items()},
    **{field.name: question(field) for field in REQUESTS["venue"].fields},
    **{name: PROMPTS[f"ask_{name}"] for name in ("role", "resume", "how_choose")},
}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", HELPED)
def test_help_and_the_question_again_are_one_sms_and_one_screen(name, language):
    replies = (Reply(f"help_{name}", {"window_days": 14}), HELPED[name])
    assert_one_sms(*replies, language=language)
    assert_one_screen(*replies, language=language)


@pytest.mark.parametrize(
    "name", [name for name in PROMPTS if name.startswith(("ask_confirm", "ask_how", "ask_subject"))]
)
def test_help_with_the_longest_names_and_summaries_is_one_sms_in_vietnamese(name):
    assert_one_sms(Reply(f"help_{name.split()[0].removeprefix('ask_')}"), PROMPTS[name], language="vi")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("basis", LEGAL_BASES)
@pytest.mark.parametrize("level", LEVELS)
def test_the_first_receipt_with_what_is_kept_is_two_sms(level, basis, language):
    args = {"reference": REFERENCE, "person_name": LONG_NAME, "advice": {"$key": f"advice_{level}"}}
    receipt = Reply("receipt_health", {**args, "kept": {"$key": f"kept_{basis}"}})
    assert_one_sms(receipt, language=language, most=2)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_text_of_the_dialogue_needs_more_than_the_basic_alphabet(language):
    """A single letter outside GSM-7 would more than double the price of the message it stands in."""
    pages = ("sim_", "phone_", "map_")
    spoken = {key: text for key, text in texts().entries[language].items() if not key[0].startswith(pages)}
    costly = [
        key for key, text in spoken.items() if not is_gsm7(fold_for_sms(text.replace("{", "(").replace("}", ")")))
    ]
    assert costly == []


def test_the_summary_names_what_was_answered_with_yes_and_leaves_out_what_was_not():
    shown = texts().render(confirmation({**NO, **FEVER}), "vi", "zalo")
    assert "Triệu chứng: Sốt, Ho, 20/11/2026" in shown
    assert "Đi xa" not in shown
    assert "Việt Nam" not in shown


def test_the_summary_says_so_when_all_is_no():
    assert "Tất cả các câu: Không" in texts().render(confirmation(NO), "vi", "sms")


def test_a_summary_too_long_for_an_sms_still_names_every_yes():
    shown = texts().render(confirmation(EVERYTHING), "vi", "sms")
    for name in NO:
        assert texts().text(f"label_{name}", "vi") in shown
