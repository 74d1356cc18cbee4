"""Cases, exposures, alerts and the staff who work with them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from getpass import getuser
from typing import Any

import click

from backend.commands.groups import Group
from backend.commands.opened import opened_house
from backend.commands.talking import phone_number
from backend.domain.alerts import Alert
from backend.domain.staff import ROLES
from backend.services.records import case_record, exposure_record, report_record
from backend.services.refusals import Refused, Unknown
from backend.services.staff import NameTaken

REFUSALS = {
    "same_person": "who proposed it may not decide on it",
    "role_wrong": "the user's role does not allow this",
    "already_decided": "it has been decided already",
    "nobody_exposed": "nobody is left to warn: run `khaibao exposure run` first, or everybody is in an alert already",
    "day_in_future": "a day is in the future",
    "day_too_old": "a day is more than a year ago",
    "already_closed": "the follow-up is over already",
    "nobody_on_phone": "nobody on this phone can be followed up",
    "broadcast_state": "the broadcast is not at a point where this can be done: see `khaibao broadcast status`",
    "person_erased": "the person of this case is no longer kept",
}
USAGE = ("phone_wrong",)  # what is no value of its option
DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=Group)
def case() -> None:
    """Confirmed cases."""


@case.command()
@click.option("--phone", required=True, help="The telephone of the case.")
@click.option("--onset", type=DAY, help="First day of symptoms.")
@click.option("--sample", type=DAY, help="Day the sample was taken.")
@click.option("--pack", required=True, help="Disease pack whose rules hold, e.g. covid-19.")
@click.option("--user", help="Who confirms (default: the terminal's user).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: case, infectious_from, infectious_until.")
def confirm(
    phone: str, onset: datetime | None, sample: datetime | None, pack: str, user: str | None, as_json: bool
) -> None:
    """Confirm a case and print its number."""
    number = phone_number(phone, "--phone")
    if onset is None and sample is None:
        raise click.UsageError("give --onset, or --sample for a case without symptoms.")
    with explained(), opened_house() as house:
        actor = actor_of(house, user)
        confirmed = house.cases.confirm(number, onset and onset.date(), sample and sample.date(), pack, actor)
    click.echo(json.dumps(case_record(confirmed)) if as_json else confirmed.id)


@click.group(cls=Group)
def exposure() -> None:
    """Who was exposed to a case."""


@exposure.command("run")
@click.argument("case_id", metavar="CASE", type=int)
@click.option("--user", help="Who looks (default: the terminal's user).")
@click.option("--json", "as_json", is_flag=True, help="One JSON list of person, tier, source, venue and times.")
def run_exposure(case_id: int, user: str | None, as_json: bool) -> None:
    """Work out who was exposed to a CASE; every person found is written to the audit log."""
    with explained(), opened_house() as house:
        found = house.cases.expose(case_id, actor_of(house, user))
        codes = house.venues.codes({each.venue_id for each in found if each.venue_id is not None})
    records = [exposure_record(each, codes) for each in found]
    if as_json:
        click.echo(json.dumps(records))
        return
    for each in records:
        click.echo(" ".join(str(value) for value in each.values() if value is not None))
    click.echo(f"{len({each['person'] for each in records})} people exposed")


@click.group(cls=Group)
def alert() -> None:
    """Warning the exposed: one proposes, another approves."""


@alert.command()
@click.argument("case_id", metavar="CASE", type=int)
@click.option("--user", required=True, help="Who proposes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object: alert, people.")
def propose(case_id: int, user: str, as_json: bool) -> None:
    """Propose to warn everybody exposed to a CASE; prints the alert's number."""
    with explained(), opened_house() as house:
        proposed, people = house.alerts.propose(case_id, user)
    click.echo(json.dumps({"alert": proposed.id, "people": people}) if as_json else proposed.id)


@alert.command()
@click.argument("alert_id", metavar="ALERT", type=int)
@click.option("--user", required=True, help="Who approves; not who proposed.")
@click.option("--reason", required=True, help="Kept with the decision.")
def approve(alert_id: int, user: str, reason: str) -> None:
    """Approve an ALERT: its messages go out."""
    with explained(), opened_house() as house:
        decided = house.alerts.approve(alert_id, user, reason)
    click.echo(decision(decided))


@alert.command()
@click.argument("alert_id", metavar="ALERT", type=int)
@click.option("--user", required=True, help="Who rejects; not who proposed.")
@click.option("--reason", required=True, help="Kept with the decision.")
def reject(alert_id: int, user: str, reason: str) -> None:
    """Reject an ALERT: nobody is warned."""
    with explained(), opened_house() as house:
        decided = house.alerts.reject(alert_id, user, reason)
    click.echo(decision(decided))


@alert.command()
@click.argument("alert_id", metavar="ALERT", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(alert_id: int, as_json: bool) -> None:
    """How far an ALERT is: proposed, queued, sent, delivered, answered, symptoms, minutes since the confirmation."""
    with explained(), opened_house() as house:
        shown = report_record(house.alerts.report(alert_id))
    click.echo(json.dumps(shown) if as_json else as_lines(shown))


@click.group(cls=Group)
def user() -> None:
    """Staff users."""


@user.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What they may do.")
@click.option("--office", default="", help="What citizens read who ask who looked at their data.")
def add_user(name: str, role: str, office: str) -> None:
    """Add a staff user."""
    if not 0 < len(name) <= NAME_MOST:
        raise click.UsageError(f"a name has 1 to {NAME_MOST} characters.")
    try:
        with opened_house() as house:
            added = house.staff.add(name, role, office or role, terminal())
    except NameTaken:
        raise click.ClickException(f"there is a user {name} already.") from None
    click.echo(f"{added.name} added as {added.role}")


@user.command()
@click.argument("name")
@click.option("--revoke", is_flag=True, help="End the user's token instead.")
def token(name: str, revoke: bool) -> None:
    """Print a new token for the API in place of the user's earlier one; it cannot be shown again."""
    with explained(), opened_house() as house:
        if revoke:
            ended = house.sign_in.revoke(name, terminal())
            click.echo(f"token of {name} revoked" if ended else f"{name} had no token")
            return
        issued, expires_at = house.sign_in.issue(name, terminal())
    click.echo(issued)
    click.echo(f"good until {expires_at:%Y-%m-%d %H:%M} UTC", err=True)


NAME_MOST = 48


@contextmanager
def explained() -> Iterator[None]:
    """Refusals of the domain as one sentence."""
    try:
        yield
    except Refused as refused:
        failure = click.UsageError if refused.code in USAGE else click.ClickException
        raise failure(f"{REFUSALS.get(refused.code, refused)}.") from None
    except (LookupError, ValueError) as error:
        raise click.ClickException(f"{error}.") from None


def terminal() -> str:
    """Whoever sits at the terminal, for the audit log."""
    return f"terminal:{getuser()}"


def actor_of(house: Any, name: str | None) -> str:
    """A staff user in the audit log, or the terminal; raises LookupError for a user nobody knows."""
    if name is None:
        return terminal()
    known = house.staff.named(name)
    if known is None:
        raise Unknown("user")
    return f"user:{known.name}"


def as_lines(record: Mapping[str, Any]) -> str:
    """A record for the terminal, a line each value."""
    return "\n".join(f"{name}: {'-' if value is None else value}" for name, value in record.items())


def decision(decided: Alert) -> str:
    """One line."""
    return f"alert {decided.id} {decided.status.value}"
