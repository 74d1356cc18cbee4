"""What the phones of the bench say: a first declaration step by step, and free sentences."""

from __future__ import annotations

import datetime
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

Turn = Callable[[Mapping[str, Any]], Awaitable[Mapping[str, Any]]]

ANSWERS = {
    "full_name": "Nguyễn Văn An",
    "birth_year": "1980",
    "gender": "1",
    "address": "Ben Nghe, TP HCM",
    "confirm": "1",
}
# Every other question, in turn: the same text twice within a second is taken for a gateway's repetition.
NO = ("0", "khong")
LONGEST = 30  # turns; more means that the dialogue runs in a circle
IDENTITY = ("full_name", "birth_year", "gender", "address")
QUESTIONS = ("travelled", "has_symptoms", "contact_case", "contact_area", "contact_symptomatic")
FORM = {"fields": [*IDENTITY, *QUESTIONS], "consent": False, "window_days": 14}

# As people write them: without accents, in a hurry, with figures; the classifier has to decide each.
SENTENCES = (
    "toi bi sot 2 ngay nay",
    "em bi ho va dau hong tu hom qua",
    "nha toi co nguoi bi sot cao",
    "hom nay toi thay kho tho qua",
    "cho toi hoi khai bao the nao vay",
    "toi vua di da nang ve hom chu nhat",
    "chau toi bi dau hong may hom roi",
    "toi muon khai bao y te cho me toi",
    "mat vi giac tu sang den gio",
    "toi co tiep xuc voi nguoi benh o cho",
    "con gai em sot 39 do phai lam sao",
    "toi khong con o dia chi cu nua",
    "bao gio thi co ket qua vay",
    "cam on nhieu nha",
    "toi muon noi chuyen voi nguoi that",
    "o day co ai bi covid khong",
)


def facts() -> dict[str, Any]:
    """A phone nobody has declared from."""
    today = datetime.date(2026, 11, 22)
    return {
        "language": "vi",
        "today": today.isoformat(),
        "now": f"{today.isoformat()}T08:30",
        "people": [],
        "last": None,
        "forms": {"health": FORM},
        "menu": ["health"],
        "answered": {},
    }


def request(state: Any, text: str, channel: str = "sms", event: str = "text") -> dict[str, Any]:
    """One turn as docs/turn.md has it."""
    return {"state": state, "event": event, "text": text, "channel": channel, "facts": facts()}


async def declare(turn: Turn, state: Any = None) -> tuple[list[str], Any]:
    """One declaration, each question answered by its field: (texts sent, last state).

    Raises RuntimeError unless every turn is answered and the dialogue ends in a stored declaration.
    """
    texts, text = [], "KB"
    while len(texts) < LONGEST:
        texts.append(text)
        answer = await turn(request(state, text))
        state = answer["state"]
        if any(command["name"] == "submit_declaration" for command in answer["commands"]):
            return texts, state
        if not answer["replies"] or not answer["open"]:
            raise RuntimeError(f"turn {len(texts)} ({text!r}) led nowhere: {answer}")
        text = ANSWERS.get(answer["open"]["field"], NO[len(texts) % len(NO)])
    raise RuntimeError(f"no declaration after {LONGEST} turns: {texts}")


def sentences(count: int) -> Iterator[str]:
    """Free sentences in a fixed random order."""
    chosen = random.Random(20261122)
    return (chosen.choice(SENTENCES) for _ in range(count))
