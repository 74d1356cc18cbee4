"""`khaibao`: everything an operator does from a terminal.  Errors go to stderr; status 2 for usage, 1 otherwise."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, MutableMapping
from functools import partial
from importlib import import_module
from pathlib import Path

import click

from backend.commands.groups import Group
from backend.services.ports.unit import StoreUnavailable
from backend.settings import ConfigError

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = ("KHAIBAO_SECRET_KEY", "KHAIBAO_FIELD_KEYS", "KHAIBAO_INDEX_KEYS", "KHAIBAO_PUBLIC_URL")

# name → (module, function): a command's libraries are loaded only when it runs.
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("backend.commands.processes", "run"),
    "worker": ("backend.commands.processes", "worker"),
    "web": ("backend.commands.processes", "web"),
    "line": ("backend.commands.processes", "line"),
    "migrate": ("backend.commands.database", "migrate"),
    "demo-data": ("backend.commands.database", "demo_data"),
    "backup": ("backend.commands.database", "backup"),
    "restore": ("backend.commands.database", "restore"),
    "keys": ("backend.commands.keys", "keys"),
    "parse": ("backend.commands.understanding", "parse"),
    "model": ("backend.commands.understanding", "model"),
    "say": ("backend.commands.talking", "say"),
    "phone": ("backend.commands.talking", "phone"),
    "venue": ("backend.commands.venues", "venue"),
    "facility": ("backend.commands.facilities", "facility"),
    "case": ("backend.commands.tracing", "case"),
    "exposure": ("backend.commands.tracing", "exposure"),
    "alert": ("backend.commands.tracing", "alert"),
    "broadcast": ("backend.commands.broadcasts", "broadcast"),
    "callback": ("backend.commands.callbacks", "callback"),
    "followup": ("backend.commands.follow_up", "followup"),
    "pack": ("backend.commands.packs", "pack"),
    "user": ("backend.commands.tracing", "user"),
    "declaration": ("backend.commands.declarations", "declaration"),
    "export": ("backend.commands.export", "export"),
    "retention": ("backend.commands.retention", "retention"),
}


class Commands(Group):
    """Loads a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name."""
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), function)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Khai Báo: health declarations by SMS, USSD and Zalo."""


PROGRAM = partial(cli, prog_name="khaibao")


def main(run: Callable[[], object] = PROGRAM) -> None:
    """Run a command; a failure that has an explanation is one sentence and not a traceback."""
    demonstrate(os.environ, ROOT)
    try:
        run()
    except ConfigError as error:
        fail("\n".join(error.problems))
    except StoreUnavailable as error:
        fail(f"the database cannot be used ({error.code}); is KHAIBAO_DATABASE_URL right?")
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))


def demonstrate(environment: MutableMapping[str, str], root: Path) -> None:
    """A fresh clone is a demonstration, as `make run` has it: no .env and not one key of an installation."""
    installed = (root / ".env").exists() or any(name in environment for name in INSTALLED)
    if not installed:
        environment.setdefault("KHAIBAO_DEMO", "1")


def fail(reason: str) -> None:
    """Say why on stderr and end with status 1."""
    click.echo(f"khaibao: {reason}", err=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
