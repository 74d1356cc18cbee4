"""The store of the unit tests may offer less than the ports, but nothing else; mypy says so of the real one."""

from __future__ import annotations

import inspect
from typing import Any, get_type_hints

import pytest

from backend.services.ports.unit import UnitOfWork
from tests.unit.services.fakes_store import FakeUnits

PORTS = {
    name: get_type_hints(offered.fget)["return"]
    for name, offered in inspect.getmembers(UnitOfWork, lambda member: isinstance(member, property))
}


def methods(port: type[Any]) -> dict[str, list[str]]:
    """Public method → its parameters."""
    found = inspect.getmembers(port, inspect.isfunction)
    return {name: list(inspect.signature(each).parameters) for name, each in found if not name.startswith("_")}


@pytest.mark.parametrize("name", PORTS)
def test_the_stand_in_takes_what_the_port_takes(name: str) -> None:
    with FakeUnits()() as unit:
        stand_in = getattr(unit, name, None)
    promised = methods(PORTS[name])
    assert promised
    offered = methods(type(stand_in)) if stand_in else {}
    assert offered == {method: promised.get(method) for method in offered}
