"""`make bench`: measure, print the table, write benchmarks/results/latest.json.

    python -m benchmarks.run [--quick] [--only vanilla|bot|path …] [--out FILE]

Figures of a busy machine are worth their ratios only; the table says how busy it was.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bot_endpoint, path, vanilla_rasa

RESULTS = Path(__file__).parent / "results" / "latest.json"
PARTS = ("vanilla", "bot", "path")
PROCESSES = ("web", "worker", "bot", "database", "client")
BUSY_NOTE = "the machine was busy with other work: latencies and turns per second are worth their ratios only"
VANILLA_NOTE = "stock Rasa includes its HTTP server, its action server and its SQLite tracker store"


@dataclass(frozen=True)
class Size:
    """How much is run: declarations, sentences, phones and dialogues."""

    vanilla: Mapping[int, int]
    declarations: int
    sentences: int
    phones: int
    path_declarations: int
    dialogues: int


FULL = Size({1: 25, 32: 64}, 300, 2000, 64, 600, 200)
QUICK = Size({1: 3, 32: 32}, 30, 100, 16, 32, 50)

# key → (what it is, unit, goal)
ROWS: Mapping[str, tuple[str, str, str]] = {
    "vanilla_turns_s": ("stock Rasa, one user", "turns/s", ""),
    "vanilla_32_turns_s": ("stock Rasa, 32 users", "turns/s", ""),
    "bot_turns_per_core_s": ("our bot, form answers", "turns/CPU-s", ">= 1000"),
    "ratio": ("our bot over stock Rasa at one user", "x", ">= 50"),
    "bot_p50_ms": ("our bot, median", "ms", ""),
    "bot_p99_ms": ("our bot, p99", "ms", "<= 10"),
    "free_text_turns_per_core_s": ("our bot, free sentences", "turns/CPU-s", ">= 400"),
    "growth_ratio": ("cost at 3,000 events over 60", "x", "<= 1.1"),
    "bot_private_mb": ("bot worker, private memory", "MB", "<= 150"),
    "start_s": ("bot start to first answer", "s", "<= 10"),
    "path_turns_s": ("SMS in to reply handed over", "turns/s", ">= 500"),
    "path_p99_ms": ("SMS in to reply handed over, p99", "ms", ""),
    "path_cpu_ms": ("all processes, one SMS turn", "CPU-ms", "<= 4"),
    **{f"path_{name}_cpu_ms": (f"of it {name}", "CPU-ms", "") for name in PROCESSES},
    "ussd_p99_ms": ("USSD, 200 dialogues with 1 s pauses, p99", "ms", "<= 250"),
    "ussd_no_pause_turns_s": ("USSD, 200 dialogues without pauses", "turns/s", ""),
    "ussd_no_pause_p99_ms": ("USSD, 200 dialogues without pauses, p99", "ms", ""),
    "ussd_ended_by_sms": ("USSD dialogues that a late answer ended", "", "0"),
}


async def vanilla_figures(size: Size) -> dict[str, float]:
    """Stock Rasa."""
    found = await vanilla_rasa.measure(size.vanilla)
    return {"vanilla_turns_s": found.by_users[1].per_second, "vanilla_32_turns_s": found.by_users[32].per_second}


async def bot_figures(size: Size) -> dict[str, float]:
    """Our turn endpoint."""
    found = await bot_endpoint.measure(size.declarations, size.sentences)
    return {
        "bot_turns_per_core_s": found.answers_per_core_s,
        "bot_p50_ms": found.answers.percentile_ms(0.5),
        "bot_p99_ms": found.answers.percentile_ms(0.99),
        "free_text_turns_per_core_s": found.free_text_per_core_s,
        "growth_ratio": found.growth_ratio,
        "bot_private_mb": found.private_mb,
        "start_s": found.start_s,
    }


async def path_figures(size: Size) -> dict[str, float]:
    """The whole path; RuntimeError when a declaration is missing from the database."""
    found = await path.measure(size.phones, size.path_declarations, size.dialogues)
    if found.stored != found.expected:
        raise RuntimeError(f"{found.expected} declarations were made, {found.stored} are stored")
    return {
        "path_turns_s": found.sms.per_second,
        "path_p99_ms": found.sms.percentile_ms(0.99),
        "path_cpu_ms": sum(found.sms_cpu_ms.values()),
        **{f"path_{name}_cpu_ms": used for name, used in found.sms_cpu_ms.items()},
        "ussd_p99_ms": found.ussd.percentile_ms(0.99),
        "ussd_no_pause_turns_s": found.ussd_no_pause.per_second,
        "ussd_no_pause_p99_ms": found.ussd_no_pause.percentile_ms(0.99),
        "ussd_ended_by_sms": found.by_sms,
    }


MEASURES = {"vanilla": vanilla_figures, "bot": bot_figures, "path": path_figures}


def table(figures: Mapping[str, float]) -> str:
    """One line a figure, with its goal."""
    lines = [
        f"{what:44}{figures[key]:12,.2f} {unit:12}{goal and 'goal ' + goal}"
        for key, (what, unit, goal) in ROWS.items()
        if key in figures
    ]
    return "\n".join(line.rstrip() for line in lines)


def measure(parts: list[str], size: Size) -> dict[str, float]:
    """Everything asked for, part by part."""
    figures: dict[str, float] = {}
    for part in parts:
        print(f"measuring {part} ...", flush=True)
        figures |= asyncio.run(MEASURES[part](size))
    if {"vanilla", "bot"} <= set(parts):
        figures["ratio"] = figures["bot_turns_per_core_s"] / figures["vanilla_turns_s"]
    return figures


def circumstances(load_before: float) -> dict[str, float | str]:
    """How busy the machine was: runnable processes over a minute, before the run and at its end."""
    cores = os.cpu_count() or 1
    note = {"load_note": BUSY_NOTE} if load_before > cores / 2 else {}
    return {"load_before": round(load_before, 2), "load_after": round(os.getloadavg()[0], 2), "cores": cores, **note}


def main() -> int:
    """Exit status 1 when something could not be measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a minute, to see that it works")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="some parts alone")
    parser.add_argument("--out", type=Path, help="where to write; default: results/latest.json after a full run")
    options = parser.parse_args()
    busy = os.getloadavg()[0]
    try:
        figures = measure(options.only, QUICK if options.quick else FULL)
    except (RuntimeError, OSError, TimeoutError) as error:
        print(f"bench: {error or type(error).__name__}", file=sys.stderr)
        return 1
    print(f"\n{table(figures)}\n\nratio: {VANILLA_NOTE}; load before the run {busy:.1f} on {os.cpu_count()} cores")
    complete = not options.quick and len(options.only) == len(PARTS)
    out = options.out or (RESULTS if complete else None)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        content = {key: round(value, 3) for key, value in figures.items()}
        out.write_text(json.dumps({**content, **circumstances(busy), "ratio_note": VANILLA_NOTE}, indent=2) + "\n")
        print(f"written to {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
