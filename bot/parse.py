"""What texts mean: `python -m bot.parse [--model PATH]` reads one JSON string (or bare text) a line from stdin.

Prints one line each: {"text", "intent", "confidence", "entities"}; offsets count in the text as given.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from bot.speed import without_tensorflow
from bot.train import MODEL, quiet


def text_of(line: str) -> str:
    """The text of an input line: a JSON string, an object's "text", or the line itself."""
    try:
        value = json.loads(line)
    except ValueError:
        return line
    if isinstance(value, dict):
        value = value.get("text")
    return value if isinstance(value, str) else line


def parse_lines(lines: Iterable[str], model: Path) -> Iterable[str]:
    """One JSON line of understanding for every input line."""
    from bot.engine import Engine

    engine = Engine(model)
    for line in lines:
        yield json.dumps(engine.parse(text_of(line.rstrip("\n"))), ensure_ascii=False)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bot.parse", description="Tell what texts mean.")
    parser.add_argument("--model", type=Path, default=MODEL)
    options = parser.parse_args()
    without_tensorflow.install()
    quiet()
    if not options.model.exists():
        print(f"no model at {options.model}: run `python -m bot.train` first", file=sys.stderr)
        return 1
    for line in parse_lines(sys.stdin, options.model):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
