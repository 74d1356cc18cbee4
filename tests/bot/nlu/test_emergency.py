"""Emergencies are recognised in any form and any spelling; what is denied is none."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from backend.forms.folding import fold_lower, tidy
from bot.components.emergency import is_emergency
from bot.components.emergency_signs import HINTS, SIGNS
from nlu_data import noise
from nlu_data.templates import Segment, Sentence
from tests.bot.talking import FACTS

URGENT = """khó thở nặng|me toi kho tho nang qua|kho tho lam roi|toi khong tho duoc|thở không nổi|bat tinh
bố tôi ngất xỉu|dau nguc du doi|tức ngực|cap cuu|goi 115|cuu toi voi|he is unconscious
i have chest pain|me man khong tra loi|khos thowr nawngj quas|hk tho dc|khong tho noi cuu voi
ba toi goi mai khong tinh|ông ngoại lay mãi không tỉnh|con tôi co giật|ngực tôi đau như dao đâm|tim em đau thắt
oxy còn 82|spo2 chi con 85|xe cứu thương tới gấp|bà nội lịm đi rồi|mẹ tôi thở thoi thóp|anh ấy ngã gục giữa chợ
bé sùi bọt mép|tho ko noi|thở hổng nổi|ba t ngừng thở|mẹ em gọi không thưa|dau tuc nguc|bị đột quỵ|em khó thở dữ lắm
my father stopped breathing|ddau ngucwj dduw quas|nga6t1 xi3u roi
mẹ tôi gọi không dậy|bà cụ nằm bất động|hít không vô hơi|cháu rút lõm lồng ngực|tím tái hết rồi|chảy máu không cầm được
ông bị méo miệng không nói được|con uống nhầm thuốc sâu|bố tôi cần bình oxy gấp|đau ở vùng ngực|môi tím hết rồi
bé thở rên rỉ, cánh mũi phập phồng|ho ra máu|ô xy xuống 80 rồi|bà không nhận ra ai|cho xe 115 tới|gấp, con tôi sắp chết
khẩn cấp, ông tôi khó thở"""
URGENT_ENGLISH = """my husband isn't responding|she wont wake up|i cant breathe|he is turning blue|baby having fits
my chest hurts so much|tight feeling in my chest|gasping for air|bleeding badly|my friend is unresponsive
my lips are blue|severe breathing problems|he can barely breathe|my dad cannot get any air
coughing up blood|we need a doctor urgently
save my son|she's dying|chest feels heavy|extremely short of breath|he collapsed|having a stroke"""
CALM = """khong kho tho|ko dau nguc|kho tho nhe|kho tho tu hom qua|dau nguc thi khong|Cứu|toi bi sot|Nguyen Van Nguc
so 115 Le Loi|đỡ khó thở nhiều rồi|không bị khó thở nặng|het kho tho roi|hom truoc kho tho nang gio het roi
bị ngắt điện rồi|nha bi ngat mang|no chest pain|không đau tức ngực|chua bi ngat xiu bao gio|dau hong qua
gọi hoài không nghe máy|hỏi không trả lời|mẹ sang nhà tôi chơi|toi khong ho khong kho tho
mới thăm ca nhiễm được 3 ngày|ở đâu tìm được mã số|tôi tìm người nhà|mới tìm hiểu thôi|tìm mọi cách|thợ rèn
em ơi mau lên|định từ từ khai|bất động sản|có cơ quan nào tra cứu tôi chưa|chưa bao giờ bị co giật
tôi không bị đau ngực hay khó thở|ngồi ăn cùng người nhiễm|nồng độ oxy 98"""
CALM_ENGLISH = """the website is not responding|save my answers|i have no chest pain|i don't have chest pain
i never fainted|no shortness of breath|i do not have severe breathing difficulty
hotline not answering|i cannot get the code"""


def _texts(table: str) -> list[str]:
    return table.replace("\n", "|").split("|")


