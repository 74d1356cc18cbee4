"""What the services need from outside, as protocols; backend/bootstrap.py wires the real ones.

Rows are plain frozen dataclasses with clear values: sealing (field encryption) happens inside
backend/store, so no service ever sees or handles a key.  Times are aware UTC datetimes.
Nothing in a unit of work may touch the network.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Any, Protocol, Self

from backend.domain.callbacks import Callback
from backend.services.ports_facilities import FacilityRepositories
from backend.services.ports_follow_up import FollowUpRepositories
from backend.services.ports_retention import RetentionRepositories
from backend.services.ports_review import ReviewRepositories
from backend.services.ports_settings import SettingRepositories
from backend.services.ports_tracing import Look, TracingRepositories
from channels.contract import DeliveryState, InboundEvent, Limits, Medium, Outgoing, SendResult


class InboxState(StrEnum):
    """Life of an incoming message: waiting -> leased -> done | duplicate | parked | refused."""

    WAITING = "waiting"
    LEASED = "leased"
    DONE = "done"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    REFUSED = "refused"  # over the sender's limit


class OutboxState(StrEnum):
    """Life of an outgoing message; see docs/messages.md for the moves that are allowed."""

    WAITING = "waiting"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"  # the provider accepted it
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    FAILED = "failed"
    ANSWERED = "answered"  # a USSD screen, shown inside the request
    CANCELLED = "cancelled"  # opt-out or erasure came first


class MessageClass(StrEnum):
    """Why a message is sent; quiet hours, caps and opt-out hold for `advice` only (Decree 91/2020)."""

    REPLY = "reply"
    RECEIPT = "receipt"
    RESULT = "result"
    FOLLOW_UP = "follow_up"
    EXPOSURE = "exposure"
    ADVICE = "advice"


@dataclass(frozen=True)
class Inbound:
    """An inbox row.  `address` is the sender; `address_index` its blind index, the conversation's key."""

    id: int
    address_index: bytes
    event: InboundEvent
    state: InboxState
    attempts: int
    received_at: datetime
    answer: str | None = None  # the screen already given, for duplicates of a USSD step
    turning: bool = False  # its turn has begun
    uid: bytes = b""  # what the store's sealed values are bound to


@dataclass(frozen=True)
class SenderLimit:
    """How many messages of one sender are taken in after `since`."""

    most: int
    since: datetime


@dataclass(frozen=True)
class Closing:
    """How an inbox row ends."""

    row: Inbound
    state: InboxState
    answer: str | None = None


@dataclass(frozen=True)
class Conversation:
    """One per phone or linked account.  `version` guards every save."""

    id: int
    address_index: bytes
    address: str
    version: int
    language: str
    accents: bool
    state: Mapping[str, Any] | None
    question: int  # number of the question that is open
    question_handed_at: datetime | None
    last_text_index: bytes | None
    open_form: str | None
    remind_at: datetime | None
    expires_at: datetime | None
    opted_out: bool
    medium: Medium
    channel: str
    created: bool = False  # made by this very unit of work
    limited_at: datetime | None = None  # when the sender was last told that they write too often
    silent_until: datetime | None = None  # one of ours answers by hand in the chat, and the bot says nothing
    uid: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What a turn says, before rendering; see docs/turn.md."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)
    choices: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True)
class Outbound:
    """An outbox row.  `key` is the idempotency key; `inbox_id` + `position` make it unique per cause."""

    id: int
    key: str
    conversation_id: int | None
    address_index: bytes
    address: str
    channel: str
    message_class: MessageClass
    language: str
    accents: bool
    replies: Sequence[Reply]
    state: OutboxState
    attempts: int
    created_at: datetime
    inbox_id: int | None = None
    position: int = 0
    reference: str | None = None
    question: int | None = None
    text: str | None = None  # as shown, for ANSWERED rows; as it is cut, for a message of several parts
    tried: tuple[str, ...] = ()  # ways that failed before, "name:code" each, in order
    unknowns: int = 0  # how often the outcome of a send stayed unknown, this row's UNKNOWN state included
    parts_sent: int = 0  # parts of a long message that the provider has; counts are of the part after them
    uid: bytes = b""


