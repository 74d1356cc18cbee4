"""Long incoming texts that arrive in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from channels.contract import InboundEvent, Malformed
from channels.text.cleaning import clean

Key = tuple[str, str, str, str, int]


@dataclass(frozen=True)
class Reassembly:
    """`complete` texts, in the order their last piece came, and the `waiting` pieces of the others."""

    complete: Sequence[InboundEvent]
    waiting: Sequence[InboundEvent]


def key(part: InboundEvent) -> Key:
    """What pieces of one text share: sender, receiver, channel, reference, total.

    Without the sender one person would get the ending of another's text.
    """
    if part.concatenation is None:
        raise ValueError("not a part of a longer text")
    reference, total, _ = part.concatenation
    return (part.sender, part.recipient, part.channel, reference, total)


def reassemble(parts: Iterable[InboundEvent]) -> Reassembly:
    """Put pieces together, in any order of arrival, dropping duplicates.

    A different piece under a number already taken starts a new text: senders count references in 8 bits.
    """
    open_texts: dict[Key, list[dict[int, InboundEvent]]] = {}
    complete: list[InboundEvent] = []
    for part in parts:
        drafts = open_texts.setdefault(key(part), [])
        draft = _draft_for(part, drafts)
        draft[_number(part)] = part
        if len(draft) == key(part)[-1]:
            complete.append(join(draft.values()))
            drafts.remove(draft)
    waiting = [piece for drafts in open_texts.values() for draft in drafts for piece in draft.values()]
    return Reassembly(complete, waiting)


def join(parts: Iterable[InboundEvent]) -> InboundEvent:
    """One event out of the pieces at hand, by number; its id is that of the lowest piece.

    Also for a text whose missing piece never came: better half a text than none.
    """
    ordered = sorted(parts, key=_number)
    return replace(ordered[0], text=clean("".join(part.text for part in ordered)), concatenation=None)


def concatenation_of(header: bytes) -> tuple[str, int, int] | None:
    """(reference, total, part) from a user data header (3GPP TS 23.040 §9.2.3.24.1 and .8), None without one.

    Raises Malformed("bad_header") when the elements do not add up.
    """
    elements = header[1 : 1 + header[0]] if header else b""
    while len(elements) >= 2:
        identifier, length = elements[0], elements[1]
        value, elements = elements[2 : 2 + length], elements[2 + length :]
        if identifier in (0x00, 0x08):
            return _read_concatenation(value)
    return None


def _read_concatenation(value: bytes) -> tuple[str, int, int]:
    if len(value) not in (3, 4):
        raise Malformed("bad_header")
    reference, total, part = int.from_bytes(value[:-2]), value[-2], value[-1]
    if not 1 <= part <= total:
        raise Malformed("bad_header")
    return (str(reference), total, part)


def _number(part: InboundEvent) -> int:
    return part.concatenation[2] if part.concatenation else 0


def _draft_for(part: InboundEvent, drafts: list[dict[int, InboundEvent]]) -> dict[int, InboundEvent]:
    """The newest unfinished text that lacks this piece's number or already holds the same words."""
    for draft in reversed(drafts):
        known = draft.get(_number(part))
        if known is None or known.text == part.text:
            return draft
    drafts.append({})
    return drafts[-1]