@pytest.mark.parametrize("text", _texts(URGENT) + _texts(URGENT_ENGLISH))
def test_urgent(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize("text", _texts(CALM) + _texts(CALM_ENGLISH))
def test_not_urgent(text: str) -> None:
    assert not is_emergency(text)


@pytest.mark.parametrize("text", _texts(URGENT) + _texts(URGENT_ENGLISH))
def test_every_sign_holds_a_hint_of_itself(text: str) -> None:
    assert all(HINTS.search(found.group()) for found in SIGNS.finditer(fold_lower(tidy(text))))


SPELLINGS = {
    "folded": noise.unaccented,
    "half accented": noise.half_accented,
    "decomposed": noise.decomposed,
    "capitals": noise.capitals,
    "teencode": noise.teencode,
    "keystrokes": noise.telex,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_urgent_in_every_spelling(spelling: str) -> None:
    missed = [text for text in _spelt(spelling, _texts(URGENT)) if not is_emergency(text)]
    assert missed == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_not_urgent_in_any_spelling(spelling: str) -> None:
    alarms = [text for text in _spelt(spelling, _texts(CALM)) if is_emergency(text)]
    assert alarms == []


def _spelt(spelling: str, texts: list[str]) -> list[str]:
    return [
        SPELLINGS[spelling](Sentence((Segment(text),), "", ""), Random(number)).text
        for number, text in enumerate(texts)
    ]


def test_a_slip_is_mended_first(engine: Any) -> None:
    for text in (
        "me toi kho htho nang qua",
        "ba toi bat tibh roi",
        "me toi kho tho nabg",
        "toi kho tho qya",
        "can xe cap cuus gap",
    ):
        assert engine.parse(text)["intent"] == "emergency", text


@pytest.mark.parametrize("text", _texts(URGENT)[:9])
def test_it_is_answered_in_the_middle_of_any_question(engine: Any, text: str) -> None:
    for answers in ([], ["Nguyen Van A"], ["Nguyen Van A", "1958"], ["Nguyen Van A", "1958", "nam"]):
        state = None
        for said in ("KB", *answers):
            state = engine.turn({"state": state, "event": "text", "text": said, "channel": "sms", "facts": FACTS})[
                "state"
            ]
        turn = engine.turn({"state": state, "event": "text", "text": text, "channel": "sms", "facts": FACTS})
        assert turn["understood"]["intent"] == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "con sot 40 do co giat", "dau nguc nay gio het chiu noi", "dau nguc qua roi", "luc nao cung kho tho nang",
        "neu khong cap cuu kip chac me toi chet", "hom qua het roi nay lai dau nguc", "me toi ngat xiu 2 lan roi",
        "hom qua ngat tinh lai roi nhung van kho tho nang", "đau tim vì leo cầu thang",
        "tối qua đỡ rồi mà giờ lại khó thở nặng",
    ],
)  # fmt: skip
def test_what_sounds_over_and_is_not(text: str) -> None:
    assert is_emergency(text)


@pytest.mark.parametrize(
    "text",
    [
        "đau ngực nhẹ hôm qua hết rồi", "hom qua bi ngat xiu nhung gio tinh roi", "tuần trước có đau ngực giờ hết rồi",
        "truoc co bi dau nguc, nay het", "toi tung bi nhoi mau nam 2019", "co tien su dau nguc",
        "nam ngoai bi nhoi mau",
        "neu kho tho nang thi goi ai", "khi nao thi can cap cuu", "đau tim vì em", "hon me game", "tìm tài liệu",
        "dau nguc hoi sang gio do roi",
    ],
)  # fmt: skip
def test_what_is_over_long_ago_or_only_asked(text: str) -> None:
    assert not is_emergency(text)


@pytest.mark.parametrize(
    "text",
    ["ba toi lim roi", "bà tôi lịm rồi", "toi sap chet", "sap chet roi", "oi troi cuu", "mau len cuu nguoi"],
)
def test_few_words_are_enough_where_one_of_them_is_of_a_sign(engine: Any, text: str) -> None:
    assert engine.parse(text)["intent"] == "emergency"


@pytest.mark.parametrize(
    "text",
    [
        "khó thở chút xíu", "con toi ngat lai nhung tinh roi", "khong dau nguc", "k dau nguc", "chua bao gio ngat xiu",
        "khong bi bat tinh", "nha toi bi ngat dien roi", "Nguyen Thi Ngat", "em ten Ngat", "hết đau ngực", "me toi",
        "không còn đau ngực nữa", "hôm kia mẹ tôi ngất, nay khỏe rồi", "do kho tho nang roi", "hoi kho tho", "ngạt mũi",
        "mau len",
    ],
)  # fmt: skip
def test_statistics_alone_raise_no_false_alarm(engine: Any, text: str) -> None:
    assert engine.parse(text)["intent"] != "emergency"
