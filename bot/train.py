"""Trains the model, or reuses it: `python -m bot.train [--out var/model.tar.gz] [--force]`, from the project's root."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = Path("var/model.tar.gz")
SOURCES = ("bot", "backend/forms", "nlu_data")
LEFT_OUT = (
    "tests",
    "__pycache__",
    "evaluate.py",
    "heldout.py",
    "pipelines.py",
    "scoring.py",
    "engine.py",
    "http.py",
    "server.py",
)
"""Folders and files below them that no part of a model is made of."""
SUFFIXES = (".py", ".yml", ".json", ".txt", ".csv")


def source_hash() -> str:
    """Changes whenever anything the model is made of changes; Rasa's own fingerprint sees one class at a time."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*"):
            parts = path.relative_to(ROOT).parts
            if path.suffix in SUFFIXES and not any(name in parts for name in LEFT_OUT):
                yield path


def train(out: Path = MODEL, force: bool = False) -> Path:
    """Make sure `out` is a model of the present sources.

    Args:
        out: the archive; its hash is kept beside it.
        force: train even if nothing changed.

    Returns:
        `out`.

    Raises:
        RuntimeError: Rasa failed, or the model lacks a form of the catalogue.
    """
    mark = out.with_name(out.name + ".sha256")
    wanted = source_hash()
    if not force and out.exists() and mark.exists() and mark.read_text().strip() == wanted:
        _tell(f"model is up to date: {out}")
        return out
    _tell("training the model …")
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as directory:
        made = _run_rasa(Path(directory))
        _check_forms(made)
        mark.unlink(missing_ok=True)
        shutil.move(made, out)
    mark.write_text(wanted + "\n")
    _tell(f"model is ready: {out}")
    return out


def without_fingerprints() -> None:
    """Rasa hashes all sentences before and after every component, for a cache that a forced training never reads."""
    from rasa.shared.nlu.training_data.training_data import TrainingData

    os.environ["RASA_MAX_CACHE_SIZE"] = "0"
    TrainingData.fingerprint = lambda data: "never compared"  # noqa: ARG005


def _run_rasa(directory: Path) -> Path:
    from rasa.model_training import train as rasa_train

    without_fingerprints()
    result = rasa_train(
        domain=str(ROOT / "bot/domain"),
        config=str(ROOT / "bot/config.yml"),
        training_files=[str(ROOT / "bot/rules")],
        output=str(directory),
        fixed_model_name="model",
        force_training=True,
    )
    if result.code or not result.model:
        raise RuntimeError("training failed; Rasa's messages above say why")
    return Path(result.model)


def _check_forms(model: Path) -> None:
    """Rasa only warns when an importer is missing, and saves a model without forms."""
    from rasa.engine.storage.local_model_storage import LocalModelStorage

    from bot.forms import ALL_FORMS, loop_of

    domain = LocalModelStorage.metadata_from_archive(model).domain
    missing = [form.name for form in ALL_FORMS.values() if loop_of(form) not in domain.form_names]
    if missing:
        raise RuntimeError(f"the trained model lacks forms of the catalogue: {', '.join(missing)}")


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def quiet() -> None:
    """No telemetry, no TensorFlow chatter, no warnings about what the product leaves out on purpose."""
    import logging
    import warnings

    os.environ.update(
        RASA_TELEMETRY_ENABLED="false", TF_CPP_MIN_LOG_LEVEL="3", LOG_LEVEL="ERROR", SQLALCHEMY_SILENCE_UBER_WARNING="1"
    )
    warnings.filterwarnings("ignore")
    logging.captureWarnings(True)  # some libraries switch theirs on again
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)
    logging.getLogger().setLevel(logging.ERROR)


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bot.train", description="Train the model if its sources changed.")
    parser.add_argument("--out", type=Path, default=MODEL)
    parser.add_argument("--force", action="store_true")
    options = parser.parse_args()
    quiet()
    try:
        train(options.out, options.force)
    except RuntimeError as error:
        _tell(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
