"""Who a token belongs to, and how often one may guess."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.services.policy import Policy
from backend.services.refusals import Unknown
from backend.services.sign_in import SignIn, SignInRefused, network

HOME, AWAY = "203.0.113.5", "203.0.113.6"
POLICY = Policy(staff_token_valid=timedelta(days=1), sign_in_attempts=3, sign_in_window=timedelta(minutes=10))


@pytest.fixture
def sign_in(house) -> SignIn:
    house.staff.add("an", "officer", "CDC", "test")
    return SignIn(house.units, house.clock, POLICY)


def refused(sign_in: SignIn, token: str, remote: str = HOME) -> str:
    with pytest.raises(SignInRefused) as error:
        sign_in.user_of(token, remote)
    return error.value.code


def test_a_token_names_its_user_and_is_kept_as_a_hash(house, sign_in):
    token, expires_at = sign_in.issue("an", "terminal:root")
    assert sign_in.user_of(token, HOME).name == "an"
    assert expires_at == house.clock.now() + timedelta(days=1)
    assert token.split("_", 2)[2] not in repr(house.tables)
    assert [line[:2] for line in house.tables.audit][-1] == ("terminal:root", "issue_token")


def test_a_new_token_ends_the_one_before(sign_in):
    first, second = (sign_in.issue("an", "test")[0] for _ in range(2))
    assert first != second
    assert refused(sign_in, first) == "token_wrong"
    assert sign_in.user_of(second, HOME).name == "an"


def test_a_revoked_token_is_wrong(sign_in):
    token, _ = sign_in.issue("an", "test")
    assert sign_in.revoke("an", "test")
    assert not sign_in.revoke("an", "test")
    assert refused(sign_in, token) == "token_wrong"


def test_an_expired_token_says_so_and_is_no_attempt(house, sign_in):
    token, _ = sign_in.issue("an", "test")
    house.clock.forward(days=1)
    assert {refused(sign_in, token) for _ in range(4)} == {"token_expired"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace("kb_", "kb_f", 1),
        lambda token: f"kb_{'0' * 16}_{token.rpartition('_')[2]}",
        lambda token: token + " ",
        lambda token: "",
        lambda token: "ký",
    ],
)
def test_what_is_not_the_token_is_refused(sign_in, spoil):
    token, _ = sign_in.issue("an", "test")
    assert refused(sign_in, spoil(token)) == "token_wrong"


def test_an_address_that_guesses_waits_and_others_do_not(house, sign_in):
    token, _ = sign_in.issue("an", "test")
    for _ in range(3):
        assert refused(sign_in, "guess") == "token_wrong"
    assert refused(sign_in, token) == "too_many_attempts"
    assert sign_in.user_of(token, AWAY).name == "an"
    house.clock.forward(minutes=10)
    assert sign_in.user_of(token, HOME).name == "an"


def test_nobody_gets_a_token_who_is_not_known(sign_in):
    for act in (sign_in.issue, sign_in.revoke):
        with pytest.raises(Unknown, match="no such user"):
            act("nobody", "test")


@pytest.mark.parametrize(
    ("remote", "counted"),
    [
        (HOME, HOME),
        ("::ffff:203.0.113.5", HOME),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_attempts_are_counted_by_subscriber(remote, counted):
    assert network(remote) == counted
