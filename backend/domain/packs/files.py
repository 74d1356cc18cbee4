"""Reading pack files: YAML in, packs out, or every problem at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from backend.domain.packs.checks import problems
from backend.domain.packs.pack import Pack, pack_of
from backend.domain.yaml_files import NotYaml, read_yaml

FOLDER = Path(__file__).parent


class PackError(ValueError):
    """Packs that cannot be used; the message has one line for each problem: file, field, reason."""


def read_pack(path: Path, texts: Collection[str] | None = None) -> Pack:
    """The pack of one file.

    `texts` are the message keys that exist; None: they are not looked up.

    Raises:
        PackError: with all problems of the file.
        OSError: it cannot be read.
    """
    return _all([path], texts)[0]


def load_packs(*folders: Path) -> Sequence[Pack]:
    """Every pack (*.yml) of some folders (default: those that ship), by file name.

    Raises:
        PackError: with all problems of all files.
    """
    return _all([path for folder in folders or (FOLDER,) for path in sorted(folder.glob("*.yml"))], None)


def _all(paths: Sequence[Path], texts: Collection[str] | None) -> Sequence[Pack]:
    wrong: list[str] = []
    read: dict[Path, Any] = {}
    for path in paths:
        try:
            read[path] = read_yaml(path)
        except NotYaml as error:
            wrong.append(str(error))
            continue
        wrong += [f"{path.name}: {problem}" for problem in problems(read[path], texts)]
    if wrong:
        raise PackError("\n".join(wrong))
    packs = {path: pack_of(content) for path, content in read.items()}
    if overlapping := _overlaps(packs):
        raise PackError("\n".join(overlapping))
    return tuple(packs.values())


def _overlaps(packs: Mapping[Path, Pack]) -> list[str]:
    """Two files of one disease may not both hold on a day."""
    found = []
    for path, pack in packs.items():
        for other_path, other in packs.items():
            later = (pack.valid_from, path) > (other.valid_from, other_path)
            if later and pack.name == other.name and pack.valid_from <= (other.valid_to or date.max):
                found.append(f"{path.name}: valid_from: {other_path.name} still holds on {pack.valid_from}")
    return found