@dataclass(frozen=True)
class Draft:
    """A message before it is in the outbox.

    `inbox_id` + `position` make it unique per cause; `channel` None is the conversation's; `text` is as in Outbound.
    """

    conversation: Conversation
    replies: Sequence[Reply]
    message_class: MessageClass
    inbox_id: int | None
    position: int = 0
    state: OutboxState = OutboxState.WAITING
    channel: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What the provider said about a row.

    With `retry_at` a WAITING or UNKNOWN row comes back from `claim` then; UNKNOWN counts `unknowns`, both count an
    attempt unless nothing was attempted.
    """

    row: Outbound
    state: OutboxState
    reference: str | None = None
    code: str | None = None
    retry_at: datetime | None = None
    counted: bool = True


@dataclass(frozen=True)
class Person:
    """Somebody who declares from, or is declared for on, a phone.  `id` is random and means nothing."""

    id: str
    address_index: bytes
    role: str  # self | shared | household | other | visitor (has not declared yet)
    identity: Mapping[str, Any]
    created_at: datetime
    told_at: datetime | None = None  # when the first receipt said what is kept and why


@dataclass(frozen=True)
class Declaration:
    """A stored declaration.  A correction is a new revision under the same reference."""

    reference: str
    revision: int
    form: str
    form_version: int
    person_id: str
    address_index: bytes
    address: str
    declared_for: str  # self | household | other
    channel: str
    answers: Mapping[str, Any]
    triage: str
    province: str | None
    commune: str | None
    status: str  # pending | complete | undone | superseded
    pack: str
    legal_basis: str
    received_at: datetime


@dataclass(frozen=True)
class TurnResult:
    """The bot's answer, see docs/turn.md."""

    state: Mapping[str, Any] | None
    replies: Sequence[Mapping[str, Any]]
    commands: Sequence[Mapping[str, Any]]
    queries: Sequence[str]
    understood: Mapping[str, Any]
    open: Mapping[str, str] | None


class BotUnavailable(Exception):
    """The bot cannot be reached or is over its deadline; the message waits and is retried."""


class TurnFailed(Exception):
    """The bot took the turn and failed; `code` is loggable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class StateRejected(TurnFailed):
    """The snapshot cannot be restored: drop it and try once more without."""


class StaleVersion(Exception):
    """Somebody else saved the conversation first: read again and redo the turn."""


class LeaseLost(Exception):
    """The row's lease has passed to another worker: leave everything as it is."""


class CommandFailed(Exception):
    """A command cannot be done any more; the turn is discarded and done again with this fact.

    `lasting` is done all the same, in a unit of work of its own (a wrong code is counted).
    """

    def __init__(self, code: str, lasting: Callable[[UnitOfWork], None] | None = None, **args: Any) -> None:
        super().__init__(code)
        self.code = code
        self.lasting = lasting
        self.args_for_text = args


