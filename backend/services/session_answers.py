"""What a session is answered, and how an inbox row keeps it for a repetition of the same step."""

from __future__ import annotations

from collections.abc import Sequence

from backend.services.faces import Spoken
from backend.services.ports.outbox import Reply
from channels.contract import Answer, EventKind, InboundEvent, Medium

# The session ends, waits, waits for one key, goes on with a telephone number.
_END, _WAIT, _ONE_KEY, _DIAL = "END ", "CON ", "KEY ", "TEL "
TRANSFERS = frozenset({"hotline", "emergency"})  # after these a call goes on with a person


def session_answer(pages: Sequence[str], spoken: Spoken, medium: Medium, hotline: str) -> Answer:
    """The first page; a caller who asked for a person is put through to `hotline`."""
    final = not spoken.waiting and len(pages) == 1
    if medium is not Medium.VOICE:
        return Answer(pages[0], final)
    dial = hotline if any(reply.name in TRANSFERS for reply in spoken.replies) else ""
    return Answer(pages[0], final or bool(dial), one_key=one_key(spoken.replies), dial=dial)


def is_silence(event: InboundEvent) -> bool:
    """Whether a caller was asked and pressed nothing."""
    return event.medium is Medium.VOICE and event.kind is EventKind.TEXT and not event.text


def one_key(replies: Sequence[Reply]) -> bool:
    """Whether the last thing asked is answered by one key."""
    choices = replies[-1].choices if replies else ()
    return bool(choices) and all(len(choice["send"]) == 1 for choice in choices)


def encode(answer: Answer) -> str:
    """An answer as the inbox row keeps it."""
    if answer.dial:
        return f"{_DIAL}{answer.dial} {answer.text}"
    return (_END if answer.final else _ONE_KEY if answer.one_key else _WAIT) + answer.text


def decode(kept: str) -> Answer:
    """The answer in an inbox row."""
    kind, text = kept[:4], kept[4:]
    if kind == _DIAL:
        number, _, text = text.partition(" ")
        return Answer(text, final=True, dial=number)
    return Answer(text, final=kind == _END, one_key=kind == _ONE_KEY)
