"""Keywords as people type them."""

import pytest

from backend.forms.keywords import KEYWORDS, is_control, match


@pytest.mark.parametrize(
    ("text", "intent", "rest"),
    [
        ("KB", "declare_health", ""), ("kb 00000", "declare_health", "00000"), ("KB00000", "declare_health", "00000"),
        ("KB.Nguyen Van A;1960", "declare_health", "Nguyen Van A;1960"), ("Khai báo y tế", "declare_health", ""),
        ("KBYT; A", "declare_health", "A"), ("nhập cảnh", "declare_entry", ""), ("DD10234567", "check_in", "10234567"),
        ("dd 1023-4567 +2", "check_in", "1023-4567 +2"), ("DI", "check_out", ""), ("TX 0912345678", "declare_contact",
        "0912345678"), ("?", "ask_help", ""), ("tc", "opt_out", ""), ("Từ chối", "opt_out", ""), ("ql", "go_back", ""),
        ("HỦY", "cancel", ""), ("EN", "change_language", ""), ("sua nam sinh", "correct_answer", "nam sinh"),
        ("PA 10234567 ban lam", "send_feedback", "10234567 ban lam"), ("\u200bKB\u200b", "declare_health", ""),
    ],
)  # fmt: skip
def test_found(text: str, intent: str, rest: str) -> None:
    found = match(text)
    assert found is not None
    assert (found.intent, found.rest) == (intent, rest)


@pytest.mark.parametrize(
    "text", ["", "di hoc ve bi sot", "KBX", "Huy Hoang", "dd toi", "ma so cua toi", "sai gon", "xoai", "tt huyen"]
)
def test_words_that_only_begin_like_one(text: str) -> None:
    assert match(text) is None


@pytest.mark.parametrize(
    "text", ["khai bao the nao", "Khai báo y tế làm sao vậy bạn?", "khai bao ntn z", "khai báo gì ạ"]
)
def test_asking_how_it_is_done_is_no_keyword(text: str) -> None:
    assert match(text) is None


def test_a_name_that_begins_like_a_question_is_declared() -> None:
    assert match("khai bao Sao Mai, 1960") is not None


def test_a_word_stands_for_one_intent() -> None:
    words = [word for keyword in KEYWORDS for word in keyword.words]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("text", "control"),
    [("HUY", True), ("huy", True), ("Huy", False), ("Hủy", False), ("?", True), ("ql", True), ("Lan", False)],
)
def test_a_name_is_not_a_command(text: str, control: bool) -> None:
    assert is_control(text) is control