class StoreUnavailable(Exception):
    """The database cannot be used now (down, busy, full disk): the same work may pass later.  `code` is loggable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Bot(Protocol):
    """The conversational engine."""

    def turns(
        self, requests: Sequence[Mapping[str, Any]], timeout: float | None = None
    ) -> Sequence[TurnResult | BotUnavailable | TurnFailed]:
        """Several turns at once: the answer to each, or why there is none.

        Each may take as long as is configured, all together `timeout` seconds.
        """


class Texts(Protocol):
    """Everything a person reads, by message key; backend/i18n.py."""

    def render_all(self, replies: Sequence[Reply], language: str, medium: str) -> str:
        """The replies of one turn with their choices as one message, accents kept."""

    def text(self, key: str, language: str, medium: str, /, **args: Any) -> str:
        """One text by key."""

    def folding(self, language: str) -> str:
        """How texts of this language are folded unless the person asks for accents: gsm7, gsm7-letters, none."""


class Spool(Protocol):
    """A sealed, fsynced file for inbound events while the database is down."""

    def pending(self) -> bool:
        """Whether events wait in it; while they do, every inbound event of the process goes through it."""

    def append(self, events: Sequence[InboundEvent]) -> None:
        """Make the events safe on disk, or raise OSError."""

    def drain(self, take: Callable[[Sequence[InboundEvent]], object]) -> int:
        """Hand everything to `take` in order; what it took is removed, an exception keeps the rest.  How many went."""


class Clock(Protocol):
    """Time, so that tests can stand still."""

    def now(self) -> datetime:
        """The current time, aware, UTC."""


class Carrier(Protocol):
    """The sending half of all adapters, chosen by channel name."""

    def medium(self, channel: str) -> Medium:
        """The face of a channel."""

    def limits(self, channel: str) -> Limits:
        """What one message on a channel can carry."""

    def send(self, channel: str, message: Outgoing) -> SendResult:
        """Hand one message to its provider."""

    def lookup(self, channel: str, message: Outgoing) -> SendResult | None:
        """Ask what became of an unknown one; None where the provider cannot be asked."""


class Hints(Protocol):
    """Wakes workers after a commit.  Losing a hint costs a poll interval, never a message."""

    def inbox(self, ids: Sequence[int]) -> None:
        """These inbox rows are ready."""

    def outbox(self, ids: Sequence[int]) -> None:
        """These outbox rows are ready."""


class InboxRepository(Protocol):
    """Incoming messages."""

    def add(
        self,
        event: InboundEvent,
        now: datetime,
        lease: tuple[str, datetime] | None = None,
        limit: SenderLimit | None = None,
    ) -> tuple[Inbound, bool]:
        """Insert; (row, True), or (the first row with this channel and provider id, False).

        Over the limit the row is born REFUSED.  With a lease, (owner, until), it is born LEASED, and its turn has begun
        unless another row of the sender is open.
        """

    def claim(
        self, owner: str, now: datetime, until: datetime, limit: int, ids: Sequence[int] | None = None
    ) -> Sequence[Inbound]:
        """Lease up to `limit` rows whose time has come, at most one per sender: the sender's oldest open row."""

    def claim_sender(self, address_index: bytes, owner: str, now: datetime, until: datetime) -> Inbound | None:
        """Lease the oldest open row of one sender, if no other owner holds a live lease on it."""

    def finish(self, row: Inbound, owner: str, state: InboxState, now: datetime, answer: str | None = None) -> None:
        """Close the row; raises LeaseLost unless `owner` still holds it."""

    def finish_each(self, closings: Sequence[Closing], owner: str, now: datetime) -> None:
        """Close several; raises LeaseLost unless `owner` still holds all of them."""

    def retry(self, row: Inbound, owner: str, at: datetime, code: str, counted: bool = True) -> None:
        """Give the lease back and try again at `at`; the attempt counts unless nothing was wrong with the row."""

    def release_expired(self, now: datetime) -> Sequence[int]:
        """Rows whose lease ran out go back to waiting; their ids."""

    def count_since(self, address_index: bytes, since: datetime) -> int:
        """How many messages of a sender have come from a moment on, refused ones too."""


class PartsRepository(Protocol):
    """Pieces of long incoming texts, until the text is whole."""

    def add(self, event: InboundEvent, now: datetime) -> InboundEvent | None:
        """Keep one piece; the whole text, joined, when it was the last one missing; None for a piece seen before."""

    def overdue(self, before: datetime) -> Sequence[InboundEvent]:
        """Texts of which no piece came since `before`, joined as far as they came; each is given once."""


class ConversationRepository(Protocol):
    """Dialogue state."""

    def get_or_create(self, event: InboundEvent, address_index: bytes, language: str, now: datetime) -> Conversation:
        """The sender's conversation."""

    def of_senders(self, rows: Sequence[Inbound], language: str, now: datetime) -> Sequence[Conversation]:
        """As `get_or_create` for the senders of several messages, in their order."""

    def find(self, address_index: bytes) -> Conversation | None:
        """The conversation of a blind index, or None."""

    def save(self, conversation: Conversation, **changes: Any) -> Conversation:
        """Write the changes where version = conversation.version, version + 1; raises StaleVersion."""

    def save_each(self, changed: Sequence[tuple[Conversation, Mapping[str, Any]]]) -> Sequence[Conversation]:
        """As `save` for several; raises StaleVersion if one of them is stale."""

    def due(self, now: datetime, limit: int) -> Sequence[Conversation]:
        """Those whose remind_at or expires_at has passed."""

    def handed_over(self, questions: Sequence[tuple[int, int, datetime]]) -> None:
        """Questions (conversation's id, number) left for the person, each at its time (no version change).

        Nothing happens where a later question is open, or where this one was handed over before.
        """


