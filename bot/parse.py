"""What texts mean: `python -m bot.parse [--model PATH] [TEXT | -]`.

Without TEXT it reads one JSON string (or bare text) a line of stdin.
Prints one line each: {"text", "intent", "confidence", "entities"}; offsets count in the text as given.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator
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
    return parse_texts((text_of(line.rstrip("\r\n")) for line in lines), model)


def parse_texts(texts: Iterable[str], model: Path) -> Iterator[str]:
    """One JSON line of understanding for every text; the model is loaded once."""
    from bot.engine import Engine

    engine = Engine(model)
    for text in texts:
        whole = text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be printed
        yield json.dumps(engine.parse(whole), ensure_ascii=False)


def main() -> int:
    """The command; 1 without a model."""
    parser = argparse.ArgumentParser(prog="python -m bot.parse", description="Tell what texts mean.")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("text", nargs="?", default="-", help="one text; - (the default) reads lines from stdin")
    options = parser.parse_args()
    without_tensorflow.install()
    quiet()
    if not options.model.exists():
        print(f"no model at {options.model}: run `python -m bot.train` first", file=sys.stderr)
        return 1
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    sys.stdout.reconfigure(encoding="utf-8")
    told = parse_lines(sys.stdin, options.model) if options.text == "-" else parse_texts([options.text], options.model)
    try:
        for line in told:
            print(line, flush=True)
    except BrokenPipeError:  # who reads has seen enough; nothing more can be written, not even at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
