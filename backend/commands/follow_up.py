"""Follow-ups and health workers from the terminal."""

from __future__ import annotations

import json
from typing import Any

import click

from backend.commands.groups import Group
from backend.commands.opened import opened_house
from backend.commands.tracing import actor_of, as_lines, explained
from backend.services.records import course_record, worker_record

USER = click.option("--user", help="Who does it (default: the terminal's user).")
JSON = click.option("--json", "as_json", is_flag=True, help="JSON.")


@click.group(cls=Group)
def followup() -> None:
    """People who are asked every day how they are."""


@followup.command()
@click.option("--phone", required=True, help="The person's telephone.")
@click.option("--days", type=click.IntRange(1, 60), help="For how many days (default: as the pack says).")
@click.option("--pack", help="Disease pack whose rules hold (default: the one asked about).")
@USER
def add(phone: str, days: int | None, pack: str | None, user: str | None) -> None:
    """Follow somebody up from tomorrow on; prints the reference."""
    with explained(), opened_house() as house:
        follow_up = house.follow_ups.add(phone, days, pack, actor_of(house, user))
    click.echo(follow_up.reference)


@followup.command("list")
@click.option("--all", "everything", is_flag=True, help="Ended and closed ones too.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
@USER
@JSON
def list_(everything: bool, limit: int, user: str | None, as_json: bool) -> None:
    """Follow-ups, newest first, with the last answer; no names, no numbers."""
    with explained(), opened_house() as house:
        found = [course_record(each) for each in house.follow_ups.listed(not everything, limit, actor_of(house, user))]
    for each in found:
        days = f"{each['answered']}/{each['asked']} answered  {each['last'] or ''}"
        line = f"{each['reference']}  {each['state']:<7} {each['pack']:<10} to {each['ends']}  {days}"
        click.echo(json.dumps(each) if as_json else line)


@followup.command()
@click.argument("reference")
@click.option("--reason", required=True, help="Why you look; kept in the audit log, the person may read that you did.")
@USER
@JSON
def status(reference: str, reason: str, user: str | None, as_json: bool) -> None:
    """One follow-up with the person's name and telephone, and every day's answer."""
    with explained(), opened_house() as house:
        course = house.follow_ups.look(reference, actor_of(house, user), reason)
    shown: dict[str, Any] = {**course_record(course, days=True), "phone": course.phone, "name": course.name}
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    days = shown.pop("days")
    click.echo(as_lines(shown))
    for day in days:
        click.echo(f"{day['day']}  {day['answer'] or '-'}{'  reminded' if day['reminded'] else ''}")


@followup.command()
@click.argument("reference")
@click.option("--reason", required=True, help="Kept in the audit log.")
@USER
def close(reference: str, reason: str, user: str | None) -> None:
    """Ask somebody no longer."""
    with explained(), opened_house() as house:
        house.follow_ups.close(reference, reason, actor_of(house, user))
    click.echo(f"follow-up {reference} closed")


@followup.group()
def worker() -> None:
    """The health workers of communes, who are told of silence and symptoms."""


@worker.command("add")
@click.option("--province", required=True, help="Province, by name or code.")
@click.option("--commune", required=True, help="Commune or ward of today, by name.")
@click.option("--phone", required=True, help="The worker's telephone.")
@click.option("--office", required=True, help="Name of the office.")
@USER
def add_worker(province: str, commune: str, phone: str, office: str, user: str | None) -> None:
    """Register the worker of a commune, in place of the former one; prints the commune's code."""
    with explained(), opened_house() as house:
        code = house.venue_forms.where(province, commune)[1]
        house.follow_ups.register(code, phone, office, actor_of(house, user))
    click.echo(code)


@worker.command("list")
@JSON
def list_workers(as_json: bool) -> None:
    """Every worker, by commune."""
    with explained(), opened_house() as house:
        found = [worker_record(each) for each in house.follow_ups.workers()]
    for each in found:
        click.echo(json.dumps(each) if as_json else f"{each['commune']}  {each['phone']}  {each['office']}")


@worker.command("remove")
@click.argument("commune")
@USER
def remove_worker(commune: str, user: str | None) -> None:
    """Nobody is told of a COMMUNE (its code) any more."""
    with explained(), opened_house() as house:
        house.follow_ups.unregister(commune, actor_of(house, user))
    click.echo(f"no health worker for {commune}")
