"""What the bot makes of texts; both commands run in the bot's own environment."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent.parent
BOT_PYTHON = ROOT / ".venv-bot" / "bin" / "python"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line (the default too).")
@click.argument("text", required=False)
def parse(as_json: bool, text: str | None) -> None:
    """Print intent and entities of TEXT, or of each line of standard input (-)."""
    sys.exit(bot_module("bot.parse", [*(["--json"] if as_json else []), text or "-"]))


@click.group()
def model() -> None:
    """The trained model."""


@model.command()
@click.option("--force", is_flag=True, help="Even if nothing has changed.")
def train(force: bool) -> None:
    """Train if training data, forms or bot code changed."""
    sys.exit(bot_module("bot.train", ["--force"] if force else []))


def bot_module(module: str, arguments: Sequence[str]) -> int:
    """Run a module of the bot; its exit status."""
    if not BOT_PYTHON.exists():
        raise click.ClickException("the bot's environment is missing: run `make run` or `make test` once.")
    return subprocess.run([str(BOT_PYTHON), "-m", module, *arguments], cwd=ROOT, check=False).returncode
