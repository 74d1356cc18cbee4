"""One transaction with all repositories; leaving without commit() rolls back."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout

from backend.services.ports.unit import StoreUnavailable
from backend.store.access import Access
from backend.store.blind_index import BlindIndex
from backend.store.encryption import FieldCipher
from backend.store.engine import for_units
from backend.store.repositories.accounts import SqlAccounts
from backend.store.repositories.alerts import SqlAlerts, SqlStaff
from backend.store.repositories.audit import SqlAudit
from backend.store.repositories.broadcasts import SqlBroadcasts
from backend.store.repositories.callbacks import SqlCallbacks
from backend.store.repositories.cases import SqlCases
from backend.store.repositories.confirmations import SqlConfirmations
from backend.store.repositories.contacts import SqlContacts
from backend.store.repositories.conversations import SqlConversations
from backend.store.repositories.declarations import SqlDeclarations
from backend.store.repositories.erasure import SqlErasure
from backend.store.repositories.facilities import SqlFacilities
from backend.store.repositories.feedback import SqlFeedback
from backend.store.repositories.follow_ups import SqlFollowUps
from backend.store.repositories.health_workers import SqlHealthWorkers
from backend.store.repositories.inbox import SqlInbox
from backend.store.repositories.notices import SqlNotices
from backend.store.repositories.outbox import SqlOutbox
from backend.store.repositories.people import SqlPeople
from backend.store.repositories.retention import SqlRetention
from backend.store.repositories.settings import SqlSettings
from backend.store.repositories.sms_parts import SqlParts
from backend.store.repositories.staff_tokens import SqlStaffTokens
from backend.store.repositories.unclear import SqlUnclear
from backend.store.repositories.ussd_sessions import SqlUssdSessions
from backend.store.repositories.venues import SqlVenues
from backend.store.repositories.visits import SqlVisits


class SqlUnits:
    """ports.unit.Units: makes units of work on one engine with one set of keys."""

    def __init__(self, engine: Engine, cipher: FieldCipher, index: BlindIndex) -> None:
        self.engine = engine
        self.connectable = for_units(engine)
        self.cipher = cipher
        self.blind_index = index

    def __call__(self) -> SqlUnitOfWork:
        """A unit of work to be used in a `with` statement, once."""
        return SqlUnitOfWork(self)

    def single(self) -> SqlUnitOfWork:
        return SqlUnitOfWork(self, single=True)


class Repository[R]:
    """A repository of a unit of work, made when it is first asked for: most work needs a few of them."""

    def __init__(self, make: Callable[[Access], R]) -> None:
        self._make, self._name = make, ""

    def __set_name__(self, owner: type[SqlUnitOfWork], name: str) -> None:
        self._name = name

    def __get__(self, unit: SqlUnitOfWork, owner: type[SqlUnitOfWork]) -> R:
        made = unit.__dict__[self._name] = self._make(unit.access)  # found there from now on
        return made


class SqlUnitOfWork:
    """ports.unit.UnitOfWork.  Raises StoreUnavailable where the same work may be tried again."""

    access: Access  # for the store's own maintenance
    inbox = Repository(SqlInbox)
    conversations = Repository(SqlConversations)
    outbox = Repository(SqlOutbox)
    people = Repository(SqlPeople)
    declarations = Repository(SqlDeclarations)
    audit = Repository(SqlAudit)
    ussd_sessions = Repository(SqlUssdSessions)
    callbacks = Repository(SqlCallbacks)
    parts = Repository(SqlParts)
    accounts = Repository(SqlAccounts)
    unclear = Repository(SqlUnclear)
    retention = Repository(SqlRetention)
    settings = Repository(SqlSettings)
    venues = Repository(SqlVenues)
    visits = Repository(SqlVisits)
    confirmations = Repository(SqlConfirmations)
    contacts = Repository(SqlContacts)
    cases = Repository(SqlCases)
    staff = Repository(SqlStaff)
    staff_tokens = Repository(SqlStaffTokens)
    alerts = Repository(SqlAlerts)
    notices = Repository(SqlNotices)
    broadcasts = Repository(SqlBroadcasts)
    follow_ups = Repository(SqlFollowUps)
    health_workers = Repository(SqlHealthWorkers)
    erasure = Repository(SqlErasure)
    facilities = Repository(SqlFacilities)
    feedback = Repository(SqlFeedback)

    def __init__(self, units: SqlUnits, single: bool = False) -> None:
        self._units, self._single = units, single
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        try:
            self._connection = self._units.connectable.connect()
        except PoolTimeout:
            raise StoreUnavailable("no_connection_free") from None
        try:
            self._connection.begin()
        except BaseException:
            self._connection.close()
            raise
        self.access = Access(self._connection, self._units.cipher, self._units.blind_index, single=self._single)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is None:
            return
        connection, self._connection = self._connection, None
        try:
            if error is None and not self.access.written:
                connection.commit()  # a rollback would make the driver forget its prepared statements
        finally:
            connection.close()  # rolls back what was not committed

    def commit(self) -> None:
        if self._connection is None:
            raise RuntimeError("commit() outside of the unit of work")
        self.access.flush()
        self._connection.commit()

    def index(self, value: str, purpose: str = "address") -> bytes:
        return self._units.blind_index(value, purpose)