class OutboxRepository(Protocol):
    """Outgoing messages."""

    def add(
        self,
        conversation: Conversation,
        replies: Sequence[Reply],
        message_class: MessageClass,
        now: datetime,
        *,
        inbox_id: int | None,
        position: int = 0,
        state: OutboxState = OutboxState.WAITING,
        channel: str | None = None,
        text: str | None = None,
    ) -> Outbound:
        """Insert one message; its key is random and kept over retries."""

    def add_each(self, drafts: Sequence[Draft], now: datetime) -> Sequence[Outbound]:
        """Insert several messages, in order."""

    def claim(
        self, owner: str, now: datetime, until: datetime, limit: int, ids: Sequence[int] | None = None
    ) -> Sequence[Outbound]:
        """Lease rows whose time has come, per conversation in order."""

    def mark_sending(self, rows: Sequence[Outbound], owner: str, now: datetime) -> Sequence[Outbound]:
        """Just before the network: re-check opt-out and erasure; returns the rows that may go."""

    def record(self, outcomes: Sequence[Outcome], owner: str, now: datetime) -> Collection[int]:
        """Write down what the provider said; the ids of the rows that `owner` still held and that were written."""

    def reroute(self, row: Outbound, owner: str | None, channel: str, tried: Sequence[str], now: datetime) -> None:
        """The row starts anew on another channel; `tried` is kept with it.

        Raises LeaseLost unless `owner` holds it, or, without an owner, it has failed.
        """

    def undelivered(self, channel: str, reference: str | None, key: str | None) -> Outbound | None:
        """The message of a receipt, if it has failed on that channel."""

    def keep_text(self, row: Outbound, text: str) -> None:
        """Before the first of several parts: all are cut from this text, whatever the catalogue says later."""

    def part_sent(self, row: Outbound, owner: str, now: datetime) -> None:
        """The provider has one part more: the row waits for the next; raises LeaseLost."""

    def being_sent(self, conversation_id: int) -> bool:
        """Whether a message of the conversation is just now on its way to the provider."""

    def receipt(
        self,
        channel: str,
        state: DeliveryState,
        reference: str | None,
        key: str | None,
        code: str | None,
        now: datetime,
    ) -> bool:
        """Move the row forward, never back; False = not known yet, kept until the row has its reference."""

    def release_expired(self, now: datetime, look_again_at: datetime | None = None) -> Sequence[int]:
        """LEASED goes back to waiting, SENDING becomes UNKNOWN and due at `look_again_at` (default now); their ids.

        What became UNKNOWN may have arrived: its question counts as handed over when its sending began.
        """

    def sent_to(self, address_index: bytes, channel: str, after: int, limit: int) -> Sequence[Outbound]:
        """The newest `limit` messages above id `after` that a channel took for an address, oldest first."""


class PeopleRepository(Protocol):
    """Persons kept on a phone."""

    def on_phone(self, address_index: bytes) -> Sequence[Person]:
        """Everyone, oldest first."""

    def on_phones(self, address_indexes: Sequence[bytes]) -> Mapping[bytes, Sequence[Person]]:
        """Everyone on each of several phones, oldest first; phones with nobody are left out."""

    def get(self, person_id: str) -> Person | None:
        """One person."""

    def remove(self, person: Person) -> None:
        """No longer kept; what was declared stays under the random id."""

    def add(self, address_index: bytes, role: str, identity: Mapping[str, Any], now: datetime) -> Person:
        """A new person with a random id."""

    def update(self, person: Person, **changes: Any) -> Person:
        """Change role, identity or told_at."""


class DeclarationRepository(Protocol):
    """Declarations."""

    def add(self, declaration: Declaration) -> None:
        """Insert; the reference is unique per revision."""

    def latest(self, reference: str) -> Declaration | None:
        """The newest revision."""

    def newest(self, person_ids: Sequence[str]) -> Mapping[tuple[str, str], Declaration]:
        """By person and form: the newest one that counts (pending or complete)."""

    def last_from(self, address_index: bytes) -> Declaration | None:
        """The newest one sent from a phone, undone ones excluded."""

    def last_from_each(self, address_indexes: Sequence[bytes]) -> Mapping[bytes, Declaration]:
        """As `last_from` for several phones; those without one are left out."""

    def set_status(self, reference: str, revision: int, status: str) -> None:
        """Move a declaration along its life."""

    def since(self, since: datetime | None) -> Iterator[Declaration]:
        """All that count, for export, oldest first; read while the unit of work is open."""


