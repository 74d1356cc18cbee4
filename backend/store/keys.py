"""Changing keys: `rotate` seals everything anew with the first field key, `reindex` digests with the first index key.

Rotating runs beside the services: rows under either key can be read.  Reindexing needs them stopped, because a
look-up must find rows of both keys or of none; `check_index_key` keeps them from starting half way.
Both go on where they were interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Column, Row, Table, bindparam, delete, func, insert, or_, select, update

from backend.store.access import Access
from backend.store.encryption import KEY_ID_BYTES, VERSION
from backend.store.events import event_from_json
from backend.store.tables import conversations, inbox, outbox, receipts, sms_parts, ussd_sessions
from backend.store.tables_accounts import accounts, provider_tokens
from backend.store.tables_facilities import facility_officers, feedback
from backend.store.tables_follow_up import follow_ups, health_workers
from backend.store.tables_health import declarations, people, settings
from backend.store.tables_review import unclear_texts
from backend.store.tables_tracing import contacts, notices
from backend.store.tables_visits import confirmations, venues
from backend.store.unit_of_work import SqlUnits

Progress = Callable[[str, int, int], None]
"""Called with table name, rows done, rows in all."""

SEALED: Mapping[Table, tuple[Column[Any], ...]] = {
    inbox: (inbox.c.event, inbox.c.answer),
    conversations: (conversations.c.address, conversations.c.state),
    outbox: (outbox.c.address, outbox.c.replies, outbox.c.text, outbox.c.reference),
    ussd_sessions: (ussd_sessions.c.session,),
    sms_parts: (sms_parts.c.event,),
    people: (people.c.identity,),
    declarations: (declarations.c.address, declarations.c.answers),
    accounts: (accounts.c.account, accounts.c.address, accounts.c.proposed),
    provider_tokens: (provider_tokens.c.tokens,),
    venues: (venues.c.keeper,),
    contacts: (contacts.c.phone,),
    health_workers: (health_workers.c.phone,),
    unclear_texts: (unclear_texts.c.content,),
    facility_officers: (facility_officers.c.phone,),
    feedback: (feedback.c.content,),
}
BATCH_ROWS = 500
INDEX_KEY = "index_key"
_CURSOR = "reindexed_"


class IndexKeyChanged(Exception):
    """The first index key is not the one the database was written with: run `khaibao keys reindex`."""


def rotate(units: SqlUnits, progress: Progress, batch_rows: int = BATCH_ROWS) -> int:
    """Seal every value that another key sealed with the current one; returns how many rows were changed.

    Start the services with the new key first, so that nothing is sealed with the old one behind its back.
    Raises SealBroken for a value no configured key opens; what was done before stays done.
    """
    return sum(_rotate_table(units, table, columns, progress, batch_rows) for table, columns in SEALED.items())


def check_index_key(units: SqlUnits) -> None:
    """Raise IndexKeyChanged unless the database was written with the current index key; a new one is noted."""
    with units() as unit:
        written = _setting(unit.access, INDEX_KEY)
        if written is None:
            _set(unit.access, INDEX_KEY, units.blind_index.key_ids[0])
            unit.commit()
        elif written != units.blind_index.key_ids[0]:
            raise IndexKeyChanged


def reindex(units: SqlUnits, progress: Progress, batch_rows: int = BATCH_ROWS) -> None:
    """Compute every blind index with the current key.  The services must be stopped.

    The old key must still be among the index keys: people are found through it.  Receipts that wait for their
    message lose their reference, codes not yet sent back must be asked for again, and the last text of each dialogue
    is forgotten: none of them is kept in clear.
    Raises IndexKeyChanged when the old key is not configured.
    """
    if not _begin_reindex(units):
        return
    for table, change in _REINDEX.items():
        _reindex_table(units, table, change, progress, batch_rows)
    with units() as unit:
        unit.access.run(delete(settings).where(settings.c.name.startswith(_CURSOR)))
        _set(unit.access, INDEX_KEY, units.blind_index.key_ids[0])
        unit.commit()


def _rotate_table(
    units: SqlUnits, table: Table, columns: tuple[Column[Any], ...], progress: Progress, batch_rows: int
) -> int:
    stale = or_(*(func.substr(column, len(VERSION) + 1, KEY_ID_BYTES) != units.cipher.current for column in columns))
    with units() as unit:
        total = unit.access.run(select(func.count()).select_from(table).where(stale)).scalar_one()
    done = 0
    while True:
        with units() as unit:
            query = select(table.c.id, table.c.uid, *columns).where(stale).order_by(table.c.id).limit(batch_rows)
            rows = unit.access.all(query.with_for_update())
            if not rows:
                return done
            _update_rows(
                unit.access, table, [{"the_id": row.id, **_resealed(unit.access, row, columns)} for row in rows]
            )
            unit.commit()
        done += len(rows)
        progress(table.name, done, max(total, done))


def _resealed(access: Access, row: Row[Any], columns: tuple[Column[Any], ...]) -> dict[str, Any]:
    cipher = access.cipher
    clear = {column: cipher.open_optional(column, row.uid, getattr(row, column.name)) for column in columns}
    return {f"the_{column.name}": cipher.seal_optional(column, row.uid, value) for column, value in clear.items()}


def _update_rows(access: Access, table: Table, values: list[dict[str, Any]]) -> None:
    names = [name.removeprefix("the_") for name in values[0] if name != "the_id"]
    changes: dict[str, Any] = {name: bindparam(f"the_{name}") for name in names}
    access.run(update(table).where(table.c.id == bindparam("the_id")).values(changes), values)


def _begin_reindex(units: SqlUnits) -> bool:
    """Note that indexes are mixed from now on; False when there is nothing to do."""
    current, *former = units.blind_index.key_ids
    mixed = f"to {current}"
    with units() as unit:
        written = _setting(unit.access, INDEX_KEY)
        if written in (None, current):
            return False
        if written != mixed and written not in former:
            raise IndexKeyChanged
        _set(unit.access, INDEX_KEY, mixed)
        unit.access.run(delete(receipts).where(receipts.c.key.is_(None)))
        unit.access.run(update(receipts).values(reference_index=None))
        unit.access.run(delete(confirmations))
        unit.commit()
    return True


def _reindex_table(
    units: SqlUnits,
    table: Table,
    change: Callable[[Access, Row[Any]], dict[str, Any]],
    progress: Progress,
    batch_rows: int,
) -> None:
    cursor = _CURSOR + table.name
    with units() as unit:
        total = unit.access.run(select(func.count()).select_from(table)).scalar_one()
    done = 0
    while True:
        with units() as unit:
            last = int(_setting(unit.access, cursor) or 0)
            rows = unit.access.all(select(table).where(table.c.id > last).order_by(table.c.id).limit(batch_rows))
            if not rows:
                return
            _update_rows(unit.access, table, [{"the_id": row.id, **change(unit.access, row)} for row in rows])
            _set(unit.access, cursor, str(rows[-1].id))
            unit.commit()
        done += len(rows)
        progress(table.name, done, total)


def _index_inbox(access: Access, row: Row[Any]) -> dict[str, Any]:
    event = event_from_json(access.cipher.open(inbox.c.event, row.uid, row.event))
    return {
        "the_provider_index": access.index.provider(event.channel, event.provider_id),
        "the_address_index": access.index.address(event.sender),
    }


def _index_conversation(access: Access, row: Row[Any]) -> dict[str, Any]:
    """People, sessions, notices, follow-ups, feedback, unclear texts have no address: their conversation has it."""
    address = access.cipher.open(conversations.c.address, row.uid, row.address)
    current = access.index.address(address)
    for table in (people, ussd_sessions, notices, follow_ups, unclear_texts, feedback):
        former = table.c.address_index.in_(access.index.former_addresses(address))
        access.run(update(table).where(former).values(address_index=current))
    return {"the_address_index": current, "the_last_text_index": None}


def _index_outbox(access: Access, row: Row[Any]) -> dict[str, Any]:
    address = access.cipher.open(outbox.c.address, row.uid, row.address)
    reference = access.cipher.open_optional(outbox.c.reference, row.uid, row.reference)
    index = None if reference is None else access.index.reference(row.channel, reference)
    return {"the_address_index": access.index.address(address), "the_reference_index": index}


def _index_session(access: Access, row: Row[Any]) -> dict[str, Any]:
    session = access.cipher.open(ussd_sessions.c.session, row.uid, row.session)
    return {"the_session_index": access.index.session(row.channel, session["id"])}


def _index_piece(access: Access, row: Row[Any]) -> dict[str, Any]:
    event = event_from_json(access.cipher.open(sms_parts.c.event, row.uid, row.event))
    return {"the_set_index": access.index.pieces(event)}


def _index_declaration(access: Access, row: Row[Any]) -> dict[str, Any]:
    address = access.cipher.open(declarations.c.address, row.uid, row.address)
    return {"the_address_index": access.index.address(address)}


def _index_account(access: Access, row: Row[Any]) -> dict[str, Any]:
    account = access.cipher.open(accounts.c.account, row.uid, row.account)
    address = access.cipher.open_optional(accounts.c.address, row.uid, row.address)
    index = None if address is None else access.index.address(address)
    return {"the_account_index": access.index.address(account), "the_address_index": index}


def _index_venue(access: Access, row: Row[Any]) -> dict[str, Any]:
    keeper = access.cipher.open_optional(venues.c.keeper, row.uid, row.keeper)
    return {"the_keeper_index": None if keeper is None else access.index.address(keeper)}


def _index_officer(access: Access, row: Row[Any]) -> dict[str, Any]:
    phone = access.cipher.open(facility_officers.c.phone, row.uid, row.phone)
    return {"the_phone_index": access.index.address(phone)}


def _index_contact(access: Access, row: Row[Any]) -> dict[str, Any]:
    return {"the_phone_index": access.index.address(access.cipher.open(contacts.c.phone, row.uid, row.phone))}


def _index_worker(access: Access, row: Row[Any]) -> dict[str, Any]:
    return {"the_phone_index": access.index.address(access.cipher.open(health_workers.c.phone, row.uid, row.phone))}


_REINDEX: Mapping[Table, Callable[[Access, Row[Any]], dict[str, Any]]] = {
    inbox: _index_inbox,
    conversations: _index_conversation,
    outbox: _index_outbox,
    ussd_sessions: _index_session,
    sms_parts: _index_piece,
    declarations: _index_declaration,
    accounts: _index_account,
    venues: _index_venue,
    contacts: _index_contact,
    facility_officers: _index_officer,
    health_workers: _index_worker,
}


def _setting(access: Access, name: str) -> str | None:
    value: str | None = access.run(select(settings.c.value).where(settings.c.name == name)).scalar()
    return value


def _set(access: Access, name: str, value: str) -> None:
    access.run(delete(settings).where(settings.c.name == name))
    access.run(insert(settings), {"name": name, "value": value})
