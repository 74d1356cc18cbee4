"""What a caller hears."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from channels.contract import Answer
from tests.contract.test_adapters import ADAPTERS, PAYLOADS, load

VOICE = ADAPTERS["twilio_voice"]


def heard(answer: Answer | None, case: str = "good") -> ElementTree.Element:
    request, _ = load(PAYLOADS / "twilio_voice" / f"{case}.json")
    return ElementTree.fromstring(VOICE.acknowledge(answer, request).body)


def test_a_question_waits_for_one_key_and_comes_again_without_one():
    document = heard(Answer("Bạn có sốt không?", final=False, one_key=True), "good-key")
    [gather, redirect] = document
    assert (gather.tag, gather.get("input"), gather.get("numDigits")) == ("Gather", "dtmf", "1")
    assert gather.get("action") == "https://khaibao.example/webhooks/twilio/voice?step=4"
    assert (gather[0].tag, gather[0].text, gather[0].get("language")) == ("Say", "Bạn có sốt không?", "vi-VN")
    assert redirect.text == "https://khaibao.example/webhooks/twilio/voice?step=4&silence=1"


def test_a_question_with_a_longer_answer_ends_with_the_hash_key():
    [gather, _] = heard(Answer("Năm sinh?", final=False), "good-key")
    assert (gather.get("numDigits"), gather.get("finishOnKey")) == (None, "#")


def test_silences_are_counted_and_a_key_starts_the_count_again():
    assert heard(Answer("?", final=False), "good-silence")[1].text.endswith("step=4&silence=2")
    assert heard(Answer("?", final=False), "good-key")[1].text.endswith("step=4&silence=1")


def test_the_last_words_end_the_call():
    assert [part.tag for part in heard(Answer("Cảm ơn.", final=True), "good-key")] == ["Say", "Hangup"]


def test_the_hotline_is_put_through():
    document = heard(Answer("Xin chờ.", final=True, dial="19009095"), "good-key")
    assert [(part.tag, part.text) for part in document] == [("Say", "Xin chờ."), ("Dial", "19009095")]


@pytest.mark.parametrize("case", ["good-withheld", "good-withheld-number", "missing-from"])
def test_whoever_hides_the_number_talks_to_the_hotline(case):
    from channels.registry import build
    from tests.contract.test_adapters import VALUES

    request, _ = load(PAYLOADS / "twilio_voice" / f"{case}.json")
    body = build({**VALUES, "hotline": "19009095"})["twilio_voice"].acknowledge(None, request).body
    assert [(part.tag, part.text) for part in ElementTree.fromstring(body)] == [("Dial", "19009095")]


@pytest.mark.parametrize("case", ["good-end", "good-silence-long"])
def test_after_the_end_nothing_is_said(case):
    assert [part.tag for part in heard(None, case)] == ["Hangup"]


def test_english_is_spoken_in_english_and_any_other_language_too():
    assert heard(Answer("Yes?", final=True, language="en"))[0].get("language") == "en-US"
    assert heard(Answer("?", final=True, language="lo"))[0].get("language") == "en-US"


def test_what_is_said_cannot_break_the_document():
    document = heard(Answer('<Dial>1</Dial> & "x"', final=True))
    assert document[0].text == '<Dial>1</Dial> & "x"'
    assert [part.tag for part in document] == ["Say", "Hangup"]