class CallbackRepository(Protocol):
    """Phones the hotline is to ring."""

    def request(self, conversation: Conversation, reason: str, now: datetime) -> bool:
        """Put the phone on the list with its reason (emergency | asked | incomplete).

        False if an open request was there already; it takes the more urgent of both reasons.
        """

    def waiting(self, conversation: Conversation) -> bool:
        """Whether an open request is there."""

    def open(self, limit: int) -> Sequence[Callback]:
        """Open requests, the most urgent first, then the oldest."""

    def close(self, number: int, now: datetime) -> bool:
        """The phone has been rung; False if no such request is open."""


class AccountRepository(Protocol):
    """Chat accounts ("zalo:…") and the phones they are linked with."""

    def phone_of(self, account: str) -> str | None:
        """The phone an account is linked with."""

    def account_of(self, address_index: bytes, medium: Medium) -> str | None:
        """The account linked with a phone."""

    def propose(self, account: str, medium: Medium, phone: str) -> None:
        """Remember which phone a code was sent to."""

    def proposed(self, account: str) -> str | None:
        """The phone a code was sent to."""

    def link(self, account: str, medium: Medium, phone: str, now: datetime) -> None:
        """From now on the account is this phone's, and the phone's former account is nobody's."""

    def merge(self, source: Conversation, target: Conversation) -> None:
        """What was kept under an account becomes the phone's; a person known to both is one person."""


class AuditRepository(Protocol):
    """Append-only: who did what to whose data, why."""

    def add(self, actor: str, action: str, person_id: str | None, reason: str, now: datetime) -> None:
        """One line; never a name, a number or an answer."""

    def looks(self, person_ids: Sequence[str], limit: int) -> Sequence[Look]:
        """When staff looked at these people, newest first."""


@dataclass(frozen=True)
class UssdSession:
    """One USSD session: where its pages stand."""

    channel: str
    session_index: bytes
    address_index: bytes
    step: int
    pages: Sequence[str]
    page: int
    open: bool
    newest: bool  # an older parallel session of its phone is stale


class UssdSessionRepository(Protocol):
    """USSD sessions; they live minutes."""

    def get(self, channel: str, session_id: str) -> UssdSession | None:
        """The session or None."""

    def put(
        self,
        channel: str,
        session_id: str,
        address_index: bytes,
        *,
        step: int,
        pages: Sequence[str],
        page: int,
        open: bool,
        now: datetime,
    ) -> None:
        """Insert or replace."""


class UnitOfWork(
    TracingRepositories, FacilityRepositories, ReviewRepositories, RetentionRepositories, SettingRepositories,
    FollowUpRepositories, Protocol,
):  # fmt: skip
    """One transaction.  Leaving without commit() rolls back; only services commit."""

    @property
    def inbox(self) -> InboxRepository: ...
    @property
    def parts(self) -> PartsRepository: ...
    @property
    def conversations(self) -> ConversationRepository: ...
    @property
    def outbox(self) -> OutboxRepository: ...
    @property
    def people(self) -> PeopleRepository: ...
    @property
    def declarations(self) -> DeclarationRepository: ...
    @property
    def audit(self) -> AuditRepository: ...
    @property
    def ussd_sessions(self) -> UssdSessionRepository: ...
    @property
    def callbacks(self) -> CallbackRepository: ...
    @property
    def accounts(self) -> AccountRepository: ...

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def commit(self) -> None:
        """Make everything of this unit durable."""

    def index(self, value: str, purpose: str = "address") -> bytes:
        """Keyed blind index of a value (no database access)."""


class Units(Protocol):
    """Makes units of work."""

    def __call__(self) -> UnitOfWork: ...

    def single(self) -> UnitOfWork:
        """One that changes nothing but with one statement, which is committed by itself."""
