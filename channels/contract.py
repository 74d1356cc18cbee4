"""What an adapter is: it translates between one provider and the house, and nothing else.

A request from a provider goes `verify -> parse -> InboundEvent | Receipt`; a message of ours goes
`send -> Accepted | Retry | Dead | Unknown`.  No forms, no database, no dialogue in any adapter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Medium(StrEnum):
    """The face a person sees; several channels may share one (kannel, twilio and esms are all SMS)."""

    SMS = "sms"
    USSD = "ussd"
    ZALO = "zalo"
    VOICE = "voice"


class EventKind(StrEnum):
    """What happened on the person's side."""

    TEXT = "text"  # the person said something
    START = "start"  # a session was opened (USSD dial, call picked up); `text` holds a dialled path
    CLOSE = "close"  # the session ended without an answer being possible
    # What follows is never shown to the dialogue.
    SHARED = "shared"  # the person let the provider tell us their phone number: `text`, E.164 digits
    STAFF = "staff"  # one of ours answered the person by hand, in the provider's own console
    LEFT = "left"  # the person closed this channel to us
    ERASE = "erase"  # the person told the provider that we must forget them


class DeliveryState(StrEnum):
    """How far a sent message got; the order of the members is the only direction it may move."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True)
class Request:
    """A request as the provider made it, free of any web framework.

    By HTTP: `url` is the public address (configured base + raw path + raw query), which signatures cover;
    header names are lower case; `query` and `form` keep order, repeats and blank values.
    Over a Line: `method` names the protocol, `body` is one message, `remote` the host we are connected to.
    """

    method: str
    url: str
    path: str
    headers: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    form: Sequence[tuple[str, str]]
    body: bytes
    remote: str


@dataclass(frozen=True)
class Response:
    """The answer a provider gets: by HTTP, or over a Line `body` as the octets to write, none for no answer."""

    status: int = 200
    body: str | bytes = ""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class InboundEvent:
    """One thing a person did, in the house's words.

    `sender` is E.164 digits without "+" for phones, otherwise "<medium>:" and the provider's user id.
    `account` is that id once the house knows whose phone it is linked with; `sender` is the phone then.
    `provider_id` is what makes a redelivery recognisable; unique within the channel.
    `step` numbers the inputs of a USSD session (0 = the dial), None elsewhere.
    `concatenation` = (reference, total, part) when the provider hands over pieces of a long text.
    `entered` is set by providers that repeat all inputs of a session at every step (joined by "*");
    `settle` turns such an event into what is new, because only the session's record can tell.
    `step` is None in a session whose provider does not count; `settle` counts then.
    """

    channel: str
    medium: Medium
    kind: EventKind
    provider_id: str
    sender: str
    text: str = ""
    recipient: str = ""
    session_id: str | None = None
    step: int | None = None
    sent_at: datetime | None = None
    concatenation: tuple[str, int, int] | None = None
    entered: str | None = None
    account: str = ""


def settle(event: InboundEvent, known_step: int | None) -> InboundEvent:
    """Complete a session event from the session's record; events without a session come back unchanged.

    `known_step` is the `step` of the last event taken in this session, None when the session is new.
    Repeated inputs are reduced to the new one; in a new session all are a dialled path ("*098*1*2#" arrives
    as "1*2").  The person may type "*" too.  A step the provider did not count gets its number, and its id.
    """
    if event.session_id is None or event.kind is EventKind.CLOSE:
        return event
    if event.step is None:
        step = 0 if known_step is None else known_step + 1
        return replace(event, step=step, provider_id=f"{event.session_id}:{step}")
    if event.entered is None:
        return event
    if known_step is None:
        return replace(event, kind=EventKind.START, text=event.entered)
    new = event.entered.split("*")[known_step:] if event.entered else []
    return replace(event, kind=EventKind.TEXT, text="*".join(new))


@dataclass(frozen=True)
class Receipt:
    """A delivery report: `reference` is the provider's id, `key` our idempotency key if it carries it."""

    channel: str
    state: DeliveryState
    reference: str | None = None
    key: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class Outgoing:
    """One rendered message to hand to a provider.  `key` is stable over retries of the same message.

    `created_at` keeps `lookup` from taking an older message with the same words for this one.
    `purpose` is why it is sent (a message class), for providers that want a registered template for each.
    `asks_phone`: the person is asked to let the provider tell us their phone number.
    """

    key: str
    recipient: str
    text: str
    language: str = "vi"
    created_at: datetime | None = None
    purpose: str = ""
    asks_phone: bool = False


