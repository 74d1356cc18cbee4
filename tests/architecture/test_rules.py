"""Rules of the house that no reader should have to check."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.api.app import Web, create_app
from backend.api.v1 import OPERATIONS
from backend.api.v1.guard import Guarded
from backend.api.webhooks import PREFIX, Webhook
from backend.cli import COMMANDS, cli
from backend.domain.staff import ROLES
from backend.services.commands import handlers
from backend.services.policy import Policy
from backend.services.rights import HOLDERS
from channels import registry
from tests.unit.services.conftest import Small

ROOT = Path(__file__).resolve().parent.parent.parent


def app():
    adapters = registry.build({"demo": "1", "public_url": "https://kb.example"})
    return create_app(Web(Small(Policy()), adapters, "https://kb.example", 1024, lambda: ())), adapters


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def test_every_route_below_webhooks_is_the_one_view_that_verifies():
    made, adapters = app()
    rules = [rule for rule in made.url_map.iter_rules() if rule.rule.startswith(PREFIX)]
    assert len(rules) == sum(len(adapter.routes) for adapter in adapters.values())
    for rule in rules:
        assert isinstance(made.view_functions[rule.endpoint], Webhook), rule.rule


def test_every_route_of_the_api_is_the_one_view_that_asks_for_a_token_and_a_role():
    made, _ = app()
    rules = [rule for rule in made.url_map.iter_rules() if rule.rule.startswith("/api/")]
    unguarded = {rule.rule for rule in rules if not isinstance(made.view_functions[rule.endpoint], Guarded)}
    assert unguarded == {"/api/v1/openapi.json"}
    assert len(rules) == len(OPERATIONS) + 1
    for operation in OPERATIONS:
        assert HOLDERS[operation.right] <= set(ROLES), operation.path


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_webhook_takes_an_unsigned_request_outside_the_demo(method):
    adapters = registry.build({"demo": "", "public_url": "https://kb.example"})
    client = create_app(Web(Small(Policy()), adapters, "https://kb.example", 1024, lambda: ())).test_client()
    for adapter in adapters.values():
        for route in adapter.routes:
            if method.upper() in route.methods:
                answer = getattr(client, method)(PREFIX + route.path)
                assert answer.status_code == 403, f"{route.path}: {answer.status_code}"
                assert answer.json["error"]


def test_only_services_commit():
    elsewhere = [
        path.relative_to(ROOT)
        for path in sources("backend", "channels")
        if "backend/services/" not in str(path) and "backend/store/" not in str(path) and calls(path, "commit")
    ]
    assert elsewhere == []


def test_nobody_logs_with_a_persons_words():
    """A log call names ids, codes, states and type names; anything else has to be added here with a reason."""
    allowed = {"id", "code", "name", "value", "state", "__name__", "codes", "key"}
    for path in sources("backend/services", "backend/api", "backend/jobs", "backend/gateways"):
        for call in log_calls(path):
            for argument in call.args[1:]:
                assert shown(argument) in allowed, f"{path.name}:{call.lineno} logs {ast.unparse(argument)}"


def test_every_command_has_help():
    from click.testing import CliRunner

    for name in COMMANDS:
        result = CliRunner().invoke(cli, [name, "--help"])
        assert result.exit_code == 0, name
        assert len(result.output.splitlines()) > 3, name


def test_a_wrong_command_is_a_usage_error():
    from click.testing import CliRunner

    result = CliRunner().invoke(cli, ["fly"])
    assert result.exit_code == 2
    assert "fly" in result.stderr


def test_every_command_of_the_protocol_has_a_handler():
    protocol = (ROOT / "docs" / "turn.md").read_text().split("## Commands")[1].split("## Keys")[0]
    rows = [line.split("|")[1] for line in protocol.splitlines() if line.startswith("| `")]
    named = {word.strip(" `") for row in rows for word in row.split("/")}
    assert named == set(handlers())


def calls(path: Path, method: str) -> bool:
    """Whether a file calls a method of this name."""
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
        for node in ast.walk(ast.parse(path.read_text()))
    )


def log_calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and names_a_log(node.func.value):
            yield node


def names_a_log(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("_log", "log", "logger")


def shown(argument: ast.expr) -> str:
    """The last name of what is logged: `row.id` → id, `failed["code"]` → code."""
    if isinstance(argument, ast.Attribute):
        return argument.attr
    if isinstance(argument, ast.Subscript) and isinstance(argument.slice, ast.Constant):
        return "code" if argument.slice.value in ("code", "command") else str(argument.slice.value)
    return argument.id if isinstance(argument, ast.Name) else "?"


def test_a_house_that_starts_loads_nothing_it_may_never_use():
    program = "import sys, backend.bootstrap; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"redis", "dramatiq", "twilio", "openpyxl", "reportlab", "PIL"} & set(said.split())
