"""Whatever is posted to a webhook, an adapter answers with events or with a code, never with another exception."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.contract import ChannelError, InboundEvent, Receipt, Request
from channels.registry import CHANNELS
from tests.contract.test_adapters import ADAPTERS, PAYLOADS, load

anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.integers(), max_size=2)
)


def good_requests(name):
    return [load(path)[0] for path in sorted((PAYLOADS / name).glob("good*.json"))]


def names_in(request: Request) -> list[str]:
    fields = [name for name, _ in (*request.query, *request.form)]
    return [*fields, *json.loads(request.body)] if request.headers.get("content-type") == "application/json" else fields


@st.composite
def bent_octets(draw, octets):
    """Some octets replaced, and the end cut off or longer."""
    bent = bytearray(octets)
    for place in draw(st.sets(st.integers(0, len(octets) - 1), max_size=3)):
        bent[place] = draw(st.integers(0, 255))
    return bytes(bent[: draw(st.integers(0, len(bent)))]) + draw(st.binary(max_size=4))


@st.composite
def bent(draw, name):
    """A good request with some parameters removed or replaced by anything."""
    good = draw(st.sampled_from(good_requests(name)))
    changed = draw(st.sets(st.sampled_from(names_in(good) or [""])))
    values = {each: draw(st.one_of(st.none(), st.text())) for each in changed}
    pairs = [
        [(key, values.get(key, value)) for key, value in part if values.get(key, value) is not None]
        for part in (good.query, good.form)
    ]
    body = good.body
    if good.headers.get("content-type") == "application/json":
        fields = {**json.loads(body), **{each: draw(anything) for each in changed}}
        body = draw(
            st.sampled_from([json.dumps(fields).encode(), body[:-1], b"", b"[" * 5000, b'{"a":' + b"9" * 5000 + b"}"])
        )
    if good.method == "GSUP":
        body = draw(bent_octets(body))
    query = "&".join(f"{key}={value}" for key, value in pairs[0])
    return Request(
        good.method, f"https://khaibao.example{good.path}?{query}", good.path, good.headers, *pairs, body, good.remote
    )


@pytest.mark.parametrize("name", CHANNELS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_parsing(name, data):
    request = data.draw(bent(name))
    try:
        taken = ADAPTERS[name].parse(request)
        ADAPTERS[name].acknowledge(None, request)
    except ChannelError as refused:
        ADAPTERS[name].acknowledge(None, request)
        assert refused.status in (400, 403)  # noqa: PT017  # either outcome is right
        return
    assert all(isinstance(item, InboundEvent | Receipt) for item in taken)


@pytest.mark.parametrize("name", CHANNELS)
@settings(max_examples=25, deadline=None)
@given(
    data=st.data(),
    header=st.text(max_size=40),
    remote=st.sampled_from(["", "::1", "203.0.113.7", "unix:", "fe80::1%eth0"]),
)
def test_verifying(name, data, header, remote):
    request = data.draw(bent(name))
    headers = {"x-twilio-signature": header, "x-twilio-webhooks-signature-settings": header, "content-type": header}
    strange = Request(
        request.method, request.url, request.path, headers, request.query, request.form, request.body, remote
    )
    try:
        ADAPTERS[name].verify(strange)
    except ChannelError as refused:
        assert refused.status == 403  # noqa: PT017
