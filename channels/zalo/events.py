"""Zalo's events in the house's words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from channels.contract import DeliveryState, EventKind, InboundEvent, Malformed, Medium, Receipt
from channels.numbers import sender_number
from channels.payload import text_field
from channels.text import incoming

CHANNEL = "zalo"
ACCOUNT = "zalo:"
ANONYMOUS = "zalo:anonymous:"  # followed by the id and the id of the chat, without which nobody can answer

Taken = Sequence[InboundEvent | Receipt]


def read(body: Mapping[str, Any]) -> Taken:
    """What one webhook means; nothing for events that are not for us.  Raises Malformed."""
    name = text_field(body, "event_name")
    if not name:
        raise Malformed("event_missing")
    exact = _EXACT.get(name)
    if exact:
        return exact(body)
    return next((meant(body) for prefix, meant in _BEGINS.items() if name.startswith(prefix)), ())


def _text(body: Mapping[str, Any]) -> Taken:
    """A text, or what was sent without one: a sticker, a voice message, a place."""
    return [_event(body, EventKind.TEXT, _person(body, "sender"), text=incoming(text_field(_message(body), "text")))]


def _anonymous_text(body: Mapping[str, Any]) -> Taken:
    chat = text_field(_message(body), "conversation_id") or text_field(body, "conversation_id")
    sender = f"{ANONYMOUS}{_id(body, 'sender')}:{chat}"
    return [_event(body, EventKind.TEXT, sender, text=incoming(text_field(_message(body), "text")))]


def _follow(body: Mapping[str, Any]) -> Taken:
    return [_event(body, EventKind.START, _person(body, "follower"))]


def _unfollow(body: Mapping[str, Any]) -> Taken:
    return [_event(body, EventKind.LEFT, _person(body, "follower"))]


def _submitted(body: Mapping[str, Any]) -> Taken:
    """The person filled in the form of request_user_info; without a usable number it is nothing."""
    phone = sender_number(text_field(_part(body, "info"), "phone"))
    return [_event(body, EventKind.SHARED, _person(body, "sender"), text=phone)] if phone else ()


def _echo(body: Mapping[str, Any]) -> Taken:
    """Our own message come back; with `admin_id` a person of ours wrote it by hand."""
    by_hand = text_field(_part(body, "sender"), "admin_id") or text_field(body, "admin_id")
    return [_event(body, EventKind.STAFF, _person(body, "recipient"))] if by_hand else ()


def _withdrawn(body: Mapping[str, Any]) -> Taken:
    return [_event(body, EventKind.ERASE, _person(body, "sender" if body.get("sender") else "follower"))]


def _arrived(body: Mapping[str, Any]) -> Taken:
    """Messages of ours that reached the phone or were read: one id, or a list of them."""
    message = _message(body)
    listed = message.get("msg_ids")
    ids = [each for each in listed if isinstance(each, str | int)] if isinstance(listed, list) else []
    ids += [text_field(message, "msg_id")] if message.get("msg_id") else []
    if not ids:
        raise Malformed("id_missing")
    key = text_field(message, "tracking_id") or None
    return [Receipt(CHANNEL, DeliveryState.DELIVERED, str(each), key) for each in ids]


def _event(body: Mapping[str, Any], kind: EventKind, sender: str, text: str = "") -> InboundEvent:
    recipient = text_field(_part(body, "recipient"), "id") or text_field(body, "oa_id")
    return InboundEvent(CHANNEL, Medium.ZALO, kind, _provider_id(body, sender), sender, text, recipient,
                        sent_at=_time(body))  # fmt: skip


def _provider_id(body: Mapping[str, Any], sender: str) -> str:
    """The message's id; events without one are known by name, time and person, digested: an id holds nobody."""
    own = text_field(_message(body), "msg_id")
    if own:
        return own
    time = text_field(body, "timestamp")
    if not time:
        raise Malformed("id_missing")
    known_by = "\x00".join((text_field(body, "event_name"), time, sender))
    return hashlib.sha256(known_by.encode()).hexdigest()


def _time(body: Mapping[str, Any]) -> datetime | None:
    """Milliseconds since 1970, as text."""
    stamp = text_field(body, "timestamp")
    return datetime.fromtimestamp(int(stamp) / 1000, UTC) if stamp.isdecimal() and len(stamp) == 13 else None


def _person(body: Mapping[str, Any], part: str) -> str:
    return ACCOUNT + _id(body, part)


def _id(body: Mapping[str, Any], part: str) -> str:
    found = text_field(_part(body, part), "id")
    if not found:
        raise Malformed("sender_missing")
    if not found.isalnum() or not found.isascii():
        raise Malformed("sender_unknown")
    return found


def _message(body: Mapping[str, Any]) -> Mapping[str, Any]:
    return _part(body, "message")


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = body.get(name)
    if part is None:
        return {}
    if not isinstance(part, dict):
        raise Malformed("field_not_object")
    return part


_EXACT: Mapping[str, Callable[[Mapping[str, Any]], Taken]] = {
    "follow": _follow,
    "unfollow": _unfollow,
    "user_submit_info": _submitted,
    "user_withdraw": _withdrawn,
    "user_received_message": _arrived,
    "user_seen_message": _arrived,
}
_BEGINS: Mapping[str, Callable[[Mapping[str, Any]], Taken]] = {
    "user_send_": _text,
    "anonymous_send_": _anonymous_text,
    "oa_send_": _echo,
}
