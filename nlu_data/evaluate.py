"""`python -m nlu_data.evaluate [--model PATH] [--diet] [--epochs N] [--out docs/understanding.md]`.

Scores the model that ships, trained anew if its sources changed, on every held-out category, compares it with stock
Rasa (DIET) on the same sentences in the same run, and writes the table and a picture of the confusions.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from bot.train import MODEL, ROOT, quiet, train
from nlu_data import heldout, pipelines, scoring
from nlu_data.importer import NluDataImporter
from nlu_data.scoring import Outcome, Parse
from nlu_data.templates import Sentence

DOCUMENT = ROOT / "docs/understanding.md"
PICTURE = ROOT / "docs/confusion.png"
_HEAD = ROOT / "nlu_data/evaluate_head.md"
_DIET = ROOT / "nlu_data/evaluate_diet.md"  # the latest comparison, kept: it takes long
_PASSES = 2
OURS = "Khai Báo"
SPOKEN = ("accented", "unaccented", "variants", "teencode", "typos", "telex", "negation")
INSIDE = ("accented", "unaccented")
STYLES = ("accented", "unaccented", "half accented", "teencode", "typos", "telex", "switching")  # of tests/fresh


def outcomes_of(parse: Parse, sets: Mapping[str, Sequence[Sentence]]) -> dict[str, list[Outcome]]:
    """Every sentence parsed and judged."""
    return {name: [scoring.judge(one, parse(one.text)) for one in sentences] for name, sentences in sets.items()}


def rows(scored: Mapping[str, Sequence[Outcome]]) -> list[str]:
    """One table line a category: intent, entity F1, whole message, each with its interval."""
    scores = (scoring.intent_accuracy, scoring.entity_f1, scoring.whole_messages)
    lines = []
    for name, outcomes in scored.items():
        cells = [
            f"{score(outcomes):.1f} ({low:.1f}–{high:.1f})"
            for score in scores
            for low, high in [scoring.interval(outcomes, score)]
        ]
        lines.append(f"| {name} | {len(outcomes)} | {' | '.join(cells)} |")
    return lines


def safety(scored: Mapping[str, Sequence[Outcome]], all_of: Sequence[str], inside: Sequence[str]) -> list[str]:
    """What must not go wrong: symptoms, contact and emergencies in `all_of`, nothing rejected of `inside`."""
    spoken, ours = _joined(scored, all_of), _joined(scored, inside)
    urgent = [one for one in spoken if one.sentence.intent == "emergency"]
    flipped = [one for one in spoken if {one.intent, one.sentence.intent} == {"declare_contact", "declare_health"}]
    rejected = [one for one in ours if one.intent == "out_of_scope"]
    shares = (
        ("negation and time: symptoms right", scoring.symptoms_right(scored["negation"]), len(scored["negation"])),
        ("a symptom filled that was denied or never said", scoring.false_symptoms(spoken), len(spoken)),
        ("a symptom said and missed", scoring.missed_symptoms(spoken), len(spoken)),
        ("contact taken for a declaration, or the other way", 100 * len(flipped) / len(spoken), len(spoken)),
        ("emergencies recognised", scoring.intent_accuracy(urgent), len(urgent)),
        ("out of scope rejected", scoring.intent_accuracy(scored["out of scope"]), len(scored["out of scope"])),
        ("in scope rejected wrongly", 100 * len(rejected) / len(ours), len(ours)),
    )
    return [f"| {name} | {share:.2f} % of {count} |" for name, share, count in shares]


def _joined(scored: Mapping[str, Sequence[Outcome]], names: Sequence[str]) -> list[Outcome]:
    return [one for name in names for one in scored[name]]


def wrong_codes(parse: Parse, slips: Sequence[tuple[str, str]]) -> tuple[int, int]:
    """(slipped venue codes taken for valid ones, how many were tried)."""
    from backend.forms import venue_code

    codes = [
        [str(one["value"]) for one in parse(text)["entities"] if one["entity"] == "venue_code"] for text, _ in slips
    ]
    return sum(any(venue_code.valid(code) for code in found) for found in codes), len(slips)


def speed(parse: Parse, sets: Mapping[str, Sequence[Sentence]]) -> list[str]:
    """Table lines of what one parse takes over all held-out sentences, by the clock and of the processor alone."""
    texts = [one.text for sentences in sets.values() for one in sentences]
    lines = []
    for name, clock in (("", time.perf_counter), (" of processor time", time.process_time)):
        taken = []
        for text in texts * _PASSES:
            start = clock()
            parse(text)
            taken.append(1000 * (clock() - start))
        p50, p99 = np.percentile(taken, 50), np.percentile(taken, 99)
        lines.append(f"| one parse, p50 / p99 | {p50:.2f} / {p99:.2f} ms{name} |")
    return lines


def draw_confusions(scored: Mapping[str, Sequence[Outcome]], path: Path) -> None:
    """Which intents are taken for which, over all categories, as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    pairs = [(one.sentence.intent, one.intent) for outcomes in scored.values() for one in outcomes]
    names = sorted({name for pair in pairs for name in pair})
    counts = np.zeros((len(names), len(names)))
    for meant, understood in pairs:
        counts[names.index(meant), names.index(understood)] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = pyplot.subplots(figsize=(9, 8))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set_xlabel("understood")
    axes.set_ylabel("meant")
    figure.tight_layout()
    figure.savefig(path, dpi=110)