@dataclass(frozen=True)
class Accepted:
    """The provider has it."""

    reference: str | None = None


@dataclass(frozen=True)
class Retry:
    """The provider certainly does not have it; try again after so many seconds (None: our own back-off)."""

    code: str
    after: float | None = None


@dataclass(frozen=True)
class Dead:
    """The provider will never take it for this number.  `opted_out` when the person told the provider so."""

    code: str
    opted_out: bool = False


@dataclass(frozen=True)
class Unknown:
    """We stopped waiting after the request had left: the provider may or may not have it."""

    code: str


SendResult = Accepted | Retry | Dead | Unknown


class ChannelError(Exception):
    """A request that must not be taken in.  `code` is stable, loggable and free of personal data."""

    status = 400

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unauthorised(ChannelError):
    """The signature, secret or source address does not match."""

    status = 403


class Malformed(ChannelError):
    """A required parameter is missing or cannot be read."""


class Unavailable(ChannelError):
    """What is needed to read it, such as the provider's directory of numbers, is away."""

    status = 503


@dataclass(frozen=True)
class Limits:
    """What the channel can carry: `characters` per message after splitting, None = segments decide."""

    characters: int | None = None
    segments: int | None = None
    can_start: bool = True  # may the house write first (False for USSD)


@dataclass(frozen=True)
class Route:
    """One provider-facing address, mounted by backend/api below `/webhooks`."""

    path: str
    methods: tuple[str, ...] = ("POST",)
    purpose: str = "inbound"  # or "receipt"


class Adapter(Protocol):
    """One provider.  Instances are built once by the registry from the configuration."""

    name: str
    medium: Medium
    limits: Limits
    routes: Sequence[Route]

    def verify(self, request: Request) -> None:
        """Raise Unauthorised unless the request provably comes from the provider."""

    def parse(self, request: Request) -> Sequence[InboundEvent | Receipt]:
        """Read a verified request; raise Malformed with a code when it cannot be read."""

    def acknowledge(self, answer: Answer | None, request: Request | None = None) -> Response:
        """The HTTP answer once everything is safe; `answer` is the screen for session channels.

        `request` is the one being answered, for providers that want their ids repeated.
        """


class Line(Protocol):
    """One connection that we keep to a provider: what comes in is cut into requests, small talk is answered.

    It holds no socket: whoever does gives it what was read and writes what it returns.
    """

    def received(self, data: bytes) -> tuple[Sequence[Request], bytes]:
        """Requests that are whole now, and what to write at once; raises Malformed when the stream is spoilt."""

    def ping(self) -> bytes:
        """What to write after a silence; a provider that is still there answers."""


class Connected(Adapter, Protocol):
    """An adapter that has no route: we connect to the provider."""

    address: tuple[str, int] | None  # host and port, None when not configured

    def connect(self) -> Line:
        """The talk of a connection just made."""


class Sender(Protocol):
    """The sending half, for adapters whose `limits.can_start`."""

    name: str

    def send(self, message: Outgoing) -> SendResult:
        """Hand one message over.  Never raises for what the provider does."""

    def lookup(self, message: Outgoing) -> SendResult | None:
        """Ask what became of a message whose outcome is unknown; None where it cannot be asked."""


@dataclass(frozen=True)
class Answer:
    """What a session channel shows now: `text` already fits a screen; `final` ends the session.

    `one_key`: one key of the phone answers it.  `dial`: a call goes on with this number after the text.
    `language` is what the text is spoken in.
    """

    text: str
    final: bool
    one_key: bool = False
    dial: str = ""
    language: str = "vi"


@dataclass(frozen=True)
class Tokens:
    """What a provider lets us in with.

    `refresh` can be used once.  `seed` is a digest of the configured token these descend from;
    `version` counts renewals, 0 is what was configured.
    """

    access: str
    refresh: str
    expires_at: datetime
    seed: str
    version: int = 0


class VaultUnavailable(Exception):
    """The vault cannot be used now."""


class TokenVault(Protocol):
    """Where tokens are kept, sealed, for all processes; every method raises VaultUnavailable."""

    def load(self, name: str) -> Tokens | None:
        """The newest tokens of a provider; None before the first renewal."""

    def claim(self, name: str, owner: str, tokens: Tokens, now: datetime, until: datetime) -> bool:
        """Become the only one who renews; False if another holds the claim or `tokens` are not the newest."""

    def save(self, name: str, tokens: Tokens) -> bool:
        """Replace version - 1 and end the claim; False if those are not the newest."""
