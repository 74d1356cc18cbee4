"""The unit of work: one transaction over all repositories, and why one can fail."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self

from backend.services.ports.broadcasts import BroadcastRepositories
from backend.services.ports.conversations import ConversationRepository, UssdSessionRepository
from backend.services.ports.facilities import FacilityRepositories
from backend.services.ports.follow_up import FollowUpRepositories
from backend.services.ports.inbox import InboxRepository, PartsRepository
from backend.services.ports.outbox import OutboxRepository
from backend.services.ports.people import (
    AccountRepository,
    AuditRepository,
    CallbackRepository,
    DeclarationRepository,
    PeopleRepository,
)
from backend.services.ports.retention import RetentionRepositories
from backend.services.ports.review import ReviewRepositories
from backend.services.ports.settings import SettingRepositories
from backend.services.ports.tracing import TracingRepositories


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


class UnitOfWork(
    TracingRepositories, FacilityRepositories, ReviewRepositories, RetentionRepositories, SettingRepositories,
    FollowUpRepositories, BroadcastRepositories, Protocol,
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
