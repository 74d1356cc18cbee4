"""Chat accounts, and providers' tokens, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.services.ports.inbox import Inbound
from backend.store.keys import check_index_key, reindex, rotate
from backend.store.tables_accounts import accounts, provider_tokens
from backend.store.tables_health import declarations
from backend.store.token_vault import StoredTokens
from backend.store.unit_of_work import SqlUnits
from channels.contract import EventKind, InboundEvent, Medium, Tokens, VaultUnavailable
from tests.integration.store.support import (
    FIELD_KEY,
    INDEX_KEY,
    NOW,
    OTHER_FIELD_KEY,
    OTHER_INDEX_KEY,
    OTHER_PHONE,
    PHONE,
    claim,
    conversation,
    declaration,
    receive,
    units_on,
)

ACCOUNT, OTHER = "zalo:246845883529197922", "zalo:111"
LATER = NOW + timedelta(minutes=1)
FIRST = Tokens("", "refresh-0", NOW, "seed")
SECOND = Tokens("access-1", "refresh-1", LATER, "seed", 1)
A = {"full_name": "Nguyen Van A", "birth_year": 1958, "gender": "male"}
B = {"full_name": "Tran Thi B", "birth_year": 1990, "gender": "female"}


def chat(provider_id: str, sender: str = ACCOUNT) -> InboundEvent:
    return InboundEvent("zalo", Medium.ZALO, EventKind.TEXT, provider_id, sender, "KB")


def link(units: SqlUnits, account: str = ACCOUNT, phone: str = PHONE) -> None:
    with units() as unit:
        unit.accounts.link(account, Medium.ZALO, phone, NOW)
        unit.commit()


def phone_of(units: SqlUnits, account: str) -> str | None:
    with units() as unit:
        return unit.accounts.phone_of(account)


def account_of(units: SqlUnits, phone: str) -> str | None:
    with units() as unit:
        return unit.accounts.account_of(unit.index(phone), Medium.ZALO)


def merge(units: SqlUnits) -> None:
    source, target = conversation(units, ACCOUNT), conversation(units, PHONE)
    with units() as unit:
        unit.accounts.merge(source, target)
        unit.commit()


def test_a_link_is_found_from_both_ends(units: SqlUnits) -> None:
    assert phone_of(units, ACCOUNT) is None
    link(units)
    assert (phone_of(units, ACCOUNT), account_of(units, PHONE)) == (PHONE, ACCOUNT)


def test_a_phone_has_one_account_and_an_account_one_phone(units: SqlUnits) -> None:
    link(units)
    link(units, OTHER)
    assert (phone_of(units, ACCOUNT), account_of(units, PHONE)) == (None, OTHER)
    link(units, OTHER, OTHER_PHONE)
    assert (account_of(units, PHONE), account_of(units, OTHER_PHONE)) == (None, OTHER)


def test_a_proposal_links_nobody_and_ends_with_the_link(units: SqlUnits) -> None:
    with units() as unit:
        unit.accounts.propose(ACCOUNT, Medium.ZALO, PHONE)
        unit.accounts.propose(ACCOUNT, Medium.ZALO, OTHER_PHONE)
        unit.commit()
    with units() as unit:
        assert unit.accounts.proposed(ACCOUNT) == OTHER_PHONE
        assert unit.accounts.phone_of(ACCOUNT) is None
    link(units, ACCOUNT, OTHER_PHONE)
    with units() as unit:
        assert unit.accounts.proposed(ACCOUNT) is None


def test_people_and_declarations_become_the_phones(units: SqlUnits) -> None:
    with units() as unit:
        person = unit.people.add(unit.index(ACCOUNT), "self", A, NOW)
        unit.declarations.add(declaration(unit.index(ACCOUNT), reference="ref1", person_id=person.id, address=ACCOUNT))
        unit.commit()
    merge(units)
    with units() as unit:
        assert [each.id for each in unit.people.on_phone(unit.index(PHONE))] == [person.id]
        moved = unit.declarations.last_from(unit.index(PHONE))
        assert moved is not None
        assert (moved.reference, moved.address) == ("ref1", PHONE)
        assert unit.declarations.last_from(unit.index(ACCOUNT)) is None


def test_somebody_known_to_both_is_one_person(units: SqlUnits) -> None:
    with units() as unit:
        here = unit.people.add(unit.index(PHONE), "self", A, NOW)
        there = unit.people.add(unit.index(ACCOUNT), "self", A, NOW)
        unit.declarations.add(declaration(unit.index(ACCOUNT), reference="ref1", person_id=there.id, address=ACCOUNT))
        for person in (here, there):
            unit.contacts.put(person.id, OTHER_PHONE, NOW)
        unit.contacts.put(there.id, "84911111111", NOW)
        unit.commit()
    merge(units)
    with units() as unit:
        assert [each.id for each in unit.people.on_phone(unit.index(PHONE))] == [here.id]
        assert {each.phone for each in unit.contacts.of([here.id])} == {OTHER_PHONE, "84911111111"}
        assert unit.access.run(select(declarations.c.person_id)).scalars().all() == [here.id]


def test_a_second_holder_shares_the_phone_and_a_visitor_is_whoever_holds_it(units: SqlUnits) -> None:
    with units() as unit:
        unit.people.add(unit.index(PHONE), "self", A, NOW)
        unit.people.add(unit.index(ACCOUNT), "self", B, NOW)
        unit.people.add(unit.index(ACCOUNT), "visitor", {}, NOW)
        unit.commit()
    merge(units)
    with units() as unit:
        roles = [(each.identity["full_name"], each.role) for each in unit.people.on_phone(unit.index(PHONE))]
    assert roles == [(A["full_name"], "self"), (B["full_name"], "shared")]


def test_messages_that_wait_take_their_turn_in_the_phones_conversation(units: SqlUnits) -> None:
    receive(units, chat("1"))
    merge(units)
    waiting: Inbound = claim(units)[0]
    assert waiting.address_index == units.blind_index.address(PHONE)
    assert (waiting.event.sender, waiting.event.account) == (PHONE, ACCOUNT)


def test_requests_to_be_rung_move_and_stay_one(units: SqlUnits) -> None:
    source, target = conversation(units, ACCOUNT), conversation(units, PHONE)
    with units() as unit:
        unit.callbacks.request(source, "asked", NOW)
        unit.commit()
    merge(units)
    with units() as unit:
        assert unit.callbacks.waiting(target)
        assert not unit.callbacks.waiting(source)
        unit.callbacks.request(source, "asked", NOW)
        unit.accounts.merge(source, target)
        unit.commit()
    with units() as unit:
        assert not unit.callbacks.waiting(source)


def test_erasing_the_phone_forgets_the_account(units: SqlUnits) -> None:
    link(units)
    target = conversation(units, PHONE)
    with units() as unit:
        unit.erasure.erase(PHONE, target.id, [], NOW)
        unit.commit()
    assert phone_of(units, ACCOUNT) is None


def test_nothing_of_an_account_is_stored_in_clear(units: SqlUnits) -> None:
    link(units)
    StoredTokens(units).claim("zalo", "me", FIRST, NOW, LATER)
    StoredTokens(units).save("zalo", SECOND)
    with units() as unit:
        rows = [*unit.access.all(select(accounts)), *unit.access.all(select(provider_tokens))]
    stored = b"|".join(bytes(value) for row in rows for value in row if isinstance(value, bytes))
    for clear in (ACCOUNT[5:], PHONE, "access-1", "refresh-1"):
        assert clear.encode() not in stored


def test_accounts_and_tokens_survive_new_keys(database_url: str, units: SqlUnits) -> None:
    link(units)
    StoredTokens(units).claim("zalo", "me", FIRST, NOW, LATER)
    StoredTokens(units).save("zalo", SECOND)
    both = units_on(database_url, (OTHER_FIELD_KEY, FIELD_KEY), (INDEX_KEY,))
    rotate(both, lambda *_: None)
    only = units_on(database_url, (OTHER_FIELD_KEY,), (INDEX_KEY,))
    assert StoredTokens(only).load("zalo") == SECOND
    assert phone_of(only, ACCOUNT) == PHONE


def test_a_link_is_found_under_a_new_index_key(database_url: str, units: SqlUnits) -> None:
    check_index_key(units)
    link(units)
    fresh = units_on(database_url, (FIELD_KEY,), (OTHER_INDEX_KEY, INDEX_KEY))
    reindex(fresh, lambda *_: None)
    assert (phone_of(fresh, ACCOUNT), account_of(fresh, PHONE)) == (PHONE, ACCOUNT)


def test_tokens_are_none_until_the_first_are_saved(units: SqlUnits) -> None:
    vault = StoredTokens(units)
    assert vault.load("zalo") is None
    assert vault.claim("zalo", "me", FIRST, NOW, LATER)
    assert vault.load("zalo") is None
    assert vault.save("zalo", SECOND)
    assert vault.load("zalo") == SECOND


def test_one_claims_at_a_time_and_a_dead_one_is_taken_over(units: SqlUnits) -> None:
    vault = StoredTokens(units)
    assert vault.claim("zalo", "one", FIRST, NOW, LATER)
    assert not vault.claim("zalo", "two", FIRST, NOW, LATER)
    assert vault.claim("zalo", "two", FIRST, LATER, LATER + timedelta(minutes=1))


def test_many_at_once_renew_once(units: SqlUnits) -> None:
    vault = StoredTokens(units)
    with ThreadPoolExecutor(6) as pool:
        won = list(pool.map(lambda owner: vault.claim("zalo", str(owner), FIRST, NOW, LATER), range(6)))
    assert won.count(True) == 1


def test_who_comes_late_neither_claims_nor_saves(units: SqlUnits) -> None:
    vault = StoredTokens(units)
    vault.claim("zalo", "one", FIRST, NOW, LATER)
    vault.save("zalo", SECOND)
    assert not vault.claim("zalo", "two", FIRST, LATER, LATER + timedelta(minutes=1))
    assert not vault.save("zalo", Tokens("access-x", "refresh-x", LATER, "seed", 1))
    assert vault.load("zalo") == SECOND


def test_tokens_of_a_process_that_was_slow_to_save_are_kept_after_its_lease(units: SqlUnits) -> None:
    vault = StoredTokens(units)
    vault.claim("zalo", "one", FIRST, NOW, LATER)
    vault.claim("zalo", "two", FIRST, LATER, LATER + timedelta(minutes=1))
    assert vault.save("zalo", SECOND)


def test_a_database_that_is_away_is_no_vault() -> None:
    away = units_on("postgresql+psycopg://nobody@127.0.0.1:9/none")
    with pytest.raises(VaultUnavailable):
        StoredTokens(away).load("zalo")
