"""What the bot makes of texts; both commands run in the bot's own environment."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from backend.commands.groups import Group
from backend.commands.opened import opened_house
from backend.commands.tracing import explained, terminal
from backend.services.ports.review import UnclearText

ROOT = Path(__file__).resolve().parent.parent.parent
BOT_PYTHON = ROOT / ".venv-bot" / "bin" / "python"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line (the default too).")
@click.argument("text", required=False)
def parse(as_json: bool, text: str | None) -> None:
    """Print intent and entities of TEXT, or of each line of standard input (-)."""
    sys.exit(bot_module("bot.parse", ["--", "-" if text is None else text]))


@click.group(cls=Group)
def model() -> None:
    """The trained model."""


@model.command()
@click.option("--force", is_flag=True, help="Even if nothing has changed.")
def train(force: bool) -> None:
    """Train if training data, forms or bot code changed."""
    sys.exit(bot_module("bot.train", ["--force"] if force else []))


@model.group(invoke_without_command=True)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 500), help="How many, oldest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a text: id, day, language, text, guesses.")
@click.pass_context
def review(context: click.Context, limit: int, as_json: bool) -> None:
    """Texts that were not understood, without names and numbers, and the intents they are nearest to."""
    if context.invoked_subcommand is not None:
        return
    with opened_house() as house:
        waiting = house.review.waiting(limit, terminal())
    for text in waiting:
        click.echo(json.dumps(shown(text), ensure_ascii=False) if as_json else "\t".join(map(str, columns(text))))


@review.command()
@click.argument("text_id", metavar="ID", type=int)
@click.option("--intent", required=True, help="What the text means.")
@click.option("--text", "wording", help="Other words for it, with slots such as {phone} for values.")
def accept(text_id: int, intent: str, wording: str | None) -> None:
    """Let the bot learn a text."""
    with explained(), opened_house() as house:
        click.echo(f"{intent}: {house.review.accept(text_id, intent, wording, terminal())}")


@review.command()
@click.argument("text_id", metavar="ID", type=int)
def reject(text_id: int) -> None:
    """Forget a text."""
    with explained(), opened_house() as house:
        house.review.reject(text_id, terminal())


@review.command()
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=ROOT / "nlu_data",
              help="Where to write LANGUAGE/reviewed.yml (default: the training data).")  # fmt: skip
def export(folder: Path) -> None:
    """Write what was accepted to the training data and forget it here; `khaibao model train` learns it."""
    with opened_house() as house:
        written = house.review.export(folder, terminal())
    for path, new in written.items():
        click.echo(f"{path}: {new} new")


def shown(text: UnclearText) -> dict[str, object]:
    """A text as a reviewer sees it: never whose it is."""
    return {
        "id": text.id, "day": text.kept_at.date().isoformat(), "language": text.language, "text": text.line,
        "confidence": text.confidence, "guesses": list(text.guesses),
    }  # fmt: skip


def columns(text: UnclearText) -> Sequence[object]:
    """The same for a terminal."""
    return text.id, text.kept_at.date().isoformat(), text.line, " ".join(text.guesses)


def bot_module(module: str, arguments: Sequence[str]) -> int:
    """Run a module of the bot; its exit status."""
    if not BOT_PYTHON.exists():
        raise click.ClickException("the bot's environment is missing: run `make run` or `make test` once.")
    return subprocess.run([str(BOT_PYTHON), "-m", module, *arguments], cwd=ROOT, check=False).returncode
