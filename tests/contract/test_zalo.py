"""Sending by Zalo against a server that checks what Zalo checks and fails as Zalo does."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from channels.contract import Accepted, Dead, Outgoing, Retry, Tokens, Unknown, VaultUnavailable
from channels.sending import HttpClient
from channels.zalo import Zalo
from channels.zalo.tokens import CLAIM, MARGIN, MemoryVault, TokenKeeper
from tests.contract.test_adapters import PAYLOADS, VALUES, load
from tests.contract.zalo_server import zalo

OVER = (108, 114, 118, 119, 133, 144, 147, 201, 213, 227, 230, 232, 234, 244)
MESSAGE = Outgoing("k1", "zalo:246845883529197922", "Mã của bạn là KB-1234", purpose="reply")


class Vault(MemoryVault):
    """One vault for several keepers: leases as the real one, and trouble on demand."""

    def __init__(self):
        super().__init__()
        self.lease, self.down, self.failing_saves = None, False, 0

    def load(self, name):
        if self.down:
            raise VaultUnavailable
        return super().load(name)

    def claim(self, name, owner, tokens, now, until):
        newest = self.load(name)
        if (newest.version if newest else 0) != tokens.version or (self.lease and self.lease > now):
            return False
        self.lease = until
        return True

    def save(self, name, tokens):
        if self.failing_saves:
            self.failing_saves -= 1
            raise VaultUnavailable
        newest = self.load(name)
        if (newest.version if newest else 0) != tokens.version - 1:
            return False
        self.lease = None
        return super().save(name, tokens)


class Clock:
    """Stands still; a pause moves it."""

    def __init__(self):
        self.time = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

    def now(self):
        return self.time

    def pause(self, seconds):
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def server():
    with zalo() as told:
        yield told


@pytest.fixture
def http():
    client = HttpClient(connect_timeout=2, read_timeout=2)
    yield client
    client.close()


@pytest.fixture
def vault():
    return Vault()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def process(server, http, vault, clock):
    """Makes the adapter of another process: its own memory, the same vault."""

    def make():
        adapter = Zalo(server.values(), http, vault)
        adapter._tokens = TokenKeeper(server.values(), http, vault, clock.now, clock.pause)
        return adapter

    return make


def test_a_chat_message(server, process):
    assert process().send(MESSAGE) == Accepted("m1")
    [(path, body)] = server.sent
    assert path == "/v3.0/oa/message/cs"
    assert body == {"recipient": {"user_id": "246845883529197922"}, "message": {"text": MESSAGE.text}}


def test_somebody_anonymous_is_answered_in_the_same_chat(server, process):
    process().send(replace(MESSAGE, recipient="zalo:anonymous:anon91:chat77"))
    assert server.sent[0][1]["recipient"] == {"anonymous_id": "anon91", "conversation_id": "chat77"}


def test_asking_for_the_phone_number_is_a_card(server, process):
    process().send(replace(MESSAGE, text="Cho biết số\nĐể nhận tin", asks_phone=True))
    payload = server.sent[0][1]["message"]["attachment"]["payload"]
    assert payload["template_type"] == "request_user_info"
    assert payload["elements"] == [{"title": "Cho biết số", "subtitle": "Để nhận tin", "image_url": ""}]


def test_a_phone_is_written_to_by_template(server, process):
    notice = Outgoing("k2", "84901234567", "Ông/bà có thể đã tiếp xúc", purpose="exposure")
    assert process().send(notice) == Accepted("m1")
    assert server.sent == [("/message/template", {
        "phone": "84901234567", "template_id": "7001", "tracking_id": "k2",
        "template_data": {"content": "Ông/bà có thể đã tiếp xúc"}})]  # fmt: skip


def test_without_a_template_for_it_a_message_goes_another_way(server, process):
    assert process().send(replace(MESSAGE, recipient="84901234567")) == Dead("zalo_no_template")
    assert server.renewals == 0


@pytest.mark.parametrize(
    ("error", "result"),
    [
        *((-code, Dead(f"zalo_{code}")) for code in OVER),
        (-32, Retry("zalo_32", after=60.0)),
        (-200, Retry("zalo_200")),
    ],
)
def test_an_error_in_a_200(server, process, error, result):
    server.errors = [error]
    assert process().send(MESSAGE) == result
    assert server.sent == []


def test_the_window_closes_between_two_messages(server, process):
    adapter = process()
    assert isinstance(adapter.send(MESSAGE), Accepted)
    server.errors = [-230]
    assert adapter.send(MESSAGE) == Dead("zalo_230")


@pytest.mark.parametrize("error", [-216, -220, -124])
def test_a_refused_token_is_renewed_once_and_the_message_goes(server, process, error):
    adapter = process()
    adapter.send(MESSAGE)
    server.errors = [error]
    assert adapter.send(MESSAGE) == Accepted("m2")
    assert server.renewals == 2


def test_a_token_that_is_refused_again_is_not_renewed_for_ever(server, process):
    server.errors = [-216, -216, -216]
    assert process().send(MESSAGE) == Retry("zalo_216")
    assert server.renewals == 2


def test_a_token_is_renewed_before_it_ends(server, process, clock):
    adapter = process()
    adapter.send(MESSAGE)
    clock.time += timedelta(seconds=90_000) - MARGIN + timedelta(seconds=1)
    adapter.send(MESSAGE)
    assert server.renewals == 2


def test_threads_renew_once(server, process):
    adapter = process()
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: adapter.send(MESSAGE), range(16)))
    assert all(isinstance(each, Accepted) for each in results)
    assert server.renewals == 1
    assert server.refused == []


def test_what_one_process_renewed_the_others_use(server, process):
    first, second = process(), process()
    first.send(MESSAGE)
    second.send(MESSAGE)
    server.expire()
    assert isinstance(first.send(MESSAGE), Accepted)
    assert isinstance(second.send(MESSAGE), Accepted)
    assert server.renewals == 2


def test_while_another_process_renews_nobody_else_does(server, process, vault, clock):
    vault.claim("zalo", "other", Tokens("", "refresh-0", clock.now(), "", 0), clock.now(), clock.now() + CLAIM)
    assert process().send(MESSAGE) == Retry("zalo_renewal_elsewhere", after=3.0)
    assert server.renewals == 0


def test_what_another_process_renews_meanwhile_is_waited_for(server, process, vault, clock):
    other = process()
    held = clock.pause

    def pause(seconds):
        held(seconds)
        vault.lease = None
        other.send(MESSAGE)

    waiting = process()
    waiting._tokens._pause = pause
    vault.claim("zalo", "other", Tokens("", "refresh-0", clock.now(), "", 0), clock.now(), clock.now() + CLAIM)
    assert waiting.send(MESSAGE) == Accepted("m2")
    assert server.renewals == 1


def test_new_tokens_are_saved_before_they_are_used(server, process, vault):
    vault.failing_saves = 1
    adapter = process()
    assert adapter.send(MESSAGE) == Retry("zalo_vault_unavailable")
    assert (server.renewals, server.sent) == (1, [])
    assert adapter.send(MESSAGE) == Accepted("m1")
    assert vault.load("zalo").refresh == "refresh-1"
    assert server.renewals == 1


def test_a_process_that_died_between_renewing_and_saving_is_reported_until_the_operator_gives_a_new_token(
    server, process, vault, clock, http, caplog
):
    vault.failing_saves = 1
    process().send(MESSAGE)  # and with it the only copy of refresh-1 is gone
    clock.time += CLAIM
    heir = process()
    assert heir.send(MESSAGE) == Retry("zalo_oauth_14014", after=60.0)
    assert "zalo_renewal_failed code=zalo_oauth_14014" in caplog.text
    assert heir.send(MESSAGE) == Retry("zalo_renewal_elsewhere", after=3.0)  # a rest before it is tried again
    assert server.refused == ["refresh-0"]
    server.refresh = "refresh-from-console"
    clock.time += CLAIM
    values = {**server.values(), "zalo_refresh_token": "refresh-from-console"}
    restarted = Zalo(values, http, vault)
    restarted._tokens = TokenKeeper(values, http, vault, clock.now, clock.pause)
    assert isinstance(restarted.send(MESSAGE), Accepted)


def test_a_new_configured_token_wins_over_what_is_stored(server, process, http, vault, clock):
    process().send(MESSAGE)
    server.refresh = "refresh-from-console"
    values = {**server.values(), "zalo_refresh_token": "refresh-from-console"}
    keeper = TokenKeeper(values, http, vault, clock.now, clock.pause)
    assert keeper.access() == "access-2"
    assert vault.load("zalo").version == 2


def test_an_answer_to_the_renewal_that_got_lost_is_no_reason_to_send(server, process):
    server.hang_up = "token"
    assert process().send(MESSAGE) == Retry("provider_no_answer")
    assert server.sent == []


def test_a_send_that_is_cut_off_is_unknown(server, process):
    adapter = process()
    adapter.send(MESSAGE)
    server.hang_up = "send"
    assert adapter.send(MESSAGE) == Unknown("provider_no_answer")
    assert adapter.lookup(MESSAGE) is None


def test_without_the_vault_nothing_is_sent_and_nothing_is_lost(server, process, vault):
    vault.down = True
    assert process().send(MESSAGE) == Retry("zalo_vault_unavailable")
    assert server.renewals == 0


def test_a_wrong_secret_of_the_application(server, http, vault):
    adapter = Zalo({**server.values(), "zalo_app_secret": "other"}, http, vault)
    assert adapter.send(MESSAGE) == Retry("zalo_oauth_14002", after=60.0)


def test_no_log_holds_a_token_or_the_person(server, process, caplog):
    caplog.set_level(logging.DEBUG)
    adapter = process()
    adapter.send(MESSAGE)
    server.errors = [-216, -216]
    adapter.send(MESSAGE)
    for secret in ("access-", "refresh-", "app-secret", "246845883529197922", "KB-1234"):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("case", "variant"),
    [
        ("good", "app-body"),
        ("good-header-time", "app-header"),
        ("good-oa-id", "oa-body"),
        ("good-no-prefix", "app-body"),
    ],
)
def test_the_variant_that_matches_is_logged_and_can_be_pinned(case, variant, caplog):
    from channels.contract import Unauthorised
    from channels.registry import build

    caplog.set_level(logging.INFO)
    request, _ = load(PAYLOADS / "zalo" / f"{case}.json")
    adapter = build(VALUES)["zalo"]
    adapter.verify(request)
    adapter.verify(request)
    assert [each.getMessage() for each in caplog.records].count(f"zalo_signature variant={variant}") == 1
    build({**VALUES, "zalo_signature": variant})["zalo"].verify(request)
    other = "oa-header" if variant != "oa-header" else "app-body"
    with pytest.raises(Unauthorised):
        build({**VALUES, "zalo_signature": other})["zalo"].verify(request)
