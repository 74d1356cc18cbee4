"""Every address of every adapter, with the recorded requests posted to the real web application.

Forged, replayed, reordered, cut off, oversized, and come through a proxy: what must be refused is, with a code and
nothing stored; what may be taken is taken once.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from backend.api.app import Web, create_app
from backend.services.policy import Policy
from channels.contract import EventKind, InboundEvent, Request
from tests.contract.test_adapters import ADAPTERS, FILES, PUBLIC, load, take
from tests.unit.services.conftest import Small

PREFIX = "/webhooks"
BY_HTTP = [path for path in FILES if load(path)[0].path]
GOOD = [path for path in BY_HTTP if path.stem.startswith("good")]
REQUEST_BYTES = 16_384


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


class Door:
    """The application over an empty house."""

    def __init__(self) -> None:
        self.house = Small(Policy(sms_channel="kannel", inbound_limit=1000))
        web = Web(self.house, ADAPTERS, PUBLIC, REQUEST_BYTES, lambda: ())
        self.client = create_app(web).test_client()

    def post(self, request: Request, **more):
        """As the provider's client does."""
        query = request.url.partition("?")[2]
        return self.client.open(
            request.path, method=request.method, query_string=query, data=request.body, headers=dict(request.headers),
            environ_base={"REMOTE_ADDR": request.remote}, **more,
        )  # fmt: skip

    @property
    def stored(self) -> int:
        tables = self.house.tables
        return len(tables.inbox) + len(tables.parts)


@pytest.fixture
def door() -> Door:
    return Door()


def routes():
    return [(name, route) for name, adapter in ADAPTERS.items() for route in adapter.routes]


def cases_of(name: str, route: str) -> set[str]:
    """Kinds of recorded requests that go to a route, whose address may have variable parts."""
    address = re.compile(PREFIX + re.sub(r"<\w+>", "[^/]+", route) + "$")
    return {path.stem.split("-")[0] for path in FILES if path.parent.name == name and address.match(load(path)[0].path)}


@pytest.mark.parametrize(("name", "route"), routes(), ids=lambda value: getattr(value, "path", value))
def test_every_route_has_requests_that_are_good_forged_and_incomplete(name, route):
    assert {"good", "forged", "missing"} <= cases_of(name, route.path)


@pytest.mark.parametrize("path", BY_HTTP, ids=name_of)
def test_refused_requests_store_nothing_and_good_ones_are_acknowledged(path, door):
    request, expect = load(path)
    answer = door.post(request)
    code = expect.get("unauthorised") or expect.get("malformed")
    if code is None:
        assert answer.status_code == 200
        return
    if answer.status_code != 404:  # an address without a part that it needs is nobody's
        assert answer.status_code == (403 if "unauthorised" in expect else 400)
        assert answer.json == {"error": code}
    assert door.stored == 0


def answered(path: Path) -> bool:
    """Whether a repetition can be told here: steps that a provider does not count have no name, and pieces of a long
    text are the store's (tests/integration/store).
    """
    return all(
        not isinstance(item, InboundEvent) or (item.concatenation is None and (
            item.session_id is None or item.step is not None or item.kind is EventKind.CLOSE))
        for item in take(path.parent.name, load(path)[0])
    )  # fmt: skip


@pytest.mark.parametrize("path", [path for path in GOOD if answered(path)], ids=name_of)
def test_replayed_requests_are_taken_once_and_answered_alike(path, door):
    request, _ = load(path)
    first = door.post(request)
    stored, receipts = door.stored, len(door.house.tables.outbox)
    for _ in range(3):
        again = door.post(request)
        assert (again.status_code, again.data) == (first.status_code, first.data)
    assert (door.stored, len(door.house.tables.outbox)) == (stored, receipts)


@pytest.mark.parametrize("name", sorted({path.parent.name for path in GOOD}))
def test_requests_in_any_order_store_the_same(name):
    """Receipts before what they are about, answers before the dial, the end before the beginning."""
    requests = [load(path)[0] for path in GOOD if path.parent.name == name and answered(path)]
    stored = []
    for order in (requests, requests[::-1]):
        door = Door()
        assert {door.post(request).status_code for request in order} <= {200}
        stored.append(sorted(row.event.provider_id for row in door.house.tables.inbox.values()))
    assert stored[0] == stored[1]


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_a_body_beyond_the_limit_is_refused_unread(path, door):
    request, _ = load(path)
    answer = door.post(replace(request, body=request.body + b" " * (REQUEST_BYTES + 1)))
    if request.method in ("POST", "PUT"):
        assert answer.status_code in (403, 413)
        assert door.stored == 0


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_cut_off_requests_are_refused_or_read(path, door):
    """A piece of a good request is never a crash; signatures find it out, elsewhere what is left may still be whole."""
    request, _ = load(path)
    whole = request.body or request.url.encode()
    for kept in range(0 if request.body else len(PUBLIC), len(whole), max(len(whole) // 20, 1)):
        stored = door.stored
        piece = {"body": whole[:kept]} if request.body else {"url": whole[:kept].decode()}
        answer = door.post(replace(request, **piece))
        assert answer.status_code in (200, 400, 403)
        assert answer.status_code == 200 or door.stored == stored


@pytest.mark.parametrize("path", GOOD, ids=name_of)
def test_a_proxy_that_changed_scheme_and_host_changes_nothing(path, door):
    assert door.post(load(path)[0], base_url="http://10.0.0.7:8080").status_code == 200


def test_a_query_that_a_proxy_has_reordered_is_refused_where_it_is_signed(door):
    """Twilio signs the address as it was sent; elsewhere the order of a query means nothing (order.json)."""
    request, _ = load(next(path for path in GOOD if name_of(path) == "twilio/good-query"))
    assert door.post(request, base_url="http://10.0.0.7:8080").status_code == 200
    swapped = request.url.partition("?")[0] + "?" + "&".join(reversed(request.url.partition("?")[2].split("&")))
    assert door.post(replace(request, url=swapped)).status_code == 403
