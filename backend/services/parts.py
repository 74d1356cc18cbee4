"""A message longer than its channel carries goes as parts, one after the other, none of them twice."""

from __future__ import annotations

from dataclasses import dataclass, replace

from channels.contract import Limits, Outgoing
from channels.text import split


@dataclass(frozen=True)
class Part:
    """What is sent of a row now; `whole` is all of its text, and `last` whether nothing follows."""

    message: Outgoing
    whole: str
    last: bool


def next_part(message: Outgoing, sent: int, limits: Limits) -> Part:
    """The part of a whole message that follows the `sent` ones.

    The last part, most often the only one, goes under the message's own key, which its receipts carry; those before
    it under the key with their number.
    """
    parts = split(message.text, limits) or [message.text]
    place = min(sent, len(parts) - 1)
    last = place == len(parts) - 1
    key = message.key if last else f"{message.key}-{place + 1}"
    part = replace(message, key=key, text=parts[place], asks_phone=last and message.asks_phone)
    return Part(part, message.text, last)