def bot_parser(model: Path) -> Parse:
    """The bot's own understanding, as `khaibao parse` gives it."""
    from bot.engine import Engine

    return partial(Engine(model).parse, today=scoring.WRITTEN)


def tables(scored: Mapping[str, Sequence[Outcome]], safe: Sequence[str], codes: tuple[int, int]) -> list[str]:
    """The scores by category, then what must not go wrong: the lines of `safety` and what `wrong_codes` counted."""
    wrong, tried = codes
    return [
        "| category | n | intent % | entity F1 | whole message % |",
        "|---|---|---|---|---|",
        *rows(scored),
        "",
        "| what must not go wrong | |",
        "|---|---|",
        *safe,
        f"| slipped venue codes taken for valid | {wrong} of {tried} |",
    ]


def fresh_report(name: str, parse: Parse) -> list[str]:
    """The tables of one model on the sentences typed by hand."""
    scored = outcomes_of(parse, heldout.fresh())
    safe = safety(scored, tuple(scored), STYLES)
    codes = wrong_codes(parse, heldout.code_slips(heldout.fresh_code_forms()))
    together = {"all styles of Vietnamese": _joined(scored, STYLES)}
    return [f"### {name}, typed by hand (`tests/fresh`)", "", *tables({**scored, **together}, safe, codes), ""]


def report(
    name: str, parse: Parse, sets: Mapping[str, Sequence[Sentence]]
) -> tuple[list[str], dict[str, list[Outcome]]]:
    """The tables of one model."""
    scored = outcomes_of(parse, sets)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = [
        f"### {name}",
        "",
        *tables(scored, safety(scored, SPOKEN, INSIDE), wrong_codes(parse, heldout.code_slips())),
        *speed(parse, sets),
        f"| peak memory of the process so far | {memory:.0f} MB |",
        "",
    ]
    return lines, scored


def diet_report(epochs: int, sets: Mapping[str, Sequence[Sentence]]) -> list[str]:
    """The tables of stock Rasa, trained with DIET for so many epochs, on both kinds of held-out sentences."""
    name, start = f"Stock Rasa, DIET, {epochs} epochs", time.perf_counter()
    parse = pipelines.train_diet(epochs)
    minutes = (time.perf_counter() - start) / 60
    title, *lines = report(name, parse, sets)[0]
    training = f"| training, by the clock | {minutes:.0f} minutes |"
    return [title, "", _diet_note(), *lines[:-1], training, "", *fresh_report(name, parse)]


def _diet_note() -> str:
    count = len(NluDataImporter().get_nlu_data().training_examples)
    return (
        f"Trained with `bot/config.diet.yml` on the {count:,} sentences as they are written, without our noisy copies, "
        "as anybody would train it. Spans are read by our own value parsers."
    )


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m nlu_data.evaluate", description="Score understanding on the held-out sets."
    )
    parser.add_argument("--model", type=Path, help=f"a model as it is; default: {MODEL}, trained if not up to date")
    parser.add_argument("--diet", action="store_true", help="also train and score stock Rasa with DIET (minutes)")
    parser.add_argument("--epochs", type=int, default=8, help="epochs of DIET")
    parser.add_argument("--out", type=Path, default=DOCUMENT)
    options = parser.parse_args()
    quiet()
    sets = heldout.held_out()
    parse = bot_parser(options.model or train(ROOT / MODEL))
    lines, scored = report(OURS, parse, sets)
    lines.extend(fresh_report(OURS, parse))
    draw_confusions(scored, PICTURE)
    if options.diet:
        _DIET.write_text("\n".join(diet_report(options.epochs, sets)), "utf-8")
    lines.append(_DIET.read_text("utf-8") if _DIET.exists() else "")
    print("\n".join(lines))
    options.out.write_text(_HEAD.read_text("utf-8") + "\n" + "\n".join(lines), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
