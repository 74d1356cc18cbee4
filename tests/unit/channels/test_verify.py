"""Who may call a webhook, and whose number it names."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from channels.contract import EventKind, InboundEvent, Medium, Request, Unauthorised, settle
from channels.guard import Guard
from channels.numbers import sender_number
from channels.registry import build


def request(remote="203.0.113.7", token=None, **changes):
    query = [] if token is None else [("token", token)]
    return Request(**{"method": "GET", "url": "", "path": "", "headers": {}, "query": query, "form": [], "body": b"",
                      "remote": remote, **changes})  # fmt: skip


@pytest.mark.parametrize(
    ("guard", "asked", "refusal"),
    [
        (Guard("secret"), request(token="secret"), None),
        (Guard("secret"), request(token="Secret"), "wrong_token"),
        (Guard("secret"), request(token="sécret"), "wrong_token"),
        (Guard("secret"), request(), "wrong_token"),
        (Guard("secret", demo=True), request("127.0.0.1"), "wrong_token"),
        (Guard(""), request("127.0.0.1"), "not_configured"),
        (Guard("", demo=True), request("127.0.0.1"), None),
        (Guard("", demo=True), request("::1"), None),
        (Guard("", demo=True), request("::ffff:127.0.0.1"), None),
        (Guard("", demo=True), request(), "not_configured"),
        (Guard("", demo=True), request(""), "not_configured"),
        (Guard("secret", "203.0.113.0/24, 10.0.0.1"), request(token="secret"), None),
        (Guard("secret", "203.0.113.0/24 10.0.0.1"), request("10.0.0.2", token="secret"), "address_not_allowed"),
        (Guard("secret", "203.0.113.7"), request(token="x"), "wrong_token"),
        (Guard("secret", "203.0.113.7"), request("unix", token="secret"), "address_not_allowed"),
        (Guard("", "203.0.113.7"), request(), None),
    ],
)
def test_guard(guard, asked, refusal):
    if refusal is None:
        guard.check(asked)
        return
    with pytest.raises(Unauthorised) as refused:
        guard.check(asked)
    assert refused.value.code == refusal


@pytest.mark.parametrize("values", [{"kannel_allow": "10.0.0.0/99"}, {"nalo_allow": "gateway"}, {"esms_token": "a b"}])
def test_unusable_settings_are_refused_when_built(values):
    with pytest.raises(ValueError, match=r"."):
        build(values)


def test_the_known_vector_of_twilios_documentation():
    form = [("CallSid", "CA1234567890ABCDE"), ("Caller", "+14158675309"), ("Digits", "1234"), ("From", "+14158675309"),
            ("To", "+18005551212")]  # fmt: skip
    url, signature = "https://mycompany.com/myapp.php?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    adapter = build({"twilio_auth_tokens": "67890,12345"})["twilio"]
    adapter.verify(request(method="POST", url=url, form=form, headers={"x-twilio-signature": signature}))
    for changed in ({"url": url + "&baz=3"}, {"form": form[:-1]}, {"form": [*form, ("New", "")]}):
        with pytest.raises(Unauthorised):
            adapter.verify(request(**{"method": "POST", "url": url, "form": form,
                                      "headers": {"x-twilio-signature": signature}, **changed}))  # fmt: skip


def test_twilio_signs_every_repeat_of_a_field():
    url, form = "https://khaibao.example/webhooks/twilio/sms", [("MediaUrl", "b"), ("MediaUrl", "a"), ("Body", "")]
    signature = RequestValidator("12345").compute_signature(url, {"MediaUrlaMediaUrl": "b", "Body": ""})
    adapter = build({"twilio_auth_tokens": "12345"})["twilio"]
    adapter.verify(request(method="POST", url=url, form=form, headers={"x-twilio-signature": signature}))


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        ("0901234567", "84901234567"),
        ("84901234567", "84901234567"),
        ("+84901234567", "84901234567"),
        (" 84901234567", "84901234567"),
        ("0084 901 234 567", "84901234567"),
        ("01651234567", "84351234567"),
        ("841201234567", "84701234567"),
        ("02438253535", "842438253535"),
        ("+8562012345678", "8562012345678"),
        ("14158675310", "14158675310"),
        ("191", None),
        ("19009095", None),
        ("VIETTEL", None),
        ("", None),
        ("anonymous", None),
        ("849012345678901234", None),
        ("٠٩٠١٢٣٤٥٦٧", None),
    ],
)
def test_senders(shown, number):
    assert sender_number(shown) == number


def step(entered=None, number=None, kind=EventKind.TEXT, text=""):
    return InboundEvent(
        "at", Medium.USSD, kind, "s:x", "84901234567", text, session_id="s", step=number, entered=entered
    )


@pytest.mark.parametrize(
    ("event", "known", "kind", "text", "number"),
    [
        (step("", 0, EventKind.START), None, EventKind.START, "", 0),
        (step("1*2", 2), None, EventKind.START, "1*2", 2),
        (step("1", 1), 0, EventKind.TEXT, "1", 1),
        (step("1*2*3", 3), 1, EventKind.TEXT, "2*3", 3),
        (step("1*", 2), 1, EventKind.TEXT, "", 2),
        (step("1**3", 3), 1, EventKind.TEXT, "*3", 3),
        (step("1*2*0", 3), 2, EventKind.TEXT, "0", 3),
        (step(text="0"), 4, EventKind.TEXT, "0", 5),
        (step(kind=EventKind.START), None, EventKind.START, "", 0),
        (step(text="0", number=7), 3, EventKind.TEXT, "0", 7),
    ],
)
def test_settling_a_session_step(event, known, kind, text, number):
    settled = settle(event, known)
    assert (settled.kind, settled.text, settled.step) == (kind, text, number)
    assert settled.provider_id == ("s:x" if event.step is not None else f"s:{number}")


def test_the_end_of_a_session_is_left_as_it_is():
    end = step(kind=EventKind.CLOSE)
    assert settle(end, 3) is end
