"""Zalo and SMS as one dialogue: signed webhooks in, a Zalo that checks tokens out."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from backend.services.facilities import NewFacility
from backend.services.phones import reached, tell
from backend.services.ports.bot import Bot
from backend.services.ports.outbox import MessageClass, OutboxState, Reply
from backend.services.venues import NewVenue
from tests.contract.zalo_server import Zalo, zalo
from tests.conversations.conftest import networks
from tests.conversations.phones import Network, Phone

APP, OA, SIGNED_WITH = "app-1", "388613280878808645", "oasecret1"
USER, NUMBER = "246845883529197922", "84901234567"


@pytest.fixture
def server() -> Iterator[Zalo]:
    with zalo() as told:
        yield told


@pytest.fixture
def network(bot: Bot, sqlite_url: str, tmp_path: Path, server: Zalo) -> Iterator[Network]:
    """A service with an official account."""
    own = {"KHAIBAO_ZALO_OA_ID": OA, "KHAIBAO_ZALO_OA_SECRET": SIGNED_WITH}
    settings = {f"KHAIBAO_{name.upper()}": value for name, value in server.values().items()} | own
    yield from networks(bot, sqlite_url, tmp_path, **settings)


class Chat:
    """Somebody on Zalo."""

    def __init__(self, network: Network, server: Zalo) -> None:
        self.network, self.server, self._numbers = network, server, itertools.count(1)

    def posts(self, event: str, times: int = 1, **fields: Any) -> None:
        """One event, as often as Zalo repeats it."""
        number = next(self._numbers)
        body = {"event_name": event, "app_id": APP, "sender": {"id": USER}, "recipient": {"id": OA},
                "timestamp": str(1_763_800_000_000 + number), **fields}  # fmt: skip
        raw = json.dumps(body, ensure_ascii=False)
        mac = hashlib.sha256((APP + raw + body["timestamp"] + SIGNED_WITH).encode()).hexdigest()
        headers = {"X-ZEvent-Signature": f"mac={mac}", "Content-Type": "application/json"}
        for _ in range(times):
            answer = self.network.client.post("/webhooks/zalo", data=raw.encode(), headers=headers)
            assert (answer.status_code, answer.data) == (200, b"")
        self.network.work()

    def says(self, text: str, times: int = 1) -> Chat:
        before = len(self.server.sent)
        self.posts("user_send_text", times, message={"text": text, "msg_id": f"m{next(self._numbers)}"})
        self.heard = [body["message"].get("text", "") for _, body in self.server.sent[before:]]
        return self

    def reads(self, *wanted: str) -> Chat:
        assert len(self.heard) == 1, self.heard
        for words in wanted:
            assert words in self.heard[0]
        return self


@pytest.fixture
def chat(network: Network, server: Zalo) -> Chat:
    return Chat(network, server)


@pytest.fixture
def phone(network: Network) -> Phone:
    return network.phone(NUMBER)


def declare(chat: Chat) -> Chat:
    return chat.says("KB Nguyen Van An; 1958; nam; Ben Nghe, TP HCM; 00000")


def linked(chat: Chat) -> Chat:
    chat.posts("user_submit_info", info={"name": "An", "phone": NUMBER})
    return chat


def test_a_declaration_by_chat_has_its_accents(chat):
    declare(chat).reads("Đã nhận khai báo của Nguyen Van An")
    [declaration] = chat.network.declarations()
    assert (declaration.channel, declaration.address) == ("zalo", f"zalo:{USER}")


def test_a_text_that_zalo_repeats_is_answered_once(chat):
    chat.says("KB", times=3).reads("họ và tên")


def test_following_is_greeted_and_asked_for_the_number(chat, server):
    chat.posts("follow", follower={"id": USER})
    assert len(server.sent) == 2
    assert server.sent[1][1]["message"]["attachment"]["payload"]["template_type"] == "request_user_info"


def test_histories_are_one_after_linking_by_code(chat, phone, server):
    declare(chat)
    chat.says("LK 0901234567").reads("567")
    code = next(word for word in phone.network.sent[-2][1].text.replace(".", " ").split() if word.isdigit())
    chat.says(f"LK {code}").reads("567")
    phone.sends("MA").reads("Nguyen Van An")
    chat.says("KB 00000").reads("Nguyen Van An")
    assert [each.address for each in chat.network.declarations()] == [NUMBER, NUMBER]


def test_a_form_begun_by_sms_is_finished_by_chat(chat, phone):
    linked(chat)
    phone.sends("KB").reads("ho va ten")
    chat.says("Nguyen Van An").reads("Sinh năm nào")


def test_an_officer_reports_and_a_citizen_complains_by_chat(chat, phone):
    linked(chat)
    house = chat.network.house
    (venue,) = house.venues.add([NewVenue("Trường Kim Đồng", "school", "79", None, "", None)], "user:test")
    house.facilities.add([NewFacility(venue.code, None, [NUMBER])], "user:test")
    chat.network.work()
    chat.says("BC").reads("KHÔNG đạt", "1 Khử khuẩn trường lớp\n2 Đủ nước, xà phòng")
    chat.says("2").says("0").says("0").says("0").says("0").reads("Xanh - An toàn", "Đạt 14/15", "2 Đủ nước, xà phòng")
    chat.says(f"PA {venue.code} bẩn lắm")
    assert any("Đã nhận phản ánh" in text for text in chat.heard)
    assert any("bẩn lắm" in text and "XONG 1" in text for text in chat.heard)
    chat.says("XONG 1").reads("Đã đóng phản ánh số 1")


def test_a_sticker_is_answered_with_help(chat):
    chat.posts("user_send_sticker", message={"msg_id": "s1", "attachments": []})
    assert chat.server.sent


def test_a_notice_finds_another_way_when_the_window_has_closed(chat, phone, server):
    linked(chat)
    server.errors = [-230]
    house = chat.network.house
    with house.units() as unit:
        conversation = reached(unit, house.policy, NUMBER, house.clock.now())
        row = tell(unit, house.policy, conversation, Reply("advice_none"), MessageClass.RECEIPT, house.clock.now())
        unit.commit()
    before = len(chat.network.sent)
    chat.network.work()
    assert [channel for channel, _ in chat.network.sent[before:]] == ["zalo", "simulator"]
    with house.units() as unit:
        [sent] = unit.outbox.sent_to(unit.index(NUMBER), "simulator", row.id - 1, 1)
    assert (sent.id, sent.state, sent.tried) == (row.id, OutboxState.SENT, ("chat:zalo_230",))


def test_the_bot_is_silent_while_one_of_ours_writes(chat, server):
    chat.posts("oa_send_text", sender={"id": OA, "admin_id": "9"}, recipient={"id": USER},
               message={"text": "Chào bác", "msg_id": "e1"})  # fmt: skip
    assert chat.says("KB").heard == []
    chat.network.clock.forward(minutes=31)
    chat.says("TG")
    assert len(chat.heard) == 1


def test_our_own_echo_is_no_text_of_the_person(chat, server):
    chat.says("KB")
    sent = len(server.sent)
    chat.posts("oa_send_text", sender={"id": OA}, recipient={"id": USER}, message={"text": "x", "msg_id": "e2"})
    assert len(server.sent) == sent


def test_withdrawing_forgets_everything(chat):
    declare(linked(chat))
    chat.posts("user_withdraw")
    assert chat.network.declarations() == []
    with chat.network.house.units() as unit:
        assert unit.people.on_phone(unit.index(NUMBER)) == []
        assert unit.accounts.phone_of(f"zalo:{USER}") is None


def test_a_foreigner_chats_in_their_language(chat):
    chat.says("안녕하세요").reads("베트남 건강신고 서비스")
    chat.says("한국어").reads("한국어로 안내합니다")
    chat.says("입국 신고").reads("성함이 어떻게 되시나요")
    chat.says("취소").reads("취소했습니다")
